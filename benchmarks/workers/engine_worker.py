"""Tokens per second of prefill and of rounds, through `next_tokens` and through a bare forward.

    python -m benchmarks.workers.engine_worker MODEL DTYPE THREADS REPEATS IN_FLIGHT…

Prints one JSON line for each number in flight: `ours` and `bare` hold, for `prefill` and `rounds`,
the tokens forwarded and the wall seconds of each repeat. Ours and bare take turns.
"""

import json
import random
import sys
import time
from collections.abc import Sequence

import torch

from benchmarks.bare import Bare
from benchmarks.items import EXAMPLES, shared_prefix
from misspoke import questions
from misspoke.lm import Context, LanguageModel, Path, Request, Want
from misspoke.lm.catalogue import CATALOGUE
from misspoke.lm.loading import load_model
from misspoke.lm.weights import catalogue_folder
from misspoke.prompts import Style, render

ROUNDS = 4
GROWTH = (1, 2, 3, 4, 5, 3, 3, 3)
"""New nodes of a question in a round, by turns: three in the mean, as uneven as searches are."""
MEAN = sum(GROWTH) // len(GROWTH)
WANT = Want(top=24, entropy=True)

Timed = tuple[int, float]
"""Tokens, and the wall seconds that they took."""


def contexts(lm: LanguageModel, count: int) -> list[Context]:
    """Prompts of atlas questions behind the examples, split after the header that all share."""
    style = Style("text", len(EXAMPLES), stem=False)
    asked = questions.load("atlas", n=count).questions
    texts = [render(style, EXAMPLES, q.question, None, lm.tokenizer.chat) for q in asked]
    tokens = [lm.tokenizer.encode(text) for text in texts]
    shared = shared_prefix(tokens)
    return [Context(text[:shared], text[shared:]) for text in tokens]


def frontiers(count: int, rounds: int, seed: int) -> list[list[list[Path]]]:
    """For each round and question the paths of its new nodes, grown at random from its tree."""
    draw = random.Random(seed)  # noqa: S311
    trees: list[list[Path]] = [[()] for _ in range(count)]
    planned = []
    for turn in range(rounds):
        new: list[list[Path]] = []
        for place, tree in enumerate(trees):
            size = GROWTH[(place + turn) % len(GROWTH)]
            grown = [(*draw.choice(tree), draw.randrange(1000, 40_000)) for _ in range(size)]
            new.append(grown)
        for tree, grown in zip(trees, new, strict=True):
            tree += grown
        planned.append(new)
    return planned


def copies(asked: Sequence[Context]) -> list[Context]:
    """Contexts of the same tokens that the model has not seen: it knows them by identity."""
    return [Context(context.header, context.suffix) for context in asked]


def hold_header(lm: LanguageModel, asked: Sequence[Context]) -> Context:
    """A context that keeps the header in the model, for reading it is not measured.

    It is admitted behind as many others as will be in flight, which then take the rows before it.
    """
    *others, keeper = copies([*asked, asked[0]])
    lm.next_tokens([Request(context, (), Want()) for context in (*others, keeper)])
    lm.release(others)
    return keeper


def run_ours(
    lm: LanguageModel, asked: Sequence[Context], planned: list[list[list[Path]]]
) -> tuple[Timed, Timed]:
    """Prefills fresh contexts, then grows their trees round by round."""
    fresh = copies(asked)
    start = time.perf_counter()
    answers = lm.next_tokens([Request(context, (), WANT) for context in fresh])
    prefill = sum(a.forwarded for a in answers), time.perf_counter() - start
    tokens, start = 0, time.perf_counter()
    for new in planned:
        requests = [
            Request(context, path, WANT)
            for context, paths in zip(fresh, new, strict=True)
            for path in paths
        ]
        tokens += sum(answer.forwarded for answer in lm.next_tokens(requests))
    rounds = tokens, time.perf_counter() - start
    lm.release(fresh)
    return prefill, rounds


def run_bare(bare: Bare, rows: int, width: int, rounds: int) -> tuple[Timed, Timed]:
    """A dense prefill of `width` tokens a row, then rounds of as many tokens as ours has."""
    draw = torch.Generator().manual_seed(0)
    past = bare.behind_header(rows, width + rounds * MEAN)
    tokens = torch.randint(1000, 40_000, (rows, width), generator=draw)
    start = time.perf_counter()
    bare.forward(tokens, past, last_only=True)
    prefill = rows * width, time.perf_counter() - start
    start = time.perf_counter()
    for _ in range(rounds):
        tokens = torch.randint(1000, 40_000, (rows, MEAN), generator=draw)
        bare.forward(tokens, past, last_only=False)
    return prefill, (rows * MEAN * rounds, time.perf_counter() - start)


def main(model: str, dtype: str, threads: int, repeats: int, in_flight: Sequence[int]) -> None:
    torch.set_num_threads(threads)
    lm = load_model(model, dtype=dtype, device="cpu", notice=lambda _: None)
    everything = contexts(lm, max(in_flight))
    folder = catalogue_folder(CATALOGUE[model], lambda _: None)
    bare = Bare(str(folder), getattr(torch, dtype), list(everything[0].header))
    for rows in in_flight:
        asked = everything[:rows]
        width = round(sum(len(c.suffix) for c in asked) / rows)
        results: dict[str, dict[str, list[Timed]]] = {
            side: {"prefill": [], "rounds": []} for side in ("ours", "bare")
        }
        keeper = hold_header(lm, asked)
        for repeat in range(-1, repeats):  # the first warms up
            rounds = ROUNDS if repeat >= 0 else 1
            turn = {
                "ours": run_ours(lm, asked, frontiers(rows, rounds, repeat)),
                "bare": run_bare(bare, rows, width, rounds),
            }
            if repeat >= 0:
                for side, (prefill, grown) in turn.items():
                    results[side]["prefill"].append(prefill)
                    results[side]["rounds"].append(grown)
        lm.release([keeper])
        facts = {"in_flight": rows, "header": len(asked[0].header), "width": width}
        print(json.dumps({**facts, **results}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), [*map(int, sys.argv[5:])])

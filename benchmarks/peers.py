"""misspoke against lm-evaluation-harness and minicons: summed log-probabilities of forms.

    python -m benchmarks.peers [--peer-questions N] [--rounds R] [--questions Q] [--pip-args ARGS]

Each library has one long-lived process with one thread, in an environment of its own; loading is
not counted, and a call warms each up. They take turns: ours, lm-eval, minicons, ours, … A turn is
one call for 12 and one for 25 forms a question; its figure is forms per CPU-second (user and
system). misspoke has all questions every turn. Peers are slow: they have a few, others each turn.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import machine
from benchmarks.environments import peer_python
from benchmarks.items import EXAMPLES, FORMS, Counts, Item, choose, count, encoder, prompt, subset
from benchmarks.page import spread, table, write_part
from benchmarks.processes import Worker
from misspoke.lm.catalogue import CATALOGUE
from misspoke.lm.weights import catalogue_folder
from misspoke.records import UserError

MODEL = "smollm2-135m-instruct"
OURS, PEERS = "misspoke", ("lm-eval", "minicons")
SIZES = (12, FORMS)
WARM_UP = 1_000
"""A header order of its own."""
EXACT_FORMS = 12
Prompts = list[tuple[str, tuple[str, ...]]]


@dataclass(slots=True)
class Agreement:
    """How far a library's values lie from ours."""

    compared: int = 0
    other_tokens: int = 0
    """Forms that the library splits into tokens otherwise; not compared."""
    largest: float = 0.0
    """Of the absolute differences of summed log-probabilities, in nats."""

    def add(self, theirs: float, ours: float, same_tokens: bool) -> None:
        """Takes one form into account."""
        if not same_tokens:
            self.other_tokens += 1
            return
        self.compared += 1
        self.largest = max(self.largest, abs(theirs - ours))

    def __str__(self) -> str:
        """In words."""
        odd = f"; {self.other_tokens} with other tokens left out" if self.other_tokens else ""
        return f"{self.largest:.1e} nats over {self.compared} forms{odd}"


@dataclass(slots=True)
class Results:
    """What was measured: rates in forms per CPU-second by library and forms a question."""

    rates: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    agreement: dict[str, Agreement] = field(default_factory=dict)
    counts: dict[int, Counts] = field(default_factory=dict)
    forwarded: dict[int, int] = field(default_factory=dict)
    lengths: tuple[int, int] = (0, 0)

    def note(self, library: str, size: int, forms: int, seconds: float) -> None:
        """Keeps a call's rate, and says it."""
        self.rates.setdefault((library, size), []).append(forms / seconds)
        print(
            f"{library:>9}, {size} forms: {forms} forms in {seconds:.2f} CPU-seconds, "
            f"{forms / seconds:.2f} a second",
            flush=True,
        )

    def ratio(self, peer: str, size: int) -> float:
        """Our median rate as a multiple of a peer's."""
        return median(self.rates[OURS, size]) / median(self.rates[peer, size])

    def limit(self, size: int) -> float:
        """The ratio that token counts alone explain: every form whole, against what we forward."""
        return self.counts[size].whole / self.forwarded[size]


def prompts(items: Sequence[Item], shuffle: int, size: int) -> Prompts:
    """Items as prompts with their first `size` forms."""
    return [(prompt(item.question, shuffle), item.forms[:size]) for item in items]


def compare(workers: Mapping[str, Worker], items: Sequence[Item], rounds: int, few: int) -> Results:
    """Runs all turns; every call has a header of its own, so that none finds another's work."""
    results = Results(agreement={peer: Agreement() for peer in PEERS})
    for worker in workers.values():
        worker.do("score", prompts(items[:2], WARM_UP, 2))
    for turn in range(rounds):
        chosen = subset(items, turn, few)
        for size in SIZES:
            asked = prompts(items, turn * len(SIZES) + SIZES.index(size), size)
            ours = workers[OURS].do("score", asked)
            results.note(OURS, size, len(asked) * size, ours["cpu"])
            part = [asked[place] for place in chosen]
            values = [ours["result"][place] for place in chosen]
            for peer in PEERS:
                theirs = workers[peer].do("score", part)
                results.note(peer, size, len(part) * size, theirs["cpu"])
                _agree(results.agreement[peer], workers, peer, part, theirs["result"], values)
    return results


def _agree(
    agreement: Agreement,
    workers: Mapping[str, Worker],
    peer: str,
    part: Prompts,
    theirs: list[list[float]],
    ours: list[list[float]],
) -> None:
    tokens = workers[peer].do("tokens", part)["result"]
    wanted = workers[OURS].do("tokens", part)["result"]
    for place, forms in enumerate(tokens):
        for at, split in enumerate(forms):
            same = split == wanted[place][at]
            agreement.add(theirs[place][at], ours[place][at], same)


def tally(results: Results, ours: Worker, items: Sequence[Item]) -> None:
    """Counts tokens: those of every form whole, the distinct ones, and those that we forwarded."""
    for size in SIZES:
        asked = prompts(items, WARM_UP + size, size)
        encoded = ours.do("tokens", asked)["result"]
        texts = [forms[0][0] for forms in encoded]
        results.counts[size] = count(texts, [[path for _, path in forms] for forms in encoded])
        results.forwarded[size] = ours.do("forwarded", asked)["result"]
        results.lengths = min(map(len, texts)), max(map(len, texts))


def exactness(ours: Worker, folder: Path, items: Sequence[Item]) -> Agreement:
    """Our values against those of the plain model in float64."""
    agreement = Agreement()
    asked = prompts(items, 0, EXACT_FORMS)
    values = ours.do("score", asked)["result"]
    with Worker("float64", Path(sys.executable), folder) as reference:
        exact = reference.do("score", asked)["result"]
    for mine, true in zip(values, exact, strict=True):
        for one, other in zip(mine, true, strict=True):
            agreement.add(other, one, same_tokens=True)
    return agreement


def render(
    results: Results,
    facts: Mapping[str, dict[str, Any]],
    exact: Agreement,
    questions: int,
    few: int,
) -> str:
    """The page's part."""
    rounds = len(results.rates[OURS, SIZES[0]])
    small, large = SIZES
    rows = [
        [
            f"{library} {facts[library]['version']}",
            *(spread(results.rates[library, size]) for size in SIZES),
            *("" if library == OURS else f"{results.ratio(library, size):.1f}×" for size in SIZES),
        ]
        for library in (OURS, *PEERS)
    ]
    header = [
        "forms per CPU-second",
        *(f"{size} forms a question" for size in SIZES),
        *(f"ratio, {size}" for size in SIZES),
    ]
    tokens = [
        [
            f"{size} forms",
            f"{c.whole:,}",
            f"{c.distinct:,}",
            f"{results.forwarded[size]:,}",
            f"{results.limit(size):.1f}×",
        ]
        for size, c in results.counts.items()
    ]
    counted = [f"{questions} questions"]
    counted += ["each form whole", "distinct prefixes", "misspoke forwards", "limit of the ratio"]
    low, high = results.lengths
    batches = ", ".join(f"{peer} {facts[peer]['batch']}" for peer in PEERS)
    agree = ";\n  ".join(f"{peer} {results.agreement[peer]}" for peer in PEERS)
    share = (
        f"peers all {questions} as well"
        if few >= questions
        else f"peers {few} of them, others each turn"
    )
    return f"""\
The summed log-probability of {small} and of {large} forms a question: {MODEL}, float32, one thread,
median of {rounds} turns (lowest–highest) of CPU seconds, user and system. Libraries take turns in
one run, each in a process of its own; loading is not counted.

{table(header, rows)}

- Questions: misspoke {questions} each turn, {facts[OURS]["in_flight"]} in flight at the most;
  {share}.
- Prompts: {low}–{high} tokens, of which the first {results.counts[small].header} are the same
  for all questions: the header, {len(EXAMPLES)} examples. Every call has them in another order, so
  no call finds the keys and values of an earlier one.
- Forms: the first form of each gold name and distractor, then the second of each, and so on, by the
  surface-form closure; distinct, two tokens or more each; {small} are the first of the {large}. The
  same strings for all.
- Peers' batch: {batches} texts. lm-eval: `HFLM.loglikelihood`; minicons:
  `conditional_score`, summed.
- Largest difference of values from ours:
  {agree}.
- Ours from the plain model in float64: {exact}.

Where the ratio comes from. Peers forward the prompt again for each form; we forward each distinct
prefix once. Token counts alone would explain the limit. Peers also run the output head at every
position of the prompt; our forwards are smaller, and small ones cost more a token.

{table(counted, tokens)}

{machine.facts()}
The peers have transformers \
{" and ".join(sorted({facts[peer]["transformers"] for peer in PEERS}))}."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and writes the page's part."""
    parser = argparse.ArgumentParser(prog="benchmarks.peers", description=__doc__.split("\n")[0])
    parser.add_argument("--questions", type=int, default=50, help="what misspoke scores each turn")
    parser.add_argument("--peer-questions", type=int, default=2, help="what each peer scores")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--exact-questions", type=int, default=2, help="compared with float64")
    parser.add_argument("--pip-args", default="", help="for installing the peers")
    parser.add_argument("--no-page", action="store_true", help="print, leave the page alone")
    chosen = parser.parse_args(arguments)
    few = min(chosen.peer_questions, chosen.questions)
    folder = catalogue_folder(CATALOGUE[MODEL], print)
    items = choose(encoder(folder), chosen.questions)
    pythons = {peer: peer_python(peer, chosen.pip_args) for peer in PEERS}
    pythons = {OURS: Path(sys.executable), **pythons}
    with ExitStack() as stack:
        workers: dict[str, Worker] = {
            name: stack.enter_context(Worker(name, python, folder))
            for name, python in pythons.items()
        }
        print(
            f"misspoke scores {chosen.questions} questions a turn, each peer {few} "
            f"(--peer-questions {chosen.questions} for all)",
            flush=True,
        )
        results = compare(workers, items, chosen.rounds, few)
        tally(results, workers[OURS], items)
        exact = exactness(workers[OURS], folder, items[: chosen.exact_questions])
        facts = {name: worker.facts for name, worker in workers.items()}
    body = render(results, facts, exact, chosen.questions, few)
    if chosen.no_page:
        print(body)
    else:
        write_part("peers", body)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UserError as error:
        sys.exit(f"bench-peers: {error}")

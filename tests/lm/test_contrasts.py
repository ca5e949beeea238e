"""A distribution beside another: plain, on the device, on trees, and what is counted."""

import math
import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tables import QUESTION
from tiny import SIZE, tiny

from misspoke.lm import Beside, Besides, Context, NextTokens, Path, Request, Want, run_jobs
from misspoke.lm.contrasts import contrasted
from misspoke.lm.head import Head
from misspoke.lm.plain import PlainModel
from misspoke.lm.protocol import answer_want
from misspoke.lm.table import TableModel
from misspoke.lm.treemodel import TreeModel
from misspoke.search import Inquiry, TokenTree, explore

HERE, THERE = Context((), (1,)), Context((), (2,))


def brute(p: Sequence[float], q: Sequence[float], weight: float) -> Besides:
    """Token by token, with nothing but the definition."""
    kl, best = 0.0, (-math.inf, -math.inf, 0)
    for token, (mine, theirs) in enumerate(zip(p, q, strict=True)):
        kl += mine * (math.log(mine) - math.log(theirs))
        if mine >= 0.1 * max(p):
            score = (1 + weight) * math.log(mine) - weight * math.log(theirs)
            best = max(best, (score, math.log(mine), -token))
    return Besides(kl, -best[2], best[1])


def read(p: Sequence[float], q: Sequence[float], weight: float) -> Besides:
    key = Beside(THERE, (), weight)
    with np.errstate(divide="ignore"):
        here, there = np.log(p), np.log(q)
    return answer_want(here, Want(beside=frozenset({key})), 0, others={key: there}).beside[key]


def same(found: Besides, expected: Besides, tolerance: float = 1e-9) -> None:
    assert found.token == expected.token
    assert found.logprob == pytest.approx(expected.logprob, abs=tolerance)
    assert found.kl == pytest.approx(expected.kl, abs=tolerance)


def test_what_cannot_come_at_all_adds_nothing_to_the_divergence() -> None:
    here, there = torch.tensor([1.0, 2.0, -math.inf]), torch.tensor([3.0, 0.0, -math.inf])
    p, q = (torch.softmax(one[:2].double(), 0).tolist() for one in (here, there))
    assert contrasted(here, there, 0.0).kl == pytest.approx(brute(p, q, 0.0).kl)


masses = st.lists(st.integers(1, 1000), min_size=9, max_size=9).map(
    lambda parts: [part / sum(parts) for part in parts]
)


@given(masses, masses, st.sampled_from([0.0, 0.5, 1.0, 3.0]))
def test_plain_and_device_are_the_definition(p: list[float], q: list[float], weight: float) -> None:
    ratios = sorted(
        math.log(a) * (1 + weight) - weight * math.log(b) for a, b in zip(p, q, strict=True)
    )
    clear = all(b - a > 1e-6 for a, b in pairwise(ratios))
    expected = brute(p, q, weight)
    found = [read(p, q, weight)]
    here, there = (torch.tensor(row, dtype=torch.float64).log() for row in (p, q))
    found.append(contrasted(here, there, weight))
    for one in found:
        assert one.kl == pytest.approx(expected.kl, abs=1e-9)
        if clear and all(abs(mine - 0.1 * max(p)) > 1e-9 for mine in p):
            same(one, expected)


def test_the_contrast_turns_to_what_only_the_first_prompt_makes_likely() -> None:
    p, q = [0.5, 0.3, 0.19, 0.01], [0.6, 0.1, 0.29, 0.01]
    assert read(p, q, 0.0).token == 0
    assert read(p, q, 1.0).token == 1
    assert read(p, q, 0.0).kl == read(p, q, 1.0).kl > 0


def test_an_implausible_token_never_wins_however_much_likelier_it_became() -> None:
    p, q = [0.9, 0.08, 0.02], [0.9, 0.0999, 0.0001]
    assert read(p, q, 50.0).token == 0


def test_of_equals_the_more_probable_one_wins_and_then_the_first() -> None:
    assert read([0.2, 0.4, 0.4], [0.1, 0.4, 0.5], 0.0).token == 1
    ruled_out = [0.3, 0.45, 0.25], [1.0, 0.0, 0.0]
    assert read(*ruled_out, 1.0) == Besides(math.inf, 1, math.log(0.45))


def test_the_same_distribution_has_no_distance() -> None:
    assert read([0.5, 0.5, 0.0], [0.5, 0.5, 0.0], 2.0) == Besides(0.0, 0, math.log(0.5))


def test_a_model_that_hides_tokens_has_nothing_to_compare() -> None:
    key = Beside(THERE, ())
    even: npt.NDArray[np.float64] = np.log([0.5, 0.5])
    want = Want(beside=frozenset({key}))
    assert answer_want(even, want, 0, reveals=1, others={key: even}).beside == {}


@pytest.mark.parametrize("size", [211, 5_003])
def test_the_head_contrasts_many_rows(size: int) -> None:
    draw = torch.Generator().manual_seed(1)
    table = torch.randn((80, size), generator=draw) * 4
    head = Head(lambda hidden, start, stop: table[hidden[:, 0].long(), start:stop], size)
    weights = [0.0, 0.5, 2.0] * 13
    rows = torch.arange(39.0).unsqueeze(-1)
    found = head.contrast(rows, rows + 40, weights)
    logprobs = torch.log_softmax(table.double(), dim=-1).numpy()
    for at, (weight, one) in enumerate(zip(weights, found, strict=True)):
        key = Beside(THERE, (), weight)
        others = {key: logprobs[at + 40]}
        same(one, answer_want(logprobs[at], Want(), 0, others=others).beside[key], 1e-6)


def context(draw: random.Random, header: int, length: int) -> Context:
    shared = random.Random(99)
    return Context(
        tuple(shared.randrange(1, SIZE) for _ in range(header)),
        tuple(draw.randrange(1, SIZE) for _ in range(length)),
    )


@pytest.mark.parametrize("architecture", ["llama", "gemma3"])
@pytest.mark.parametrize("batch_tokens", [1, 30, 1000])
def test_trees_are_the_plain_way(architecture: str, batch_tokens: int) -> None:
    """Known and new prefixes on both sides, other headers, several at one place."""
    checkpoint = tiny(architecture)
    tree, plain = TreeModel(checkpoint, batch_tokens=batch_tokens), PlainModel(checkpoint)
    draw = random.Random(batch_tokens)
    contexts = [context(draw, header, 5) for header in (0, 7, 7, 12)]
    known: dict[Context, list[Path]] = {c: [()] for c in contexts}

    def place() -> tuple[Context, Path]:
        one = draw.choice(contexts)
        path = (*draw.choice(known[one]), *([draw.randrange(1, SIZE)] * draw.randint(0, 2)))
        known[one].append(path)
        return one, path

    for _ in range(4):
        requests = []
        for _ in range(6):
            others = frozenset(
                Beside(*place(), draw.choice((0.0, 1.0))) for _ in range(draw.randint(0, 3))
            )
            requests.append(Request(*place(), Want(top=draw.randint(0, 2), beside=others)))
        found = tree.next_tokens(requests)
        for request, mine, theirs in zip(requests, found, plain.next_tokens(requests), strict=True):
            assert set(mine.beside) == set(theirs.beside) == request.want.beside
            assert [t for t, _ in mine.top] == [t for t, _ in theirs.top]
            for key, one in mine.beside.items():
                same(one, theirs.beside[key], 2e-4)


def counts(lm: TreeModel | TableModel) -> None:
    one, two = Context((), (1, 2, 3)), Context((), (1, 2, 4, 5))
    key = Beside(two, (7,), 1.0)
    asks = [
        ([Request(one, (), Want(beside=frozenset({key})))], [3 + 4 + 1]),
        ([Request(one, (), Want(beside=frozenset({key})))], [0]),
        ([Request(one, (8,), Want(beside=frozenset({Beside(two, (7, 9)), key}))),
          Request(two, (7, 9), Want())], [1, 1]),
    ]  # fmt: skip
    for requests, expected in asks:
        found: Sequence[NextTokens] = lm.next_tokens(requests)
        assert [answer.forwarded for answer in found] == expected
    lm.release([one, two])
    [again] = lm.next_tokens(asks[0][0])
    assert again.forwarded == 8


def test_who_counts_the_other_prefix() -> None:
    """The request for it where there is one in the call, else the one that wants it beside."""
    counts(TreeModel(tiny("llama"), batch_tokens=64))
    counts(TableModel({QUESTION: {(): {" A": 1.0}}}))


def test_the_scheduler_forgets_contexts_that_only_stood_beside() -> None:
    checkpoint = tiny("llama")
    lm = TreeModel(checkpoint, batch_tokens=64)
    tree = TokenTree(Context((), (1, 2, 3)), checkpoint.tokenizer.token_bytes)
    key = Beside(Context((), (4, 5)), (6,))

    def inquiry() -> Inquiry[Besides]:
        yield {(tree, ()): Want(top=1)}
        yield {(tree, ()): Want(top=1, beside=frozenset({key}))}
        assert len(tree[()].top) == 1
        yield {(tree, ()): Want(beside=frozenset({key}))}
        return tree[()].beside[key]

    [found] = run_jobs(lm, iter([explore(inquiry())]), 1)
    assert found.kl > 0
    assert tree.forwarded == 3 + 3
    assert lm._forest.slots == {}

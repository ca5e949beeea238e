"""The tree backend against the plain one, on tiny random models of real architectures."""

import random

import pytest
import torch
from tiny import SIZE, tiny

from misspoke.lm import Context, NextTokens, Path, Request, Want
from misspoke.lm.exactness import tree_is_exact
from misspoke.lm.plain import PlainModel
from misspoke.lm.treemodel import TreeModel
from misspoke.records.token_set import TokenSet

EVEN = TokenSet(range(0, SIZE, 2), SIZE)
WANT = Want(
    top=7,
    entropy=True,
    tokens=frozenset({3, 17, 101}),
    sets=frozenset({EVEN}),
    temperatures=(0.5, 2.0),
    tempered=frozenset({3, 17}),
)


def context(draw: random.Random, header: int, length: int) -> Context:
    shared = random.Random(99)
    return Context(
        tuple(shared.randrange(1, SIZE) for _ in range(header)),
        tuple(draw.randrange(1, SIZE) for _ in range(length)),
    )


def same(one: NextTokens, other: NextTokens, tolerance: float = 1e-4) -> None:
    assert [t for t, _ in one.top] == [t for t, _ in other.top]
    assert dict(one.top) == pytest.approx(dict(other.top), abs=tolerance)
    assert one.entropy == pytest.approx(other.entropy, abs=tolerance)
    assert one.logprobs == pytest.approx(other.logprobs, abs=tolerance)
    assert one.set_probs[EVEN] == pytest.approx(other.set_probs[EVEN], abs=tolerance)
    for mine, theirs in zip(one.tempered, other.tempered, strict=True):
        assert mine.entropy == pytest.approx(theirs.entropy, abs=tolerance)
        assert mine.logprobs == pytest.approx(theirs.logprobs, abs=tolerance)


@pytest.mark.parametrize("architecture", ["llama", "gemma3"])
@pytest.mark.parametrize("header", [0, 5, 30])
def test_trees_are_exact_in_ragged_rounds(architecture: str, header: int) -> None:
    """Uneven and empty frontiers, questions that come and go, prefixes beyond the window."""
    checkpoint = tiny(architecture)
    tree, plain = TreeModel(checkpoint, batch_tokens=40), PlainModel(checkpoint)
    draw = random.Random(header)
    contexts = [context(draw, header, length) for length in (1, 3, 9, 14, 2)]
    known: dict[Context, list[Path]] = {c: [()] for c in contexts}
    for step in range(5):
        requests = [
            Request(c, path, WANT)
            for c in contexts
            for path in draw.sample(known[c], k=draw.randint(0, min(3, len(known[c]))))
        ]
        for request, found in zip(requests, tree.next_tokens(requests), strict=True):
            [reference] = plain.next_tokens([request])
            same(found, reference)
            for token, _ in found.top[: draw.randint(1, 3)]:
                longer = (*request.path, token)
                known[request.context] += [longer, (*longer, draw.randrange(1, SIZE))]
        if step == 2:
            tree.release([contexts[1]])
            contexts[1] = context(draw, header, 6)
            known[contexts[1]] = [()]


def test_each_prefix_is_forwarded_once() -> None:
    tree = TreeModel(tiny("llama"), batch_tokens=64)
    one = context(random.Random(1), 4, 6)
    [first] = tree.next_tokens([Request(one, (), Want(top=1))])
    assert first.forwarded == 6
    assert tree.header_tokens == 4
    paths = [(5,), (5, 6), (5, 6, 7), (8,)]
    found = tree.next_tokens([Request(one, path, Want(top=1)) for path in paths])
    assert [f.forwarded for f in found] == [1, 1, 1, 1]
    [again] = tree.next_tokens([Request(one, (5, 6), WANT)])
    assert again.forwarded == 0


def test_a_header_is_kept_while_questions_stand_on_it_and_until_another_is_needed() -> None:
    checkpoint = tiny("llama")
    tree = TreeModel(checkpoint, batch_tokens=64)
    draw = random.Random(2)
    first, second, third = (context(draw, length, 3) for length in (4, 7, 9))
    for asked, tokens in ((first, 4), (first, 4), (second, 11)):
        tree.next_tokens([Request(asked, (), Want(top=1))])
        assert tree.header_tokens == tokens
    tree.release([first])
    tree.next_tokens([Request(third, (), Want(top=1))])
    tree.next_tokens([Request(second, (5,), Want(top=1))])
    assert tree.header_tokens == 20
    again = context(random.Random(2), 4, 3)
    [found] = tree.next_tokens([Request(again, (), WANT)])
    assert tree.header_tokens == 24
    [reference] = PlainModel(checkpoint).next_tokens([Request(again, (), WANT)])
    same(found, reference)


def test_batch_is_single() -> None:
    checkpoint = tiny("gemma3")
    draw = random.Random(4)
    requests = [Request(context(draw, 6, n), (9, 11), WANT) for n in (2, 12, 5, 1)]
    together = TreeModel(checkpoint, batch_tokens=1000).next_tokens(requests)
    for request, found in zip(requests, together, strict=True):
        [alone] = TreeModel(checkpoint, batch_tokens=1).next_tokens([request])
        same(found, alone)


@pytest.mark.parametrize("architecture", ["llama", "gemma3"])
@pytest.mark.parametrize("header", [0, 6])
def test_questions_of_one_length_need_no_padding(architecture: str, header: int) -> None:
    """Prompts, single tokens and branches that fill the grid, and a round that no longer does."""
    checkpoint = tiny(architecture)
    tree, plain = TreeModel(checkpoint, batch_tokens=1000), PlainModel(checkpoint)
    draw = random.Random(5)
    contexts = [context(draw, header, 12) for _ in range(3)]
    for paths in ([()], [(7,)], [(7, 8), (7, 9)], [(7, 8, 1, 2), (3, 4)]):
        for some in (contexts, contexts[:2], contexts[1:]):
            requests = [Request(c, path, WANT) for path in paths for c in some]
            pairs = zip(tree.next_tokens(requests), plain.next_tokens(requests), strict=True)
            for found, reference in pairs:
                same(found, reference)
            paths = [(*path, draw.randrange(1, SIZE)) for path in paths]


def test_a_model_that_cannot_take_a_tree_is_found_out() -> None:
    assert tree_is_exact(tiny("llama"))
    assert tree_is_exact(tiny("gemma3"))
    assert not tree_is_exact(tiny("gpt2"))


def test_bfloat16_is_rough_but_runs() -> None:
    checkpoint = tiny("llama")
    checkpoint.model.to(torch.bfloat16)
    request = Request(context(random.Random(2), 3, 5), (7,), Want(top=5))
    [found] = TreeModel(checkpoint, batch_tokens=64).next_tokens([request])
    assert len(found.top) == 5

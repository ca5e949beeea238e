"""Hidden states: the tree, the plain path and transformers' own output_hidden_states agree."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from tables import QUESTION
from tiny import SIZE, tiny

from misspoke.lm import Context, NextTokens, Path, Request, Want, run_jobs
from misspoke.lm.checkpoint import Checkpoint
from misspoke.lm.plain import PlainModel
from misspoke.lm.states import blocks_of, caught
from misspoke.lm.table import TableModel
from misspoke.lm.treemodel import TreeModel
from misspoke.search import Search, TokenTree, explore, on

BLOCKS = 4
ALL = frozenset(range(1, BLOCKS + 1))
WIDTH = 32


def context(draw: random.Random, header: int, length: int) -> Context:
    shared = random.Random(99)
    return Context(
        tuple(shared.randrange(1, SIZE) for _ in range(header)),
        tuple(draw.randrange(1, SIZE) for _ in range(length)),
    )


def own(checkpoint: Checkpoint, tokens: Path) -> list[npt.NDArray[np.float32]]:
    """The last token's output_hidden_states of transformers: the last is behind the final norm."""
    model = checkpoint.model
    with torch.inference_mode():
        out = model(input_ids=torch.tensor([tokens]), output_hidden_states=True, use_cache=False)
    return [states[0, -1].float().numpy() for states in out.hidden_states]


def is_own(
    checkpoint: Checkpoint,
    request: Request,
    states: Mapping[int, npt.NDArray[np.float32]],
    tolerance: float = 1e-4,
) -> None:
    """Exactly the wanted layers are there, and each is what transformers shows."""
    assert set(states) == request.want.layers
    reference = own(checkpoint, request.context.tokens + request.path)
    for layer, state in states.items():
        assert (state.dtype, state.shape) == (np.float32, (WIDTH,))
        seen = state if layer < BLOCKS else normed(checkpoint, state)
        scale = float(np.abs(reference[layer]).max())
        assert seen == pytest.approx(reference[layer], abs=tolerance * scale), layer


def normed(checkpoint: Checkpoint, state: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    model: Any = checkpoint.model.model
    with torch.inference_mode():
        found: npt.NDArray[np.float32] = model.norm(torch.tensor(state)).numpy()
    return found


def some_layers(draw: random.Random) -> frozenset[int]:
    return frozenset(draw.sample(sorted(ALL), k=draw.randint(0, BLOCKS)))


def hooks(checkpoint: Checkpoint) -> int:
    """How many of our own hooks are in place; transformers has some too."""
    placed = [hook for b in blocks_of(checkpoint.model) for hook in b._forward_hooks.values()]
    return sum(hook.__module__ == caught.__module__ for hook in placed)


@pytest.mark.parametrize("architecture", ["llama", "gemma3"])
@pytest.mark.parametrize("header", [0, 5, 30])
@pytest.mark.parametrize("batch_tokens", [1, 40, 1000])
def test_states_are_exact_in_ragged_rounds(
    architecture: str, header: int, batch_tokens: int
) -> None:
    """Known and new prefixes mixed, asked twice, late, in several layers, over split batches."""
    checkpoint = tiny(architecture)
    tree, plain = TreeModel(checkpoint, batch_tokens=batch_tokens), PlainModel(checkpoint)
    draw = random.Random(header + batch_tokens)
    contexts = [context(draw, header, length) for length in (1, 9, 14, 2)]
    known: dict[Context, list[Path]] = {c: [()] for c in contexts}
    for step in range(4):
        requests = [
            Request(c, path, Want(top=2, layers=some_layers(draw)))
            for c in contexts
            for path in draw.choices(known[c], k=draw.randint(1, 4))
        ]
        found = tree.next_tokens(requests)
        for request, answer in zip(requests, found, strict=True):
            is_own(checkpoint, request, answer.states)
            [reference] = plain.next_tokens([request])
            is_own(checkpoint, request, reference.states)
            assert [t for t, _ in answer.top] == [t for t, _ in reference.top]
            assert dict(answer.top) == pytest.approx(dict(reference.top), abs=1e-4)
            longer = (*request.path, answer.top[0][0])
            known[request.context] += [longer, (*longer, draw.randrange(1, SIZE))]
        if step == 1:
            tree.release([contexts[1]])
    assert hooks(checkpoint) == 0


def ask(lm: TreeModel | PlainModel, *asked: tuple[Context, Path, set[int]]) -> Sequence[NextTokens]:
    return lm.next_tokens([Request(c, path, Want(layers=frozenset(k))) for c, path, k in asked])


def test_states_that_are_asked_at_once_cost_nothing() -> None:
    tree = TreeModel(tiny("llama"), batch_tokens=64)
    one = context(random.Random(1), 4, 6)
    found = ask(
        tree, (one, (), {1}), (one, (5,), {2}), (one, (5, 6, 7), {1, 4}), (one, (5, 6), {3})
    )
    assert [answer.forwarded for answer in found] == [6, 1, 2, 0]
    assert [set(answer.states) for answer in found] == [{1}, {2}, {1, 4}, {3}]
    assert tree.header_tokens == 4


def test_states_that_are_asked_late_cost_their_whole_prefix_once() -> None:
    """The header is kept; whoever asks first of several pays, and later rounds pay again."""
    checkpoint = tiny("gemma3")
    tree = TreeModel(checkpoint, batch_tokens=64)
    one = context(random.Random(1), 4, 6)
    ask(tree, (one, (5, 6), set()))
    late: list[tuple[Context, Path, set[int]]] = [
        (one, (5, 6), set()),
        (one, (5, 6), {1, 2}),
        (one, (5, 6), {2, 3}),
        (one, (5,), {4}),
        (one, (5, 6, 8), {2}),
    ]
    for new in (1, 0):
        found = ask(tree, *late)
        costs = [answer.forwarded for answer in found]
        assert sum(costs) == (6 + 2) + (6 + 1) + (new or 6 + 3)
        assert sum(costs[:3]) == 6 + 2
        for (_, path, layers), answer in zip(late, found, strict=True):
            is_own(checkpoint, Request(one, path, Want(layers=frozenset(layers))), answer.states)
    assert tree.header_tokens == 4
    [after] = ask(tree, (one, (5, 6), set()))
    assert (after.forwarded, after.states) == (0, {})


def test_what_is_forwarded_again_leaves_no_rows_behind() -> None:
    tree = TreeModel(tiny("llama"), batch_tokens=64)
    one = context(random.Random(1), 4, 6)
    ask(tree, (one, (5, 6), set()))
    for _ in range(5):
        ask(tree, (one, (5, 6), {1}), (one, (5,), {1}))
    assert set(tree._forest.slots) == {one}
    assert tree._forest.rows == 3


def test_an_error_leaves_no_hooks_and_no_rows_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = tiny("llama")
    tree = TreeModel(checkpoint, batch_tokens=64)
    one = context(random.Random(1), 4, 6)
    ask(tree, (one, (5, 6), set()))

    def fail(*_: object) -> None:
        assert hooks(checkpoint) == 1
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(tree, "_run", fail)
        with pytest.raises(MemoryError):
            ask(tree, (one, (5,), {2}))
    assert hooks(checkpoint) == 0
    assert set(tree._forest.slots) == {one}
    [found] = ask(tree, (one, (5,), {2}))
    is_own(checkpoint, Request(one, (5,), Want(layers=frozenset({2}))), found.states)


@pytest.mark.parametrize("architecture", ["llama", "gemma3"])
def test_bfloat16_states_are_given_as_float32(architecture: str) -> None:
    checkpoint = tiny(architecture)
    checkpoint.model.to(torch.bfloat16)
    one = context(random.Random(2), 3, 5)
    request = Request(one, (7,), Want(top=1, layers=frozenset({1, 3})))
    for lm in (TreeModel(checkpoint, batch_tokens=64), PlainModel(checkpoint)):
        [found] = lm.next_tokens([request])
        is_own(checkpoint, request, found.states, tolerance=0.1)


def test_only_the_layers_that_there_are_are_shown() -> None:
    checkpoint = tiny("llama")
    one = context(random.Random(2), 0, 5)
    for lm in (TreeModel(checkpoint, batch_tokens=64), PlainModel(checkpoint)):
        assert lm.blocks == BLOCKS
        [found] = ask(lm, (one, (), {-1, 0, 2, BLOCKS + 1}))
        assert set(found.states) == {2}
    tree = TreeModel(checkpoint, batch_tokens=64)
    for cost in (5, 0):
        [found] = ask(tree, (one, (), {BLOCKS + 1}))
        assert (found.forwarded, found.states) == (cost, {})


def test_a_model_without_such_blocks_shows_none() -> None:
    plain = PlainModel(tiny("gpt2"))
    assert plain.blocks == 0
    assert ask(plain, (context(random.Random(2), 0, 5), (), {1}))[0].states == {}
    table = TableModel({QUESTION: {(): {" A": 1.0}}})
    assert table.blocks == 0
    one = Context((), table.tokenizer.encode(QUESTION))
    [found] = table.next_tokens([Request(one, (), Want(top=1, layers=ALL))])
    assert (len(found.top), found.states) == (1, {})


class Block(torch.nn.Module):
    """Puts out its input and one more, as a tensor, in a tuple, or as several streams."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form = form

    def forward(self, hidden: torch.Tensor) -> Any:
        hidden += 1  # in place: what was caught before must not change
        return {"tensor": hidden, "tuple": (hidden, None), "streams": hidden.expand(2, 1, 3, 2)}[
            self.form
        ]


def test_blocks_may_put_out_tensors_or_tuples() -> None:
    blocks = [Block(form) for form in ("tensor", "tuple", "streams")]
    with torch.inference_mode(), caught(blocks, [1, 2, 3], [2, 0]) as found:
        hidden = torch.tensor([[[0.0, 10.0], [1.0, 20.0], [2.0, 30.0]]])
        for block in blocks:
            block(hidden)
    assert [{k: v.tolist() for k, v in states.items()} for states in found] == [
        {1: [3.0, 31.0], 2: [4.0, 32.0]},
        {1: [1.0, 11.0], 2: [2.0, 12.0]},
    ]


def test_wants_for_layers_are_joined() -> None:
    one, other = Want(top=1, layers=frozenset({1, 2})), Want(layers=frozenset({2, 3}))
    assert (one | other) == Want(top=1, layers=frozenset({1, 2, 3}))


def test_a_token_tree_asks_for_a_state_once_and_keeps_what_it_knows() -> None:
    checkpoint = tiny("llama")
    one = context(random.Random(3), 4, 6)
    known = TokenTree(one, checkpoint.tokenizer.token_bytes)
    rounds: list[tuple[Mapping[Path, Want], int]] = [
        ({(): Want(top=1, layers=frozenset({1})), (5,): Want(layers=frozenset({2}))}, 7),
        ({(): Want(layers=frozenset({1})), (5,): Want(top=1)}, 7),
        ({(): Want(layers=frozenset({1, 3})), (5,): Want(layers=frozenset({2}))}, 13),
    ]

    def search() -> Search[None]:
        for wants, forwarded in rounds:
            yield wants
            assert known.forwarded == forwarded

    list(run_jobs(TreeModel(checkpoint, batch_tokens=64), iter([explore(on(known, search()))]), 1))
    for path, layers in (((), {1, 3}), ((5,), {2})):
        is_own(checkpoint, Request(one, path, Want(layers=frozenset(layers))), known[path].states)
        assert len(known[path].top) == 1

"""Attention shares: what transformers' own eager attention gives to spans of a text."""

import copy
import random
from collections.abc import Mapping

import pytest
import torch
from tables import QUESTION
from tiny import SIZE, tiny

from misspoke.lm import Context, Path, Request, Span, Want, run_jobs
from misspoke.lm.checkpoint import Checkpoint
from misspoke.lm.plain import PlainModel
from misspoke.lm.table import TableModel
from misspoke.lm.treemodel import TreeModel
from misspoke.search import Inquiry, TokenTree, explore

_eager: dict[str, Checkpoint] = {}


def eager(architecture: str, tokens: Path) -> torch.Tensor:
    """The last token's attention [tokens], the mean over layers and heads."""
    if architecture not in _eager:
        _eager[architecture] = tiny(architecture)
        _eager[architecture].model.set_attn_implementation("eager")
    with torch.inference_mode():
        out = _eager[architecture].model(
            input_ids=torch.tensor([tokens]), output_attentions=True, use_cache=False
        )
    return torch.stack([layer[0, :, -1] for layer in out.attentions]).double().mean((0, 1))


def context(draw: random.Random, header: int, length: int) -> Context:
    shared = random.Random(99)
    return Context(
        tuple(shared.randrange(1, SIZE) for _ in range(header)),
        tuple(draw.randrange(1, SIZE) for _ in range(length)),
    )


def some_spans(draw: random.Random, length: int) -> frozenset[Span]:
    ends = [sorted((draw.randint(0, length), draw.randint(0, length))) for _ in range(3)]
    return frozenset((a, b) for a, b in ends)


def is_eager(
    architecture: str, request: Request, shares: Mapping[Span, float], tolerance: float = 1e-5
) -> None:
    assert set(shares) == request.want.shares
    expected = eager(architecture, request.context.tokens + request.path)
    for (start, stop), share in shares.items():
        assert share == pytest.approx(float(expected[start:stop].sum()), abs=tolerance)


@pytest.mark.parametrize("architecture", ["llama", "gemma3"])
@pytest.mark.parametrize("header", [0, 5, 30])
@pytest.mark.parametrize("batch_tokens", [1, 40, 1000])
def test_shares_are_those_of_plain_attention(
    architecture: str, header: int, batch_tokens: int
) -> None:
    """New and known prefixes, beyond the window of 8, beside wanted states, over split batches."""
    tree = TreeModel(tiny(architecture), batch_tokens=batch_tokens)
    draw = random.Random(header + batch_tokens)
    contexts = [context(draw, header, length) for length in (1, 9, 14)]
    known: dict[Context, list[Path]] = {c: [()] for c in contexts}
    for _ in range(3):
        requests = []
        for one in contexts:
            for path in draw.choices(known[one], k=3):
                path = (*path, *(draw.randrange(1, SIZE) for _ in range(draw.randint(0, 2))))
                known[one].append(path)
                spans = some_spans(draw, len(one.tokens) + len(path))
                layers = frozenset({2}) if draw.random() < 0.3 else frozenset[int]()
                spans = frozenset() if draw.random() < 0.2 else spans
                requests.append(Request(one, path, Want(top=1, layers=layers, shares=spans)))
        for request, found in zip(requests, tree.next_tokens(requests), strict=True):
            is_eager(architecture, request, found.shares)
            assert set(found.states) == request.want.layers


def test_a_softcap_is_kept() -> None:
    """Gemma 2 caps its scores; so does what is taken down."""
    from transformers import Gemma2Config, Gemma2ForCausalLM

    torch.manual_seed(0)
    config = Gemma2Config(
        vocab_size=SIZE, hidden_size=32, intermediate_size=48, num_hidden_layers=4,
        num_attention_heads=4, num_key_value_heads=2, head_dim=16, max_position_embeddings=512,
        sliding_window=8, attn_logit_softcapping=0.5,
    )  # fmt: skip
    model = Gemma2ForCausalLM(config).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3 if parameter.dim() > 1 else 0.1)
    checkpoint = tiny("llama")
    made = Checkpoint(
        "gemma2", model, checkpoint.tokenizer, 512, 32, SIZE, ((2, 16),) * 4, "gemma2"
    )
    plain = copy.deepcopy(model)
    plain.set_attn_implementation("eager")
    _eager["gemma2"] = Checkpoint(
        "gemma2", plain, checkpoint.tokenizer, 512, 32, SIZE, ((2, 16),) * 4, "gemma2"
    )
    request = Request(context(random.Random(1), 3, 12), (5, 6), Want(shares=frozenset({(0, 9)})))
    [found] = TreeModel(made, batch_tokens=64).next_tokens([request])
    is_eager("gemma2", request, found.shares)


def test_a_sliding_layer_gives_nothing_to_what_it_cannot_see() -> None:
    """Half of the layers see 8 tokens: the first 20 of 40 get no more than the other half's."""
    one = context(random.Random(3), 0, 40)
    want = Want(shares=frozenset({(0, 20), (20, 40), (0, 40), (32, 40), (7, 7)}))
    [found] = TreeModel(tiny("gemma3"), batch_tokens=64).next_tokens([Request(one, (), want)])
    assert 0 < found.shares[0, 20] < 0.5 < found.shares[32, 40]
    assert found.shares[0, 20] + found.shares[20, 40] == pytest.approx(1)
    assert found.shares[0, 40] == pytest.approx(1)
    assert found.shares[7, 7] == 0


def test_shares_that_are_asked_at_once_cost_nothing_and_late_ones_the_prefix() -> None:
    checkpoint = tiny("llama")
    tree = TreeModel(checkpoint, batch_tokens=64)
    one = context(random.Random(1), 4, 6)
    want = Want(shares=frozenset({(0, 3)}))
    costs = []
    for path in ((), (5, 6), (5,)):
        request = Request(one, path, want)
        [found] = tree.next_tokens([request])
        is_eager("llama", request, found.shares)
        costs.append(found.forwarded)
    assert costs == [6, 2, 6 + 1]
    assert set(tree._forest.slots) == {one}
    [plainly] = tree.next_tokens([Request(one, (5,), Want(top=1))])
    assert (plainly.forwarded, plainly.shares) == (0, {})


def test_watching_changes_no_distribution() -> None:
    checkpoint = tiny("gemma3")
    one = context(random.Random(1), 4, 20)
    [plainly] = TreeModel(checkpoint, batch_tokens=64).next_tokens(
        [Request(one, (5,), Want(top=9))]
    )
    [watched] = TreeModel(checkpoint, batch_tokens=64).next_tokens(
        [Request(one, (5,), Want(top=9, shares=frozenset({(0, 9)})))]
    )
    assert watched.top == plainly.top


def test_models_that_do_not_show_their_attention_give_none() -> None:
    want = Want(top=1, shares=frozenset({(0, 2)}))
    one = context(random.Random(2), 0, 5)
    [found] = PlainModel(tiny("llama")).next_tokens([Request(one, (), want)])
    assert (len(found.top), found.shares) == (1, {})
    table = TableModel({QUESTION: {(): {" A": 1.0}}})
    asked = Context((), table.tokenizer.encode(QUESTION))
    [found] = table.next_tokens([Request(asked, (), want)])
    assert found.shares == {}


def test_a_token_tree_asks_for_a_share_once_and_keeps_it() -> None:
    checkpoint = tiny("llama")
    lm = TreeModel(checkpoint, batch_tokens=64)
    tree = TokenTree(context(random.Random(3), 0, 6), checkpoint.tokenizer.token_bytes)
    first, second = frozenset({(0, 2)}), frozenset({(0, 2), (2, 4)})

    def inquiry() -> Inquiry[None]:
        yield {(tree, ()): Want(shares=first)}
        yield {(tree, ()): Want(top=1)}
        assert tree.forwarded == 6
        yield {(tree, ()): Want(shares=second)}
        assert tree.forwarded == 12
        yield {(tree, ()): Want(shares=second)}
        assert tree.forwarded == 12

    list(run_jobs(lm, iter([explore(inquiry())]), 1))
    is_eager("llama", Request(tree.context, (), Want(shares=second)), tree[()].shares)
    assert len(tree[()].top) == 1

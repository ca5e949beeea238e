"""The output head's one pass in chunks against the plain reading of whole distributions."""

import numpy as np
import pytest
import torch

from misspoke.lm.head import Head
from misspoke.lm.protocol import NextTokens, Want, answer_want
from misspoke.records.token_set import TokenSet

SIZE = 5_003
"""Several chunks, and a last block that is not full."""
ODD = TokenSet(range(1, SIZE, 2), SIZE)
TAIL = TokenSet(range(SIZE - 40, SIZE), SIZE)


def logits(rows: int, spread: float) -> torch.Tensor:
    return torch.randn((rows, SIZE), generator=torch.Generator().manual_seed(7)) * spread


def head(table: torch.Tensor) -> Head:
    """A head whose hidden states are the numbers of the rows of a table."""
    return Head(lambda hidden, start, stop: table[hidden[:, 0].long(), start:stop], table.shape[1])


def plain(row: torch.Tensor, want: Want) -> NextTokens:
    return answer_want(torch.log_softmax(row.double(), dim=-1).numpy(), want, 0)


def check(found: NextTokens, expected: NextTokens) -> None:
    assert [token for token, _ in found.top] == [token for token, _ in expected.top]
    assert dict(found.top) == pytest.approx(dict(expected.top), abs=2e-5)
    assert found.logprobs == pytest.approx(expected.logprobs, abs=2e-5)
    assert found.set_probs == pytest.approx(expected.set_probs, abs=1e-5)
    if expected.entropy is not None:
        assert found.entropy == pytest.approx(expected.entropy, abs=1e-4)
    assert [t.temperature for t in found.tempered] == [t.temperature for t in expected.tempered]
    for mine, theirs in zip(found.tempered, expected.tempered, strict=True):
        assert mine.entropy == pytest.approx(theirs.entropy, abs=1e-4)
        assert mine.logprobs == pytest.approx(theirs.logprobs, abs=5e-5)


@pytest.mark.parametrize("spread", [0.01, 3.0, 40.0])
def test_every_row_gets_what_it_wants(spread: float) -> None:
    table = logits(5, spread)
    wants = [
        Want(top=3),
        Want(top=100, entropy=True, tokens=frozenset({0, 64, SIZE - 1})),
        Want(sets=frozenset({ODD, TAIL}), tokens=frozenset({5_000})),
        Want(temperatures=(0.3, 2.0), tempered=frozenset({1, SIZE - 2}), sets=frozenset({TAIL})),
        Want(top=3, temperatures=(1.0,), tempered=frozenset({9})),
    ]
    found = head(table).read(torch.arange(5.0).unsqueeze(-1), wants, [0] * 5)
    for row, want, answer in zip(table, wants, found, strict=True):
        check(answer, plain(row, want))


def test_a_row_does_not_depend_on_the_pass_that_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    table = logits(40, 3.0)
    want = Want(top=5, entropy=True)
    order = np.random.default_rng(0).permutation(40)
    hidden = torch.from_numpy(order).float().unsqueeze(-1)
    monkeypatch.setattr("misspoke.lm.head._LOGITS", 1)
    found = head(table).read(hidden, [want] * 40, list(range(40)))
    assert [answer.forwarded for answer in found] == list(range(40))
    for at, answer in zip(order, found, strict=True):
        check(answer, plain(table[at], want))


def test_the_leader_may_stand_in_the_last_block() -> None:
    table = logits(1, 1.0)
    table[0, SIZE - 1] = 50.0
    [found] = head(table).read(torch.zeros((1, 1)), [Want(top=2)], [0])
    assert found.top[0][0] == SIZE - 1


def test_the_whole_vocabulary_can_be_asked_for() -> None:
    table = logits(1, 1.0)
    [found] = head(table).read(torch.zeros((1, 1)), [Want(top=SIZE + 9)], [0])
    assert sorted(token for token, _ in found.top) == list(range(SIZE))

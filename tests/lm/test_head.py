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


PLACES = (0.0, 0.25, 0.5, 0.75, 0.999999)
GRID = (0.05, 0.7, 1.0, 3.0)
DRAWS = frozenset((temperature, place) for temperature in GRID for place in PLACES)


@pytest.mark.parametrize("spread", [0.01, 3.0, 40.0])
def test_draws_are_those_of_the_whole_distribution(spread: float) -> None:
    table = logits(3, spread)
    want = Want(draws=DRAWS)
    found = head(table).read(torch.arange(3.0).unsqueeze(-1), [want] * 3, [0] * 3)
    for row, answer in zip(table, found, strict=True):
        expected = plain(row, want).drawn
        assert {draw: token for draw, (token, _) in answer.drawn.items()} == {
            draw: token for draw, (token, _) in expected.items()
        }
        for draw, (_, logprob) in expected.items():
            assert answer.drawn[draw][1] == pytest.approx(logprob, abs=2e-5)


@pytest.mark.parametrize("temperature", GRID)
def test_equal_tokens_share_the_chance_equally(temperature: float) -> None:
    table = torch.full((1, SIZE), -1e4)
    tied = [3, 70, 2_500, SIZE - 1]
    table[0, tied] = 5.0
    places = {0.0: 3, 0.249: 3, 0.25: 70, 0.499: 70, 0.5: 2_500, 0.75: SIZE - 1, 0.999999: SIZE - 1}
    want = Want(draws=frozenset((temperature, place) for place in places))
    [found] = head(table).read(torch.zeros((1, 1)), [want], [0])
    assert {place: token for (_, place), (token, _) in found.drawn.items()} == places
    for draw, (token, logprob) in plain(table[0], want).drawn.items():
        assert found.drawn[draw] == (token, pytest.approx(logprob))


def test_the_last_place_never_leaves_the_vocabulary() -> None:
    table = logits(1, 0.01)
    place = float(np.nextafter(1.0, 0.0))
    [found] = head(table).read(torch.zeros((1, 1)), [Want(draws=frozenset({(1.0, place)}))], [0])
    assert found.drawn[1.0, place][0] in range(SIZE - 2, SIZE)


def test_each_row_of_a_batch_gets_its_own_draws() -> None:
    table = logits(4, 3.0)
    wants = [
        Want(draws=frozenset({(1.0, 0.3), (0.7, 0.3), (1.0, 0.8)}), top=3),
        Want(top=5, entropy=True),
        Want(draws=frozenset({(1.0, 0.3)}), tokens=frozenset({7})),
        Want(draws=frozenset({(2.0, 0.999)}), temperatures=(2.0,), tempered=frozenset({7})),
    ]
    found = head(table).read(torch.arange(4.0).unsqueeze(-1), wants, [0] * 4)
    for row, want, answer in zip(table, wants, found, strict=True):
        expected = plain(row, want)
        check(answer, expected)
        assert set(answer.drawn) == want.draws
        for draw, (token, logprob) in expected.drawn.items():
            assert answer.drawn[draw] == (token, pytest.approx(logprob, abs=2e-5))

"""The scheduler: side by side, never too many, and nothing left behind."""

from collections.abc import Iterable, Iterator, Sequence

import pytest

from misspoke.lm import Context, Job, NextTokens, Request, Want, run_jobs
from misspoke.lm.table import TableModel

WANT = Want(top=1)


class Watched:
    """A model that answers each request with its own path, and remembers who was released."""

    def __init__(self) -> None:
        self.inner = TableModel({})
        self.name, self.reveals, self.blocks, self.window = "watched", None, 0, 100
        self.tokenizer = self.inner.tokenizer
        self.batches: list[list[Request]] = []
        self.released: list[Context] = []

    def next_tokens(self, requests: Sequence[Request]) -> Sequence[NextTokens]:
        self.batches.append(list(requests))
        return [NextTokens(forwarded=len(request.path)) for request in requests]

    def release(self, contexts: Iterable[Context]) -> None:
        self.released += contexts

    def description(self) -> dict[str, str | int | float | None]:
        return {}


class Started:
    """Jobs that ask for some rounds of two requests, and how many of them were begun."""

    def __init__(self, rounds: Sequence[int]) -> None:
        self.contexts = [Context((), (number,)) for number in range(len(rounds))]
        self.begun = 0
        self._rounds = rounds

    def __iter__(self) -> Iterator[Job[int]]:
        for number, context in enumerate(self.contexts):
            yield self._job(context, number)

    def _job(self, context: Context, number: int) -> Job[int]:
        self.begun += 1
        for turn in range(self._rounds[number]):
            paths = [(turn,) * turn, (turn,) * (turn + 1)]
            answers = yield [Request(context, path, WANT) for path in paths]
            assert [answer.forwarded for answer in answers] == [len(path) for path in paths]
        return number


def test_results_come_in_the_order_of_completion() -> None:
    lm, jobs = Watched(), Started([5, 1, 3, 1, 2])
    assert list(run_jobs(lm, iter(jobs), 5)) == [1, 3, 4, 2, 0]
    assert len(lm.batches) == 5
    assert [len(batch) for batch in lm.batches] == [10, 6, 4, 2, 2]


@pytest.mark.parametrize("in_flight", [1, 2, 3, 50])
def test_never_more_in_flight_than_allowed(in_flight: int) -> None:
    lm, jobs = Watched(), Started([3, 1, 4, 1, 5, 2, 2, 0, 6])
    assert sorted(run_jobs(lm, iter(jobs), in_flight)) == list(range(9))
    side_by_side = [len({request.context for request in batch}) for batch in lm.batches]
    assert max(side_by_side) == min(in_flight, 8)
    assert lm.released == sorted(lm.released, key=lm.released.index)
    assert set(lm.released) == set(jobs.contexts[:7] + jobs.contexts[8:])


def test_every_context_of_a_job_is_released() -> None:
    lm = Watched()
    contexts = [Context((), (number,)) for number in range(4)]

    def job() -> Job[None]:
        yield [Request(contexts[0], (), WANT), Request(contexts[1], (), WANT)]
        yield [Request(contexts[2], (), WANT), Request(contexts[1], (1,), WANT)]
        yield [Request(contexts[3], (), WANT)]

    list(run_jobs(lm, iter([job()]), 1))
    assert sorted(lm.released, key=contexts.index) == contexts


def test_jobs_start_only_when_there_is_room() -> None:
    lm, jobs = Watched(), Started([1] * 6)
    results = run_jobs(lm, iter(jobs), 2)
    assert jobs.begun == 0
    next(results)
    assert jobs.begun == 2


def test_a_job_that_asks_for_nothing_ends_at_once() -> None:
    lm, jobs = Watched(), Started([0, 0, 2, 0])
    assert list(run_jobs(lm, iter(jobs), 2)) == [0, 1, 3, 2]
    assert lm.released == [jobs.contexts[2]]
    assert list(run_jobs(lm, iter(Started([])), 2)) == []
    lm = Watched()
    assert list(run_jobs(lm, iter(Started([0])), 1)) == [0]
    assert lm.batches == []


def test_a_consumer_that_stops_early_leaves_nothing_behind() -> None:
    lm, jobs = Watched(), Started([4, 1, 4, 4])
    results = run_jobs(lm, iter(jobs), 3)
    assert next(results) == 1
    results.close()  # type: ignore[attr-defined]
    assert set(lm.released) == set(jobs.contexts[:3])
    assert jobs.begun == 3


@pytest.mark.parametrize("rounds", [0, 1, 2])
def test_an_error_in_a_job_leaves_nothing_behind(rounds: int) -> None:
    lm, jobs = Watched(), Started([9, 9])
    failing = Context((), (99,))

    def fail() -> Job[int]:
        for _ in range(rounds):
            yield [Request(failing, (), WANT)]
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        list(run_jobs(lm, iter([*jobs, fail()]), 3))
    assert set(lm.released) == {*jobs.contexts, *([failing] if rounds else [])}


def test_an_error_in_the_model_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    lm, jobs = Watched(), Started([2, 2, 2])

    def fail(_: object) -> Sequence[NextTokens]:
        raise MemoryError

    monkeypatch.setattr(lm, "next_tokens", fail)
    with pytest.raises(MemoryError):
        list(run_jobs(lm, iter(jobs), 2))
    assert set(lm.released) == set(jobs.contexts[:2])

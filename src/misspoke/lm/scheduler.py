"""Algorithms ask, one scheduler answers: fills batches from many searches side by side."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from misspoke.lm.protocol import Context, LanguageModel, NextTokens, Request

T = TypeVar("T")

Job = Generator[Sequence[Request], Sequence[NextTokens], T]
"""Yields the requests that it needs answered next, is sent their answers, returns its result."""


def run_jobs(lm: LanguageModel, jobs: Iterator[Job[T]], in_flight: int) -> Iterator[T]:
    """Runs jobs, up to `in_flight` at a time, and yields each result as it comes.

    A job may ask about several contexts; they are released when it ends, also when the caller stops
    early or an error ends the work. No two jobs may share one.
    """
    running: list[_Running[T]] = []
    try:
        while True:
            yield from _admit(jobs, running, in_flight)
            if not running:
                return
            answers = lm.next_tokens([request for job in running for request in job.requests])
            done: list[T] = []
            at = 0
            for entry in list(running):
                mine = answers[at : at + len(entry.requests)]
                at += len(entry.requests)
                try:
                    entry.goes_on_with(entry.job.send(mine))
                except StopIteration as stop:
                    running.remove(entry)
                    lm.release(entry.contexts)
                    done.append(stop.value)
            yield from done
    finally:
        lm.release([context for entry in running for context in entry.contexts])


@dataclass(slots=True, eq=False)
class _Running(Generic[T]):
    """A job in flight: what it asks now, and every context that it asked about."""

    job: Job[T]
    requests: Sequence[Request] = ()
    contexts: set[Context] = field(default_factory=set)

    def goes_on_with(self, requests: Sequence[Request]) -> None:
        self.requests = requests
        self.contexts.update(request.context for request in requests)
        self.contexts.update(other.context for r in requests for other in r.want.beside)


def _admit(jobs: Iterator[Job[T]], running: list[_Running[T]], in_flight: int) -> Iterator[T]:
    """Starts jobs until enough are in flight; one that asks for nothing ends at once."""
    while len(running) < in_flight:
        job = next(jobs, None)
        if job is None:
            return
        entry = _Running(job)
        try:
            entry.goes_on_with(next(job))
        except StopIteration as stop:
            yield stop.value
        else:
            running.append(entry)

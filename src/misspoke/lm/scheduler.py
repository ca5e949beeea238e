"""Algorithms ask, one scheduler answers: fills batches from many searches side by side."""

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TypeVar

from misspoke.lm.protocol import Context, LanguageModel, NextTokens, Request

T = TypeVar("T")

Job = Generator[Sequence[Request], Sequence[NextTokens], T]
"""Yields the requests that it needs answered next, is sent their answers, returns its result."""


def run_jobs(
    lm: LanguageModel,
    jobs: Iterator[tuple[Context, Callable[[], Job[T]]]],
    in_flight: int,
) -> Iterator[T]:
    """Runs jobs, up to `in_flight` at a time, and yields each result as it comes.

    A job is a context and a function that starts it; its context is released when it ends, also
    when the caller stops early or an error ends the work.
    """
    running: list[tuple[Context, Job[T], Sequence[Request]]] = []
    try:
        while True:
            yield from _admit(lm, jobs, running, in_flight)
            if not running:
                return
            batch = [request for _, _, requests in running for request in requests]
            answers = lm.next_tokens(batch)
            still: list[tuple[Context, Job[T], Sequence[Request]]] = []
            done: list[T] = []
            at = 0
            for context, job, requests in running:
                mine = answers[at : at + len(requests)]
                at += len(requests)
                try:
                    still.append((context, job, job.send(mine)))
                except StopIteration as stop:
                    lm.release([context])
                    done.append(stop.value)
            running[:] = still
            yield from done
    finally:
        lm.release([context for context, _, _ in running])


def _admit(
    lm: LanguageModel,
    jobs: Iterator[tuple[Context, Callable[[], Job[T]]]],
    running: list[tuple[Context, Job[T], Sequence[Request]]],
    in_flight: int,
) -> Iterator[T]:
    """Starts jobs until enough are in flight; one that asks for nothing ends at once."""
    while len(running) < in_flight:
        entry = next(jobs, None)
        if entry is None:
            return
        context, start = entry
        job = start()
        try:
            requests = next(job)
        except StopIteration as stop:
            lm.release([context])
            yield stop.value
        except BaseException:
            lm.release([context])
            raise
        else:
            running.append((context, job, requests))

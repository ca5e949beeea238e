"""Filling a run folder: rows as they come, with progress, and nothing lost after Ctrl-C."""

import platform
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from typing import TypeVar

from misspoke.records import Interrupted
from misspoke.runs.folder import RunWriter
from misspoke.runs.manifest import JSON

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Told how many rows of how many are done."""


def fill(
    writer: RunWriter,
    found: Iterable[T],
    store: Callable[[T], None],
    total: int,
    progress: Progress,
    facts: Callable[[], Mapping[str, JSON]],
) -> None:
    """Stores what is found until there is no more, then the facts of it and the time it took.

    `store` makes a row of the writer's run of it.

    Raises:
        Interrupted: after Ctrl-C; the rows that are done are kept, and so are their facts.
        UserError: the disk is full or broken.
    """
    before = done = len(writer.done)
    progress(done, total)
    start = time.perf_counter()
    try:
        for one in found:
            store(one)
            done += 1
            progress(done, total)
    except KeyboardInterrupt:
        writer.note(**facts())
        raise Interrupted(
            f"stopped: {len(writer.done)} of {total} rows are kept in {writer.folder}; "
            "the same command goes on"
        ) from None
    if done > before:
        seconds = round(time.perf_counter() - start, 1)
        writer.note(**facts(), seconds=seconds, seconds_rows=done - before)


def versions() -> dict[str, JSON]:
    """The versions of Python and of what computes the rows."""
    packages = ("misspoke", "torch", "transformers", "tokenizers", "numpy", "polars")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}

"""Filling a run folder: rows as they come, with progress, and nothing lost after Ctrl-C."""

import platform
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version

from misspoke.records import Interrupted
from misspoke.runs.folder import RunWriter
from misspoke.runs.manifest import JSON
from misspoke.runs.schema import Row

Progress = Callable[[int, int], None]
"""Told how many rows of how many are done."""


def fill(
    writer: RunWriter,
    rows: Iterable[Row],
    total: int,
    progress: Progress,
    facts: Callable[[], Mapping[str, JSON]],
) -> None:
    """Stores rows until there are no more, then the facts that they brought and the time it took.

    Raises:
        Interrupted: after Ctrl-C; the rows that are done are kept, and so are their facts.
        UserError: the disk is full or broken.
    """
    before = done = len(writer.done)
    progress(done, total)
    start = time.perf_counter()
    try:
        for row in rows:
            writer.append(row)
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

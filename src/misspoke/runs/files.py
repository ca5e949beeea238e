"""Names of a run folder's files, and writing them so that a kill at any moment does no harm."""

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from math import isfinite
from pathlib import Path
from typing import Any

from misspoke.records import UserError

MANIFEST = "manifest.json"
JOURNAL = "answers.partial.jsonl"
ANSWERS = "answers.parquet"
STATES = "states.npy"
PARTS = ".answers.parts"
SUMMARY = "summary.json"
LOCK = ".lock"

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file so that its path holds the old content or the new, never a part of it.

    Text is stored as UTF-8.

    Raises:
        OSError: the file cannot be written; the old one is untouched.
    """
    data = content.encode() if isinstance(content, str) else content
    aside = temporary(path)
    try:
        with aside.open("wb") as file:
            file.write(data)
        move_into_place(aside, path)
    except BaseException:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise


def strict(value: Any) -> Any:
    """A value for JSON, which has no number that is not finite: None in the place of such."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: strict(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [strict(one) for one in value]
    return value


def write_at(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of the data at a place of a file; raises OSError where the disk is full."""
    written = 0
    while written < len(data):  # a write is cut short only by a full disk
        written += os.pwrite(descriptor, data[written:], offset + written)


def temporary(path: Path) -> Path:
    """Where this process writes a file before it is moved to `path`."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def leftovers(folder: Path) -> list[Path]:
    """The files that killed processes left aside."""
    return list(folder.glob(".*.tmp"))


def move_into_place(aside: Path, path: Path) -> None:
    """Give a finished file its name, durably: content first, then the name."""
    _sync(aside)
    aside.replace(path)
    _sync_folder(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    try:
        _sync(folder)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some file systems cannot sync a folder
            raise


@contextmanager
def explained(folder: Path, safe_rows: Callable[[], int] | None = None) -> Iterator[None]:
    """Turn a failure of the disk into one line for the user.

    Raises:
        UserError: for any OSError inside; it says how many rows are safe, where that is known.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            what, remedy = "the disk is full", "free some space"
        else:
            reason = error.strerror or str(error)
            what, remedy = f"cannot be written to ({reason})", "mend that"
        safe = "" if safe_rows is None else f"{_counted(safe_rows())} safe; "
        raise UserError(
            f"{folder}: {what}; {safe}{remedy} and run the same command again"
        ) from error


def _counted(rows: int) -> str:
    return "1 row is" if rows == 1 else f"{rows} rows are"

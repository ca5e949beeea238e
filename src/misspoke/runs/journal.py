"""answers.partial.jsonl: the rows of a run that is not finished, one JSON line each.

A line goes to the system in one write, so that a killed process loses at most the row it was
writing; what such a kill tears is cut off when the journal is opened again.
"""

import json
import os
import time
from collections.abc import Collection, Iterable, Iterator, KeysView
from contextlib import suppress
from pathlib import Path
from typing import Any

from misspoke.records import SettingsDiffer, UserError
from misspoke.runs.manifest import shortened
from misspoke.runs.schema import missing_columns

_SYNC_SECONDS = 1.0
"""A power cut loses the rows of at most so long."""


class Journal:
    """An open journal; knows where the row of each id begins.

    Only one process may hold it. Needs memory for the ids, not for the rows.

    Raises:
        UserError: a line in the middle is damaged.
        SettingsDiffer: there is a row of an id that is not among those asked.
        OSError: the file cannot be read or written.
    """

    def __init__(self, path: Path, asked: Collection[str]) -> None:
        self._path = path
        self._offsets: dict[str, int] = {}
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            self._end = self._index(asked)
            os.ftruncate(self._file, self._end)
        except BaseException:
            os.close(self._file)
            raise
        self.safe_rows = self._synced_rows = len(self._offsets)
        self._synced = time.monotonic()

    @property
    def ids(self) -> KeysView[str]:
        """The ids whose rows it holds."""
        return self._offsets.keys()

    def append(self, row: dict[str, Any]) -> None:
        """Add a row; if that fails, the journal is as it was.

        Raises:
            OSError: the disk is full or broken.
            UnicodeEncodeError: a text holds half of a surrogate pair.
        """
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        try:
            written = 0
            while written < len(line):  # a write is cut short only by a full disk
                written += os.pwrite(self._file, line[written:], self._end + written)
        except BaseException:
            with suppress(OSError):
                os.ftruncate(self._file, self._end)
            raise
        self._offsets[row["id"]] = self._end
        self._end += len(line)
        self.safe_rows += 1
        if time.monotonic() - self._synced >= _SYNC_SECONDS:
            self.sync()

    def rows(self, ids: Iterable[str]) -> Iterator[dict[str, Any]]:
        """The rows of the ids, in their order."""
        with self._path.open("rb") as file:
            for row_id in ids:
                file.seek(self._offsets[row_id])
                yield json.loads(file.readline())

    def sync(self) -> None:
        """Make the rows safe from a power cut; raises OSError where that fails."""
        try:
            os.fsync(self._file)
        except OSError:
            self.safe_rows = self._synced_rows
            raise
        self._synced_rows = self.safe_rows
        self._synced = time.monotonic()

    def close(self) -> None:
        """Sync and close; raises OSError where the sync fails, and has closed all the same."""
        try:
            self.sync()
        finally:
            os.close(self._file)

    def discard(self) -> None:
        """Close and remove the file: its rows are safe elsewhere."""
        os.close(self._file)
        self._path.unlink()

    def _index(self, asked: Collection[str]) -> int:
        """Find the rows; returns where the last whole line ends."""
        end = 0
        strangers = []
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    break
                row_id = self._row_id(number, line)
                if row_id not in asked:
                    strangers.append(row_id)
                self._offsets.setdefault(row_id, end)
                end += len(line)
        if strangers:
            refuse_strangers(self._path.parent, strangers)
        return end

    def _row_id(self, number: int, line: bytes) -> str:
        try:
            row = json.loads(line.decode())
        except ValueError as error:
            raise self._damaged(number, str(error)) from error
        if not isinstance(row, dict) or not isinstance(row.get("id"), str):
            raise self._damaged(number, "no row")
        if missing := missing_columns(row):
            raise self._damaged(number, f"without {shortened(missing)}")
        row_id: str = row["id"]
        return row_id

    def _damaged(self, number: int, why: str) -> UserError:
        return UserError(
            f"{self._path}:{number}: damaged ({why}); delete this line and run the same command "
            "again: its question is asked again"
        )


def refuse_strangers(folder: Path, ids: list[str]) -> None:
    """Refuse a folder with rows of ids that are not asked; always raises SettingsDiffer."""
    raise SettingsDiffer(
        f"{folder}: holds rows of other questions ({shortened([repr(i) for i in ids])}); "
        "use the same questions, or another folder with -o"
    )


def count_rows(path: Path) -> int:
    """The whole lines of a journal that nobody holds open; 0 without a journal."""
    try:
        with path.open("rb") as file:
            return sum(line.endswith(b"\n") for line in file)
    except FileNotFoundError:
        return 0

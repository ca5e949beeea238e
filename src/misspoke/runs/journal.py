"""answers.partial.jsonl: the rows of a run that is not finished, one JSON line each.

A line goes to the system in one write, so that a killed process loses at most the row it was
writing; what such a kill tears is cut off when the journal is opened again.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from pathlib import Path
from typing import Any

from misspoke.records import SettingsDiffer, UserError
from misspoke.records.observation import Observation
from misspoke.runs.files import write_at
from misspoke.runs.manifest import shortened
from misspoke.runs.schema import Row, missing_columns

_SYNC_SECONDS = 1.0
"""A power cut loses the rows of at most so long."""
_NOT_YET = -1
"""The offset of an id without a row."""


class Journal:
    """An open journal; knows where the row of each id begins.

    Only one process may hold it. Needs memory for the ids, not for the rows: one dictionary of
    offsets, about 0.1 MB for 1,000 ids beside the ids themselves.

    Raises:
        UserError: a line in the middle is damaged.
        SettingsDiffer: there is a row of an id that is not among those asked.
        OSError: the file cannot be read or written.
    """

    def __init__(self, path: Path, asked: Iterable[str], record: type[Row] = Observation) -> None:
        self._path = path
        self._record = record
        self._offsets = dict.fromkeys(asked, _NOT_YET)
        self._rows = 0
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            self._end = self._index()
            os.ftruncate(self._file, self._end)
        except BaseException:
            os.close(self._file)
            raise
        self.safe_rows = self._synced_rows = self._rows
        self._synced = time.monotonic()

    @property
    def ids(self) -> AbstractSet[str]:
        """The ids whose rows it holds: a view, which grows with the rows."""
        return _Stored(self)

    def asks(self, row_id: str) -> bool:
        """Whether a row of the id may be stored here."""
        return row_id in self._offsets

    def holds(self, row_id: object) -> bool:
        """Whether there is a row of the id."""
        return isinstance(row_id, str) and self._offsets.get(row_id, _NOT_YET) != _NOT_YET

    def __len__(self) -> int:
        """The number of ids that have their row."""
        return self._rows

    def __iter__(self) -> Iterator[str]:
        """The ids that have their row, in the order in which they were asked."""
        return (row_id for row_id, offset in self._offsets.items() if offset != _NOT_YET)

    def append(self, row: dict[str, Any]) -> None:
        """Add a row; if that fails, the journal is as it was.

        Raises:
            OSError: the disk is full or broken.
            UnicodeEncodeError: a text holds half of a surrogate pair.
        """
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        try:
            write_at(self._file, line, self._end)
        except BaseException:
            with suppress(OSError):
                os.ftruncate(self._file, self._end)
            raise
        self._offsets[row["id"]] = self._end
        self._rows += 1
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

    def _index(self) -> int:
        """Find the rows; returns where the last whole line ends."""
        end = 0
        strangers = []
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    break
                row_id = self._row_id(number, line)
                if row_id not in self._offsets:
                    strangers.append(row_id)
                elif self._offsets[row_id] == _NOT_YET:
                    self._offsets[row_id] = end
                    self._rows += 1
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
        if missing := missing_columns(row, self._record):
            raise self._damaged(number, f"without {shortened(missing)}")
        row_id: str = row["id"]
        return row_id

    def _damaged(self, number: int, why: str) -> UserError:
        return UserError(
            f"{self._path}:{number}: damaged ({why}); delete this line and run the same command "
            "again: its question is asked again"
        )


class _Stored(AbstractSet[str]):
    """The ids that have their row in a journal, without a copy of them."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __contains__(self, row_id: object) -> bool:
        return self._journal.holds(row_id)

    def __len__(self) -> int:
        return len(self._journal)

    def __iter__(self) -> Iterator[str]:
        return iter(self._journal)

    @classmethod
    def _from_iterable(cls, ids: Iterable[str]) -> AbstractSet[str]:  # type: ignore[override]
        """What `&`, `|` and `-` make."""
        return frozenset(ids)


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

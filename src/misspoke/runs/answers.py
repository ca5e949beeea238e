"""answers.parquet: made from the journal, in the order of the questions, in flat memory."""

import io
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from misspoke.records import UserError
from misspoke.records.observation import Observation
from misspoke.runs.files import ANSWERS, PARTS, move_into_place, temporary
from misspoke.runs.journal import Journal
from misspoke.runs.schema import Row, answers_schema

if TYPE_CHECKING:
    import polars as pl

GROUP_ROWS = 1_000
"""Rows of a row group of the finished file."""
_PART_ROWS = 100
"""Rows of a part, which are Python objects at one time; Polars holds some dozens of parts."""


def write_answers(
    folder: Path, journal: Journal, ids: Sequence[str], record: type[Row] = Observation
) -> None:
    """Write the rows of the ids, all of one record type, as answers.parquet: whole, or not at all.

    Raises:
        OSError: the disk is full or broken; what was written so far is removed.
    """
    target, columns = folder / ANSWERS, answers_schema(record)
    aside, parts_folder = temporary(target), folder / PARTS
    shutil.rmtree(parts_folder, ignore_errors=True)
    try:
        parts_folder.mkdir()
        _join(_write_parts(parts_folder, journal, ids, columns), aside, columns)
        move_into_place(aside, target)
    finally:
        aside.unlink(missing_ok=True)
        shutil.rmtree(parts_folder, ignore_errors=True)


def _write_parts(
    folder: Path, journal: Journal, ids: Sequence[str], columns: "pl.Schema"
) -> list[Path]:
    import polars as pl

    parts: list[Path] = []
    for start in range(0, len(ids), _PART_ROWS):
        part = folder / f"{len(parts):06}.parquet"
        rows = list(journal.rows(ids[start : start + _PART_ROWS]))
        with _new_file(part) as file:
            pl.DataFrame(rows, schema=columns).write_parquet(file)
        parts.append(part)
    return parts


def _join(parts: list[Path], target: Path, columns: "pl.Schema") -> None:
    import polars as pl

    rows = pl.scan_parquet(parts, glob=False) if parts else pl.LazyFrame(schema=columns)
    with _new_file(target) as file:
        rows.sink_parquet(file, row_group_size=GROUP_ROWS)


class _Remembering(io.BufferedIOBase):
    """A file that remembers why a write failed: Polars raises its own error, without the reason."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.failure: OSError | None = None

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any, /) -> int:
        """Pass the data on."""
        try:
            return self._file.write(data)
        except OSError as error:
            self.failure = error
            raise


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file for Polars to write; raises OSError where the disk is full or broken."""
    import polars as pl

    with path.open("wb") as file:
        remembering = _Remembering(file)
        try:
            yield cast("IO[bytes]", remembering)
        except pl.exceptions.PolarsError as error:
            if remembering.failure is not None:
                raise remembering.failure from error
            raise


def answered_ids(folder: Path) -> list[str] | None:
    """The ids of answers.parquet, in its order; None without that file.

    Raises:
        UserError: the file is damaged.
    """
    import polars as pl

    path = folder / ANSWERS
    if not path.exists():
        return None
    try:
        return pl.read_parquet(path, columns=["id"], glob=False)["id"].to_list()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise damaged(path, error, "delete it and run the same command again") from error


def damaged(path: Path, error: Exception, remedy: str) -> UserError:
    """What to tell the user of an answers.parquet that cannot be read."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return UserError(f"{path}: cannot be read ({reason}); {remedy}")

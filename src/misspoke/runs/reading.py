"""Reading a finished run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from misspoke.records import UserError
from misspoke.records.observation import Observation
from misspoke.runs.answers import GROUP_ROWS, damaged
from misspoke.runs.files import ANSWERS, JOURNAL
from misspoke.runs.journal import count_rows
from misspoke.runs.manifest import read_manifest, shortened
from misspoke.runs.schema import from_row, missing_columns

if TYPE_CHECKING:
    import polars as pl

_BUFFER_ROWS = 100
"""Rows that are Python objects at one time."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder, for reading."""

    folder: Path
    manifest: dict[str, Any]
    """What manifest.json holds: format, settings, facts, created, rows."""

    def frame(self) -> pl.DataFrame:
        """All rows, a column for each of `answers_schema()`.

        Raises:
            UserError: the run is not finished, or answers.parquet cannot be read.
        """
        return self._read()

    def columns(self, names: Sequence[str]) -> pl.DataFrame:
        """Some columns of all rows; the others are not read.

        Raises:
            UserError: as `frame`; or a column is missing: another version of misspoke made the run.
        """
        return self._read(names=names)

    def batches(self, names: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Some columns of some rows after others, in memory that does not grow with the rows.

        Raises:
            UserError: as `columns`.
        """
        start = 0
        while len(rows := self._read(start, GROUP_ROWS, names)):
            yield rows
            start += GROUP_ROWS

    def observations(self) -> Iterator[Observation]:
        """The rows one after another, in memory that does not grow with their number.

        Raises:
            UserError: as `frame`; or another version of misspoke made the rows.
        """
        start = 0
        while len(rows := self._read(start, GROUP_ROWS)):
            yield from self._observations(rows)
            start += GROUP_ROWS

    def observations_at(self, places: Iterable[int]) -> Iterator[Observation]:
        """The rows at some places, counted from 0, without reading the others.

        Raises:
            UserError: as `observations`.
            IndexError: there is no such row.
        """
        for place in places:
            rows = self._read(place, 1)
            if not len(rows):
                raise IndexError(f"{self.folder / ANSWERS}: has no row at place {place}")
            yield from self._observations(rows)

    def _observations(self, rows: pl.DataFrame) -> Iterator[Observation]:
        self._require(missing_columns(rows.columns))
        for row in rows.iter_rows(named=True, buffer_size=_BUFFER_ROWS):
            yield from_row(row)

    def _read(
        self, start: int = 0, rows: int | None = None, names: Sequence[str] | None = None
    ) -> pl.DataFrame:
        import polars as pl

        path = self.folder / ANSWERS
        if not path.exists():
            made = count_rows(self.folder / JOURNAL)
            raise UserError(
                f"{self.folder}: the run is not finished ({made} of {self.manifest['rows']} rows);"
                " run the same command again to finish it"
            )
        try:
            found = pl.scan_parquet(path, glob=False)
            if names is not None:
                stored = found.collect_schema()
                self._require([name for name in names if name not in stored])
                found = found.select(names)
            return found.slice(start, rows).collect()
        except (OSError, pl.exceptions.PolarsError) as error:
            raise damaged(path, error) from error

    def _require(self, missing: Sequence[str]) -> None:
        if missing:
            raise UserError(
                f"{self.folder / ANSWERS}: has no column {shortened(missing)}, so another "
                "version of misspoke made it; use that version, or run again in another folder"
            )


def load_run(folder: Path) -> Run:
    """Open a run folder for reading; the rows are read when they are asked for.

    Raises:
        UserError: the folder is no run, or its manifest is damaged.
    """
    return Run(folder, read_manifest(folder))

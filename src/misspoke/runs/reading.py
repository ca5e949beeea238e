"""Reading a finished run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from misspoke.records import UserError
from misspoke.records.observation import Observation
from misspoke.records.trial import Trial
from misspoke.runs.answers import GROUP_ROWS, damaged
from misspoke.runs.files import ANSWERS, JOURNAL
from misspoke.runs.journal import count_rows
from misspoke.runs.kinds import PROBES, check_kind, kind_of, known_kind, made_with, record_of
from misspoke.runs.manifest import read_manifest, shortened
from misspoke.runs.schema import Row, answers_schema, from_row, missing_columns
from misspoke.runs.states import read_states

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

_R = TypeVar("_R", bound=Row)

_BUFFER_ROWS = 100
"""Rows that are Python objects at one time."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder, for reading."""

    folder: Path
    manifest: dict[str, Any]
    """What manifest.json holds: format, settings, facts, created, rows."""
    record: type[Row] = Observation
    """What its rows are."""

    def frame(self) -> pl.DataFrame:
        """All rows, a column for each of `answers_schema(record)`.

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

    def records(self, record: type[_R], unread: Collection[str] = ()) -> Iterator[_R]:
        """The rows one after another, in memory that does not grow with their number.

        Columns that are `unread`, which must be lists, are empty in all rows.

        Raises:
            UserError: as `frame`; another version of misspoke made the rows; or they are not
                of this type.
        """
        check_kind(self.folder, self.manifest, record)
        empty = dict.fromkeys(unread, ())
        names = [name for name in answers_schema(record) if name not in empty] if empty else None
        start = 0
        while len(rows := self._read(start, GROUP_ROWS, names)):
            yield from self._made(rows, record, empty)
            start += GROUP_ROWS

    def observations(self) -> Iterator[Observation]:
        """The rows of a diagnosis, as `records`."""
        return self.records(Observation)

    def trials(self) -> Iterator[Trial]:
        """The rows of a run of decoders, as `records`."""
        return self.records(Trial)

    def observations_at(self, places: Iterable[int]) -> Iterator[Observation]:
        """The rows at some places, counted from 0, in their order, some hundreds at a time.

        It is quickest where the places ascend.

        Raises:
            UserError: as `observations`.
            IndexError: there is no such row.
        """
        check_kind(self.folder, self.manifest, Observation)
        for group, members in groupby(places, lambda place: place // GROUP_ROWS):
            wanted = [place - group * GROUP_ROWS for place in members]
            first, last = min(wanted), max(wanted)
            rows = self._read(group * GROUP_ROWS + first, last - first + 1)
            if len(rows) <= last - first:
                missing = group * GROUP_ROWS + first + len(rows)
                raise IndexError(f"{self.folder / ANSWERS}: has no row at place {missing}")
            yield from self._made(rows[[place - first for place in wanted]], Observation)

    def states(self) -> npt.NDArray[np.float16] | None:
        """The hidden states [rows, layers, width], read-only and mapped into memory.

        Row i belongs to row i of the frame, and is all zeros where that has none. None where no row
        has any.

        Raises:
            UserError: states.npy is damaged, or of another run.
        """
        return read_states(self.folder, self.manifest["rows"])

    def _made(
        self, rows: pl.DataFrame, record: type[_R], empty: Mapping[str, Any] = _NOTHING
    ) -> Iterator[_R]:
        self._require(missing_columns([*rows.columns, *empty], record))
        for row in rows.iter_rows(named=True, buffer_size=_BUFFER_ROWS):
            yield from_row({**row, **empty}, record)

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
            command = made_with(kind_of(self.record))
            remedy = (
                f"put a copy of it back, or make the run anew, with `{command}` and another folder"
            )
            raise damaged(path, error, remedy) from error

    def _require(self, missing: Sequence[str]) -> None:
        if missing:
            raise UserError(
                f"{self.folder / ANSWERS}: has no column {shortened(missing)}, so another "
                "version of misspoke made it; use that version, or run again in another folder"
            )


def load_run(folder: Path, record: type[Row] = Observation) -> Run:
    """Open a run folder for reading; the rows are read when they are asked for.

    Raises:
        UserError: the folder is no run, its manifest is damaged, or its rows are no `record`s.
    """
    manifest = read_manifest(folder)
    check_kind(folder, manifest, record)
    return Run(folder, manifest, record)


def load_trials(folder: Path) -> Run:
    """Open the folder of a run of decoders for reading: its rows are `Run.trials()`.

    Raises:
        UserError: as `load_run`.
    """
    return load_run(folder, Trial)


def load_probe(folder: Path) -> Run:
    """Open the folder of a run of any probe for reading: its rows are `Run.records(run.record)`.

    Raises:
        UserError: as `load_run`.
    """
    manifest = read_manifest(folder)
    stored = known_kind(folder, manifest)
    if stored not in PROBES:
        raise UserError(
            f"{folder}: is a run of `{made_with(stored)}`, not of `misspoke probe`; name the "
            "folder of a probe"
        )
    return Run(folder, manifest, record_of(stored))

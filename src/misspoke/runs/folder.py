"""Writing a run folder: one process at a time, resumable after a kill at any moment."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from misspoke.records import SettingsDiffer, UserError
from misspoke.records.observation import Observation
from misspoke.runs.answers import answered_ids, write_answers
from misspoke.runs.files import (
    ANSWERS,
    JOURNAL,
    LOCK,
    MANIFEST,
    PARTS,
    STATES,
    SUMMARY,
    explained,
    leftovers,
    strict,
    write_atomically,
)
from misspoke.runs.journal import Journal, refuse_strangers
from misspoke.runs.kinds import check_kind, kind_of
from misspoke.runs.manifest import (
    JSON,
    check_settings,
    new_manifest,
    read_manifest,
    update_manifest,
    write_manifest,
)
from misspoke.runs.reading import Run, load_run
from misspoke.runs.schema import Row, to_row
from misspoke.runs.states import StatesFile

if TYPE_CHECKING:
    import numpy.typing as npt


def open_run(
    folder: Path,
    settings: Mapping[str, JSON],
    facts: Mapping[str, JSON],
    ids: Sequence[str],
    record: type[Row] = Observation,
) -> "RunWriter":
    """Open a run folder for writing, as a context manager; makes it if there is none.

    `record` is what its rows are. Those of another type than `Observation` are named by
    `settings["kind"]`, which must fit: "decoders" for `Trial`.

    The rows that a former process left are kept, if their settings are the same. `facts` are
    stored on top of those of a former process, unless the run is finished already.

    Raises:
        SettingsDiffer: the folder holds rows that were made with other settings or of other ids.
        UserError: another process writes here, the folder cannot be written to, a stored file
            is damaged, the folder holds rows of another type, or an id is given twice.
        ValueError: `settings["kind"]` does not fit `record`.
    """
    if settings.get("kind") != kind_of(record):
        raise ValueError(f"settings name the kind {settings.get('kind')!r} for {record.__name__}")
    if len(set(ids)) < len(ids):
        twice = next(row_id for place, row_id in enumerate(ids) if row_id in ids[:place])
        raise UserError(f"{folder}: two questions have the id {twice!r}; make ids unique")
    with ExitStack() as undo, explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = _lock(folder)
        undo.callback(os.close, lock)
        _remove_leftovers(folder)
        manifest = _agreed_manifest(folder, settings, facts, len(ids), record)
        journal = _open_journal(folder, ids, record)
        states = StatesFile(folder, ids)
        if journal is not None:
            undo.callback(journal.close)
            states.reopen()
            undo.callback(states.close)
            manifest = update_manifest(folder, manifest, facts, len(ids))
        undo.pop_all()
    return RunWriter(folder, manifest, ids, journal, states, lock, record)


class RunWriter:
    """An open run folder; made by `open_run`, and closed at the end of its `with` block."""

    def __init__(
        self,
        folder: Path,
        manifest: dict[str, Any],
        ids: Sequence[str],
        journal: Journal | None,
        states: StatesFile,
        lock: int,
        record: type[Row] = Observation,
    ) -> None:
        self.folder = folder
        self._record = record
        self._manifest = manifest
        self._ids = tuple(ids)
        self._journal = journal
        self._states = states
        self._lock: int | None = lock

    def __enter__(self) -> Self:
        """The writer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close, whatever happened in the block."""
        self.close()

    @property
    def done(self) -> AbstractSet[str]:
        """The ids whose rows are on disk: a view, which grows with every row that is stored."""
        return frozenset(self._ids) if self._journal is None else self._journal.ids

    @property
    def settings(self) -> dict[str, Any]:
        """What the rows are made with, as it was first given."""
        return dict(self._manifest["settings"])

    @property
    def facts(self) -> dict[str, Any]:
        """What was noted so far, by former processes too."""
        return dict(self._manifest["facts"])

    def append(self, row: Row, states: "npt.ArrayLike | None" = None) -> None:
        """Store one row; when this returns, a killed process no longer loses it.

        `states` are its hidden states [layers, width], of one shape in a run, stored as float16 and
        clipped to its range. They are stored first: a row is never there without them.

        Raises:
            UserError: the disk is full or broken (the rows before this one are safe), or a text
                of the row is no valid Unicode.
            ValueError: the id is not among the run's, or has its row already; or the states are
                of another shape than those of other rows, or hold NaN.
            TypeError: the row is not of the run's record type.
        """
        if not isinstance(row, self._record):
            raise TypeError(f"{type(row).__name__} given to a run of {self._record.__name__}")
        row_id, journal = row.id, self._journal
        if not (row_id in self._ids if journal is None else journal.asks(row_id)):
            raise ValueError(f"{row_id!r} is not among the ids of this run")
        if journal is None or journal.holds(row_id):
            raise ValueError(f"{row_id!r} has its row already")
        try:
            with explained(self.folder, self._safe_rows):
                plain = to_row(row)
                self._states.write(row_id, states)
                journal.append(plain)
        except UnicodeEncodeError as error:
            raise UserError(
                f"{self.folder}: question {row_id!r} holds half of a surrogate pair "
                f"({error.object[error.start : error.end]!r}), which is no text; mend the question"
            ) from error

    def note(self, **facts: JSON) -> None:
        """Add facts to the manifest, or replace them.

        Raises:
            UserError: the disk is full or broken; the old manifest is kept.
        """
        with explained(self.folder, self._safe_rows):
            rows = len(self._ids)
            self._manifest = update_manifest(self.folder, self._manifest, facts, rows)

    def finish(self, summary: Mapping[str, JSON] | Callable[[Run], Mapping[str, JSON]]) -> Run:
        """Make answers.parquet, in the order of the ids, and summary.json.

        A callable gets the finished run and returns the summary. A run that is finished already
        only gets the new summary.

        Raises:
            UserError: the disk is full or broken; the rows are safe.
            ValueError: some ids have no row yet.
        """
        if missing := self._missing():
            raise ValueError(f"{missing} of {len(self._ids)} ids have no row yet")
        if self._journal is not None:
            with explained(self.folder, self._safe_rows):
                self._states.sync()
                write_answers(self.folder, self._journal, self._ids, self._record)
                journal, self._journal = self._journal, None
                journal.discard()
        run = load_run(self.folder, self._record)
        content = summary(run) if callable(summary) else summary
        with explained(self.folder, self._safe_rows):
            write_summary(self.folder, content)
        return run

    def close(self) -> None:
        """Let others write to the folder; does nothing the second time.

        Raises:
            UserError: the last rows could not be made safe from a power cut.
        """
        if self._lock is None:
            return
        lock, self._lock = self._lock, None
        try:
            with explained(self.folder, self._safe_rows), closing(self._states):
                if self._journal is not None:
                    self._journal.close()
        finally:
            os.close(lock)

    def _missing(self) -> int:
        return 0 if self._journal is None else len(self._ids) - len(self._journal)

    def _safe_rows(self) -> int:
        return len(self._ids) if self._journal is None else self._journal.safe_rows


def write_summary(folder: Path, content: Mapping[str, JSON]) -> None:
    """Write summary.json, whole or not at all; raises OSError where that fails.

    Numbers that are not finite are null.
    """
    text = json.dumps(strict(content), indent=2, allow_nan=False)
    write_atomically(folder / SUMMARY, text + "\n")


def _lock(folder: Path) -> int:
    """Take the folder for this process; closing the descriptor gives it back."""
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise UserError(
            f"{folder}: another misspoke process is writing here; wait for it, or choose another "
            "folder with -o"
        ) from error
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _remove_leftovers(folder: Path) -> None:
    for path in leftovers(folder):
        path.unlink(missing_ok=True)
    shutil.rmtree(folder / PARTS, ignore_errors=True)


def _agreed_manifest(
    folder: Path,
    settings: Mapping[str, JSON],
    facts: Mapping[str, JSON],
    rows: int,
    record: type[Row],
) -> dict[str, Any]:
    """The stored manifest if its settings are the same; a new one where there is none."""
    if (folder / MANIFEST).exists():
        manifest = read_manifest(folder)
        check_kind(folder, manifest, record)
        check_settings(folder, manifest["settings"], settings)
        return manifest
    for name in (ANSWERS, JOURNAL, STATES):
        if (folder / name).exists():
            raise UserError(
                f"{folder}: holds {name} but no {MANIFEST}, so nobody knows how its rows were "
                "made; choose another folder with -o"
            )
    manifest = new_manifest(settings, facts, rows)
    write_manifest(folder, manifest)
    return manifest


def _open_journal(folder: Path, ids: Sequence[str], record: type[Row]) -> Journal | None:
    """The journal; None if the run is finished."""
    answered = answered_ids(folder)
    if answered is None:
        return Journal(folder / JOURNAL, ids, record)
    asked = frozenset(ids)
    if strangers := [row_id for row_id in answered if row_id not in asked]:
        refuse_strangers(folder, strangers)
    if len(answered) < len(ids):
        raise SettingsDiffer(
            f"{folder}: holds a finished run of {len(answered)} questions, not of {len(ids)}; "
            "use the same questions, or another folder with -o"
        )
    (folder / JOURNAL).unlink(missing_ok=True)
    return None

"""What a run's rows are: `settings["kind"]` of its manifest names the record type."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from misspoke.records import UserError
from misspoke.records.observation import Observation
from misspoke.runs.manifest import read_manifest
from misspoke.runs.schema import Row

DECODERS = "decoders"
"""The kind of a run that puts questions to several decoders."""


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str | None
    command: str
    """What makes such runs."""
    record: str
    """Where the type of its rows is: a module of `misspoke.records`, and a name in it."""


_KINDS = (
    _Kind(None, "misspoke run", "observation.Observation"),
    _Kind(DECODERS, "misspoke decode", "trial.Trial"),
    _Kind("sycophancy", "misspoke probe sycophancy", "sycophancy.SycophancyRow"),
    _Kind("premises", "misspoke probe premises", "premises.PremisesRow"),
    _Kind("drift", "misspoke probe drift", "drift.DriftRow"),
    _Kind("consistency", "misspoke probe consistency", "consistency.ConsistencyRow"),
)
"""A diagnosis has no kind in its settings: it was there before the others."""

PROBES = ("sycophancy", "premises", "drift", "consistency")
"""The kinds of the runs of probes."""


def kind_of(record: type[Row]) -> str | None:
    """What `settings["kind"]` is in a run of such rows; None where it is not set.

    Raises:
        ValueError: no run has such rows.
    """
    return _entry_of(record).name


def record_of(kind: str | None) -> type[Row]:
    """The type of the rows of a run of this kind.

    Raises:
        ValueError: there is no such kind.
    """
    entry = _entry(kind)
    if entry is None:
        raise ValueError(f"no run is of the kind {kind!r}")
    module, name = entry.record.split(".")
    found: type[Row] = getattr(import_module(f"misspoke.records.{module}"), name)
    return found


def kind(folder: Path) -> str | None:
    """The kind of a stored run; raises UserError where there is none."""
    found: str | None = read_manifest(folder)["settings"].get("kind")
    return found


def check_kind(folder: Path, manifest: Mapping[str, Any], record: type[Row] = Observation) -> None:
    """Make sure that the rows of a run are `record`s.

    Raises:
        UserError: they are not; the line names the command that made them.
    """
    wanted = _entry_of(record)
    stored = known_kind(folder, manifest)
    if stored != wanted.name:
        made_by = made_with(stored)
        raise UserError(
            f"{folder}: is a run of `{made_by}`, not of `{wanted.command}`; use `{made_by}` with "
            "it, or another folder"
        )


def known_kind(folder: Path, manifest: Mapping[str, Any]) -> str | None:
    """The kind that a manifest names; raises UserError where this version has no such kind."""
    stored = manifest["settings"].get("kind")
    entry = _entry(stored)
    if entry is None:
        raise UserError(
            f"{folder}: is a run of the kind {stored!r}, which this version of misspoke does not "
            "know; use the version that made it, or another folder"
        )
    return entry.name


def made_with(kind: str | None) -> str:
    """The command that makes runs of a kind; raises ValueError where there is none such."""
    entry = _entry(kind)
    if entry is None:
        raise ValueError(f"no run is of the kind {kind!r}")
    return entry.command


def _entry(kind: object) -> _Kind | None:
    return next((entry for entry in _KINDS if entry.name == kind), None)


def _entry_of(record: type[Row]) -> _Kind:
    home = f"{record.__module__}.{record.__name__}".removeprefix("misspoke.records.")
    found = next((entry for entry in _KINDS if entry.record == home), None)
    if found is None:
        raise ValueError(f"no run has rows of {record.__name__}")
    return found

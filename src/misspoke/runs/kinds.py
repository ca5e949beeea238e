"""What a run's rows are: `settings["kind"]` of its manifest names the record type."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from misspoke.records import UserError
from misspoke.records.observation import Observation
from misspoke.records.trial import Trial
from misspoke.runs.manifest import read_manifest
from misspoke.runs.schema import Row

DECODERS = "decoders"
"""The kind of a run that puts questions to several decoders."""

_KINDS: dict[type[Row], str | None] = {Observation: None, Trial: DECODERS}
"""A diagnosis has no kind in its settings: it was there before the others."""
_COMMANDS = {None: "misspoke run", DECODERS: "misspoke decode"}


def kind_of(record: type[Row]) -> str | None:
    """What `settings["kind"]` is in a run of such rows; None where it is not set."""
    return _KINDS[record]


def kind(folder: Path) -> str | None:
    """The kind of a stored run; raises UserError where there is none."""
    found: str | None = read_manifest(folder)["settings"].get("kind")
    return found


def check_kind(folder: Path, manifest: Mapping[str, Any], record: type[Row]) -> None:
    """Make sure that the rows of a run are `record`s.

    Raises:
        UserError: they are not; the line names the command that made them.
    """
    stored, wanted = manifest["settings"].get("kind"), kind_of(record)
    if stored == wanted:
        return
    made_by = _COMMANDS.get(stored) if isinstance(stored, str | None) else None
    if made_by is None:
        raise UserError(
            f"{folder}: is a run of the kind {stored!r}, which this version of misspoke does not "
            "know; use the version that made it, or another folder"
        )
    raise UserError(
        f"{folder}: is a run of `{made_by}`, not of `{_COMMANDS[wanted]}`; use `{made_by}` with "
        "it, or another folder"
    )

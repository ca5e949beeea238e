"""manifest.json: what a run's rows were made with.

`settings` decide what the rows hold, and must be the same whenever the folder is written to.
`facts` (versions, timings, header tokens) only describe. `rows` is how many rows there will be.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from misspoke.records import SettingsDiffer, UserError
from misspoke.runs.files import MANIFEST, write_atomically

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"
"""What JSON can hold."""

FORMAT = 1
"""The layout of the folder; a folder of another number is refused."""

_SHOWN = 3
_WIDTH = 60


def new_manifest(
    settings: Mapping[str, JSON], facts: Mapping[str, JSON], rows: int
) -> dict[str, Any]:
    """The manifest of a run that begins now."""
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return {
        "format": FORMAT,
        "settings": as_read(settings),
        "facts": as_read(facts),
        "created": created,
        "rows": rows,
    }


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Store the manifest; raises OSError where that fails."""
    write_atomically(folder / MANIFEST, json.dumps(manifest, indent=2) + "\n")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The stored manifest.

    Raises:
        UserError: there is none, it cannot be read, or another version of misspoke made it.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise UserError(f"{folder}: is no run (it holds no {MANIFEST}); check the path") from error
    except NotADirectoryError as error:
        raise UserError(f"{folder}: is a file; name the folder of a run") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); mend that") from error
    except ValueError as error:
        raise UserError(f"{path}: is damaged ({error}); run again in another folder") from error
    return _checked(path, manifest)


def _checked(path: Path, manifest: Any) -> dict[str, Any]:
    """The manifest if it is one of this version's; raises UserError if not."""
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise UserError(f"{path}: is not a run's manifest; choose another folder")
    if manifest["format"] != FORMAT:
        raise UserError(
            f"{path}: has format {manifest['format']!r}, and this version of misspoke reads "
            f"format {FORMAT}; use the version that made it, or another folder"
        )
    for key, kind in {"settings": dict, "facts": dict, "created": str, "rows": int}.items():
        if not isinstance(manifest.get(key), kind):
            raise UserError(
                f"{path}: is damaged ({key!r} is missing or wrong); run again in another folder"
            )
    return manifest


def update_manifest(
    folder: Path, manifest: dict[str, Any], facts: Mapping[str, JSON], rows: int
) -> dict[str, Any]:
    """The manifest with new facts on top of its own; stored if that changes it.

    Raises OSError where that fails.
    """
    updated = {**manifest, "facts": {**manifest["facts"], **as_read(facts)}, "rows": rows}
    if updated != manifest:
        write_manifest(folder, updated)
    return updated


def check_settings(folder: Path, stored: Mapping[str, Any], settings: Mapping[str, JSON]) -> None:
    """Make sure that new rows would be made as the stored ones were.

    Raises:
        SettingsDiffer: they would not; the text names the first few differences.
    """
    found = list(_differences(stored, as_read(settings)))
    if found:
        raise SettingsDiffer(
            f"{folder}: holds rows made with other settings ({shortened(found, '; ')}); "
            "use the same settings, or another folder with -o"
        )


def shortened(items: Sequence[str], separator: str = ", ") -> str:
    """The first few items, and how many more there are."""
    more = len(items) - _SHOWN
    return separator.join(items[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def as_read(value: Mapping[str, JSON]) -> dict[str, Any]:
    """The value as it is after a turn through JSON: tuples are lists."""
    read: dict[str, Any] = json.loads(json.dumps(value))
    return read


def _differences(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key in dict.fromkeys((*old, *new)):
        name = prefix + key
        if key not in new:
            yield f"{name}: was {_shown(old[key])}, now not set"
        elif key not in old:
            yield f"{name}: was not set, now {_shown(new[key])}"
        elif isinstance(old[key], dict) and isinstance(new[key], dict):
            yield from _differences(old[key], new[key], f"{name}.")
        elif old[key] != new[key]:
            yield f"{name}: was {_shown(old[key])}, now {_shown(new[key])}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"

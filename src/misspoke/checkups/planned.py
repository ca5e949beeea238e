"""plan.json: how much a checkup asks, and the time that it took, so that it goes on alike."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from misspoke.checkups.stage import Size
from misspoke.records import UserError
from misspoke.runs import JSON, write_atomically
from misspoke.runs.files import explained
from misspoke.runs.manifest import as_read, check_settings

PLAN = "plan.json"
RESERVE = 0.06
"""Of the time, for loading, judging and the pages."""
_FORMAT = 1


@dataclass(slots=True)
class Planned:
    """What was chosen so far, as plan.json keeps it."""

    folder: Path
    settings: dict[str, Any]
    sizes: dict[str, Size | None] = field(default_factory=dict)
    """By way of failing; None where there was no time."""
    seconds: dict[str, float] = field(default_factory=dict)
    """What each took, over all sessions."""
    notes: dict[str, str] = field(default_factory=dict)
    """Why something was left out."""

    @classmethod
    def opened(
        cls, folder: Path, settings: Mapping[str, JSON], shapes: Mapping[str, tuple[str, ...]]
    ) -> "Planned":
        """The plan of a folder, or a new one; `shapes` are the names in each way's size.

        Raises UserError for a plan that is damaged, of another format, or another checkup's.
        """
        path = folder / PLAN
        if not path.exists():
            return cls(folder, as_read(settings))
        try:
            held = json.loads(path.read_bytes())
            stored = cls(folder, held["settings"], held["sizes"], held["seconds"], held["notes"])
            whole = stored._is_whole(shapes)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(f"{path}: is damaged; use another folder with -o") from error
        if held.get("format") != _FORMAT:
            raise UserError(f"{path}: is of another version; use another folder with -o")
        if not whole:
            raise UserError(f"{path}: is damaged; use another folder with -o")
        check_settings(folder, stored.settings, settings)
        return stored

    def _is_whole(self, shapes: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether every size has its names and numbers, and every time is a number."""
        sizes = self.sizes.items()
        return (
            isinstance(self.settings, dict)
            and all(isinstance(note, str) for note in self.notes.values())
            and all(isinstance(one, int | float) for one in self.seconds.values())
            and all(size is None or _has_shape(size, shapes[mode]) for mode, size in sizes)
        )

    @property
    def left(self) -> float:
        """Seconds that are left for what is not done."""
        budget = 60 * float(self.settings["minutes"]) * (1 - RESERVE)
        return max(0.0, budget - sum(self.seconds.values()))

    def spend(self, mode: str, seconds: float) -> None:
        """Notes time that was used, and stores the plan."""
        self.seconds[mode] = round(self.seconds.get(mode, 0.0) + seconds, 2)
        held = {
            "format": _FORMAT,
            "settings": self.settings,
            "sizes": self.sizes,
            "seconds": self.seconds,
            "notes": self.notes,
        }
        with explained(self.folder):
            write_atomically(self.folder / PLAN, json.dumps(held, indent=2) + "\n")


def _has_shape(size: Size, names: tuple[str, ...]) -> bool:
    return set(size) == set(names) and all(type(n) is int and n > 0 for n in size.values())

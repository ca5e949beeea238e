"""plan.json: how much a checkup asks, and the time that it took, so that it goes on alike."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from misspoke.checkups.stages import Size
from misspoke.records import UserError
from misspoke.runs import JSON, write_atomically
from misspoke.runs.files import explained
from misspoke.runs.manifest import as_read, check_settings

PLAN = "plan.json"
RESERVE = 0.12
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
    def opened(cls, folder: Path, settings: Mapping[str, JSON]) -> "Planned":
        """The plan of a folder, or a new one; raises UserError for one that is another's."""
        path = folder / PLAN
        if not path.exists():
            return cls(folder, as_read(settings))
        try:
            held = json.loads(path.read_bytes())
            stored = cls(folder, held["settings"], held["sizes"], held["seconds"], held["notes"])
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(f"{path}: is damaged; use another folder with -o") from error
        check_settings(folder, stored.settings, settings)
        return stored

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

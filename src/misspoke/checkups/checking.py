"""A checkup: every way of failing on a bounded budget of time, and one page on all of them.

Each way of failing is a run of its own in a folder within the checkup's. How much each asks is
chosen by a trial of a few items just before it begins, so that all end in time; plan.json keeps
what was chosen, and the same command goes on with it.
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path
from typing import Any

from misspoke.checkups.planned import Planned
from misspoke.checkups.stage import Size, Stage
from misspoke.checkups.stages import ASKED, STAGES
from misspoke.diagnosis.modes.checked import Check, not_checked
from misspoke.lm import LanguageModel
from misspoke.records import Interrupted, UserError
from misspoke.runs import JSON, write_atomically
from misspoke.runs.files import SUMMARY, explained, strict

RESULTS = "checkup.json"
MINUTES = 10.0
_TRIAL = 0.15
"""Of its share of time, what its trial may take, about."""
_SAFE = 0.9
"""Of its share of time, what a run is planned to fill: a trial of a few items tells it roughly."""

Told = Callable[[str, int, int], None]
"""Told the way of failing, and how many of how many rows are done."""


def _quiet(_mode: str, _done: int, _all: int) -> None:
    """No progress is shown."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """A finished checkup."""

    path: Path
    """Its folder, with a run folder for each way of failing."""
    model: str
    minutes: float
    """What was given to it."""
    seconds: float
    """What it took, over all sessions."""
    checks: tuple[Check, ...]

    @property
    def page(self) -> Path:
        """Where checkup.html is."""
        from misspoke.reports.modes.checkup_html import PAGE

        return self.path / PAGE

    @property
    def facts(self) -> list[str]:
        """What it took, as texts."""
        tokens = sum(check.forward_tokens for check in self.checks)
        took = f"{self.seconds / 60:.1f} of {self.minutes:g} minutes"
        return [took, f"{tokens:,} forward tokens", f"questions of {ASKED} and bundled sets"]

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values: what checkup.json holds."""
        return {
            "model": self.model,
            "minutes": self.minutes,
            "seconds": self.seconds,
            "checks": [asdict(check) for check in self.checks],
        }

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from misspoke.reports.modes.notebook import checkup_html

        return checkup_html(self.model, self.facts, self.checks, self.page)


def checkup(
    lm: LanguageModel,
    out: str | Path,
    *,
    minutes: float = MINUTES,
    seed: int = 0,
    progress: Told = _quiet,
) -> Checkup:
    """Checks a model for every way of failing, within about so many minutes, into the folder `out`.

    Goes on where it stopped, with the sizes that it chose then. What there is no time for is left
    out, and the page says so. Raises SettingsDiffer if the folder holds another checkup, UserError
    for what the user can mend, Interrupted after Ctrl-C: what is done is kept.
    """
    if not 0 < minutes < inf:
        raise UserError(f"{minutes:g} minutes: give more than 0, and an end")
    folder = Path(out)
    settings: dict[str, JSON] = {
        "model": {"name": lm.name, **lm.description()},
        "minutes": float(minutes),
        "seed": seed,
    }
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        shapes = {stage.mode: stage.sized_by for stage in STAGES}
        planned = Planned.opened(folder, settings, shapes)
    try:
        checks = [_checked(stage, lm, planned, seed, progress) for stage in STAGES]
    except KeyboardInterrupt:  # in a trial, or while something is judged
        raise Interrupted(
            f"stopped; what is done is kept in {folder}; the same command goes on"
        ) from None
    spent = sum(planned.seconds.values())
    done = Checkup(folder, lm.name, minutes, round(spent, 1), tuple(checks))
    _written(done)
    return done


def _written(done: Checkup) -> None:
    from misspoke.reports.modes.checkup_html import write_checkup

    with explained(done.path):
        held = strict(done.to_dict())
        results = json.dumps(held, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        write_atomically(done.path / RESULTS, results)
        write_checkup(done.path, done.model, done.facts, done.checks)


def _checked(stage: Stage, lm: LanguageModel, planned: Planned, seed: int, progress: Told) -> Check:
    """Chooses how much to ask where that is open, asks it, and judges."""
    mode = stage.mode
    if mode not in planned.sizes:
        start = time.perf_counter()
        size, note = _chosen(stage, lm, planned)
        planned.sizes[mode] = size
        if note:
            planned.notes[mode] = note
        planned.spend(mode, time.perf_counter() - start)
    size = planned.sizes[mode]
    if size is None:
        command = stage.command(lm, {}, planned.folder, seed)
        return not_checked(mode, planned.notes.get(mode, ""), command)
    finished = (planned.folder / mode / SUMMARY).exists()
    start = time.perf_counter()
    try:
        return stage.run(
            lm, size, planned.folder, seed, lambda done, total: progress(mode, done, total)
        )
    finally:
        if not finished:
            planned.spend(mode, time.perf_counter() - start)


def _chosen(stage: Stage, lm: LanguageModel, planned: Planned) -> tuple[Size | None, str]:
    """How much to ask in this stage's share of the time; None and why where there is too little."""
    names = [one.mode for one in STAGES]
    rest = STAGES[names.index(stage.mode) :]
    share = planned.left * stage.share / sum(one.share for one in rest)
    start = time.perf_counter()
    try:
        pace = stage.pace(lm, _TRIAL * share)
    except UserError as error:  # nothing is written yet: it is the model that cannot be asked
        return None, f"Not checked: {error}."
    room = (share - (time.perf_counter() - start)) * _SAFE
    size = stage.fitting(room / pace)
    if size is not None:
        return size, ""
    needed = stage.least_cost() * pace / 60
    return None, (
        f"Not checked: the least that says something takes about {needed:.1f} minutes, and of the "
        f"{planned.settings['minutes']:g} given {max(0.0, room) / 60:.1f} were left for it; give "
        "more with --minutes."
    )

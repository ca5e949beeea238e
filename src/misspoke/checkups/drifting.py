"""A checkup's stage of instruction drift."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from misspoke import probe
from misspoke.checkups.stage import Progress, Size, Stage, options, timed
from misspoke.diagnosis.modes.checked import Check, check_of
from misspoke.lm import LanguageModel

if TYPE_CHECKING:
    from misspoke.probes.drift import Plan
    from misspoke.records.instruction import Instruction

TURNS = (16, 8, 4)
"""Of conversations; the longest that fit are held."""
TRIAL_TURNS, TRIAL_INSTRUCTIONS = 4, 12
FEWER = 32
"""Instructions, where all do not fit: a figure takes 30, and a few replies may be cut off."""


class Drift(Stage):
    """Conversations of all instructions; its cost is tokens, as the plan expects them."""

    mode, share = "drift", 0.31
    sized_by = ("turns", "budget", "instructions")

    def pace(self, lm: LanguageModel, limit: float) -> float:
        """Seconds a token, by short conversations of a few instructions."""
        from misspoke.probes.drift import Plan
        from misspoke.probes.drift.plan import NEEDED

        plan = Plan.of(TRIAL_TURNS)
        plan = plan.without(*(arm.name for arm in plan.arms if arm.name not in NEEDED))
        seconds = timed(
            lambda n: probe.drift(lm, _given(n), plan=plan), 1, TRIAL_INSTRUCTIONS, limit
        )
        return seconds / plan.expected_tokens(1)

    def fitting(self, room: float) -> Size | None:
        """The longest conversations whose arms fit, one with reminders; of fewer at the least."""
        from misspoke.records import UserError

        units = len(_given())
        for turns, asked in (*((turns, units) for turns in TURNS), (TURNS[-1], FEWER)):
            try:
                plan = _plan(turns, int(room), asked)
            except UserError:  # not even the arms that are needed fit
                continue
            if any(arm.every for arm in plan.arms) or turns == TURNS[-1]:
                return {"turns": turns, "budget": int(room), "instructions": asked}
        return None

    def least_cost(self) -> float:
        """Tokens of the least that says something."""
        from misspoke.probes.drift import Plan
        from misspoke.probes.drift.plan import NEEDED

        plan = Plan.of(TURNS[-1])
        others = (arm.name for arm in plan.arms if arm.name not in NEEDED)
        return float(plan.without(*others).expected_tokens(FEWER))

    def run(
        self, lm: LanguageModel, size: Size, folder: Path, seed: int, progress: Progress
    ) -> Check:
        """`misspoke probe drift`, with as many arms as fit."""
        given = _given(size["instructions"])
        plan = _plan(size["turns"], size["budget"], len(given))
        out = folder / self.mode
        done = probe.drift(lm, given, out, plan=plan, seed=seed, progress=progress)
        return check_of(done.findings(), self.command(lm, size, folder, seed), self.mode)

    def command(self, lm: LanguageModel, size: Size, folder: Path, seed: int) -> str | None:
        """The command that holds all conversations in full."""
        full = bool(size) and size["turns"] >= TURNS[0] and size["instructions"] == len(_given())
        if full and not _plan(size["turns"], size["budget"], size["instructions"]).dropped:
            return None
        out = quote(str(folder / f"drift-{TURNS[0]}-turns"))
        return f"misspoke probe drift {options(lm, seed)} --turns {TURNS[0]} -o {out}"


def _plan(turns: int, budget: int, units: int) -> "Plan":
    from misspoke.probes.drift import Plan

    return Plan.of(turns).within(budget, units)


def _given(n: int | None = None) -> "tuple[Instruction, ...]":
    """The bundled instructions, or so many of them, spread over the families."""
    from misspoke.concepts.instructions import instructions
    from misspoke.questions.sets import spread

    every = instructions()
    return every if n is None else spread(every, n)

"""The ways of failing that a checkup goes through: what a trial of each takes, and its run."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from misspoke import api, probe
from misspoke.diagnosis.advice import advise
from misspoke.diagnosis.modes.checked import HALLUCINATION, Check, check_of, check_of_summary
from misspoke.lm import LanguageModel

if TYPE_CHECKING:
    from misspoke.probe import Probe
    from misspoke.probes.drift import Plan
    from misspoke.questions import QuestionSet
    from misspoke.records.instruction import Instruction

ASKED = "atlas"
TURNS = (16, 8, 4)
"""Of conversations; the longest that fit are held."""
TRIAL_TURNS, TRIAL_INSTRUCTIONS = 4, 12
FEWER = 32
"""Instructions, where all do not fit: a figure takes 30, and a few replies may be cut off."""
_BESIDE = 3
"""How much faster items are side by side than the first few."""
Size = dict[str, int]
"""How much is asked; what is in it is the stage's own."""
Progress = Callable[[int, int], None]
"""Told how many rows of how many are done."""


class Stage(ABC):
    """One way of failing: what a trial of it takes, what fits, and the run."""

    mode: str
    share: float
    """Of the time of all stages."""
    sized_by: tuple[str, ...] = ("n",)
    """What its size names."""

    @abstractmethod
    def pace(self, lm: LanguageModel, limit: float) -> float:
        """Seconds for one unit of cost, by a trial of a few items that takes about `limit` s."""

    @abstractmethod
    def fitting(self, room: float) -> Size | None:
        """The most that fits into so many units of cost; None where too little does."""

    @abstractmethod
    def least_cost(self) -> float:
        """Units of cost of the least that says something."""

    @abstractmethod
    def run(
        self, lm: LanguageModel, size: Size, folder: Path, seed: int, progress: Progress
    ) -> Check:
        """The run in its folder within the checkup's, or the rest of it; and what it says."""

    @abstractmethod
    def command(self, lm: LanguageModel, size: Size, folder: Path, seed: int) -> str | None:
        """The command that asks more than this size, if any, beside the run; None at the most."""


def timed(work: Callable[[int], object], warm: int, measured: int, limit: float) -> float:
    """Seconds an item: of so many side by side, after a few that load what is loaded once.

    As many are measured as take about `limit` seconds side by side, and no fewer than the first
    few; where these alone take ten times as long they must do.
    """
    start = time.perf_counter()
    work(warm)
    took = time.perf_counter() - start
    if took > 10 * limit:
        return took / warm
    n = max(warm, min(measured, int(_BESIDE * limit * warm / took))) if took else measured
    start = time.perf_counter()
    work(n)
    return (time.perf_counter() - start) / n


@cache
def _asked(n: int | None = None) -> "QuestionSet":
    """So many questions, or all; a checkup asks the same several times."""
    from misspoke.questions import load

    return load(ASKED, n=n)


class _OfQuestions(Stage):
    """A stage whose cost is its number of items."""

    least: int
    most: int
    pilot: int
    """Items of the trial: side by side, as in the run."""

    def fitting(self, room: float) -> Size | None:
        """As many items as fit, up to the most."""
        n = min(self.most, int(room))
        return {"n": n} if n >= self.least else None

    def least_cost(self) -> float:
        """Units of cost of the least that says something."""
        return float(self.least)

    def total(self) -> int:
        """How many items there are."""
        return len(_asked().questions)

    def more(self, size: Size) -> int | None:
        """Four times as many: with them intervals are half as wide; None where all were asked."""
        asked = size.get("n", 0)
        n = min(4 * asked or self.most, self.total())
        return n if n > asked else None

    def command(self, lm: LanguageModel, size: Size, folder: Path, seed: int) -> str | None:
        """The command that asks more."""
        n = self.more(size)
        if n is None:
            return None
        out = quote(str(folder / f"{self.mode}-{n}"))
        return f"{self.asks} {_options(lm, seed)} -n {n}{self.with_model(lm)} -o {out}"

    def with_model(self, lm: LanguageModel) -> str:  # noqa: ARG002
        """Options that a model needs."""
        return ""

    @property
    def asks(self) -> str:
        """The command without options."""
        return f"misspoke probe {self.mode}"


class _Diagnosis(_OfQuestions):
    mode, share, least, most, pilot = HALLUCINATION, 0.10, 40, 600, 24

    def pace(self, lm: LanguageModel, limit: float) -> float:
        """Seconds a question, observed in memory."""
        from misspoke.observing.diagnose import Observer

        observer = Observer.of(lm)
        return timed(lambda n: list(observer.observe(_asked(n).questions)), 2, self.pilot, limit)

    def run(
        self, lm: LanguageModel, size: Size, folder: Path, seed: int, progress: Progress
    ) -> Check:
        """`misspoke run`."""
        asked = _asked(size["n"])
        run = api.diagnose(lm, asked, folder / self.mode, seed=seed, progress=progress)
        summary = run.summary().to_dict()
        settings = run.manifest["settings"]
        advice = advise(summary, lm.name, ASKED, str(run.path), settings)
        command = self.command(lm, size, folder, seed)
        return check_of_summary(summary, advice, command, self.mode)

    @property
    def asks(self) -> str:
        """The command without options."""
        return "misspoke run"


class _Probing(_OfQuestions):
    """A probe of questions or premises."""

    least, pilot = 60, 8

    @abstractmethod
    def probed(self, lm: LanguageModel, n: int, out: Path | None, **more: Any) -> "Probe":
        """The probe of so many items."""

    def pace(self, lm: LanguageModel, limit: float) -> float:
        """Seconds an item, probed in memory."""
        return timed(lambda n: self.probed(lm, n, None), 2, self.pilot, limit)

    def run(
        self, lm: LanguageModel, size: Size, folder: Path, seed: int, progress: Progress
    ) -> Check:
        """`misspoke probe`."""
        done = self.probed(lm, size["n"], folder / self.mode, seed=seed, progress=progress)
        return check_of(done.findings(), self.command(lm, size, folder, seed), self.mode)


class _Sycophancy(_Probing):
    mode, share, most = "sycophancy", 0.27, 400

    def probed(self, lm: LanguageModel, n: int, out: Path | None, **more: Any) -> "Probe":
        """The probe of so many questions."""
        return probe.sycophancy(lm, _asked(n), out, **more)


class _Premises(_Probing):
    mode, share, most = "premises", 0.17, 1_000

    def probed(self, lm: LanguageModel, n: int, out: Path | None, **more: Any) -> "Probe":
        """The probe of so many of the bundled premises."""
        from misspoke.questions.premises import load_premises

        return probe.premises(lm, load_premises(n=n), out, **more)

    def total(self) -> int:
        """How many premises are bundled."""
        from misspoke.questions.premises import premises

        return len(premises())


class _Consistency(_Probing):
    mode, share, least, most = "consistency", 0.23, 40, 300

    def probed(self, lm: LanguageModel, n: int, out: Path | None, **more: Any) -> "Probe":
        """The probe of so many questions; none is sampled from a model that hides probabilities."""
        if lm.reveals is not None:
            more["samples"] = 0
        return probe.consistency(lm, _asked(n), out, **more)

    def with_model(self, lm: LanguageModel) -> str:
        """No samples of a model that hides probabilities."""
        return "" if lm.reveals is None else " --samples 0"


class _Drift(Stage):
    """Conversations of all instructions; its cost is tokens, as the plan expects them."""

    mode, share = "drift", 0.23
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
        return f"misspoke probe drift {_options(lm, seed)} --turns {TURNS[0]} -o {out}"


def _plan(turns: int, budget: int, units: int) -> "Plan":
    from misspoke.probes.drift import Plan

    return Plan.of(turns).within(budget, units)


def _given(n: int | None = None) -> "tuple[Instruction, ...]":
    """The bundled instructions, or so many of them, spread over the families."""
    from misspoke.concepts.instructions import instructions
    from misspoke.questions.sets import spread

    every = instructions()
    return every if n is None else spread(every, n)


STAGES: Sequence[Stage] = (_Diagnosis(), _Sycophancy(), _Premises(), _Drift(), _Consistency())
"""In the order of the page; what one leaves of its time the next ones have."""


def _options(lm: LanguageModel, seed: int) -> str:
    """The options that name the model, what its weights are computed in, and the seed."""
    dtype = lm.description().get("dtype")
    named = f"-m {quote(lm.name)}"
    if dtype in ("float32", "bfloat16"):
        named += f" --dtype {dtype}"
    return f"{named} --seed {seed}" if seed else named

"""The ways of failing that a checkup goes through, in the order of its page."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from misspoke import api, probe
from misspoke.checkups.drifting import Drift
from misspoke.checkups.stage import Progress, Size, Stage, options, timed
from misspoke.diagnosis.advice import advise
from misspoke.diagnosis.modes.checked import HALLUCINATION, Check, check_of, check_of_summary
from misspoke.lm import LanguageModel

if TYPE_CHECKING:
    from misspoke.probe import Probe
    from misspoke.questions import QuestionSet

ASKED = "atlas"


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
        return f"{self.asks} {options(lm, seed)} -n {n}{self.with_model(lm)} -o {out}"

    def with_model(self, lm: LanguageModel) -> str:  # noqa: ARG002
        """Options that a model needs."""
        return ""

    @property
    def asks(self) -> str:
        """The command without options."""
        return f"misspoke probe {self.mode}"


class _Diagnosis(_OfQuestions):
    mode, share, least, most, pilot = HALLUCINATION, 0.07, 40, 600, 24

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
    mode, share, most = "premises", 0.16, 1_000

    def probed(self, lm: LanguageModel, n: int, out: Path | None, **more: Any) -> "Probe":
        """The probe of so many of the bundled premises."""
        from misspoke.questions.premises import load_premises

        return probe.premises(lm, load_premises(n=n), out, **more)

    def total(self) -> int:
        """How many premises are bundled."""
        from misspoke.questions.premises import premises

        return len(premises())


class _Consistency(_Probing):
    mode, share, least, most = "consistency", 0.19, 40, 300

    def probed(self, lm: LanguageModel, n: int, out: Path | None, **more: Any) -> "Probe":
        """The probe of so many questions; none is sampled from a model that hides probabilities."""
        if lm.reveals is not None:
            more["samples"] = 0
        return probe.consistency(lm, _asked(n), out, **more)

    def with_model(self, lm: LanguageModel) -> str:
        """No samples of a model that hides probabilities."""
        return "" if lm.reveals is None else " --samples 0"


STAGES: Sequence[Stage] = (_Diagnosis(), _Sycophancy(), _Premises(), Drift(), _Consistency())
"""In the order of the page; what one leaves of its time the next ones have."""

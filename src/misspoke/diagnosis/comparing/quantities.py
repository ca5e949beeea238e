"""What is compared: rates and means of a run's questions, as numerators over denominators."""

from dataclasses import dataclass

import numpy as np

from misspoke.diagnosis.comparing.pairing import Places
from misspoke.diagnosis.leads import gold_leads
from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.diagnosis.rows import FAILURE, OPEN, Bounds, Rows

ACCURACY = "accuracy"
FAILURES_PER_WRONG = "failures_per_wrong"
FAILURES_PER_WRONG_FIRST = "failures_per_wrong_first"
FAILURES_PER_WRONG_LITERAL = "failures_per_wrong_literal"
FAILURES_PER_QUESTION = "failures_per_question"
MISFIRE = "misfire"
PROPER_PER_QUESTION = "proper_per_question"
WRONG_WINNER = "wrong_winner_prob"
DISPERSION = "top_form_prob_of_failures"

_ENTROPIES = (
    "on_path_entropy_1",
    "on_path_entropy_2",
    "on_path_entropy_1_weighted",
    "on_path_entropy_2_weighted",
    "token_entropy",
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A rate or a mean of n questions: Σ top / Σ bottom; all arrays are (n,)."""

    name: str
    top: Floats
    bottom: Bools
    """The questions that it is a rate or a mean of."""
    top_most: Floats
    bottom_most: Bools
    """Both with undetermined rows settled so that the value is greatest; else the same."""

    @property
    def n(self) -> int:
        """How many questions it is a rate or a mean of."""
        return int(self.bottom.sum())

    @property
    def of_all(self) -> bool:
        """Whether every question counts."""
        return bool(self.bottom.all())

    @property
    def value(self) -> float:
        """The value; NaN of no question."""
        return float(self.top.sum() / self.n) if self.n else float("nan")

    @property
    def most(self) -> float:
        """The value with undetermined rows settled so that it is greatest."""
        n = int(self.bottom_most.sum())
        return float(self.top_most.sum() / n) if n else float("nan")

    def at(self, places: Places) -> "Quantity":
        """The quantity of the questions at some places, in their order."""
        return Quantity(
            self.name,
            self.top[places],
            self.bottom[places],
            self.top_most[places],
            self.bottom_most[places],
        )


def quantities(rows: Rows, tau: float) -> dict[str, Quantity]:
    """Give all quantities of a run, by name, over all its rows."""
    everything = np.ones(rows.n, dtype=np.bool_)
    led = gold_leads(rows)
    begins_wrong = rows.wrong & ~(rows.floats("content_winner_is_gold") > 0)
    failed = rows.outcomes(rows.string, tau) == FAILURE
    found = [
        _rate(ACCURACY, rows.correct, everything),
        _rate("abstained", rows.abstained, everything),
        _rate("wrong", rows.wrong, everything),
        *_failures(rows, tau),
        misfire(rows, tau),
        _rate(PROPER_PER_QUESTION, led.surely, everything, led.possibly),
        _mean(WRONG_WINNER, rows.floats("content_winner_prob"), begins_wrong),
        *(_mean(name, rows.floats(name), everything) for name in _ENTROPIES),
        Quantity("p_mass", rows.string.lower, everything, rows.string.upper, everything),
        _mean(DISPERSION, rows.floats("top_form_prob"), failed),
    ]
    return {one.name: one for one in found}


def _failures(rows: Rows, tau: float) -> list[Quantity]:
    """Commitment failures by each mass, per wrong answer and per question."""
    everything = np.ones(rows.n, dtype=np.bool_)
    found = []
    for suffix, mass in (("", rows.string), ("_first", rows.first), ("_literal", rows.literal)):
        failed, at_most = _failed(rows, mass, tau)
        found.append(_rate(f"{FAILURES_PER_WRONG}{suffix}", failed, rows.wrong, at_most))
        found.append(_rate(f"{FAILURES_PER_QUESTION}{suffix}", failed, everything, at_most))
    return found


def misfire(rows: Rows, tau: float) -> Quantity:
    """Wrong answers among the questions whose string P-mass is at least τ; as `rates.misfire`."""
    failed, at_most = _failed(rows, rows.string, tau)
    known = rows.string.lower >= tau
    straddling = (rows.string.lower < tau) & (rows.string.upper >= tau)
    return Quantity(
        MISFIRE,
        failed.astype(np.float64),
        known | (straddling & ~rows.wrong),
        at_most.astype(np.float64),
        known | (straddling & rows.wrong),
    )


def _failed(rows: Rows, mass: Bounds, tau: float) -> tuple[Bools, Bools]:
    codes = rows.outcomes(mass, tau)
    return codes == FAILURE, (codes == FAILURE) | (codes == OPEN)


def _rate(name: str, top: Bools, bottom: Bools, top_most: Bools | None = None) -> Quantity:
    most = top if top_most is None else top_most
    return Quantity(name, top.astype(np.float64), bottom, most.astype(np.float64), bottom)


def _mean(name: str, values: Floats, among: Bools) -> Quantity:
    """The mean of values (n,) over the rows `among` that have one."""
    known = among & np.isfinite(values)
    top = np.where(known, values, 0.0)
    return Quantity(name, top, known, top, known)

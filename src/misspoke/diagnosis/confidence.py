"""Confidence and correctness: the probability of what was said, as a forecast of its being right.

A confidence of 0.8 is held against the share of right answers among rows
of that confidence.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from misspoke.diagnosis.judged import LEAST
from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.diagnosis.rates import rate
from misspoke.diagnosis.resampled import Estimate, area_of
from misspoke.diagnosis.rows import FAILURE, Rows
from misspoke.measures import Brier, Spread, equal_mass_ece, isotonic_brier

if TYPE_CHECKING:
    import polars

BINS = 10


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """The rows with low ≤ confidence < high, or ≤ high where that is 1."""

    low: float
    high: float
    n: int
    mean: float | None
    """Of the confidence; this and what follows is None with fewer than 30 rows."""
    accuracy: float | None
    interval: Spread | None
    """95% bootstrap interval of the accuracy."""
    failures: int
    """Commitment failures by the string mass at τ."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """One confidence as a forecast of being right, on the wrong and right rows that have it.

    The scores are None with fewer than 30 rows of either kind.
    """

    n: int
    accuracy: float | None
    mean: float | None
    """Of the confidence: above the accuracy, the model is too sure of itself."""
    bins: tuple[ConfidenceBin, ...]
    ece: float | None
    """Over 15 bins of nearly equal counts."""
    brier: Brier | None
    """With its parts by isotonic regression of the rows themselves."""
    auroc: float | None
    """The chance that a right row has more confidence than a wrong one."""
    auroc_interval: Spread | None


@dataclass(frozen=True, slots=True)
class Confidence:
    """Both confidences of a run."""

    winner: Forecast
    """The probability of the first content token, with the openers before it."""
    sequence: Forecast
    """The probability of the answer's tokens, the one that ended it included."""


def confidence(rows: Rows, tau: float, seed: int) -> Confidence:
    """Hold the model's confidence against correctness; abstentions are left out."""
    return Confidence(
        winner=_forecast(rows, rows.floats("content_winner_prob"), tau, seed),
        sequence=_forecast(rows, sequence_probs(rows), tau, seed),
    )


def _forecast(rows: Rows, probs: Floats, tau: float, seed: int) -> Forecast:
    judged = (rows.wrong | rows.correct) & np.isfinite(probs)
    found, right = np.clip(probs[judged], 0.0, 1.0), rows.correct[judged]
    enough = min(int(right.sum()), int((~right).sum())) >= LEAST
    area = area_of(found, right, rows.clusters[judged], seed) if enough else Estimate()
    return Forecast(
        n=len(found),
        accuracy=float(right.mean()) if len(found) else None,
        mean=float(found.mean()) if len(found) else None,
        bins=_bins(rows, probs, judged, tau, seed),
        ece=equal_mass_ece(found, right) if enough else None,
        brier=isotonic_brier(found, right) if enough else None,
        auroc=area.value,
        auroc_interval=area.interval,
    )


def _bins(
    rows: Rows, probs: Floats, judged: Bools, tau: float, seed: int
) -> tuple[ConfidenceBin, ...]:
    """The bins of the `judged` rows (n,); a probability that rounding put over 1 is in the last."""
    failed = rows.outcomes(rows.string, tau) == FAILURE
    places = np.clip(np.floor(np.nan_to_num(probs) * BINS), 0, BINS - 1)
    return tuple(
        _bin(rows, probs, judged & (places == place), failed, place, seed) for place in range(BINS)
    )


def _bin(
    rows: Rows, probs: Floats, inside: Bools, failed: Bools, place: int, seed: int
) -> ConfidenceBin:
    n = int(inside.sum())
    enough = n >= LEAST
    share = rate(rows, inside & rows.correct, inside, seed) if enough else None
    return ConfidenceBin(
        low=place / BINS,
        high=(place + 1) / BINS,
        n=n,
        mean=float(probs[inside].mean()) if enough else None,
        accuracy=share.value if share else None,
        interval=share.interval if share else None,
        failures=int((inside & failed).sum()),
    )


def sequence_probs(rows: Rows) -> Floats:
    """Give the probability (n,) of the answer's tokens, NaN where one of them has none."""
    found = np.full(rows.n, np.nan)
    for within, batch in rows.batches("answer_logprobs", "answer_step", "answer_end"):
        found[within] = np.exp(_logprobs(batch))
    return found


def _logprobs(batch: "polars.DataFrame") -> Floats:
    """The log-probability of the answer's tokens of each row of a batch."""
    import polars

    start = polars.col("answer_step") - 1
    steps = polars.col("answer_logprobs").list.slice(start, polars.col("answer_end") - start)
    known = (steps.list.len() > 0) & ~steps.list.eval(polars.element().is_null()).list.any()
    found = batch.select(polars.when(known).then(steps.list.sum()).cast(polars.Float64))
    return found.to_series().to_numpy()

"""The figures at every threshold: how much they depend on where the line is drawn."""

from dataclasses import dataclass

import numpy as np

from misspoke.diagnosis.outcomes import COMMITMENT_FAILURE, TAUS, UNDETERMINED, Bools
from misspoke.diagnosis.rates import Rate, RateBounds, misfire, outcome_counts, rate
from misspoke.diagnosis.references import MeanBounds, mean_bounds
from misspoke.diagnosis.rows import FAILURE, Bounds, Rows
from misspoke.measures import Spread


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """The outcomes at one threshold."""

    tau: float
    counts: dict[str, int]
    failures_per_wrong_lower: float | None
    """Undetermined rows taken as no failures; None where no answer is wrong."""
    failures_per_wrong_upper: float | None
    """Undetermined rows taken as failures."""
    failures_per_wrong_interval: Spread | None
    """95% bootstrap interval of the lower rate."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """The outcomes at every threshold of `TAUS`, by each kind of mass."""

    string: tuple[SweepPoint, ...]
    first: tuple[SweepPoint, ...]
    literal: tuple[SweepPoint, ...]


@dataclass(frozen=True, slots=True)
class Misfire:
    """How often what is believed by at least τ is not said: greedy, and by both references."""

    tau: float
    n: int
    """Questions with a string P-mass of at least τ for certain."""
    greedy: RateBounds
    """Wrong answers among them; rows that straddle τ make the rate least and greatest."""
    sampling: MeanBounds | None
    """Mean of 1 − P over the n: the expected error of sampling at temperature 1."""
    concept_argmax: Rate
    """Those of the n whose heaviest class is not gold: what always emitting it gets wrong."""


def sweep(rows: Rows, seed: int) -> Sweep:
    """Judge the rows at every threshold by each kind of mass."""
    kinds = (rows.string, rows.first, rows.literal)
    return Sweep(*(tuple(_point(rows, mass, tau, seed) for tau in TAUS) for mass in kinds))


def misfires(rows: Rows, leads: Bools, seed: int) -> tuple[Misfire, ...]:
    """Give the conditional misfire at every threshold; `leads` those of `gold_leads`."""
    return tuple(_misfire(rows, leads, tau, seed) for tau in TAUS)


def _point(rows: Rows, mass: Bounds, tau: float, seed: int) -> SweepPoint:
    counts = outcome_counts(rows, mass, tau, np.ones(rows.n, dtype=np.bool_))
    failures = rate(rows, rows.outcomes(mass, tau) == FAILURE, rows.wrong, seed)
    most = counts[COMMITMENT_FAILURE] + counts[UNDETERMINED]
    return SweepPoint(
        tau=tau,
        counts=counts,
        failures_per_wrong_lower=failures.value,
        failures_per_wrong_upper=most / failures.denominator if failures.denominator else None,
        failures_per_wrong_interval=failures.interval,
    )


def _misfire(rows: Rows, leads: Bools, tau: float, seed: int) -> Misfire:
    known = rows.string.lower >= tau
    return Misfire(
        tau=tau,
        n=int(known.sum()),
        greedy=misfire(rows, rows.string, tau, seed),
        sampling=mean_bounds(1 - rows.string.upper, 1 - rows.string.lower, known),
        concept_argmax=rate(rows, known & ~leads, known, seed),
    )

"""Rates with their denominators, their bounds and their bootstrap intervals."""

from dataclasses import dataclass

import numpy as np

from misspoke.diagnosis.outcomes import OUTCOMES, Bools
from misspoke.diagnosis.rows import FAILURE, OPEN, Bounds, Rows
from misspoke.measures import Spread, bootstrap_ratio


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of questions."""

    numerator: int
    denominator: int
    value: float | None
    """numerator / denominator; None where the denominator is 0."""
    interval: Spread | None
    """95% bootstrap interval, over relations where there are several, else over questions."""


@dataclass(frozen=True, slots=True)
class RateBounds:
    """A rate with undetermined rows settled both ways; the two are equal where there are none."""

    lower: Rate
    upper: Rate


@dataclass(frozen=True, slots=True)
class MassRates:
    """Outcomes by one kind of mass."""

    counts: dict[str, int]
    """Rows by outcome."""
    failures_per_wrong: RateBounds
    """Commitment failures among wrong answers (Yeom et al. 2026, arXiv 2605.22007)."""
    failures_per_question: RateBounds
    misfire: RateBounds
    """Wrong answers among the questions whose mass is at least τ."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline rates of a set of rows."""

    n: int
    wrong: int
    accuracy: Rate
    string: MassRates
    first: MassRates
    literal: MassRates
    proper_per_wrong: RateBounds
    """Failures to commit proper, wrong although gold is the heaviest class, among wrong answers."""
    proper_per_question: RateBounds


def rate(rows: Rows, numerator: Bools, denominator: Bools, seed: int) -> Rate:
    """Count a rate; both arguments are (n,), the numerator within the denominator."""
    top, bottom = int(numerator.sum()), int(denominator.sum())
    if not bottom:
        return Rate(top, bottom, None, None)
    interval = bootstrap_ratio(
        numerator[denominator],
        np.ones(bottom),
        clusters=rows.clusters[denominator],
        seed=seed,
    )
    return Rate(top, bottom, top / bottom, interval)


def rate_bounds(
    rows: Rows, numerators: tuple[Bools, Bools], denominators: tuple[Bools, Bools], seed: int
) -> RateBounds:
    """Count a rate from the (least, most) of its numerator and the denominators that go with it."""
    lower = rate(rows, numerators[0], denominators[0], seed)
    same = all(np.array_equal(*pair) for pair in (numerators, denominators))
    return RateBounds(lower, lower if same else rate(rows, numerators[1], denominators[1], seed))


def outcome_counts(rows: Rows, mass: Bounds, tau: float, among: Bools) -> dict[str, int]:
    """Count the rows `among` (n,) by outcome."""
    counts = np.bincount(rows.outcomes(mass, tau)[among], minlength=len(OUTCOMES))
    return dict(zip(OUTCOMES, counts.tolist(), strict=True))


def mass_rates(rows: Rows, mass: Bounds, tau: float, seed: int, among: Bools) -> MassRates:
    """Give the rates of the rows `among` (n,) by one kind of mass."""
    codes = rows.outcomes(mass, tau)
    failures = among & (codes == FAILURE)
    at_most = failures | (among & (codes == OPEN))
    wrong = among & rows.wrong
    counted = (failures, at_most)
    return MassRates(
        counts=outcome_counts(rows, mass, tau, among),
        failures_per_wrong=rate_bounds(rows, counted, (wrong, wrong), seed),
        failures_per_question=rate_bounds(rows, counted, (among, among), seed),
        misfire=misfire(rows, mass, tau, seed, among),
    )


def misfire(
    rows: Rows, mass: Bounds, tau: float, seed: int, among: Bools | None = None
) -> RateBounds:
    """Give the rate of wrong answers among the questions whose mass is at least τ.

    Rows that straddle τ are put where they make the rate least and greatest. Only rows `among`
    (n,) count where that is given.
    """
    codes = rows.outcomes(mass, tau)
    failures, at_most = codes == FAILURE, (codes == FAILURE) | (codes == OPEN)
    known = mass.lower >= tau
    straddling = (mass.lower < tau) & (mass.upper >= tau)
    least, greatest = known | (straddling & ~rows.wrong), known | (straddling & rows.wrong)
    counted = [failures, at_most, least, greatest]
    if among is not None:
        counted = [among & rows_counted for rows_counted in counted]
    return rate_bounds(rows, (counted[0], counted[1]), (counted[2], counted[3]), seed)


def headline(
    rows: Rows, tau: float, seed: int, among: Bools, proper: tuple[Bools, Bools]
) -> Headline:
    """Give the headline rates of the rows `among` (n,).

    `proper` are the rows (n,) that are wrong though gold is the heaviest class: surely, possibly.
    """
    wrong = among & rows.wrong
    leads, may_lead = among & proper[0], among & proper[1]
    return Headline(
        n=int(among.sum()),
        wrong=int(wrong.sum()),
        accuracy=rate(rows, among & rows.correct, among, seed),
        string=mass_rates(rows, rows.string, tau, seed, among),
        first=mass_rates(rows, rows.first, tau, seed, among),
        literal=mass_rates(rows, rows.literal, tau, seed, among),
        proper_per_wrong=rate_bounds(rows, (leads, may_lead), (wrong, wrong), seed),
        proper_per_question=rate_bounds(rows, (leads, may_lead), (among, among), seed),
    )

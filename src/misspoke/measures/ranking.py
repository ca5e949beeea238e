"""How well doubts rank the wrong answers above the right ones, for many resamples at once.

Each measure takes weights (r, n), a row a resample: how often each of n rows was drawn, or 1 for
each in the sample itself. A row of weight w counts as w rows that are tied. Ties count in
expectation over their orders, so that no measure depends on the order of the rows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misspoke.measures.bootstrap import Floats, divide

ALARMS = 0.05
"""The false-alarm rate of a detector's recall."""
_HAIR = 1e-9
"""Far below one row: what rounding may put between two equal counts of alarms."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order of n rows by their doubts, and which of them are tied."""

    order: NDArray[np.intp]
    """(n,) The rows' places, the most doubtful first."""
    ends: NDArray[np.intp]
    """(g,) Where each group of equal doubts ends in `order`, exclusive."""

    @classmethod
    def of(cls, doubts: ArrayLike) -> "Ranking":
        """Rank `doubts` (n,), higher = more doubtful; infinities may be among them.

        ValueError where one is NaN: what was not measured has no place.
        """
        values = np.asarray(doubts, dtype=np.float64).ravel()
        if np.isnan(values).any():
            raise ValueError("a doubt that was not measured (NaN) cannot be ranked")
        order = np.argsort(-values, kind="stable")
        ordered = values[order]
        last = np.append(ordered[1:] != ordered[:-1], True)[: len(ordered)]
        return cls(order, np.flatnonzero(last) + 1)


def areas(ranking: Ranking, positive: ArrayLike, weights: ArrayLike) -> Floats:
    """Give the areas under the ROC curve (r,): the chance that a positive is the more doubtful.

    `positive` (n,) is boolean, all others are negative; `weights` (r, n). Of a tied pair one half
    counts. NaN where a class has no weight. On weights of 1 it is `auroc`.
    """
    rows, hits = _tallies(ranking, positive, weights)
    misses = rows - hits
    above = hits.cumsum(axis=1) - hits / 2
    return divide((misses * above).sum(axis=1), misses.sum(axis=1) * hits.sum(axis=1))


def recalls(
    ranking: Ranking,
    negative: ArrayLike,
    kinds: ArrayLike,
    weights: ArrayLike,
    alarms: float = ALARMS,
) -> Floats:
    """Give the share of each kind that is flagged (r, k), where `alarms` of the negatives are.

    `negative` (n,) and `kinds` (k, n) are boolean, `weights` (r, n); the kinds may overlap, and
    rows in none of them count for nothing. The most doubtful are flagged until the share `alarms`
    (0 to 1) of the negatives is among them, and no further negative. Those tied at the threshold
    are flagged by a fair lottery, which meets the rate exactly: this is the ROC curve, linear
    between its points, the upper end where it is vertical. NaN where the negatives or a kind have
    no weight.
    """
    counts = np.asarray(weights, dtype=np.float64)
    marks = np.asarray(kinds, dtype=np.float64)
    _, false = _tallies(ranking, negative, counts)
    total = false.sum(axis=1)
    left = alarms * total[:, None] - (false.cumsum(axis=1) - false)
    flagged = np.clip(divide(left, false), 0.0, 1.0)
    np.copyto(flagged, left >= -_HAIR, where=false == 0)
    found = (counts * flagged[:, _groups(ranking)]) @ marks.T
    shares = divide(found, counts @ marks.T)
    shares[total == 0] = np.nan
    return shares


def augrc(ranking: Ranking, wrong: ArrayLike, weights: ArrayLike) -> Floats:
    """Give the areas under the generalised risk–coverage curve (r,); 0 is best, 1/2 the worst.

    `wrong` (n,) is boolean, `weights` (r, n). The least doubtful are accepted first; the
    generalised risk is the chance that an answer is wrong *and* accepted, integrated over the
    coverage from 0 to 1 (Traub et al. 2024, arXiv 2407.01032). With accuracy a it is
    (1 − AUROC) a (1 − a) + (1 − a)² / 2. NaN where nothing has weight.
    """
    rows, errors = _accepted(ranking, wrong, weights)
    accepted = errors.cumsum(axis=1) - errors / 2
    return divide((rows * accepted).sum(axis=1), rows.sum(axis=1) ** 2)


def prr(ranking: Ranking, wrong: ArrayLike, weights: ArrayLike) -> Floats:
    """Give the prediction–rejection ratios (r,): 1 is the perfect order, 0 no better than chance.

    `wrong` (n,) is boolean, `weights` (r, n). With A the area under the risk of what is accepted,
    the least doubtful first, over the coverage in (0, 1], it is
    (A_random − A) / (A_random − A_oracle). A_random is the error rate; A_oracle has all right
    answers accepted first. The risk is a share of what is accepted, as in lm-polygraph (Vashurin
    et al. 2025, arXiv 2406.15627); as a share of all rows it would be 2 AUROC − 1. Coverage is
    continuous, so that a part of a row may be accepted; the integrals are closed forms. NaN where
    nobody or everybody is wrong.
    """
    rows, errors = _accepted(ranking, wrong, weights)
    total, wrongs = rows.sum(axis=1), errors.sum(axis=1)
    area = divide(_risk_areas(rows, errors).sum(axis=1), total)
    right = divide(total - wrongs, total)
    logs = np.log(right, out=np.zeros_like(right), where=right > 0)
    return divide(divide(wrongs, total) - area, -right * logs)


def risk_coverage(ranking: Ranking, wrong: ArrayLike) -> tuple[Floats, Floats]:
    """Give the risk–coverage curve at the ends of the tie groups: coverages (g,), risks (g,).

    `wrong` (n,) is boolean. The least doubtful are accepted first: a coverage is the share that
    is accepted, its risk the share of wrong answers in it. The last risk is the error rate.
    """
    rows, errors = _accepted(ranking, wrong, np.ones((1, len(ranking.order))))
    accepted = rows[0].cumsum()
    return accepted / max(1, len(ranking.order)), errors[0].cumsum() / accepted


def _tallies(ranking: Ranking, marked: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    """The weights of the tie groups, most doubtful first: of all rows, of the marked; (r, g)."""
    ordered = np.asarray(weights, dtype=np.float64)[:, ranking.order]
    kept = ordered * np.asarray(marked, dtype=np.bool_)[ranking.order]
    if len(ranking.ends) == len(ranking.order):
        return ordered, kept
    starts = np.append(0, ranking.ends[:-1])
    return np.add.reduceat(ordered, starts, axis=1), np.add.reduceat(kept, starts, axis=1)


def _accepted(ranking: Ranking, wrong: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    """The tallies of all rows and of the wrong ones, least doubtful first."""
    rows, errors = _tallies(ranking, wrong, weights)
    return rows[:, ::-1], errors[:, ::-1]


def _groups(ranking: Ranking) -> NDArray[np.intp]:
    """The place (n,) of each row's tie group, 0 for the most doubtful."""
    groups = np.empty_like(ranking.order)
    sizes = np.diff(ranking.ends, prepend=0)
    groups[ranking.order] = np.repeat(np.arange(len(sizes)), sizes)
    return groups


def _risk_areas(rows: Floats, errors: Floats) -> Floats:
    """Each tie group's part (r, g) of ∫ risk d(accepted weight), `rows` and `errors` as accepted.

    With W₀ accepted before the group, E₀ of it wrong, and w and e in it, the expected risk after
    u of the group is (E₀ + e u / w) / (W₀ + u). With x = w / W₀ its integral over u from 0 to w is
    e (1 − log(1 + x) / x) + E₀ log(1 + x), and e where W₀ is 0.
    """
    before = rows.cumsum(axis=1) - rows
    known = (rows > 0) & (before > 0)
    growth = np.divide(rows, before, out=np.ones_like(rows), where=known)
    logs = np.log1p(growth)
    wrong_before = errors.cumsum(axis=1) - errors
    return np.where(known, errors * (1 - logs / growth) + wrong_before * logs, errors)

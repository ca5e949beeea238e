"""How well doubts rank the wrong answers above the right ones, for many resamples at once.

Each measure takes a `Tally`: how often each of n rows was drawn in each of r resamples, or 1 for
each in the sample itself, in the order of a ranking. A row of weight w counts as w rows that are
tied. Ties count in expectation over their orders, so that no measure depends on the order of the
rows.
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


@dataclass(frozen=True, slots=True)
class Tally:
    """Weights in the order of a ranking, by row and by tie group: made once for all measures."""

    ranking: Ranking
    ordered: Floats
    """(r, n) The rows' weights, the most doubtful first."""
    wrong: Floats
    """(r, g) The weights of the wrong rows of each tie group."""
    right: Floats
    """(r, g) Those of the right rows."""
    below: Floats
    """(r, g) Those of the right rows that are less doubtful than the group, and half of its own."""

    @classmethod
    def of(
        cls,
        ranking: Ranking,
        wrong: ArrayLike,
        weights: ArrayLike,
        places: NDArray[np.intp] | None = None,
    ) -> "Tally":
        """Tally `weights` (r, n), how often each row was drawn; `wrong` (n,) is boolean.

        With `places` (n,), the ranked rows stand there among the m rows of `weights` (r, m).
        """
        order = ranking.order if places is None else places[ranking.order]
        ordered = np.take(np.asarray(weights, dtype=np.float64), order, axis=1)
        wrongs = ordered * np.asarray(wrong, dtype=np.bool_)[ranking.order]
        rows = ordered
        if len(ranking.ends) < len(ranking.order):
            starts = np.append(0, ranking.ends[:-1])
            rows, wrongs = (np.add.reduceat(part, starts, axis=1) for part in (ordered, wrongs))
        right = rows - wrongs
        below = right / 2 - right.cumsum(axis=1)
        below += right.sum(axis=1, keepdims=True)
        return cls(ranking, ordered, wrongs, right, below)

    def shares(self, flagged: Floats, kinds: ArrayLike) -> Floats:
        """The mean (r, k) of `flagged` (r, g) over the rows of each of `kinds` (k, n), boolean.

        NaN where a kind has no weight.
        """
        marks = np.asarray(kinds, dtype=np.bool_)[:, self.ranking.order]
        places = np.flatnonzero(marks.any(axis=0))
        weights = np.take(self.ordered, places, axis=1)
        groups = np.searchsorted(self.ranking.ends, places, side="right")
        columns = marks[:, places].T.astype(np.float64)
        return divide((weights * np.take(flagged, groups, axis=1)) @ columns, weights @ columns)


def areas(tally: Tally) -> Floats:
    """Give the areas under the ROC curve (r,): the chance that a wrong row is the more doubtful.

    Of a tied pair one half counts. NaN where nobody or everybody is wrong. On weights of 1 it is
    `auroc`.
    """
    right, wrong = tally.right.sum(axis=1), tally.wrong.sum(axis=1)
    return divide(_pairs_in_order(tally), right * wrong)


def kind_areas(tally: Tally, kinds: ArrayLike) -> Floats:
    """Give the areas (r, k) of each kind of wrong row against the right ones.

    `kinds` (k, n) are boolean. A kind's area is the mean, over its rows, of the share of right rows
    that are less doubtful, ties counting one half. NaN where a kind, or what is right, has no
    weight.
    """
    below = tally.shares(tally.below, kinds)
    right = tally.right.sum(axis=1, keepdims=True)
    return divide(below, np.broadcast_to(right, below.shape))


def recalls(tally: Tally, kinds: ArrayLike, alarms: float = ALARMS) -> Floats:
    """Give the share of each kind that is flagged (r, k), where `alarms` of the right rows are.

    `kinds` (k, n) are boolean and may overlap. The most doubtful are flagged until the share
    `alarms` (0 to 1) of the right rows is among them, and no further right one. Those tied at the
    threshold are flagged by a fair lottery, which meets the rate exactly: this is the ROC curve,
    linear between its points, the upper end where it is vertical. NaN where the right rows or a
    kind have no weight.
    """
    total = tally.right.sum(axis=1)
    left = tally.below + tally.right / 2
    left -= (1 - alarms) * total[:, None]  # what may still be flagged, of each group or more
    flagged = (left >= -_HAIR).astype(np.float64)
    np.divide(left, tally.right, out=flagged, where=tally.right != 0)
    shares = tally.shares(np.clip(flagged, 0.0, 1.0, out=flagged), kinds)
    shares[total == 0] = np.nan
    return shares


def augrc(tally: Tally) -> Floats:
    """Give the areas under the generalised risk–coverage curve (r,); 0 is best, 1/2 the worst.

    The least doubtful are accepted first; the generalised risk is the chance that an answer is
    wrong *and* accepted, integrated over the coverage from 0 to 1 (Traub et al. 2024, arXiv
    2407.01032). With accuracy a it is (1 − AUROC) a (1 − a) + (1 − a)² / 2. NaN where nothing has
    weight.
    """
    right, wrong = tally.right.sum(axis=1), tally.wrong.sum(axis=1)
    misplaced = right * wrong - _pairs_in_order(tally)
    return divide(misplaced + wrong**2 / 2, (right + wrong) ** 2)


def prr(tally: Tally) -> Floats:
    """Give the prediction–rejection ratios (r,): 1 is the perfect order, 0 no better than chance.

    With A the area under the risk of what is accepted, the least doubtful first, over the coverage
    in (0, 1], it is (A_random − A) / (A_random − A_oracle). A_random is the error rate; A_oracle
    has all right answers accepted first. The risk is a share of what is accepted, as in
    lm-polygraph (Vashurin et al. 2025, arXiv 2406.15627); as a share of all rows it would be
    2 AUROC − 1. Coverage is continuous, so that a part of a row may be accepted; the integrals are
    closed forms. NaN where nobody or everybody is wrong.
    """
    wrongs = tally.wrong.sum(axis=1)
    total = tally.right.sum(axis=1) + wrongs
    area = divide(_risk_areas(tally).sum(axis=1), total)
    right = divide(total - wrongs, total)
    logs = np.log(right, out=np.zeros_like(right), where=right > 0)
    return divide(divide(wrongs, total) - area, -right * logs)


def risk_coverage(ranking: Ranking, wrong: ArrayLike) -> tuple[Floats, Floats]:
    """Give the risk–coverage curve at the ends of the tie groups: coverages (g,), risks (g,).

    `wrong` (n,) is boolean. The least doubtful are accepted first: a coverage is the share that
    is accepted, its risk the share of wrong answers in it. The last risk is the error rate.
    """
    tally = Tally.of(ranking, wrong, np.ones((1, len(ranking.order))))
    errors = tally.wrong[0, ::-1].cumsum()
    accepted = tally.right[0, ::-1].cumsum() + errors
    return accepted / max(1, len(ranking.order)), errors / accepted


def _pairs_in_order(tally: Tally) -> Floats:
    """The weight (r,) of the pairs with the wrong row the more doubtful, one half of tied pairs."""
    pairs: Floats = np.einsum("rg,rg->r", tally.wrong, tally.below)
    return pairs


def _risk_areas(tally: Tally) -> Floats:
    """Each tie group's part (r, g) of ∫ risk d(accepted weight), the least doubtful accepted first.

    With W₀ accepted before the group, E₀ of it wrong, and w and e in it, the expected risk after
    u of the group is (E₀ + e u / w) / (W₀ + u). With x = w / W₀ its integral over u from 0 to w is
    e (1 − log(1 + x) / x) + E₀ log(1 + x), and e where W₀ is 0.
    """
    errors = tally.wrong
    wrong_before = errors.sum(axis=1, keepdims=True) - errors.cumsum(axis=1)
    rows = tally.right + errors
    before = tally.below - tally.right / 2
    before += wrong_before
    known = (rows > 0) & (before > 0)
    growth = np.divide(rows, before, out=np.ones_like(rows), where=known)
    logs = np.log1p(growth)
    return np.where(known, errors * (1 - logs / growth) + wrong_before * logs, errors)

"""Groups and decisions compared: Welch's t, Cohen's d, ROC area, McNemar, Holm, Wilson.

Each gives None where it is not defined, never NaN.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class WelchT:
    """Welch's t test for two means, the variances not taken to be equal."""

    t: float
    p: float
    """Two-sided."""
    df: float
    """Degrees of freedom by Welch and Satterthwaite."""


def welch_t(a: ArrayLike, b: ArrayLike) -> WelchT | None:
    """Test whether the means of two independent groups differ; t > 0 where `a`'s is the larger.

    None where a group has fewer than two values, or neither group varies.
    """
    from scipy.special import stdtr

    left, right = _values(a), _values(b)
    if min(left.size, right.size) < 2 or (_constant(left) and _constant(right)):
        return None
    error_left = float(left.var(ddof=1)) / left.size
    error_right = float(right.var(ddof=1)) / right.size
    error = error_left + error_right
    if not error > 0:
        return None  # squares too small for a float
    t = float(left.mean() - right.mean()) / error**0.5
    part = error_left / error
    df = 1 / (part**2 / (left.size - 1) + (1 - part) ** 2 / (right.size - 1))
    return WelchT(t, float(2 * stdtr(df, -abs(t))), df)


def cohens_d(a: ArrayLike, b: ArrayLike) -> float | None:
    """Give the difference of two means in pooled standard deviations; > 0 where `a`'s is larger.

    The pooled variance weighs each group's unbiased variance by its degrees of freedom. None where
    a group is empty, both hold one value, or neither varies.
    """
    left, right = _values(a), _values(b)
    free = left.size + right.size - 2
    if not left.size or not right.size or free < 1 or (_constant(left) and _constant(right)):
        return None
    squares = float(((left - left.mean()) ** 2).sum() + ((right - right.mean()) ** 2).sum())
    pooled = (squares / free) ** 0.5
    return float(left.mean() - right.mean()) / pooled if pooled > 0 else None


def auroc(scores: ArrayLike, positive: ArrayLike) -> float | None:
    """Give the probability that a positive outranks a negative, ties counting one half.

    `scores` (n,) are higher where the positive class is more likely; `positive` (n,) is boolean.
    By ranks, in n log n. None where a class is empty.
    """
    values, is_positive = _values(scores), np.asarray(positive, dtype=np.bool_)
    positives = int(is_positive.sum())
    pairs = positives * (values.size - positives)
    if not pairs:
        return None
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    above = float(ranks[places[is_positive]].sum()) - positives * (positives + 1) / 2
    return above / pairs


def mcnemar(recovered: int, damaged: int) -> float:
    """Test whether changes for the better and for the worse are equally likely: two-sided, exact.

    The arguments count the pairs that changed, either way; those that did not change say nothing.
    1 where none did.
    """
    from scipy.stats import binomtest

    changed = recovered + damaged
    return float(binomtest(recovered, changed).pvalue) if changed else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for their number, each in its place (Holm 1979, step-down).

    A hypothesis whose corrected value is at most α is rejected where the chance of any false
    rejection among all is to be at most α.
    """
    corrected = [0.0] * len(p_values)
    least = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = least
    return corrected


def wilson(count: int, total: int) -> tuple[float, float] | None:
    """Give the 95% interval of a share by Wilson's score; None where `total` is 0.

    The interval is within [0, 1], and has a width even where the share is 0 or 1.
    """
    if not total:
        return None
    z = 1.959963984540054
    share, unit = count / total, z * z / total
    middle = (share + unit / 2) / (1 + unit)
    half = z * (share * (1 - share) / total + unit / (4 * total)) ** 0.5 / (1 + unit)
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def _constant(values: NDArray[np.float64]) -> bool:
    """Whether all values are one; their variance need not be 0 in floats."""
    return bool(values.min() == values.max())


def _values(numbers: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(numbers, dtype=np.float64).ravel()

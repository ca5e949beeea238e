"""Bootstrap of statistics of sums, over questions or over clusters of questions.

Intervals are expanded percentile intervals (Hesterberg 2015, arXiv 1411.5279). Resamples of n units
vary as if the units' spread were known, and by n rather than n − 1: with few units the plain 2.5%
and 97.5% points are too near. The points that are taken lie as much further out as a t interval
does; with hundreds of units there is nothing to be seen of it.

Means, rates and their differences are functions of column sums, so that a resample needs no rows,
only how often each unit was drawn: units are drawn in blocks, and units that are alike are drawn
together. Memory stays within a few tens of megabytes whatever the number of rows.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Spread: TypeAlias = tuple[float, float]
"""The two ends of a 95% interval."""

Floats: TypeAlias = NDArray[np.float64]

RESAMPLES = 2000
_BLOCK = 1 << 20
"""Draws held at one time."""


def bootstrap(
    columns: ArrayLike,
    statistics: Callable[[Floats], Floats],
    *,
    clusters: NDArray[np.int64] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[Spread | None, ...]:
    """Give the 95% intervals of statistics of column sums, from the same resamples.

    `columns` is (n, k), a row a question; `statistics` maps the sums of resamples (r, k) to values
    (r, m), NaN where one is not defined: those resamples are left out for it. `clusters` (n,) are
    codes from 0: whole clusters are drawn, as many as there are; with fewer than two, questions
    are drawn. None for a statistic that no resample defines, and where there is but one unit to
    draw. The same seed gives the same intervals.
    """
    units = _units(np.asarray(columns, dtype=np.float64), clusters)
    sums = _resampled_sums(units, resamples, np.random.default_rng(seed))
    return tuple(spread(values, len(units)) for values in statistics(sums).T)


def bootstrap_ratio(
    numerators: ArrayLike,
    denominators: ArrayLike,
    *,
    clusters: NDArray[np.int64] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Spread | None:
    """Give the interval of Σ numerators / Σ denominators, both (n,); see `bootstrap`."""
    columns = np.column_stack([np.asarray(numerators), np.asarray(denominators)])
    spreads = bootstrap(columns, _ratios, clusters=clusters, resamples=resamples, seed=seed)
    return spreads[0]


def bootstrap_mean(
    values: ArrayLike,
    *,
    clusters: NDArray[np.int64] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Spread | None:
    """Give the interval of the mean of `values` (n,); see `bootstrap`."""
    numerators = np.asarray(values, dtype=np.float64)
    return bootstrap_ratio(
        numerators, np.ones(len(numerators)), clusters=clusters, resamples=resamples, seed=seed
    )


def bootstrap_differences(
    values: ArrayLike,
    first: ArrayLike,
    *,
    clusters: NDArray[np.int64] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[Spread | None, ...]:
    """Give the interval of the mean where `first` less the mean elsewhere, for each column.

    `values` is (n, m), NaN where a value is missing; `first` (n,) is boolean. Both groups are
    drawn together, so that a cluster that holds members of both stays whole; see `bootstrap`.
    """
    numbers = np.asarray(values, dtype=np.float64)
    mine = np.asarray(first, dtype=np.bool_)[:, None]
    known = np.isfinite(numbers)
    held = np.where(known, numbers, 0.0)
    columns = np.hstack([held * mine, known & mine, held * ~mine, known & ~mine])

    def differences(sums: Floats) -> Floats:
        one, n_one, other, n_other = np.split(sums, 4, axis=1)
        return divide(one, n_one) - divide(other, n_other)

    return bootstrap(columns, differences, clusters=clusters, resamples=resamples, seed=seed)


def bootstrap_weights(
    n: int,
    *,
    clusters: NDArray[np.int64] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Iterator[Floats]:
    """Give how often each of `n` rows was drawn, a row a resample: blocks (b, n) of whole numbers.

    For statistics that are no functions of column sums, such as areas under curves. The blocks
    have `resamples` rows together, and about a million numbers each at most, of n where n is more.
    `clusters` (n,) are drawn whole, as by `bootstrap`: all rows of one have the same weight. The
    same seed gives the same weights, so that measures taken from them are paired.
    """
    if not n:
        yield np.zeros((resamples, 0))
        return
    units, unit_of = n_units(n, clusters), None
    if clusters is not None and units < n:
        _, unit_of = np.unique(clusters, return_inverse=True)
    rng = np.random.default_rng(seed)
    block = max(1, _BLOCK // n)
    for start in range(0, resamples, block):
        size = min(block, resamples - start)
        times = _times_drawn(units, size, rng).astype(np.float64)
        yield times if unit_of is None else np.take(times, unit_of, axis=1)


def n_units(n: int, clusters: NDArray[np.int64] | None) -> int:
    """Give how many units are drawn of `n` rows: clusters where there are two, else rows."""
    count = 0 if clusters is None else len(np.unique(clusters))
    return count if count > 1 else n


def cluster_codes(names: Sequence[str | None]) -> NDArray[np.int64]:
    """Number the clusters from 0, as `bootstrap` wants them; a None is a cluster of its own."""
    codes: dict[str, int] = {}
    numbers = np.empty(len(names), dtype=np.int64)
    alone = 0
    for place, name in enumerate(names):
        if name is None:
            alone += 1
            numbers[place] = -alone
        else:
            numbers[place] = codes.setdefault(name, len(codes))
    numbers[numbers < 0] = len(codes) - 1 - numbers[numbers < 0]
    return numbers


def divide(numerators: Floats, denominators: Floats) -> Floats:
    """Give the elementwise quotient, NaN where the denominator is 0."""
    undefined = np.full(numerators.shape, np.nan)
    np.divide(numerators, denominators, out=undefined, where=denominators != 0)
    return undefined


def _ratios(sums: Floats) -> Floats:
    return divide(sums[:, :1], sums[:, 1:])


def spread(values: Floats, units: int) -> Spread | None:
    """Give the 95% interval of a statistic from its values over resamples of `units` units.

    Values that are NaN are left out. None where no resample defines it, or there are fewer than two
    units: what does not vary in them may vary.
    """
    defined = values[np.isfinite(values)]
    if not defined.size or units < 2:
        return None
    tail = tail_of(units)
    low, high = np.quantile(defined, (tail, 1 - tail))
    return float(low), float(high)


@cache
def tail_of(units: int) -> float:
    """Give what is cut off at either end of the resamples of n ≥ 2 units: 2.5% or less.

    Φ(−√(n / (n − 1)) t), t the 97.5% point of Student's t with n − 1 degrees of freedom.
    """
    from scipy.special import ndtr, stdtrit

    free = units - 1
    return float(ndtr(-((units / free) ** 0.5) * stdtrit(free, 0.975)))


def _units(rows: Floats, clusters: NDArray[np.int64] | None) -> Floats:
    """The rows of what is drawn: the sums of each cluster (c, k), or the questions' own rows."""
    if clusters is None or not len(rows):
        return rows
    sums: Floats = np.column_stack([np.bincount(clusters, column) for column in rows.T])
    sums = sums[np.bincount(clusters) > 0]
    return sums if len(sums) > 1 else rows


def _resampled_sums(units: Floats, resamples: int, rng: np.random.Generator) -> Floats:
    """The column sums (resamples, k) of as many units as there are, drawn with replacement."""
    sums = np.zeros((resamples, units.shape[1]))
    if not len(units):
        return sums
    kinds = _kinds(units)
    drawn_from, counts = (units, None) if kinds is None else kinds
    block = max(1, _BLOCK // len(drawn_from))
    for start in range(0, resamples, block):
        size = min(block, resamples - start)
        if counts is None:
            times = _times_drawn(len(units), size, rng)
        else:
            times = rng.multinomial(len(units), counts / len(units), size=size)
        sums[start : start + size] = times.astype(np.float64) @ drawn_from
    return sums


def _times_drawn(units: int, resamples: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """How often each of the units is among as many draws: (resamples, units)."""
    draws = rng.integers(units, size=(resamples, units))
    draws += (np.arange(resamples) * units)[:, None]
    return np.bincount(draws.ravel(), minlength=resamples * units).reshape(resamples, units)


def _kinds(units: Floats) -> tuple[Floats, NDArray[np.int64]] | None:
    """The distinct rows and how many units are each; None unless they are far fewer than units.

    Drawing kinds with their frequencies is drawing units: the 0/1 columns of a rate make 4 kinds
    at the most, whatever the number of questions.
    """
    most = len(units) // 16
    codes = np.zeros(len(units), dtype=np.int64)
    for column in units.T:
        values, places = np.unique(column, return_inverse=True)
        if len(values) > most:
            return None
        pairs, codes = np.unique(codes * len(values) + places, return_inverse=True)
        if len(pairs) > most:
            return None
    _, examples, counts = np.unique(codes, return_index=True, return_counts=True)
    return units[examples], counts.astype(np.int64)

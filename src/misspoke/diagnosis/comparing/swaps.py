"""Exact and random tests that exchange the runs' labels within clusters of questions.

The statistics are studentised: a difference of ratios, or a weighted sum of them, over its
cluster-robust standard error, which is computed anew in each relabelling. Without that the test
would be one of equal distributions: ratios that are equal but have different denominators would be
told apart far too often (Chung & Romano 2013, Annals of Statistics 41: 484-507).
"""

from collections.abc import Iterator
from itertools import permutations, product
from math import factorial

import numpy as np
from numpy.typing import NDArray

from misspoke.measures.bootstrap import Floats, divide

SWAPS = 10_000
"""Random exchanges of two runs; fewer where all exchanges are fewer."""
SHUFFLES = 2_000
"""Random permutations of three runs or more."""
_AT_ONCE = 1 << 21
_TIE = 1e-9
"""Statistics that differ by no more than this share are equal."""
_NOTHING = 1e-12
"""A variance below this share of what it is the rest of is 0, and so is a difference below it."""


def grouped(clusters: NDArray[np.int64]) -> bool:
    """Whether clusters (n,) are what is exchanged and drawn: two or more, and not questions."""
    return 2 <= len(np.unique(clusters)) < len(clusters)


def units(columns: Floats, clusters: NDArray[np.int64]) -> Floats:
    """The sums of each cluster (c, k) of columns (n, k); the rows themselves of a single one."""
    codes, places = np.unique(clusters, return_inverse=True)
    if len(codes) < 2:
        return columns
    return np.column_stack([np.bincount(places, column) for column in columns.T])


def swap_test(one: Floats, other: Floats, clusters: NDArray[np.int64], seed: int) -> float | None:
    """Test whether two ratios differ: two-sided, by exchanging both runs' questions.

    `one` and `other` are (n, 2): numerator and denominator of each question in either run. The
    runs' labels are exchanged within each cluster. The statistic is the absolute difference of
    Σ numerators / Σ denominators over its standard error by the delta method, from clusters. All
    exchanges are tried where they are no more than `SWAPS`; else `SWAPS` random ones, with 1 added
    to both counts. Exchanges that leave a denominator 0 are left out. None where the difference is
    not defined.
    """
    summed = units(np.hstack([one, other]), clusters)
    straight, crossed = _moments(summed), _moments(summed[:, [2, 3, 0, 1]])
    totals, moved = straight.sum(axis=0), crossed - straight
    observed = _studentised_gaps(totals[None])[0]
    if np.isnan(observed):
        return None
    exact = len(summed) < SWAPS.bit_length()
    hits = tried = 0
    for chosen in _choices(len(summed), exact, np.random.default_rng(seed)):
        found = _studentised_gaps(totals + chosen @ moved)
        hits += _as_great(found, observed)
        tried += int((~np.isnan(found)).sum())
    return hits / tried if exact else (hits + 1) / (tried + 1)


def shuffle_test(
    tops: Floats, bottoms: Floats, weights: Floats, clusters: NDArray[np.int64], seed: int
) -> float | None:
    """Test whether a weighted sum of k ratios is other than 0: two-sided, labels permuted.

    `tops` and `bottoms` are (n, k), a column a run; `weights` (k,). The k runs' labels are permuted
    within each cluster. The statistic is the sum's absolute value over its standard error by the
    delta method, from clusters. All permutations are tried where they are no more than `SHUFFLES`;
    else `SHUFFLES` random ones, with 1 added to both counts. None where a ratio is not defined.
    """
    k = len(weights)
    summed = units(np.hstack([tops, bottoms]), clusters)
    top, bottom = summed[:, :k], summed[:, k:]
    observed = _studentised_sums(top[None], bottom[None], weights)[0]
    if np.isnan(observed):
        return None
    exact = len(top) * np.log(factorial(k)) <= np.log(SHUFFLES)
    hits = tried = 0
    for order in _orders(len(top), k, exact, np.random.default_rng(seed)):
        found = _studentised_sums(
            np.take_along_axis(top[None], order, axis=2),
            np.take_along_axis(bottom[None], order, axis=2),
            weights,
        )
        hits += _as_great(found, observed)
        tried += int((~np.isnan(found)).sum())
    return hits / tried if exact else (hits + 1) / (tried + 1)


def _as_great(found: Floats, observed: float) -> int:
    """How many statistics (r,) are as far from 0 as the observed one; NaN is not."""
    return int((np.abs(found) >= abs(observed) * (1 - _TIE)).sum())


def _moments(summed: Floats) -> Floats:
    """Both runs' numerators and denominators of clusters (c, 4), and all their products (c, 14)."""
    rows, columns = np.triu_indices(4)
    return np.hstack([summed, summed[:, rows] * summed[:, columns]])


def _studentised_gaps(totals: Floats) -> Floats:
    """The second ratio less the first over its standard error (r,), of sums of moments (r, 14).

    A cluster moves the difference by (n_b − R_b d_b) / D_b − (n_a − R_a d_a) / D_a: the variance is
    the sum of its squares, which is made of sums of products.
    """
    n_a, d_a, n_b, d_b, *products = totals.T
    a, b = divide(n_a, d_a), divide(n_b, d_b)
    aa, a_da, ab, a_db, dada, da_b, da_db, bb, b_db, dbdb = products
    own = divide(aa + a**2 * dada, d_a**2) + divide(bb + b**2 * dbdb, d_b**2)
    shared = divide(a * a_da, d_a**2) + divide(b * b_db, d_b**2)
    crossed = divide(ab - b * a_db - a * da_b + a * b * da_db, d_a * d_b)
    return _over(b - a, own - 2 * shared - 2 * crossed, own)


def _studentised_sums(top: Floats, bottom: Floats, weights: Floats) -> Floats:
    """Weighted sums of ratios over their standard errors (r,); the first two are (r, c, k)."""
    bottoms = bottom.sum(axis=1)
    ratios = divide(top.sum(axis=1), bottoms)
    scaled = divide(np.broadcast_to(weights, bottoms.shape), bottoms)
    moves = np.einsum("rck,rk->rc", top, scaled)
    moves -= np.einsum("rck,rk->rc", bottom, ratios * scaled)
    size = np.einsum("rck,rk->r", top**2, scaled**2)
    return _over(ratios @ weights, (moves**2).sum(axis=1), size)


def _over(difference: Floats, variance: Floats, size: Floats) -> Floats:
    """Differences over standard errors (r,): infinite of none but 0, and 0 where nothing differs.

    `size` is what the variance would be if nothing were taken off: rounding is less than it by far.
    """
    difference = np.where(np.abs(difference) < _NOTHING, 0.0, difference)
    variance = np.where(variance <= _NOTHING * size, 0.0, variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = difference / np.sqrt(variance)
    return np.where(difference == 0, 0.0, found)


def _choices(count: int, exact: bool, rng: np.random.Generator) -> Iterator[Floats]:
    """Which of `count` units are exchanged: blocks (r, count) of 0 and 1."""
    if exact:
        yield np.array(list(product((0.0, 1.0), repeat=count)))
        return
    block = max(1, _AT_ONCE // count)
    for start in range(0, SWAPS, block):
        size = min(block, SWAPS - start)
        yield rng.integers(2, size=(size, count)).astype(np.float64)


def _orders(
    count: int, k: int, exact: bool, rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Orders of k runs in each of `count` units: blocks (r, count, k)."""
    if exact:
        every = list(permutations(range(k)))
        yield np.array(list(product(every, repeat=count)), dtype=np.int64)
        return
    block = max(1, _AT_ONCE // (count * k))
    for start in range(0, SHUFFLES, block):
        size = min(block, SHUFFLES - start)
        yield rng.random((size, count, k)).argsort(axis=2)

"""Exact and random tests that exchange the runs' labels within clusters of questions."""

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
_TIE = 1e-12


def units(columns: Floats, clusters: NDArray[np.int64]) -> Floats:
    """The sums of each cluster (c, k) of columns (n, k); the rows themselves of a single one."""
    codes, places = np.unique(clusters, return_inverse=True)
    if len(codes) < 2:
        return columns
    return np.column_stack([np.bincount(places, column) for column in columns.T])


def swap_test(one: Floats, other: Floats, clusters: NDArray[np.int64], seed: int) -> float | None:
    """Test whether two ratios differ: two-sided, by exchanging both runs' questions.

    `one` and `other` are (n, 2): numerator and denominator of each question in either run. Under
    the null hypothesis the runs' labels can be exchanged within each cluster. The statistic is the
    absolute difference of Σ numerators / Σ denominators. All exchanges are tried where they are no
    more than `SWAPS`; else `SWAPS` random ones, with 1 added to both counts. Exchanges that leave a
    denominator 0 are left out. None where the difference is not defined.
    """
    summed = units(np.hstack([one, other]), clusters)
    totals, moved = summed.sum(axis=0), summed[:, 2:] - summed[:, :2]
    observed = _gap(totals[None, :2], totals[None, 2:])[0]
    if np.isnan(observed):
        return None
    exact = len(summed) < SWAPS.bit_length()
    hits = tried = 0
    for chosen in _choices(len(summed), exact, np.random.default_rng(seed)):
        change = chosen @ moved
        gaps = _gap(totals[:2] + change, totals[2:] - change)
        defined = gaps[np.isfinite(gaps)]
        hits += int((np.abs(defined) >= abs(observed) - _TIE).sum())
        tried += len(defined)
    return hits / tried if exact else (hits + 1) / (tried + 1)


def shuffle_test(
    tops: Floats, bottoms: Floats, weights: Floats, clusters: NDArray[np.int64], seed: int
) -> float | None:
    """Test whether a weighted sum of k ratios is other than 0: two-sided, labels permuted.

    `tops` and `bottoms` are (n, k), a column a run; `weights` (k,). Under the null hypothesis the k
    runs' labels can be permuted within each cluster. All permutations are tried where they are no
    more than `SHUFFLES`; else `SHUFFLES` random ones, with 1 added to both counts. None where a
    ratio is not defined.
    """
    k = len(weights)
    summed = units(np.hstack([tops, bottoms]), clusters)
    top, bottom = summed[:, :k], summed[:, k:]
    observed = float((divide(top.sum(axis=0), bottom.sum(axis=0)) * weights).sum())
    if np.isnan(observed):
        return None
    exact = len(top) * np.log(factorial(k)) <= np.log(SHUFFLES)
    hits = tried = 0
    for order in _orders(len(top), k, exact, np.random.default_rng(seed)):
        ratios = divide(
            np.take_along_axis(top[None], order, axis=2).sum(axis=1),
            np.take_along_axis(bottom[None], order, axis=2).sum(axis=1),
        )
        slopes = (ratios * weights).sum(axis=1)
        defined = slopes[np.isfinite(slopes)]
        hits += int((np.abs(defined) >= abs(observed) - _TIE).sum())
        tried += len(defined)
    return hits / tried if exact else (hits + 1) / (tried + 1)


def _gap(one: Floats, other: Floats) -> Floats:
    """The second ratio less the first; both arguments (r, 2)."""
    return divide(other[:, 0], other[:, 1]) - divide(one[:, 0], one[:, 1])


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

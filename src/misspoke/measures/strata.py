"""Rows in strata, and what differences are when labels are dealt anew within the strata."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misspoke.measures.bootstrap import Floats, divide

PERMUTATIONS = 2000
_BLOCK = 1 << 20
"""Labels held at one time."""
_HAIR = 1e-12
"""What rounding may put between two equal differences."""


def equal_count_strata(values: ArrayLike, strata: int) -> NDArray[np.int64]:
    """Give the stratum (n,) of each of `values` (n,), from 0, so that all hold nearly equal counts.

    Values are dealt in their order; equal ones go together, where the middle of them falls, so
    that the order of the rows is of no matter. Where many are equal, a stratum may be empty.
    """
    numbers = np.asarray(values, dtype=np.float64).ravel()
    _, places, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    middles = np.cumsum(counts) - counts / 2
    found = np.floor(strata * middles / max(1, numbers.size)).astype(np.int64)
    return found[places]


def permuted_differences(
    values: ArrayLike,
    first: ArrayLike,
    strata: ArrayLike,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Floats:
    """Give the differences of means (r, m), `first` rows less the others, with labels dealt anew.

    `values` is (n, m), NaN where a value is missing; `first` (n,) is boolean. In each of the r
    permutations the labels of every stratum are dealt anew among its rows, all deals equally
    likely, and the same for all columns; a row keeps its values, the missing ones too. `strata`
    (n,) are codes. NaN where a group has no value. The same seed gives the same differences.
    """
    numbers = np.asarray(values, dtype=np.float64)
    order = np.argsort(np.asarray(strata), kind="stable")
    labels = np.asarray(first, dtype=np.bool_)[order]
    edges = np.flatnonzero(np.diff(np.asarray(strata)[order])) + 1
    known = np.isfinite(numbers[order])
    columns = np.hstack([np.where(known, numbers[order], 0.0), known])
    rng = np.random.default_rng(seed)
    found = np.empty((permutations, numbers.shape[1]))
    block = max(1, _BLOCK // max(1, len(labels)))
    for start in range(0, permutations, block):
        size = min(block, permutations - start)
        dealt = np.tile(labels, (size, 1))
        for stratum in np.split(dealt, edges, axis=1):
            rng.permuted(stratum, axis=1, out=stratum)
        mine = dealt.astype(np.float64) @ columns
        sums, counts = np.split(mine, 2, axis=1)
        all_sums, all_counts = np.split(columns.sum(axis=0), 2)
        found[start : start + size] = divide(sums, counts) - divide(
            all_sums - sums, all_counts - counts
        )
    return found


def permutation_p(observed: float, permuted: ArrayLike) -> float | None:
    """Give the two-sided p of a difference against those of permutations (r,): in (0, 1].

    Twice the smaller tail, at most 1. In each tail the sample itself counts as one permutation
    more, so that p is never 0 (Phipson and Smyth 2010). NaN ones are left out; None of none.
    """
    values = np.asarray(permuted, dtype=np.float64)
    values = values[np.isfinite(values)]
    if not values.size:
        return None
    hair = _HAIR * max(1.0, abs(observed))
    tails = ((values >= observed - hair).sum(), (values <= observed + hair).sum())
    return float(min(1.0, 2 * (min(tails) + 1) / (values.size + 1)))

"""What P-mass alone forces of the dispersion contrast: failures and right answers dealt anew.

A right form that loses holds less where P is less, and failures have less P than right answers. If
that were all, outcomes could be dealt anew among rows of like P without changing the contrast.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.measures import (
    Spread,
    equal_count_strata,
    permutation_p,
    permuted_differences,
)

STRATA = 10


@dataclass(frozen=True, slots=True)
class Null:
    """The differences failures − correct when outcomes are permuted within strata of P-mass."""

    mean: float
    interval: Spread
    """Of the differences of 2,000 permutations, 2.5% to 97.5%."""
    p: float
    """Two-sided, of the difference that was found; rows of a stratum are taken as exchangeable,
    whatever their relation."""
    strata: int
    """Those of the ten strata that hold failures and right answers; the others cannot vary."""


def nulls(
    values: Floats, failed: Bools, mass: Floats, differences: Sequence[float | None], seed: int
) -> list[Null | None]:
    """Give what P-mass alone forces of each column of `values` (n, m), NaN where a row lacks it.

    `failed` (n,) marks the failures, the others are right; `mass` (n,) is their string P-mass, and
    `differences` (m,) are those that were found, None where there are too few rows.
    """
    if all(difference is None for difference in differences):
        return [None] * len(differences)
    strata = equal_count_strata(mass, STRATA)
    mixed = np.intersect1d(strata[failed], strata[~failed]).size
    permuted = permuted_differences(values, failed, strata, seed=seed)
    return [
        None if difference is None else _null(difference, column, mixed)
        for difference, column in zip(differences, permuted.T, strict=True)
    ]


def _null(difference: float, permuted: Floats, strata: int) -> Null | None:
    defined = permuted[np.isfinite(permuted)]
    p = permutation_p(difference, defined)
    if p is None:
        return None
    low, high = np.quantile(defined, (0.025, 0.975))
    return Null(float(defined.mean()), (float(low), float(high)), p, strata)

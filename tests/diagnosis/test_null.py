"""The null of the dispersion contrast over many data sets: calibrated where it holds, and sharp."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, kstest

from misspoke.diagnosis.null import STRATA, nulls
from misspoke.measures import equal_count_strata

Floats = NDArray[np.float64]

DATA_SETS = 200
ROWS = 90
RARE = 1e-4
"""A sound null is outside the bounds of a test with this chance."""


def p_values(seed: int, effect: float = 1.0, relations: int = 0) -> Floats:
    """Of data sets in which a row of little mass fails more often, and of the same mass no row.

    The strongest form holds 0.6 to 1 of the mass, of failures `effect` times that. With relations,
    these differ in both, and rows of a stratum are not exchangeable.
    """
    rng = np.random.default_rng(seed)
    found = []
    for at in range(DATA_SETS):
        mass = rng.uniform(0.2, 1.0, ROWS)
        chance = np.linspace(0.6, 0.05, STRATA)[equal_count_strata(mass, STRATA)]
        share = rng.uniform(0.6, 1.0, ROWS)
        if relations:
            relation = rng.integers(relations, size=ROWS)
            chance = np.clip(chance + rng.uniform(-0.5, 0.5, relations)[relation], 0.0, 1.0)
            share *= rng.uniform(0.5, 1.0, relations)[relation]
        failed = rng.random(ROWS) < chance
        values = mass * share * np.where(failed, effect, 1.0)
        difference = values[failed].mean() - values[~failed].mean()
        [null] = nulls(values[:, None], failed, mass, [difference], seed=at)
        assert null is not None
        found.append(null.p)
    return np.array(found)


def test_p_is_uniform_where_rows_of_like_mass_are_exchangeable() -> None:
    """The contrast itself is far from 0 there: mass alone makes it."""
    p = p_values(1)
    for level in (0.05, 0.2, 0.5):
        low, high = binom.ppf([RARE / 2, 1 - RARE / 2], DATA_SETS, level)
        assert low <= (p <= level).sum() <= high, level
    assert kstest(p, "uniform").pvalue > RARE


@pytest.mark.parametrize("effect", [0.8, 1.25])
def test_it_sees_an_effect_beside_that_of_mass_in_either_direction(effect: float) -> None:
    assert (p_values(2, effect) <= 0.05).mean() > 0.9


def test_relations_that_differ_make_p_too_small() -> None:
    """What summary.md says of it: this is a test of rows, not of relations."""
    assert (p_values(3, relations=4) <= 0.05).sum() > binom.ppf(1 - RARE, DATA_SETS, 0.05)

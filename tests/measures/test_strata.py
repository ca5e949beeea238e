"""Strata and permutations: against all deals, scipy, and closed forms."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import permutation_test

from misspoke.measures import equal_count_strata, permutation_p, permuted_differences

NAN = np.nan


def all_differences(
    values: NDArray[np.float64], first: NDArray[np.bool_], strata: NDArray[np.int64]
) -> list[float]:
    """The difference of means for each way to deal the labels within the strata."""
    deals = []
    for stratum in np.unique(strata):
        places = np.flatnonzero(strata == stratum)
        deals.append(list(combinations(places.tolist(), int(first[places].sum()))))
    found = []
    for deal in product(*deals):
        mine = np.isin(np.arange(len(values)), [place for part in deal for place in part])
        found.append(float(np.nanmean(values[mine]) - np.nanmean(values[~mine])))
    return found


VALUES = np.array([0.1, 0.9, 0.4, 0.6, 0.3, 0.8, 0.7, 0.2])
FIRST = np.array([True, False, False, True, True, False, False, False])
STRATA = np.array([0, 0, 0, 1, 1, 1, 1, 2])


@pytest.mark.parametrize("missing", [[], [1], [7, 5]])
def test_permutations_are_all_deals_equally_often(missing: list[int]) -> None:
    values = VALUES.copy()
    values[missing] = NAN
    exact = all_differences(values, FIRST, STRATA)
    found = permuted_differences(values[:, None], FIRST, STRATA, permutations=20_000)[:, 0]
    assert len(exact) == 18
    levels, wanted = np.unique(np.round(exact, 9), return_counts=True)
    seen, counts = np.unique(np.round(found, 9), return_counts=True)
    np.testing.assert_array_equal(seen, levels)
    shares = wanted / len(exact)
    errors = np.sqrt(shares * (1 - shares) / 20_000)
    assert (np.abs(counts / 20_000 - shares) < 5 * errors).all()


def test_the_mean_is_what_the_strata_alone_give() -> None:
    """Expected sum of the first group: in each stratum its number times the stratum's mean."""
    rng = np.random.default_rng(0)
    values, strata = rng.normal(size=200), rng.integers(4, size=200)
    first = rng.random(200) < 0.2 + 0.2 * strata
    values += strata
    held = sum(values[strata == s].mean() * first[strata == s].sum() for s in range(4))
    wanted = held / first.sum() - (values.sum() - held) / (~first).sum()
    found = permuted_differences(values[:, None], first, strata)[:, 0]
    assert found.mean() == pytest.approx(wanted, abs=4 * found.std() / 2000**0.5)


def test_p_agrees_with_scipy() -> None:
    """One stratum is the usual test of two samples; scipy's p from other permutations."""
    rng = np.random.default_rng(1)
    values, first = rng.normal(size=60), np.arange(60) < 20
    values[first] += 0.5
    observed = float(values[first].mean() - values[~first].mean())
    permuted = permuted_differences(values[:, None], first, np.zeros(60), permutations=20_000)
    wanted = permutation_test(
        (values[first], values[~first]),
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        vectorized=True,
        n_resamples=20_000,
        random_state=2,
    ).pvalue
    assert permutation_p(observed, permuted[:, 0]) == pytest.approx(wanted, abs=0.01)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=30), st.integers(-6, 6))
def test_p_counts_the_tails(permuted: list[int], observed: int) -> None:
    more = sum(value >= observed for value in permuted) + 1
    less = sum(value <= observed for value in permuted) + 1
    wanted = min(1, 2 * min(more, less) / (len(permuted) + 1))
    assert permutation_p(observed, permuted) == pytest.approx(wanted)


def test_rounding_makes_no_tail() -> None:
    assert permutation_p(0.1 + 0.2, [0.3] * 99) == 1
    assert permutation_p(0.5, [NAN, 0.1, 0.9]) == 1
    assert permutation_p(0.5, [NAN]) is None


def test_a_seed_decides_and_columns_are_dealt_alike() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(50, 2))
    first, strata = rng.random(50) < 0.5, rng.integers(3, size=50)
    together = permuted_differences(values, first, strata, seed=1)
    alone = permuted_differences(values[:, 1:], first, strata, seed=1)
    np.testing.assert_allclose(together[:, 1:], alone)
    assert not np.allclose(together, permuted_differences(values, first, strata, seed=2))


def test_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    values, first = rng.normal(size=(30, 1)), rng.random(30) < 0.5
    strata = np.zeros(30)
    monkeypatch.setattr("misspoke.measures.strata._BLOCK", 100)
    found = permuted_differences(values, first, strata, permutations=50)
    assert found.shape == (50, 1)
    assert np.isfinite(found).all()
    assert len(np.unique(found)) > 40


@settings(deadline=None)
@given(st.lists(st.integers(0, 20), max_size=60), st.integers(1, 12))
def test_strata_are_even_and_in_order(values: list[int], strata: int) -> None:
    found = equal_count_strata(values, strata)
    assert found.shape == (len(values),)
    assert all(0 <= code < strata for code in found)
    for (a, one), (b, other) in product(zip(values, found, strict=True), repeat=2):
        assert one <= other if a < b else True
        assert one == other if a == b else True


@given(st.integers(0, 60), st.integers(1, 12))
def test_strata_of_distinct_values_have_equal_counts(n: int, strata: int) -> None:
    counts = np.bincount(strata_of(n, strata), minlength=strata)
    assert counts.max(initial=0) - counts.min(initial=n) <= 1


def strata_of(n: int, strata: int) -> NDArray[np.int64]:
    """The strata of n distinct values in no order."""
    return equal_count_strata(np.random.default_rng(n).permutation(n), strata)

"""The bootstrap, against plain resampling."""

import tracemalloc

import numpy as np
import pytest
from scipy import stats

from misspoke.measures import (
    Spread,
    bootstrap_differences,
    bootstrap_mean,
    bootstrap_ratio,
    cluster_codes,
    n_units,
    spread,
)
from misspoke.measures.bootstrap import tail_of

MANY = 20_000
"""Resamples enough for two bootstraps to agree closely."""


def close(found: Spread | None, wanted: Spread, width: float = 0.06) -> bool:
    """Whether two intervals agree to within a part of their width."""
    assert found is not None
    return bool(np.allclose(found, wanted, atol=width * (wanted[1] - wanted[0]), rtol=0))


def naive_ratio(num: np.ndarray, den: np.ndarray, members: list[np.ndarray]) -> Spread:
    """Draws whole clusters, row by row."""
    rng = np.random.default_rng(7)
    values = []
    for _ in range(5000):
        rows = np.concatenate([members[i] for i in rng.integers(len(members), size=len(members))])
        if den[rows].sum():
            values.append(num[rows].sum() / den[rows].sum())
    return ends(np.array(values), len(members))


def ends(values: np.ndarray, n: int) -> Spread:
    """The expanded percentile interval of resamples of `n` units."""
    tail = stats.norm.cdf(-np.sqrt(n / (n - 1)) * stats.t.ppf(0.975, n - 1))
    low, high = np.quantile(values, (tail, 1 - tail))
    return float(low), float(high)


def test_the_mean_agrees_with_scipy() -> None:
    values = np.random.default_rng(1).exponential(size=80)
    wanted = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=MANY, rng=np.random.default_rng(2)
    ).confidence_interval
    assert close(bootstrap_mean(values, resamples=MANY), (wanted.low, wanted.high))


@pytest.mark.parametrize("n", [40, 400])
def test_a_rate_agrees_with_plain_resampling(n: int) -> None:
    """400 rows of few kinds are drawn by kind, 40 one by one."""
    rng = np.random.default_rng(3)
    den = rng.random(n) < 0.6
    num = den & (rng.random(n) < 0.3)
    wanted = naive_ratio(num, den, [np.array([i]) for i in range(n)])
    assert close(bootstrap_ratio(num, den, resamples=MANY), wanted, 0.1)


def test_clusters_are_drawn_whole() -> None:
    rng = np.random.default_rng(4)
    clusters = np.repeat(np.arange(12), 25)
    num = (rng.random(300) < rng.random(12)[clusters]).astype(float)
    den = np.ones(300)
    wanted = naive_ratio(num, den, [np.flatnonzero(clusters == c) for c in range(12)])
    found = bootstrap_ratio(num, den, clusters=clusters, resamples=MANY)
    assert close(found, wanted)
    alone = bootstrap_ratio(num, den, resamples=MANY)
    assert found is not None
    assert alone is not None
    assert found[1] - found[0] > 2 * (alone[1] - alone[0])


def test_fewer_than_two_clusters_are_no_clusters() -> None:
    values = np.random.default_rng(5).random(50)
    one = np.full(50, 3, dtype=np.int64)
    assert bootstrap_mean(values, clusters=one) == bootstrap_mean(values)


def test_differences_agree_with_scipy_and_leave_missing_values_out() -> None:
    rng = np.random.default_rng(6)
    first = np.arange(200) < 90
    column = rng.random(200) + first
    holed = column.copy()
    holed[::7] = np.nan
    found = bootstrap_differences(np.column_stack([column, holed]), first, resamples=MANY)
    for values, interval in zip((column, holed), found, strict=True):
        known = np.isfinite(values)
        wanted = stats.bootstrap(
            (values[known & first], values[known & ~first]),
            lambda a, b, axis: a.mean(axis) - b.mean(axis),
            method="percentile",
            n_resamples=MANY,
            rng=np.random.default_rng(8),
        ).confidence_interval
        assert close(interval, (wanted.low, wanted.high))


def test_the_seed_decides() -> None:
    values = np.random.default_rng(9).random(60)
    assert bootstrap_mean(values, seed=1) == bootstrap_mean(values, seed=1)
    assert bootstrap_mean(values, seed=1) != bootstrap_mean(values, seed=2)


def test_nothing_to_divide_by_is_none() -> None:
    assert bootstrap_mean([]) is None
    assert bootstrap_ratio([0, 0], [0, 0]) is None
    assert bootstrap_differences([[1.0], [2.0]], [True, True]) == (None,)


def test_resamples_without_a_denominator_are_left_out() -> None:
    assert bootstrap_ratio([1, 0, 0], [1, 0, 0]) == (1.0, 1.0)


def test_one_question_has_no_spread() -> None:
    assert bootstrap_mean([0.25]) is None
    assert bootstrap_differences([[1.0]], [True]) == (None,)
    two = bootstrap_mean([0.25, 0.75])
    assert two == (0.25, 0.75)


@pytest.mark.parametrize("n", [2, 3, 5, 10, 20, 142, 3000])
def test_the_tails_are_those_of_the_expanded_percentile_interval(n: int) -> None:
    """Hesterberg 2015: normal quantiles that stand as far out as t does, with n / (n − 1)."""
    assert stats.norm.ppf(tail_of(n)) == pytest.approx(
        stats.t.ppf(0.025, n - 1) * np.sqrt(n / (n - 1))
    )
    assert tail_of(n) < tail_of(n + 1) < 0.025
    values = np.random.default_rng(11).normal(size=2000)
    assert spread(values, n) == pytest.approx(ends(values, n))
    assert spread(np.append(values, [np.nan, np.nan]), n) == spread(values, n)


def test_with_hundreds_of_units_nothing_is_to_be_seen_of_it() -> None:
    values = np.random.default_rng(12).normal(size=2000)
    assert spread(values, 500) == pytest.approx(np.quantile(values, (0.025, 0.975)), abs=0.03)


@pytest.mark.parametrize("n", [6, 10, 20])
def test_the_interval_of_a_mean_is_students(n: int) -> None:
    """Its resamples are near normal, too narrow by (n − 1) / n: what is expanded is the t interval.

    A plain percentile interval is narrower by a sixth with 10 units, by a twelfth with 20.
    """
    values = stats.norm.ppf((np.arange(n) + 0.5) / n)
    wanted = stats.t.interval(0.95, n - 1, values.mean(), stats.sem(values))
    assert close(bootstrap_mean(values, resamples=200_000), wanted, 0.03)


def test_units_are_clusters_where_there_are_two() -> None:
    assert n_units(5, None) == 5
    assert n_units(5, np.zeros(5, dtype=np.int64)) == 5
    assert n_units(5, np.array([4, 4, 1, 1, 1])) == 2
    assert n_units(0, np.zeros(0, dtype=np.int64)) == 0


def test_memory_does_not_grow_with_rows_times_resamples() -> None:
    values = np.random.default_rng(10).random(50_000)
    tracemalloc.start()
    bootstrap_mean(values)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


def test_names_become_codes_and_the_nameless_stand_alone() -> None:
    codes = cluster_codes(["a", None, "b", "a", None])
    assert codes[0] == codes[3]
    assert len(set(codes.tolist())) == 4
    assert codes.min() == 0

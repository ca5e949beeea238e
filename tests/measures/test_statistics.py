"""Groups and decisions compared, each measure with a plain twin."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from misspoke.measures import auroc, cohens_d, holm, mcnemar, welch_t, wilson

GROUPS = st.lists(st.integers(-50, 50).map(lambda k: k / 8), min_size=2, max_size=30)


@pytest.mark.filterwarnings("ignore:Precision loss:RuntimeWarning")
@given(GROUPS, GROUPS)
def test_welch_agrees_with_scipy(a: list[float], b: list[float]) -> None:
    found = welch_t(a, b)
    if np.var(a) + np.var(b) < 1e-12:
        return
    wanted = stats.ttest_ind(a, b, equal_var=False)
    assert found is not None
    assert found.t == pytest.approx(wanted.statistic, rel=1e-9, abs=1e-12)
    assert found.p == pytest.approx(wanted.pvalue, rel=1e-6)
    assert found.df == pytest.approx(wanted.df)


def test_welch_far_in_the_tail_is_still_a_probability() -> None:
    rng = np.random.default_rng(0)
    found = welch_t(rng.normal(0.26, 0.1, 128), rng.normal(0.78, 0.18, 840))
    assert found is not None
    assert found.t < -30
    assert 0 <= found.p < 1e-100


@pytest.mark.parametrize(("a", "b"), [([], []), ([1.0], [2.0, 3.0]), ([0.1] * 3, [0.3] * 7)])
def test_welch_is_none_where_it_is_not_defined(a: list[float], b: list[float]) -> None:
    assert welch_t(a, b) is None


@given(GROUPS, GROUPS)
def test_cohens_d_agrees_with_the_plain_formula(a: list[float], b: list[float]) -> None:
    free = len(a) + len(b) - 2
    pooled = math.sqrt(((len(a) - 1) * np.var(a, ddof=1) + (len(b) - 1) * np.var(b, ddof=1)) / free)
    if pooled < 1e-6:
        return
    found = cohens_d(a, b)
    assert found == pytest.approx((np.mean(a) - np.mean(b)) / pooled, rel=1e-9, abs=1e-12)
    assert cohens_d(b, a) == pytest.approx(-found if found else 0, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("a", "b"), [([], [1.0, 2.0]), ([1.0], [2.0]), ([0.1] * 3, [0.3] * 7)])
def test_cohens_d_is_none_where_it_is_not_defined(a: list[float], b: list[float]) -> None:
    assert cohens_d(a, b) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=40))
def test_auroc_counts_pairs(rows: list[tuple[int, bool]]) -> None:
    won = [
        1.0 if high > low else 0.5 if high == low else 0.0
        for high, positive in rows
        if positive
        for low, other in rows
        if not other
    ]
    found = auroc([score for score, _ in rows], [positive for _, positive in rows])
    assert found == (pytest.approx(sum(won) / len(won)) if won else None)


def test_auroc_of_one_class_is_none() -> None:
    assert auroc([], []) is None
    assert auroc([0.1, 0.2], [True, True]) is None


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_counts_the_outcomes_that_are_no_likelier(recovered: int, damaged: int) -> None:
    changed = recovered + damaged
    ways = [math.comb(changed, k) for k in range(changed + 1)]
    rare = sum(way for way in ways if way <= ways[recovered])
    assert mcnemar(recovered, damaged) == pytest.approx(rare / 2**changed)
    assert mcnemar(recovered, damaged) == mcnemar(damaged, recovered)


def test_mcnemar_by_hand() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 5) == 1.0
    assert mcnemar(6, 0) == pytest.approx(2 / 64)
    assert mcnemar(400, 100) < 1e-40


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_is_the_greatest_of_the_bars_so_far(p_values: list[float]) -> None:
    found = holm(p_values)
    order = sorted(p_values)
    for p, corrected in zip(p_values, found, strict=True):
        bars = [(len(order) - rank) * other for rank, other in enumerate(order) if other <= p]
        assert corrected == pytest.approx(min(1.0, max(bars)))
        assert p <= corrected <= 1


def test_holm_by_hand() -> None:
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.02]) == [0.02]
    assert holm([]) == []


@given(st.integers(0, 60), st.integers(1, 60))
def test_wilson_agrees_with_scipy(count: int, total: int) -> None:
    count = min(count, total)
    wanted = stats.binomtest(count, total).proportion_ci(method="wilson")
    found = wilson(count, total)
    assert found == pytest.approx((wanted.low, wanted.high), abs=1e-12)
    assert found is not None
    assert 0 <= found[0] <= count / total <= found[1] <= 1


def test_wilson_of_nothing_is_none() -> None:
    assert wilson(0, 0) is None

"""Rankings of doubts: each measure against a plain twin, sklearn, and repeated rows."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import quad
from sklearn.metrics import roc_auc_score, roc_curve

from misspoke.measures import (
    Ranking,
    Tally,
    areas,
    augrc,
    auroc,
    bootstrap_mean,
    bootstrap_weights,
    kind_areas,
    n_units,
    prr,
    recalls,
    risk_coverage,
    spread,
)

Row = tuple[int, bool]
"""A doubt and whether the answer is wrong."""
Measure = Callable[[Ranking, NDArray[np.bool_], NDArray[np.float64]], NDArray[np.float64]]

ROWS = st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=25)
FEW = st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=6)
DRAWN = st.lists(
    st.tuples(st.integers(0, 4), st.booleans(), st.integers(0, 3)), min_size=1, max_size=15
)


def flagged_of_wrong(
    ranking: Ranking,
    wrong: NDArray[np.bool_],
    weights: NDArray[np.float64],
    alarms: float = 0.05,
) -> NDArray[np.float64]:
    return recalls(Tally.of(ranking, wrong, weights), wrong[None], alarms)[:, 0]


def area_of_wrong(
    ranking: Ranking, wrong: NDArray[np.bool_], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    return kind_areas(Tally.of(ranking, wrong, weights), wrong[None])[:, 0]


def of_tally(measure: Callable[[Tally], NDArray[np.float64]]) -> Measure:
    return lambda ranking, wrong, weights: measure(Tally.of(ranking, wrong, weights))


MEASURES: dict[str, Measure] = {
    "areas": of_tally(areas),
    "areas of a kind": area_of_wrong,
    "recalls": flagged_of_wrong,
    "recalls at 30%": partial(flagged_of_wrong, alarms=0.3),
    "augrc": of_tally(augrc),
    "prr": of_tally(prr),
}


def columns(rows: list[Row]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    return np.array([d for d, _ in rows], dtype=np.float64), np.array([w for _, w in rows], bool)


def value(measure: Measure, rows: list[Row]) -> float:
    doubts, wrong = columns(rows)
    return float(measure(Ranking.of(doubts), wrong, np.ones((1, len(rows))))[0])


def acceptances(rows: list[Row]) -> Iterator[list[bool]]:
    """Who is wrong, in each order that accepts the less doubtful first."""
    levels = sorted({doubt for doubt, _ in rows})
    groups = [permutations([wrong for d, wrong in rows if d == level]) for level in levels]
    for parts in product(*map(list, groups)):
        yield [wrong for part in parts for wrong in part]


def accepted_wrong(wrong: list[bool], weight: float) -> float:
    """How many wrong are among the first `weight` accepted, a row in part if need be."""
    whole = int(weight)
    return sum(wrong[:whole]) + (weight - whole) * (wrong[whole] if whole < len(wrong) else 0)


def risk_area(wrong: list[bool]) -> float:
    """∫ risk d coverage, by quadrature between whole rows."""
    n = len(wrong)
    parts = [
        quad(lambda weight: accepted_wrong(wrong, weight) / weight, k, k + 1 - 1e-12)[0]
        for k in range(n)
    ]
    return sum(parts) / n


# The order itself


@given(st.lists(st.sampled_from([-np.inf, -1.0, -0.0, 0.0, 0.5, np.inf]), max_size=20))
def test_a_ranking_sorts_and_groups(doubts: list[float]) -> None:
    ranking = Ranking.of(doubts)
    assert sorted(ranking.order) == list(range(len(doubts)))
    starts = [0, *ranking.ends[:-1]]
    groups = [
        {doubts[i] for i in ranking.order[a:b]} for a, b in zip(starts, ranking.ends, strict=False)
    ]
    assert all(len(group) == 1 for group in groups)
    assert [group.pop() for group in groups] == sorted(set(doubts), reverse=True)
    assert ranking.ends[-1:].sum() == len(doubts)


def test_what_was_not_measured_has_no_place() -> None:
    with pytest.raises(ValueError, match="NaN"):
        Ranking.of([0.1, np.nan])


# What holds for all


@pytest.mark.parametrize("name", MEASURES)
@given(rows=DRAWN)
def test_a_weight_is_as_many_equal_rows(name: str, rows: list[tuple[int, bool, int]]) -> None:
    doubts, wrong = columns([(doubt, wrong) for doubt, wrong, _ in rows])
    times = np.array([times for _, _, times in rows])
    weights = np.vstack([times, np.ones_like(times)]).astype(np.float64)
    found = MEASURES[name](Ranking.of(doubts), wrong, weights)
    repeated = [(d, w) for d, w, times in rows for _ in range(times)]
    wanted = value(MEASURES[name], repeated) if repeated else np.nan
    assert found[0] == pytest.approx(wanted, nan_ok=True)
    alone = value(MEASURES[name], [(d, w) for d, w, _ in rows])
    assert found[1] == pytest.approx(alone, nan_ok=True)


@pytest.mark.parametrize("name", MEASURES)
@settings(deadline=None)
@given(rows=ROWS, seed=st.integers(0, 99))
def test_neither_scale_nor_order_of_rows_matters(name: str, rows: list[Row], seed: int) -> None:
    wanted = value(MEASURES[name], rows)
    mixed = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    assert value(MEASURES[name], mixed) == pytest.approx(wanted, nan_ok=True)
    stretched = [(3 * doubt**3 - 7, wrong) for doubt, wrong in rows]
    assert value(MEASURES[name], stretched) == pytest.approx(wanted, nan_ok=True)


@pytest.mark.parametrize("measure", [areas, augrc, prr])
@settings(deadline=None)
@given(rows=FEW)
def test_ties_count_as_the_mean_over_their_orders(
    measure: Callable[[Tally], NDArray[np.float64]], rows: list[Row]
) -> None:
    untied = [list(enumerate(wrong)) for wrong in acceptances(rows)]
    wanted = np.mean([value(of_tally(measure), order) for order in untied])
    assert value(of_tally(measure), rows) == pytest.approx(wanted, nan_ok=True)


@pytest.mark.parametrize("name", MEASURES)
def test_no_rows_have_no_measure(name: str) -> None:
    none = np.zeros(0, dtype=np.bool_)
    assert np.isnan(MEASURES[name](Ranking.of([]), none, np.zeros((3, 0)))).tolist() == [True] * 3


@pytest.mark.parametrize("name", MEASURES)
def test_resamples_are_measured_each_alone(name: str) -> None:
    rng = np.random.default_rng(0)
    ranking, wrong = Ranking.of(rng.integers(9, size=50)), rng.random(50) < 0.4
    weights = rng.integers(4, size=(20, 50)).astype(np.float64)
    together = MEASURES[name](ranking, wrong, weights)
    alone = [MEASURES[name](ranking, wrong, row[None])[0] for row in weights]
    assert together == pytest.approx(np.array(alone))
    assert len(set(together)) > 10


# Each by itself


@given(ROWS)
def test_areas_count_pairs(rows: list[Row]) -> None:
    won = [
        1.0 if high > low else 0.5 if high == low else 0.0
        for high, positive in rows
        if positive
        for low, other in rows
        if not other
    ]
    found = value(MEASURES["areas"], rows)
    assert found == pytest.approx(sum(won) / len(won) if won else np.nan, nan_ok=True)
    plain = auroc(*columns(rows))
    assert found == pytest.approx(np.nan if plain is None else plain, nan_ok=True)


def test_areas_agree_with_sklearn_under_weights() -> None:
    rng = np.random.default_rng(1)
    doubts, wrong = rng.normal(size=300).round(1), rng.random(300) < 0.3
    weights = rng.integers(4, size=(5, 300)).astype(np.float64)
    wanted = [roc_auc_score(wrong, doubts, sample_weight=row) for row in weights]
    assert areas(Tally.of(Ranking.of(doubts), wrong, weights)) == pytest.approx(np.array(wanted))


def test_areas_of_kinds_agree_with_sklearn_under_weights() -> None:
    rng = np.random.default_rng(4)
    doubts, kind = rng.normal(size=300).round(1), rng.integers(4, size=300)
    weights = rng.integers(4, size=(5, 300)).astype(np.float64)
    kinds = np.stack([kind == 1, kind == 2, kind > 1])
    found = kind_areas(Tally.of(Ranking.of(doubts), kind != 0, weights), kinds)
    for row, shares in zip(weights, found, strict=True):
        for marks, share in zip(kinds, shares, strict=True):
            kept = marks | (kind == 0)
            wanted = roc_auc_score(marks[kept], doubts[kept], sample_weight=row[kept])
            assert share == pytest.approx(wanted)


def test_a_tally_of_some_of_the_rows() -> None:
    rng = np.random.default_rng(5)
    weights = rng.integers(4, size=(3, 50)).astype(np.float64)
    places = np.flatnonzero(rng.random(50) < 0.6)
    doubts, wrong = rng.normal(size=len(places)).round(), rng.random(len(places)) < 0.5
    ranking = Ranking.of(doubts)
    some, alone = (
        Tally.of(ranking, wrong, weights, places),
        Tally.of(ranking, wrong, weights[:, places]),
    )
    for part in ("ordered", "wrong", "right", "below"):
        np.testing.assert_array_equal(getattr(some, part), getattr(alone, part))


@given(rows=ROWS, alarms=st.sampled_from([0.0, 0.05, 0.1, 0.25, 0.5, 0.9, 1.0]))
def test_recalls_are_on_sklearns_curve(rows: list[Row], alarms: float) -> None:
    doubts, wrong = columns(rows)
    found = float(flagged_of_wrong(Ranking.of(doubts), wrong, np.ones((1, len(rows))), alarms)[0])
    if wrong.all() or not wrong.any():
        assert np.isnan(found)
        return
    false, true, _ = roc_curve(wrong, doubts, drop_intermediate=False)
    assert found == pytest.approx(np.interp(alarms, false, true))


def test_recalls_agree_with_sklearn_under_weights() -> None:
    rng = np.random.default_rng(2)
    doubts, kind = rng.normal(size=400).round(1), rng.integers(4, size=400)
    weights = rng.integers(4, size=(5, 400)).astype(np.float64)
    kinds = np.stack([kind == 1, kind == 2, kind > 0])
    found = recalls(Tally.of(Ranking.of(doubts + kind / 2), kind != 0, weights), kinds)
    for row, shares in zip(weights, found, strict=True):
        for marks, share in zip(kinds, shares, strict=True):
            kept = marks | (kind == 0)
            false, true, _ = roc_curve(
                marks[kept],
                (doubts + kind / 2)[kept],
                sample_weight=row[kept],
                drop_intermediate=False,
            )
            assert share == pytest.approx(np.interp(0.05, false, true))


def test_recalls_by_a_fair_lottery() -> None:
    """At 50% two of four negatives are flagged: one above the tie, and one of the two within.

    So each of the tied has a chance of one half: of the wrong ones too, three of which are tied.
    """
    doubts = np.array([3, 2, 2, 1, 2, 2, 2, 3])
    wrong = np.array([0, 0, 0, 0, 1, 1, 1, 1], dtype=np.bool_)
    ranking, ones = Ranking.of(doubts), np.ones((1, 8))
    assert flagged_of_wrong(ranking, wrong, ones, 0.5)[0] == pytest.approx((1 + 3 / 2) / 4)
    assert flagged_of_wrong(ranking, wrong, ones, 0.25)[0] == pytest.approx(1 / 4)
    assert flagged_of_wrong(ranking, wrong, ones, 0.75)[0] == pytest.approx(1)
    assert flagged_of_wrong(ranking, ~wrong, ones, 0.0)[0] == pytest.approx(0)


@given(rows=ROWS, alarms=st.floats(0, 1))
def test_recalls_meet_the_rate_of_alarms_exactly(rows: list[Row], alarms: float) -> None:
    doubts, wrong = columns(rows)
    if wrong.all():
        return
    ranking, ones = Ranking.of(doubts), np.ones((1, len(rows)))
    found = recalls(Tally.of(ranking, wrong, ones), ~wrong[None], alarms)
    assert found[0, 0] == pytest.approx(alarms)


def test_five_percent_of_any_count_is_met() -> None:
    """What is more doubtful than the next negative is flagged, whatever rounding 5% leaves."""
    for alarms in range(1, 40):
        negatives = 20 * alarms
        doubts = np.append(-np.arange(negatives, dtype=np.float64), 0.5 - alarms)
        wrong = np.arange(negatives + 1) == negatives
        ones = np.ones((1, negatives + 1))
        assert flagged_of_wrong(Ranking.of(doubts), wrong, ones)[0] == 1
        assert flagged_of_wrong(Ranking.of(doubts), wrong, ones, 0.0499)[0] == 0


def test_recalls_of_kinds_are_nan_where_nothing_has_weight() -> None:
    ranking = Ranking.of([3.0, 2.0, 1.0])
    negative = np.array([False, False, True])
    kinds = np.array([[True, False, False], [False, True, False], [False, False, False]])
    weights = np.array([[1.0, 0, 1], [1, 1, 0], [2, 2, 2]])
    found = recalls(Tally.of(ranking, ~negative, weights), kinds)
    nan = np.nan
    np.testing.assert_equal(found, [[1, nan, nan], [nan, nan, nan], [1, 1, nan]])


@given(ROWS)
def test_augrc_agrees_with_its_form_by_auroc(rows: list[Row]) -> None:
    """Traub et al. 2024: AUGRC = (1 − AUROC) a (1 − a) + (1 − a)² / 2 with accuracy a."""
    wrong = np.mean([wrong for _, wrong in rows])
    area = value(MEASURES["areas"], rows)
    pairs = 0 if np.isnan(area) else (1 - area) * wrong * (1 - wrong)
    assert value(MEASURES["augrc"], rows) == pytest.approx(pairs + wrong**2 / 2)


@settings(deadline=None)
@given(FEW)
def test_augrc_is_the_area_of_its_curve(rows: list[Row]) -> None:
    """Trapezoids under the joint chance of wrong and accepted, the mean over the ties' orders."""
    n = len(rows)
    curves = [
        [sum(wrong[:accepted]) / n for accepted in range(n + 1)] for wrong in acceptances(rows)
    ]
    wanted = np.mean([sum(curve) / n - curve[-1] / (2 * n) for curve in curves])
    assert value(MEASURES["augrc"], rows) == pytest.approx(wanted)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.booleans()), min_size=2, max_size=4))
def test_prr_agrees_with_quadrature(rows: list[Row]) -> None:
    _, wrong = columns(rows)
    found = value(MEASURES["prr"], rows)
    if wrong.all() or not wrong.any():
        assert np.isnan(found)
        return
    area = np.mean([risk_area(order) for order in acceptances(rows)])
    oracle = risk_area(sorted(wrong.tolist()))
    assert found == pytest.approx((wrong.mean() - area) / (wrong.mean() - oracle), abs=1e-7)


@given(ROWS)
def test_prr_lies_between_chance_and_the_oracle(rows: list[Row]) -> None:
    _, wrong = columns(rows)
    if wrong.all() or not wrong.any():
        return
    assert value(MEASURES["prr"], [(int(w), w) for w in wrong.tolist()]) == pytest.approx(1)
    assert value(MEASURES["prr"], [(7, w) for w in wrong.tolist()]) == pytest.approx(0, abs=1e-12)
    assert value(MEASURES["prr"], [(-int(w), w) for w in wrong.tolist()]) < 0
    assert value(MEASURES["prr"], rows) <= 1 + 1e-12


def test_prr_comes_near_the_sum_over_rows() -> None:
    """Over many rows the sum over whole rows, as others take it, is nearly the integral."""
    rng = np.random.default_rng(3)
    wrong = rng.random(5000) < 0.4
    doubts = rng.normal(size=5000) + wrong

    def summed(order: NDArray[np.intp]) -> float:
        return float((wrong[order].cumsum() / np.arange(1, 5001)).mean())

    rate = wrong.mean()
    wanted = (rate - summed(np.argsort(doubts))) / (rate - summed(np.argsort(wrong)))
    found = float(prr(Tally.of(Ranking.of(doubts), wrong, np.ones((1, 5000))))[0])
    assert found == pytest.approx(wanted, abs=2e-3)


@given(ROWS)
def test_the_curve_is_the_share_of_wrong_below_each_doubt(rows: list[Row]) -> None:
    doubts, wrong = columns(rows)
    coverage, risk = risk_coverage(Ranking.of(doubts), wrong)
    levels = np.unique(doubts)
    assert coverage == pytest.approx([np.mean(doubts <= level) for level in levels])
    assert risk == pytest.approx([wrong[doubts <= level].mean() for level in levels])


def test_no_rows_have_an_empty_curve() -> None:
    coverage, risk = risk_coverage(Ranking.of([]), [])
    assert coverage.shape == risk.shape == (0,)


# Weights from resampling


@pytest.mark.parametrize("clusters", [None, np.repeat([5, 2, 9, 4], [3, 20, 9, 8])])
def test_weights_give_the_same_interval_as_the_bootstrap(
    clusters: NDArray[np.int64] | None,
) -> None:
    values = np.random.default_rng(4).exponential(size=40)
    blocks = list(bootstrap_weights(40, clusters=clusters, resamples=700, seed=6))
    means = np.concatenate([block @ values / block.sum(axis=1) for block in blocks])
    wanted = bootstrap_mean(values, clusters=clusters, resamples=700, seed=6)
    assert spread(means, n_units(40, clusters)) == pytest.approx(wanted)


def test_weights_are_counts_of_whole_clusters() -> None:
    clusters = np.repeat([0, 1, 2], [1, 5, 2])
    (weights,) = bootstrap_weights(8, clusters=clusters, resamples=500, seed=1)
    assert weights.shape == (500, 8)
    firsts = weights[:, [0, 1, 6]]
    assert (weights == firsts[:, clusters]).all()
    assert (firsts.sum(axis=1) == 3).all()
    assert firsts.mean(axis=0) == pytest.approx(1, abs=0.15)


def test_fewer_than_two_clusters_draw_rows() -> None:
    one = np.full(30, 7)
    (alone,), (plain,) = bootstrap_weights(30, clusters=one, seed=2), bootstrap_weights(30, seed=2)
    assert (alone == plain).all()
    assert (plain.sum(axis=1) == 30).all()
    assert len(np.unique(plain)) > 3


@pytest.mark.parametrize("n", [0, 1, 3000, (1 << 20) + 1])
def test_weights_come_in_blocks_of_bounded_size(n: int) -> None:
    resamples = 2000 if n <= 3000 else 2
    rows = 0
    for block in bootstrap_weights(n, resamples=resamples):
        assert block.shape[1] == n
        assert block.size <= max(1 << 20, n)
        rows += len(block)
    assert rows == resamples


def test_the_seed_decides_the_weights() -> None:
    (one,), (same,), (other,) = (bootstrap_weights(20, seed=seed) for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()

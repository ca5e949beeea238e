"""Calibration, against sklearn and plain formulas."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss

from misspoke.measures import (
    Brier,
    brier,
    equal_mass_ece,
    group_folds,
    isotonic_brier,
    isotonic_out_of_fold,
)

FORECASTS = st.lists(
    st.tuples(st.integers(0, 8).map(lambda k: k / 8), st.booleans()), min_size=1, max_size=40
)


def columns(rows: list[tuple[float, bool]]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    return np.array([p for p, _ in rows]), np.array([w for _, w in rows], dtype=np.bool_)


# Folds


@settings(deadline=None)
@given(st.lists(st.integers(0, 11), max_size=60), st.integers(2, 6))
def test_clusters_stay_whole(clusters: list[int], folds: int) -> None:
    found = group_folds(clusters, folds)
    distinct = len(set(clusters))
    if distinct < 2:
        assert found is None
        return
    assert found is not None
    assert len({(c, f) for c, f in zip(clusters, found.tolist(), strict=True)}) == distinct
    assert set(found.tolist()) == set(range(min(folds, distinct)))
    assert found.tolist() == group_folds(clusters, folds).tolist()  # type: ignore[union-attr]


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=31, max_size=120))
def test_folds_are_balanced(clusters: list[int]) -> None:
    """No fold exceeds another by more than the largest cluster."""
    found = group_folds(clusters)
    if found is None:
        return
    sizes = np.bincount(found)
    assert sizes.max() - sizes.min() <= max(Counter(clusters).values())


def test_folds_of_names_and_of_nothing() -> None:
    names = group_folds(["capital", "currency", "capital", "river"], 2)
    assert names is not None
    assert names[0] == names[2] != names[1] == names[3]
    assert group_folds([]) is None
    assert group_folds([4, 4, 4]) is None


# Isotonic regression


def test_isotonic_is_sklearns_on_the_other_folds() -> None:
    rng = np.random.default_rng(0)
    doubts = rng.normal(size=200).round(1)
    wrong = rng.random(200) < 1 / (1 + np.exp(-doubts))
    folds = rng.integers(4, size=200)
    found = isotonic_out_of_fold(doubts, wrong, folds)
    for fold in range(4):
        mine = folds == fold
        model = IsotonicRegression(out_of_bounds="clip").fit(doubts[~mine], wrong[~mine])
        assert found[mine] == pytest.approx(model.predict(doubts[mine]))
    assert ((found >= 0) & (found <= 1)).all()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=12))
def test_isotonic_is_the_best_rising_step_function(rows: list[tuple[int, bool]]) -> None:
    """The minimax formula: at x, max over a ≤ x of min over b ≥ x of the mean within [a, b]."""
    doubts, wrong = columns(rows)
    both = np.concatenate([doubts, doubts])
    found = isotonic_out_of_fold(both, np.concatenate([wrong, wrong]), np.repeat([0, 1], len(rows)))
    if wrong.all() or not wrong.any():
        assert np.isnan(found).all()
        return
    levels = np.unique(doubts)
    wanted = {
        x: max(
            min(wrong[(doubts >= a) & (doubts <= b)].mean() for b in levels[levels >= x])
            for a in levels[levels <= x]
        )
        for x in levels
    }
    assert found == pytest.approx(np.array([wanted[x] for x in both]))


def test_a_rows_own_fold_says_nothing_of_it() -> None:
    rng = np.random.default_rng(1)
    doubts, wrong, folds = rng.normal(size=60), rng.random(60) < 0.5, rng.integers(3, size=60)
    found = isotonic_out_of_fold(doubts, wrong, folds)
    other = isotonic_out_of_fold(doubts, wrong ^ (folds == 1), folds)
    assert (found[folds == 1] == other[folds == 1]).all()
    assert (found[folds != 1] != other[folds != 1]).any()


def test_beyond_the_doubts_fitted_the_nearest_counts() -> None:
    doubts = [1.0, 2.0, 3.0, 4.0, -50.0, 50.0]
    wrong = [False, True, False, True, True, False]
    found = isotonic_out_of_fold(doubts, wrong, [0, 0, 0, 0, 1, 1])
    assert found[4:].tolist() == [0.0, 1.0]


def test_a_single_class_calibrates_nothing() -> None:
    found = isotonic_out_of_fold([1.0, 2.0, 3.0, 4.0], [True, True, True, False], [0, 0, 1, 1])
    assert np.isnan(found).tolist() == [False, False, True, True]
    assert np.isnan(isotonic_out_of_fold([1.0, 2.0], [True, False], [0, 0])).all()
    assert isotonic_out_of_fold([], [], []).shape == (0,)


@pytest.mark.parametrize("doubt", [np.nan, np.inf])
def test_doubts_must_be_finite(doubt: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        isotonic_out_of_fold([0.0, doubt], [True, False], [0, 1])


# Calibration error


def plain_ece(probs: NDArray[np.float64], wrong: NDArray[np.bool_], bins: int) -> float:
    """Deals tie groups to bins by the rank of their middle, one group after another."""
    dealt: dict[int, list[int]] = {}
    below = 0
    for level in sorted(set(probs.tolist())):
        members = [i for i, prob in enumerate(probs) if prob == level]
        place = (2 * below + len(members)) * bins // (2 * len(probs))
        dealt.setdefault(place, []).extend(members)
        below += len(members)
    gaps = [len(rows) * abs(probs[rows].mean() - wrong[rows].mean()) for rows in dealt.values()]
    return float(sum(gaps) / len(probs))


@given(FORECASTS, st.integers(1, 16))
def test_ece_agrees_with_the_plain_formula(rows: list[tuple[float, bool]], bins: int) -> None:
    probs, wrong = columns(rows)
    found = equal_mass_ece(probs, wrong, bins)
    assert found == pytest.approx(plain_ece(probs, wrong, bins), abs=1e-12)
    assert found is not None
    assert 0 <= found <= 1


@given(FORECASTS, st.integers(0, 99))
def test_ece_knows_no_order_of_rows(rows: list[tuple[float, bool]], seed: int) -> None:
    probs, wrong = columns(rows)
    mixed = np.random.default_rng(seed).permutation(len(rows))
    found = equal_mass_ece(probs[mixed], wrong[mixed], 4)
    assert found == pytest.approx(equal_mass_ece(probs, wrong, 4), abs=1e-12)


@pytest.mark.parametrize(("n", "bins"), [(150, 15), (157, 15), (40, 15), (7, 15)])
def test_distinct_forecasts_make_even_bins(n: int, bins: int) -> None:
    """Without ties the bins are runs of n / bins rows, or one more."""
    rng = np.random.default_rng(n)
    probs, wrong = np.sort(rng.random(n)), rng.random(n) < 0.5
    counts = Counter((2 * i + 1) * bins // (2 * n) for i in range(n))
    assert max(counts.values()) - min(counts.values()) <= 1
    ends = np.cumsum([counts[place] for place in sorted(counts)])
    parts = zip(np.split(probs, ends[:-1]), np.split(wrong, ends[:-1]), strict=True)
    wanted = sum(abs((p - w).sum()) for p, w in parts) / n
    assert equal_mass_ece(probs, wrong, bins) == pytest.approx(wanted)


def test_ece_by_hand() -> None:
    assert equal_mass_ece([0.2] * 5, [True] + [False] * 4) == pytest.approx(0)
    assert equal_mass_ece([0.0, 1.0], [True, False]) == 1
    assert equal_mass_ece([0.1, 0.9], [False, True]) == pytest.approx(0.1)
    assert equal_mass_ece([0.1, 0.9], [False, True], bins=1) == pytest.approx(0)
    assert equal_mass_ece([0.5, 0.5, 0.5, 0.9], [1, 0, 0, 1], 2) == pytest.approx((0.5 + 0.1) / 4)


# Brier's score


@given(FORECASTS)
def test_brier_is_sklearns_and_the_sum_of_its_parts(rows: list[tuple[float, bool]]) -> None:
    probs, wrong = columns(rows)
    found = brier(probs, wrong)
    assert found is not None
    assert found.score == pytest.approx(brier_score_loss(wrong, probs, pos_label=True))
    whole = found.reliability - found.resolution + found.uncertainty
    assert whole == pytest.approx(found.score, abs=1e-12)
    assert found.reliability >= 0
    assert -1e-12 <= found.resolution <= found.uncertainty + 1e-12 <= 1 / 4 + 1e-12


def test_brier_by_hand() -> None:
    known = brier([0.25] * 4, [True, False, False, False])
    assert known == Brier(score=0.1875, reliability=0, resolution=0, uncertainty=0.1875)
    sharp = brier([0.0, 1.0], [False, True])
    assert sharp == Brier(score=0, reliability=0, resolution=0.25, uncertainty=0.25)
    false = brier([1.0, 0.0], [False, True])
    assert false == Brier(score=1, reliability=1, resolution=0.25, uncertainty=0.25)


@pytest.mark.parametrize("probs", [[], [np.nan, 0.5]])
def test_without_all_forecasts_there_is_no_score(probs: list[float]) -> None:
    wrong = [True, False][: len(probs)]
    assert brier(probs, wrong) is None
    assert equal_mass_ece(probs, wrong) is None


# How much noise alone has, as docs/detectors.md tells


@pytest.mark.parametrize(("rows", "told"), [(200, 0.12), (2_800, 0.03)])
def test_noise_alone_has_an_ece(rows: int, told: float) -> None:
    found = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        wrong = rng.random(rows) < 0.5
        probs = isotonic_out_of_fold(rng.normal(size=rows), wrong, np.arange(rows) % 5)
        ece = equal_mass_ece(probs, wrong)
        assert ece is not None
        found.append(ece)
    assert np.mean(found) == pytest.approx(told, rel=0.2)


# Brier's parts by isotonic regression


@settings(deadline=None)
@given(FORECASTS)
def test_isotonic_parts_add_up(rows: list[tuple[float, bool]]) -> None:
    found = isotonic_brier(*columns(rows))
    assert found is not None
    assert found.score == pytest.approx(found.reliability - found.resolution + found.uncertainty)
    assert found.reliability >= -1e-12
    assert -1e-12 <= found.resolution <= found.uncertainty + 1e-12
    murphy = brier(*columns(rows))
    assert murphy is not None
    assert (found.score, found.uncertainty) == pytest.approx((murphy.score, murphy.uncertainty))


def test_isotonic_parts_of_shares_that_rise_are_murphys() -> None:
    rows = [(0.2, w) for w in (1, 0, 0, 0)] + [(0.6, w) for w in (1, 1, 0)] + [(0.9, True)]
    forecasts = [(p, bool(w)) for p, w in rows]
    found, murphy = isotonic_brier(*columns(forecasts)), brier(*columns(forecasts))
    assert found is not None
    assert murphy is not None
    assert found.reliability == pytest.approx(murphy.reliability)
    assert found.resolution == pytest.approx(murphy.resolution)


def test_forecasts_that_all_differ_and_hold_have_nearly_no_isotonic_fault() -> None:
    """Murphy's own parts call them wholly unreliable."""
    rng = np.random.default_rng(0)
    probs = rng.random(4000)
    happened = rng.random(4000) < probs
    found, murphy = isotonic_brier(probs, happened), brier(probs, happened)
    assert found is not None
    assert murphy is not None
    assert found.reliability < 0.005
    assert found.resolution == pytest.approx(1 / 12, abs=0.01)  # the variance of the forecasts
    assert murphy.reliability == pytest.approx(murphy.score)
    assert isotonic_brier([], []) is None
    assert isotonic_brier([np.nan], [True]) is None

"""Exchanging labels: against enumeration by hand, scipy, and what a test of its level rejects."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from misspoke.diagnosis.comparing import swaps
from misspoke.diagnosis.comparing.paired import COUNTED, HEADLINE, paired
from misspoke.diagnosis.comparing.quantities import Quantity
from misspoke.diagnosis.comparing.swaps import grouped, shuffle_test, swap_test
from misspoke.diagnosis.comparing.trend import slope_weights


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_swap_test_of_means_is_scipys_exact_one() -> None:
    chance = rng()
    for _ in range(5):
        a, b = chance.random(9), chance.random(9) + 0.2
        ones = np.ones(9)
        p = swap_test(np.column_stack([a, ones]), np.column_stack([b, ones]), np.arange(9), 0)
        peer = stats.permutation_test(
            (a, b), lambda x, y: abs(x.mean() - y.mean()), permutation_type="samples",
            alternative="greater", n_resamples=np.inf,
        )  # fmt: skip
        assert p == pytest.approx(peer.pvalue)


def studentised(tops: list[np.ndarray], bottoms: list[np.ndarray], weights: np.ndarray) -> float:
    """Σ w R over the root of Σ of squared influences, cluster by cluster; by hand, with loops."""
    if not all(bottom.sum() for bottom in bottoms):
        return float("nan")
    ratios = [top.sum() / bottom.sum() for top, bottom in zip(tops, bottoms, strict=True)]
    value = sum(w * ratio for w, ratio in zip(weights, ratios, strict=True))
    variance = 0.0
    for c in range(len(tops[0])):
        moves = 0.0
        for w, ratio, top, bottom in zip(weights, ratios, tops, bottoms, strict=True):
            moves += w * (top[c] - ratio * bottom[c]) / bottom.sum()
        variance += moves**2
    if abs(value) < 1e-12:
        return 0.0
    return abs(value) / variance**0.5 if variance > 1e-20 else float("inf")


@given(st.integers(0, 1000), st.integers(2, 5))
@settings(deadline=None, max_examples=25)
def test_the_swap_test_of_ratios_is_the_one_by_hand(seed: int, relations: int) -> None:
    chance = rng(seed)
    n = 20
    clusters = chance.integers(relations, size=n)
    one, other = (
        np.column_stack([chance.integers(0, 2, n), np.ones(n)]) * (chance.random(n) < 0.7)[:, None]
        for _ in range(2)
    )
    names = np.unique(clusters)
    sums = [np.array([side[clusters == c].sum(axis=0) for c in names]) for side in (one, other)]
    found = []
    for flips in product((False, True), repeat=len(names)):
        flipped = np.array(flips)[:, None]
        a, b = np.where(flipped, sums[1], sums[0]), np.where(flipped, sums[0], sums[1])
        ends = [a[:, 0], b[:, 0]], [a[:, 1], b[:, 1]]
        found.append(studentised(*ends, np.array([-1.0, 1.0])))
    observed = found[0]
    defined = [value for value in found if not np.isnan(value)]
    p = swap_test(one, other, clusters, 0)
    if np.isnan(observed):
        assert p is None
    elif len(names) > 1:
        assert p == pytest.approx(np.mean([v >= observed * (1 - 1e-9) for v in defined]))


def test_the_random_swap_test_is_near_the_exact_one_of_scipy() -> None:
    chance = rng(3)
    a, b = chance.random(40), chance.random(40) + 0.12
    ones = np.ones(40)
    p = swap_test(np.column_stack([a, ones]), np.column_stack([b, ones]), np.arange(40), 0)
    assert p == pytest.approx(stats.wilcoxon(a, b).pvalue, abs=0.06)
    peer = stats.permutation_test(
        (a, b), lambda x, y, axis: np.abs(x.mean(axis=axis) - y.mean(axis=axis)),
        permutation_type="samples", alternative="greater", n_resamples=9999, vectorized=True,
        rng=rng(1),
    )  # fmt: skip
    assert p == pytest.approx(peer.pvalue, abs=0.015)


def test_like_runs_are_not_told_apart() -> None:
    ends = np.column_stack([rng().random(50), np.ones(50)])
    assert swap_test(ends, ends, np.arange(50), 0) == 1.0
    assert shuffle_test(
        np.repeat(ends[:, :1], 3, axis=1),
        np.ones((50, 3)),
        np.array([-1.0, 0, 1]),
        np.arange(50),
        0,
    ) == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(6))
def test_the_shuffle_test_is_the_one_by_hand(seed: int) -> None:
    chance = rng(seed)
    bottoms = (chance.random((24, 3)) < [0.3, 0.6, 0.9]) * 1.0
    tops, clusters = bottoms * chance.random((24, 3)), np.arange(24) % 3
    weights = slope_weights([1, 4, 16])
    top, bottom = (
        np.array([held[clusters == c].sum(axis=0) for c in range(3)]) for held in (tops, bottoms)
    )
    every = []
    for orders in product(permutations(range(3)), repeat=3):
        moved = [
            np.array([row[list(o)] for row, o in zip(held, orders, strict=True)]).T
            for held in (top, bottom)
        ]
        every.append(studentised(list(moved[0]), list(moved[1]), weights))
    defined = [value for value in every if not np.isnan(value)]
    expected = np.mean([value >= every[0] * (1 - 1e-9) for value in defined])
    assert shuffle_test(tops, bottoms, weights, clusters, 0) == pytest.approx(expected)


def test_the_random_shuffle_test_is_near_scipys() -> None:
    chance = rng(5)
    tops = chance.random((30, 3)) + np.array([0, 0.05, 0.1])
    weights = slope_weights([1, 2, 4])
    p = shuffle_test(tops, np.ones((30, 3)), weights, np.arange(30), 0)

    def statistic(*samples: np.ndarray, axis: int) -> np.ndarray:
        moves = sum(w * x for w, x in zip(weights, samples, strict=True))
        return np.asarray(np.abs(moves.mean(axis=axis)) / moves.std(axis=axis))

    peer = stats.permutation_test(
        tuple(tops.T), statistic, permutation_type="samples", alternative="greater",
        n_resamples=9999, vectorized=True, rng=rng(1),
    )  # fmt: skip
    assert p == pytest.approx(peer.pvalue, abs=0.03)


def test_p_values_are_uniform_where_nothing_differs() -> None:
    found = []
    for seed in range(60):
        chance = rng(seed)
        ends = [np.column_stack([chance.random(30) < 0.4, np.ones(30)]) * 1.0 for _ in range(2)]
        found.append(swap_test(ends[0], ends[1], np.arange(30), seed))
    assert np.mean(np.array(found) <= 0.1) < 0.22
    assert 0.35 < np.mean(found) < 0.75


# --- the level, and power


def failing(
    share: float, rate: float, clusters: np.ndarray, chance: np.random.Generator, common: float
) -> np.ndarray:
    """Failures among wrong answers, a relation's rate moved by up to `common`: (n, 2)."""
    moved = rate + common * chance.uniform(-1, 1, clusters.max() + 1)[clusters]
    wrong = chance.random(len(clusters)) < share
    return np.column_stack([wrong & (chance.random(len(clusters)) < moved), wrong]) * 1.0


def rejected(p_values: list[float | None]) -> tuple[int, int]:
    """How many are under 0.05, and the 99.9% point of how many would be at that level."""
    hits = sum(p is not None and p < 0.05 for p in p_values)
    return hits, int(stats.binom.ppf(0.999, len(p_values), 0.05))


@pytest.mark.parametrize("shares", [(0.1, 0.8), (0.05, 0.95)])
@pytest.mark.parametrize(("relations", "each", "common"), [(500, 1, 0.0), (24, 60, 0.2)])
def test_equal_rates_of_unequal_denominators_are_not_told_apart(
    monkeypatch: pytest.MonkeyPatch,
    shares: tuple[float, float],
    relations: int,
    each: int,
    common: float,
) -> None:
    monkeypatch.setattr(swaps, "SWAPS", 300)
    clusters, chance = np.repeat(np.arange(relations), each), rng(1)
    found = {}
    for rate in (0.3, 0.6):
        found[rate] = [
            swap_test(
                failing(shares[0], 0.3, clusters, chance, common),
                failing(shares[1], rate, clusters, chance, common),
                clusters,
                seed,
            )
            for seed in range(200)
        ]
    hits, most = rejected(found[0.3])
    assert hits <= most
    assert rejected(found[0.6])[0] > 150  # what differs is still seen


@pytest.mark.parametrize(("relations", "each", "common"), [(200, 1, 0.0), (24, 30, 0.2)])
def test_no_trend_is_seen_in_equal_rates_of_unequal_denominators(
    monkeypatch: pytest.MonkeyPatch, relations: int, each: int, common: float
) -> None:
    monkeypatch.setattr(swaps, "SHUFFLES", 200)
    clusters, chance = np.repeat(np.arange(relations), each), rng(2)
    weights, found = slope_weights([1, 4, 16]), {}
    for rise in (0.0, 0.2):
        held = []
        for seed in range(120):
            ends = [
                failing(share, 0.3 + step * rise, clusters, chance, common)
                for step, share in enumerate((0.1, 0.5, 0.9))
            ]
            tops, bottoms = (np.column_stack([end[:, place] for end in ends]) for place in (0, 1))
            held.append(shuffle_test(tops, bottoms, weights, clusters, seed))
        found[rise] = held
    hits, most = rejected(found[0.0])
    assert hits <= most
    assert rejected(found[0.2])[0] > 90


def test_relations_with_a_common_shift_are_one_piece_of_evidence_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """24 relations of 100: in each another of two equally good models is better by chance."""
    monkeypatch.setattr(swaps, "SWAPS", 300)
    clusters, chance = np.repeat(np.arange(24), 100), rng(3)
    codes, everything = np.zeros(2400, dtype=np.int8), np.ones(2400, dtype=np.bool_)
    found: dict[str, list[float | None]] = {"swap": [], "McNemar": []}
    monkeypatch.setattr("misspoke.diagnosis.comparing.paired.bootstrap", _no_intervals)
    monkeypatch.setattr("misspoke.diagnosis.comparing.paired.HEADLINE", ("accuracy",))
    for _ in range(200):
        shift = chance.normal(0, 0.15, 24)[clusters]
        sides = []
        for sign in (-0.5, 0.5):
            right = (chance.random(2400) < 0.5 + sign * shift) * 1.0
            sides.append({"accuracy": Quantity("", right, everything, right, everything)})
        for held in (clusters, np.arange(2400)):
            test = paired(sides[0], sides[1], (codes, codes), held, 0).differences["accuracy"].test
            assert test is not None
            found[test.kind].append(test.p)
            gained, lost = (int((sides[i]["accuracy"].top > sides[1 - i]["accuracy"].top).sum())
                            for i in (1, 0))  # fmt: skip
            assert (test.gained, test.lost) == (gained, lost)
    assert len(found["swap"]) == len(found["McNemar"]) == 200
    hits, most = rejected(found["swap"])
    assert hits <= most
    assert rejected(found["McNemar"])[0] > 2 * most  # what taking questions as independent does


def _no_intervals(columns: np.ndarray, *_: object, **__: object) -> list[None]:
    return [None] * columns.shape[1]


def test_only_questions_in_relations_are_exchanged_by_relation() -> None:
    assert grouped(np.array([0, 0, 1, 1]))
    assert grouped(np.array([0, 0, 1, 2]))
    assert not grouped(np.arange(4))
    assert not grouped(np.zeros(4, dtype=np.int64))
    assert not grouped(np.zeros(0, dtype=np.int64))
    assert set(COUNTED) < set(HEADLINE)

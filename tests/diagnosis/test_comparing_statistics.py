"""Each statistic of a comparison against an implementation of its own."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as peer_mcnemar
from statsmodels.stats.multitest import multipletests

from misspoke.diagnosis.comparing import paired as paired_room
from misspoke.diagnosis.comparing.claims import claims
from misspoke.diagnosis.comparing.examples import order
from misspoke.diagnosis.comparing.kinds import Kind
from misspoke.diagnosis.comparing.paired import (
    COUNTED,
    HEADLINE,
    corrected,
    levels,
    paired,
    transitions,
)
from misspoke.diagnosis.comparing.quantities import Quantity
from misspoke.diagnosis.comparing.sharp import Sharp
from misspoke.diagnosis.comparing.tax import fitted, least_entropy, sharpness
from misspoke.diagnosis.comparing.temperatures import (
    Curves,
    between,
    finer,
    log_partition,
    tempered_winner,
)
from misspoke.diagnosis.comparing.tempering import tempered
from misspoke.diagnosis.comparing.trend import slope_weights
from misspoke.diagnosis.outcomes import OUTCOMES

GRID = np.array([0.3, 0.5, 0.7, 1.0, 1.5, 2.0])


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def quantity(name: str, top: np.ndarray, bottom: np.ndarray) -> Quantity:
    held = np.where(bottom, top, 0.0)
    return Quantity(name, held, bottom, held, bottom)


def random_quantities(n: int, seed: int) -> dict[str, Quantity]:
    chance = rng(seed)
    found = {}
    for name in HEADLINE:
        everything = np.ones(n, dtype=np.bool_)
        bottom = everything if name in COUNTED else chance.random(n) < 0.6
        found[name] = quantity(name, (chance.random(n) < 0.4).astype(float), bottom)
    return found


# --- the slope


def test_the_slope_is_that_of_least_squares() -> None:
    sizes, values = [135e6, 360e6, 1.7e9, 7e9], rng().random(4)
    expected = stats.linregress(np.log(sizes), values).slope
    assert slope_weights([int(size) for size in sizes]) @ values == pytest.approx(expected)


# --- paired differences


def test_mcnemar_and_holm_agree_with_statsmodels() -> None:
    a, b = random_quantities(200, 0), random_quantities(200, 1)
    c = random_quantities(200, 2)
    codes = np.zeros(200, dtype=np.int8)
    clusters = np.arange(200)
    pairs = corrected([paired(a, x, (codes, codes), clusters, 0) for x in (b, c)])
    tests = [one.test for pair in pairs for one in pair.differences.values() if one.test]
    assert len(tests) == 2 * len(HEADLINE)
    _, expected, _, _ = multipletests([test.p for test in tests], method="holm")
    assert [test.holm_p for test in tests] == pytest.approx(list(expected))
    for other, pair in zip((b, c), pairs, strict=True):
        for name in HEADLINE:
            test = pair.differences[name].test
            assert test is not None
            assert test.kind == ("McNemar" if name in COUNTED else "swap")
            if name in COUNTED:
                table = [[np.sum((a[name].top == i) & (other[name].top == j)) for j in (0, 1)]
                         for i in (0, 1)]  # fmt: skip
                assert test.p == pytest.approx(peer_mcnemar(table, exact=True).pvalue)
                assert (test.gained, test.lost) == (table[0][1], table[1][0])


def test_intervals_of_differences_are_near_scipys_paired_bootstrap() -> None:
    chance = rng(7)
    n = 300
    a = quantity("x", (chance.random(n) < 0.3) * 1.0, chance.random(n) < 0.7)
    b = quantity("x", (chance.random(n) < 0.5) * 1.0, chance.random(n) < 0.5)
    codes = np.zeros(n, dtype=np.int8)
    tested = dict.fromkeys(HEADLINE, a)
    others = dict.fromkeys(HEADLINE, b)
    found = paired({**tested, "x": a}, {**others, "x": b}, (codes, codes), np.arange(n), 0)
    one = found.differences["x"]

    def ratio(ta, na, tb, nb, axis):  # type: ignore[no-untyped-def]
        return tb.sum(axis) / nb.sum(axis) - ta.sum(axis) / na.sum(axis)

    peer = stats.bootstrap(
        (a.top, a.bottom * 1.0, b.top, b.bottom * 1.0), ratio, paired=True, method="percentile",
        n_resamples=4000, rng=rng(2),
    ).confidence_interval  # fmt: skip
    assert one.difference == pytest.approx(b.top.sum() / b.n - a.top.sum() / a.n)
    assert one.interval == pytest.approx((peer.low, peer.high), abs=0.012)
    assert one.common is not None
    both = a.bottom & b.bottom
    assert one.common.n == both.sum()
    assert one.common.difference == pytest.approx((b.top - a.top)[both].mean())
    peer = stats.bootstrap(
        ((b.top - a.top) * both, both * 1.0), lambda t, m, axis: t.sum(axis) / m.sum(axis),
        paired=True, method="percentile", n_resamples=4000, rng=rng(2),
    ).confidence_interval  # fmt: skip
    assert one.common.interval == pytest.approx((peer.low, peer.high), abs=0.015)
    [level] = levels({"x": a}, np.arange(n), 0).values()
    single = stats.bootstrap(
        (a.top, a.bottom * 1.0), lambda t, m, axis: t.sum(axis) / m.sum(axis), paired=True,
        method="percentile", n_resamples=4000, rng=rng(2),
    ).confidence_interval  # fmt: skip
    assert level.interval == pytest.approx((single.low, single.high), abs=0.012)


def test_relations_are_drawn_whole() -> None:
    """Ten relations of thirty equal questions: the interval is that of ten, not of 300."""
    chance = rng(8)
    clusters = np.repeat(np.arange(10), 30)
    change = np.repeat(chance.random(10) < 0.5, 30) * 1.0
    a = {name: quantity(name, np.zeros(300), np.ones(300, dtype=np.bool_)) for name in HEADLINE}
    b = {name: quantity(name, change, np.ones(300, dtype=np.bool_)) for name in HEADLINE}
    codes = np.zeros(300, dtype=np.int8)
    low, high = paired(a, b, (codes, codes), clusters, 0).differences["accuracy"].interval or (0, 0)
    loose, tight = paired(a, b, (codes, codes), np.arange(300), 0).differences[
        "accuracy"
    ].interval or (0, 0)
    assert high - low > 3 * (tight - loose)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=60))
def test_transitions_count_every_question_once(found: list[tuple[int, int]]) -> None:
    a, b = (np.array([pair[end] for pair in found], dtype=np.int8) for end in (0, 1))
    counts = transitions(a, b)
    for i, one in enumerate(OUTCOMES):
        for j, other in enumerate(OUTCOMES):
            assert counts[one][other] == found.count((i, j))


def test_settled_differences_hold_every_way_to_settle() -> None:
    n = 40
    least, most = (np.arange(n) < k for k in (10, 14))
    everything = np.ones(n, dtype=np.bool_)
    a = Quantity("x", least * 1.0, everything, most * 1.0, everything)
    b = Quantity("x", most * 1.0, everything, (np.arange(n) < 20) * 1.0, everything)
    found = paired_room._difference(a, b, None, None)
    assert found.settled == pytest.approx((0.0, 0.25))
    assert found.difference == pytest.approx(0.1)
    assert found.open
    assert not replace(found, settled=(0.01, 0.25)).open
    assert not replace(found, settled=(-0.25, -0.01)).open
    assert not replace(found, settled=None).open


def test_nothing_is_claimed_of_what_undetermined_rows_may_turn_round() -> None:
    """Of 500 questions 5 fail surely in a and 40 in b; another 145 may in a, and 5 in b."""
    n, codes = 500, np.zeros(500, dtype=np.int8)

    def counted(sure: int, at_most: int) -> dict[str, Quantity]:
        least, most = (np.arange(n) < k for k in (sure, at_most))
        everything = np.ones(n, dtype=np.bool_)
        return {
            name: Quantity(name, least * 1.0, everything, most * 1.0, everything)
            for name in HEADLINE
        }

    kind = Kind("pair", "", "instruction tuning", ())
    for at_most, expected in ((150, 0), (30, len(HEADLINE))):
        pairs = [paired(counted(5, at_most), counted(40, 45), (codes, codes), np.arange(n), 0)]
        [found] = corrected(pairs)
        one = found.differences["accuracy"]
        assert one.settled == pytest.approx(((40 - at_most) / n, 40 / n))
        assert one.test is not None
        assert one.test.holm_p < 0.001
        assert len(claims(kind, found)) == expected


# --- temperatures


def probabilities(seed: int, n: int = 300, scale: float | None = None) -> np.ndarray:
    chance = rng(seed)
    logits = chance.normal(size=n) * (scale or chance.uniform(0.5, 5))
    probs = np.exp(logits - logits.max())
    return np.asarray(np.sort(probs / probs.sum())[::-1])


def entropy_at(probs: np.ndarray, temperature: float) -> float:
    raised = probs ** (1 / temperature)
    raised = raised / raised.sum()
    return float(-(raised * np.log(np.maximum(raised, 1e-300))).sum())


@given(st.integers(0, 10_000), st.floats(0.3, 2.0), st.integers(1, 300))
@settings(deadline=None)
def test_bounds_of_tempered_winners_hold_the_truth(
    seed: int, temperature: float, shown: int
) -> None:
    probs = probabilities(seed)
    entropy = np.array([[entropy_at(probs, t) for t in GRID]])
    low, high = log_partition(GRID, entropy, temperature)
    truth = np.log((probs ** (1 / temperature)).sum())
    assert low[0] - 1e-9 <= truth <= high[0] + 1e-9
    curves = Curves(GRID, np.zeros((1, 6)), entropy)
    winner = probs[:1]
    least, most = tempered_winner(winner, [probs[:shown]], curves, temperature)
    exact = float(np.exp(np.log(winner[0]) / temperature - truth))
    assert least[0] - 1e-9 <= exact <= most[0] + 1e-9
    if shown == 300:
        assert most[0] - least[0] < 1e-3


def test_the_hundred_most_probable_tokens_are_nearly_all() -> None:
    probs = probabilities(3, 30_000, 4.0)
    entropy = np.array([[entropy_at(probs, t) for t in GRID]])
    curves = Curves(GRID, np.zeros((1, 6)), entropy)
    [low], [high] = tempered_winner(probs[:1], [probs[:100]], curves, 0.6)
    assert high - low < 0.02


@given(st.lists(st.integers(0, 10**9), min_size=6, max_size=6))
def test_curves_between_the_grid_rise_where_they_rise_on_it(values: list[int]) -> None:
    rising = np.sort(np.array(values) / 1e9)[None]
    fine = finer(GRID)
    found = between(GRID, rising, fine)
    assert (np.diff(found) >= -1e-9).all()
    assert between(GRID, rising, GRID) == pytest.approx(rising)
    assert set(GRID) <= set(np.round(fine, 12))


def sharp(rows: list[np.ndarray], temperature: float) -> Sharp:
    """Rows whose most probable token is wrong, and whose third is right, at a temperature."""
    held = [probs ** (1 / temperature) for probs in rows]
    held = [probs / probs.sum() for probs in held]
    mass = [[(p ** (1 / t) / (p ** (1 / t)).sum())[2] for t in GRID] for p in held]
    entropy = np.array([[entropy_at(p, t) for t in GRID] for p in held])
    now = np.array([p[2] for p in held])
    return Sharp(
        curves=Curves(GRID, np.array(mass), entropy),
        known=now >= 0.05,
        wrong=np.ones(len(rows), dtype=np.bool_),
        behind_opener=np.zeros(len(rows), dtype=np.bool_),
        winner=np.array([p[0] for p in held]),
        top=[p[:100] for p in held],
    )


@pytest.mark.parametrize(("temperature", "near"), [(0.7, 1e-6), (0.6, 6e-3), (1.5, 1e-6)])
def test_the_temperature_that_was_used_is_found(temperature: float, near: float) -> None:
    rows = [probabilities(seed, 200) for seed in range(60)]
    found = tempered(sharp(rows, 1.0), sharp(rows, temperature), np.arange(60), 0)
    assert found.temperature == pytest.approx(temperature, abs=near)
    assert found.base_tempered is not None
    assert found.instruct is not None
    assert found.base_tempered.accuracy == pytest.approx(found.instruct.accuracy, abs=4 * near)
    assert found.beyond is not None
    assert found.beyond[0] - 4 * near <= 0 <= found.beyond[1] + 4 * near


def test_no_temperature_of_the_grid_is_said_to_be_none() -> None:
    rows = [probabilities(seed, 200) for seed in range(40)]
    found = tempered(sharp(rows, 1.0), sharp(rows, 0.1), np.arange(40), 0)
    assert found.temperature is None
    assert "no temperature of the grid" in (found.reason or "")
    assert tempered(None, sharp(rows, 1.0), np.arange(40), 0).reason == (
        "no tempered masses are stored"
    )


@given(st.lists(st.floats(-5, 0), min_size=6, max_size=6))
def test_the_best_temperature_is_the_top_of_the_parabola(scores: list[float]) -> None:
    values = np.array(scores)
    top = int(values.argmax())
    [found] = fitted(GRID, values[None])
    if top in (0, 5):
        assert found == GRID[top]
        return
    logs = np.log(GRID[top - 1 : top + 2])
    a, b, _ = np.polyfit(logs - logs[1], values[top - 1 : top + 2], 2)
    if a < -1e-6:
        expected = np.clip(logs[1] - b / (2 * a), logs[0], logs[2])
        assert np.log(found) == pytest.approx(expected, abs=1e-5)


def test_the_best_temperature_has_an_interval_and_a_floor() -> None:
    rows = [probabilities(seed, 50) for seed in range(80)]
    curves = sharp(rows, 1.0).curves
    found = sharpness(curves, np.arange(80), 0)
    assert found.temperature is not None
    low, high = found.interval or (0, 0)
    assert low <= found.temperature <= high
    none = Curves(GRID, np.zeros((80, 6)), curves.entropy)
    assert np.isfinite(sharpness(none, np.arange(80), 0).temperature or np.nan)


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=6), st.floats(0, 1), st.integers(0, 1000))
def test_no_way_to_spread_the_rest_has_less_entropy(
    masses: list[float], rest: float, seed: int
) -> None:
    held = np.array(masses) / (sum(masses) + rest)
    rest /= sum(masses) + rest
    shares = rng(seed).dirichlet(np.ones(len(held) + 3)) * rest
    spread = np.concatenate([held, np.zeros(3)]) + shares
    assert least_entropy(held, rest) <= stats.entropy(spread / spread.sum()) + 1e-9
    assert least_entropy(held, 0.0) == pytest.approx(stats.entropy(held) if rest == 0 else
                                                    -(held * np.log(held)).sum())  # fmt: skip


# --- examples


def test_questions_that_one_knew_and_another_misspoke_come_first() -> None:
    right, failure, gap = (OUTCOMES.index(name) for name in
                           ("correct", "commitment_failure", "knowledge_gap"))  # fmt: skip
    a = np.array([right, right, gap, right, right], dtype=np.int8)
    b = np.array([gap, failure, failure, right, failure], dtype=np.int8)
    masses = [np.array([0.9, 0.5, 0.1, 0.9, 0.9]), np.array([0.1, 0.4, 0.3, 0.1, 0.3])]
    assert order([a, b], masses).tolist() == [4, 1, 0, 2]

"""What a remedy gains less what it breaks: against sums by hand, and in the verdicts."""

import numpy as np
import pytest

from misspoke.diagnosis.modes.drift.remedies import verdict
from misspoke.diagnosis.modes.findings import Remedy
from misspoke.diagnosis.modes.measures import Difference, Figure, Measure, Part, difference
from misspoke.diagnosis.modes.premises import judged
from misspoke.diagnosis.modes.weighing import net


def measure(tops: list[float], bottoms: list[float] | None = None, kinds: int = 0) -> Measure:
    below = bottoms or [1.0] * len(tops)
    parts = tuple(
        Part(str(i), f"k{i % kinds}" if kinds else None, top, bottom)
        for i, (top, bottom) in enumerate(zip(tops, below, strict=True))
    )
    return Measure("m", "m", "share", parts)


def drawn(count: int, share: float, seed: int) -> list[float]:
    return [float(one) for one in np.random.default_rng(seed).random(count) < share]


def test_without_a_loss_it_is_the_interval_of_the_gain() -> None:
    gain = measure(drawn(60, 0.6, 1), kinds=6), measure(drawn(60, 0.3, 2), kinds=6)
    idle = measure(drawn(60, 0.2, 3), kinds=6)
    assert net(gain, (idle, idle)).value == pytest.approx(difference(*gain).value)
    assert net(gain, (idle, idle)).interval == pytest.approx(difference(*gain).interval)


def test_a_gain_that_is_lost_again_is_nothing() -> None:
    pair = measure(drawn(60, 0.6, 1)), measure(drawn(60, 0.3, 2))
    assert net(pair, pair).interval == pytest.approx((0, 0))


def test_ratios_keep_their_own_denominators() -> None:
    half = [1.0] * 20 + [0.0] * 20
    gain = measure([*half], half), measure([0.0] * 40, half)  # 1 of the first half
    loss = measure([0.25] * 40), measure([0.0] * 40)
    assert net(gain, loss).value == pytest.approx(0.75)
    assert net(gain, loss).interval == pytest.approx((0.75, 0.75))


def test_units_are_paired_by_id_and_nothing_is_made_up() -> None:
    gain = measure([1.0] * 40), measure([0.0] * 40)
    turned = Measure("m", "m", "share", tuple(reversed(measure(drawn(40, 0.5, 5)).parts)))
    assert net(gain, (turned, measure(drawn(40, 0.5, 5)))).interval == pytest.approx((1, 1))
    none = measure([0.0] * 40, [0.0] * 40)
    assert net(gain, (none, none)).value is net(gain, (none, none)).interval is None
    assert net((measure([]), measure([])), (measure([]), measure([]))).value is None
    few = measure([1.0] * 29), measure([0.0] * 29)
    assert net(few, few).interval is None


def test_it_is_near_what_resampled_ratios_give() -> None:
    rng = np.random.default_rng(8)
    below = [rng.integers(0, 4, 80).astype(float).tolist() for _ in range(4)]
    above = [[float(rng.binomial(int(n), share)) for n in row]
             for row, share in zip(below, (0.8, 0.4, 0.3, 0.2), strict=True)]  # fmt: skip
    sides = [measure(top, bottom) for top, bottom in zip(above, below, strict=True)]
    places = rng.integers(0, 80, (4000, 80))
    ratios = [
        np.array(top)[places].sum(axis=1) / np.array(bottom)[places].sum(axis=1)
        for top, bottom in zip(above, below, strict=True)
    ]
    drawn_net = (ratios[0] - ratios[1]) - (ratios[2] - ratios[3])
    found = net((sides[0], sides[1]), (sides[2], sides[3])).interval
    assert found == pytest.approx(np.quantile(drawn_net, (0.025, 0.975)).tolist(), abs=0.02)


GAIN = Difference(0.10, (0.02, 0.20), 0.01, 100)
LOSS = Difference(0.14, (-0.01, 0.31), 0.07, 100)
NOT_MEASURED = Difference(None, None, None, 3)


@pytest.mark.parametrize(
    ("damage", "ahead", "begins"),
    [
        (LOSS, (-0.20, 0.12), "not settled"),
        (LOSS, None, "not settled"),
        (LOSS, (0.0, 0.2), "not settled"),
        (Difference(0.01, (-0.01, 0.03), 0.5, 100), (0.01, 0.18), "helps"),
        (Difference(0.14, (0.05, 0.2), 0.01, 100), (0.01, 0.02), "trades"),
    ],
)
def test_what_breaks_as_much_does_not_help(
    damage: Difference, ahead: tuple[float, float] | None, begins: str
) -> None:
    assert judged(GAIN, 0.01, damage, ahead).startswith(begins)
    tokens = Figure("t", "t", "tokens", 20.0, (19.0, 21.0), 100)
    told = Remedy("every 4", "Says it again.", GAIN, damage, tokens, 0.01, "")
    assert verdict(told, 0.01, ahead).startswith(begins)


def test_a_loss_that_is_not_measured_settles_nothing() -> None:
    assert judged(GAIN, 0.01, NOT_MEASURED, None).startswith("not settled")
    tokens = Figure("t", "t", "tokens", 20.0, (19.0, 21.0), 100)
    told = Remedy("every 4", "Says it again.", GAIN, NOT_MEASURED, tokens, 0.01, "")
    assert verdict(told, 0.01, None).startswith("not settled")

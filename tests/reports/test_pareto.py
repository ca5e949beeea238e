"""The Pareto picture: every decoder where its numbers are, and its name in sight."""

import itertools
from dataclasses import replace
from math import log10

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports.report_rows import HOSTILE
from reports.svg_reading import Scale, items, number, rules, symbols, up, words
from trial_rows import DECODERS, some_trials, trial

from misspoke.diagnosis import Verdicts, judge
from misspoke.diagnosis.decoders import Mean
from misspoke.records.trial import Trial
from misspoke.reports.charts import LIGHT, Chart, pareto_chart
from misspoke.reports.charts.labels import Label, place
from misspoke.reports.charts.pareto import points
from misspoke.reports.text import shortened, visible

FIELD = (60.0, 30.0, 700.0, 400.0)
NAMES = ("greedy", *(f"decoder-{number}" for number in range(11)))


def verdicts(**changes: tuple[float, float]) -> Verdicts:
    """Verdicts on decoders of the (accuracy, tokens) given."""
    judged = judge(some_trials(40), resamples=50)
    base = judged.decoders[0]
    made = tuple(
        replace(
            base,
            decoder=name,
            accuracy=replace(base.accuracy, value=accuracy, interval=(accuracy, accuracy)),
            beyond_prompt=Mean(tokens, (tokens, tokens)),
        )
        for name, (accuracy, tokens) in changes.items()
    )
    return replace(judged, decoders=made)


def overlaps(labels: list[Label]) -> list[tuple[Label, Label]]:
    return [
        (one, other)
        for one, other in itertools.combinations(labels, 2)
        if one.box[0] < other.box[2]
        and other.box[0] < one.box[2]
        and one.box[1] < other.box[3]
        and other.box[1] < one.box[3]
    ]


def test_the_frontier_is_what_nothing_beats() -> None:
    found = points(
        verdicts(
            greedy=(0.4, 4),
            same=(0.4, 4),
            dear=(0.4, 5),
            bad=(0.3, 4),
            good=(0.5, 50),
            dearer=(0.5, 60),
            best=(0.6, 400),
        )
    )
    assert [point.verdict.decoder for point in found if point.best] == [
        *("greedy", "same", "good", "best")
    ]


def places(chart: Chart | None) -> tuple[Scale, Scale]:
    """From tokens and from accuracy to places, by the numbers on the axes."""
    ticks = {
        number(item.text): item.x
        for item in items(chart)
        if item.tag == "text" and item.y > 440 and item.text[0].isdecimal()
    }
    (low, start), *_, (high, end) = sorted(ticks.items())
    step = (end - start) / (log10(high) - log10(low))
    return lambda tokens: start + step * (log10(tokens) - log10(low)), up(chart)


def test_points_are_where_their_numbers_are() -> None:
    chart = pareto_chart(verdicts(greedy=(0.4, 5), one=(0.5, 50), two=(0.45, 100)))
    x, y = places(chart)
    best = [(item.x, item.y) for item in symbols(chart, "wrong")]
    assert best == [pytest.approx((x(5), y(0.4)), abs=1), pytest.approx((x(50), y(0.5)), abs=1)]
    [other] = symbols(chart, "gold")
    assert (other.x, other.y) == pytest.approx((x(100), y(0.45)), abs=1)
    assert other.look["fill"] == "var(--ground)"
    for text in ("one: 50.0% [50.0–50.0] at 50.0 tokens", "two: 45.0% [45.0–45.0] at 100 tokens"):
        assert chart is not None
        assert text in chart.title


def test_bars_reach_from_end_to_end_of_the_intervals() -> None:
    judged = judge(some_trials(200), resamples=200)
    chart = pareto_chart(judged)
    _, y = places(chart)
    assert len(judged.decoders) == len(DECODERS)
    for colour, best in (("wrong", True), ("gold", False)):
        bars = [one for one in rules(chart, colour) if one.x == one.ends[0]]
        ends = [(one.low, one.high) for one in points(judged) if one.best == best]
        expected = sorted([y(high), y(low)] for low, high in ends)
        found = sorted(sorted((one.y, one.ends[1])) for one in bars)
        assert found == [pytest.approx(pair, abs=1) for pair in expected]
        assert found


@pytest.mark.parametrize("decoders", [("greedy",), DECODERS, NAMES], ids=len)
def test_every_decoder_has_its_name(decoders: tuple[str, ...]) -> None:
    judged = judge(some_trials(60, decoders=decoders), resamples=50)
    chart = pareto_chart(judged)
    assert sorted(text for text in words(chart) if text in decoders) == sorted(decoders)
    assert pareto_chart(judged) == chart
    drawn = pareto_chart(judged, LIGHT)
    assert drawn is not None
    assert "var(" not in drawn.svg
    assert sorted(words(drawn)) == sorted(words(chart))


@pytest.mark.parametrize("rows", [[], [replace(trial(), primed=True)]])
def test_nothing_judged_has_no_chart(rows: list[Trial]) -> None:
    assert pareto_chart(judge(rows, resamples=50)) is None


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from([0.0, 0.3, 4.0, 1e5]) | st.floats(0, 1e6)),
        min_size=1,
        max_size=12,
    )
)
@settings(deadline=None, max_examples=20)
def test_any_numbers_can_be_drawn(numbers: list[tuple[float, float]]) -> None:
    made = {f"d{place}": pair for place, pair in enumerate(numbers)}
    chart = pareto_chart(verdicts(**made))
    marks = [*symbols(chart, "wrong"), *symbols(chart, "gold")]
    assert len(marks) == len(numbers)
    for mark in marks:
        assert 43 <= mark.x <= 407
        assert 31 <= mark.y <= 435


@given(st.lists(st.tuples(st.floats(60, 690), st.floats(40, 390)), min_size=1, max_size=12))
@settings(deadline=None, max_examples=60)
def test_labels_do_not_cover_each_other(spots: list[tuple[float, float]]) -> None:
    texts = [f"decoder {number}" for number in range(len(spots))]
    assert overlaps(place(spots, texts, FIELD, [])) == []


@pytest.mark.parametrize("where", [(60.0, 30.0), (690.0, 395.0), (380.0, 200.0)])
def test_labels_of_equal_points_do_not_cover_each_other(where: tuple[float, float]) -> None:
    labels = place([where] * 12, ["self-consistency-8"] * 12, FIELD, [])
    assert overlaps(labels) == []
    for label in labels:
        left, top, right, bottom = label.box
        assert FIELD[0] <= left < right <= FIELD[2]
        assert FIELD[1] <= top < bottom <= FIELD[3]


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_do_not_act(text: str) -> None:
    chart = pareto_chart(verdicts(greedy=(0.4, 4), **{text: (0.5, 9)}))
    assert chart is not None
    assert "<script" not in chart.svg
    assert all(char.isprintable() for char in chart.svg)
    assert shortened(visible(text), 24) in words(chart)

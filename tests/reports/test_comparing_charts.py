"""Charts of several runs: differences about zero, and rates by size."""

from math import log10

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports.svg_reading import across, items, rules, symbols, up, words

from misspoke.reports.charts import (
    DifferenceRow,
    TrendPoint,
    difference_chart,
    trend_chart,
)

ROWS = [
    DifferenceRow("accuracy", 0.12, 0.1, 0.14, 1e-5),
    DifferenceRow("misfire", -0.02, -0.06, 0.018, 0.41),
    DifferenceRow("no such rate", None),
    DifferenceRow("ends unknown", 0.031, p=0.0123),
]


def test_differences_stand_about_zero() -> None:
    chart = difference_chart(ROWS)
    x = across(chart)
    sure, unsure = symbols(chart, "gold"), symbols(chart, "faint")
    assert [one.x for one in sure] == [pytest.approx(x(v), abs=1) for v in (12.0, 3.1)]
    assert [one.x for one in unsure] == [pytest.approx(x(-2.0), abs=1)]
    [wide] = rules(chart, "gold")
    assert (wide.x, wide.ends[0]) == pytest.approx((x(10), x(14)), abs=1)
    zeros = [one for one in rules(chart, "faint") if one.x == one.ends[0]]
    assert [one.x for one in zeros] == [pytest.approx(x(0), abs=1)] * len(ROWS)
    names = {item.text: item.y for item in items(chart) if item.tag == "text"}
    for mark, name in zip(sure, ("accuracy", "ends unknown"), strict=True):
        assert 0 < mark.y - names[name] < 42
    assert {"+12.0, p < 0.001", "−2.0, n.s.", "not measured", "+3.1, p = 0.012"} <= set(names)
    assert chart is not None
    assert "misfire −2.0, n.s.; no such rate not measured" in chart.title


def test_other_values_are_shown_as_they_are() -> None:
    chart = difference_chart(ROWS, "areas", "Areas", "Difference of AUROC", points=False)
    assert [one.x for one in symbols(chart, "faint")] == [
        pytest.approx(across(chart)(-0.02), abs=1)
    ]
    assert {"Difference of AUROC", "+0.120, p < 0.001"} <= set(words(chart))
    assert chart is not None
    assert chart.name == "areas"
    assert chart.title.startswith("Areas: accuracy +0.120")


def test_what_is_left_open_is_a_band_and_stands_out_for_no_p() -> None:
    chart = difference_chart([DifferenceRow("proper", 0.01, 0.005, 0.02, 1e-5, (-0.2, 0.05))])
    x = across(chart)
    [band] = rules(chart, "open")
    assert (band.x, band.ends[0]) == pytest.approx((x(-20), x(5)), abs=1)
    assert not symbols(chart, "gold")
    assert "+1.0, not settled" in words(chart)


def test_nothing_to_compare_has_no_chart() -> None:
    assert difference_chart([]) is None
    assert difference_chart([DifferenceRow("a", None)]) is None
    assert trend_chart([]) is None


@given(
    st.lists(
        st.tuples(st.floats(-1, 1), st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0, 1)),
        min_size=1,
        max_size=8,
    )
)
@settings(deadline=None, max_examples=20)
def test_any_differences_are_on_the_axis(numbers: list[tuple[float, float, float, float]]) -> None:
    rows = [DifferenceRow(f"r{n}", v, v - a, v + b, p) for n, (v, a, b, p) in enumerate(numbers)]
    chart = difference_chart(rows)
    x = across(chart)
    marks = sorted((*symbols(chart, "gold"), *symbols(chart, "faint")), key=lambda one: one.y)
    assert [one.x for one in marks] == [pytest.approx(x(100 * row.value or 0), abs=1)
                                        for row in rows if row.value is not None]  # fmt: skip
    assert all(15 <= one.x <= 405 for one in marks)


TREND = [
    TrendPoint("big", 1e9, 0.06, 0.04, 0.09, "one"),
    TrendPoint("small", 2.7e8, 0.043, 0.02, 0.08, "one"),
    TrendPoint("other", 1.35e8, 0.03, family="two"),
    TrendPoint("alone", 3.6e8, 0.05, 0.03, 0.07),
]


def test_rates_stand_at_the_size_of_their_models() -> None:
    chart = trend_chart(TREND)
    y = up(chart)
    ticks = {item.text: item.x for item in items(chart) if item.text in ("100M", "1B")}
    step = ticks["1B"] - ticks["100M"]

    def place(point: TrendPoint) -> tuple[float, float]:
        return ticks["100M"] + step * (log10(point.parameters) - 8), y(point.value)

    colours = {"other": "wrong", "small": "gold", "big": "gold", "alone": "open"}
    for point in TREND:
        near = [
            one for one in symbols(chart, colours[point.label])
            if (one.x, one.y) == pytest.approx(place(point), abs=1)
        ]  # fmt: skip
        assert len(near) == 1
        assert point.label in words(chart)
        bars = [one for one in rules(chart, colours[point.label])
                if one.x == pytest.approx(place(point)[0], abs=1)]  # fmt: skip
        if point.low is None or point.high is None:
            assert bars == []
        else:
            [bar] = bars
            ends = sorted((bar.y, bar.ends[1]))
            assert ends == pytest.approx([y(point.high), y(point.low)], abs=1)
    lines = [one for one in items(chart) if one.tag == "path" and one.look["d"].count("L") == 1
             and "transform" not in one.look]  # fmt: skip
    assert [one.colour for one in lines] == ["var(--gold)"]
    assert chart is not None
    assert "other 3.0%; small 4.3%; alone 5.0%; big 6.0%" in chart.title


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "</svg><script>", "a\x00b\n"])
def test_names_do_not_act(text: str) -> None:
    for chart in (
        difference_chart([DifferenceRow(text, 0.1)]),
        trend_chart([TrendPoint(text, 1e8, 0.1)]),
    ):
        assert chart is not None
        assert "<img" not in chart.svg
        assert "<script" not in chart.svg
        assert all(char.isprintable() for char in chart.svg)
        assert len(words(chart)) > 3

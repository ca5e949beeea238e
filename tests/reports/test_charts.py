"""The map and the charts by threshold: every mark is where its number belongs."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports.report_rows import a_run, every_outcome, row
from reports.svg_reading import across, items, root, rules, symbols, up, words

from misspoke.diagnosis import OUTCOMES
from misspoke.reports.charts import (
    MapPoint,
    RatePoint,
    RateSeries,
    failure_chart,
    map_chart,
    misfire_chart,
    rates_chart,
)
from misspoke.reports.charts.theme import OUTCOME_COLOURS, SHAPES

POINTS = [
    MapPoint(3, 0.0, 0.0, "knowledge_gap"),
    MapPoint(0, 1.0, 1.0, "correct"),
    MapPoint(7, 0.25, 0.8, "commitment_failure"),
    MapPoint(8, 0.2, 0.3, "undetermined"),
    MapPoint(11, 0.6, 0.1, "abstained"),
]


def placed(chart: Any) -> dict[int, tuple[float, float, str]]:
    """Where each row's mark is, and its path from there."""
    found = {}
    for item in items(chart):
        if "data-row" in item.look:
            start, _, shape = item.look["d"][1:].partition("m")
            x, y = map(float, start.split())
            found[int(item.look["data-row"])] = (item.x + x, item.y + y, f"m{shape}")
    return found


def test_every_point_is_on_the_map_once_where_it_belongs() -> None:
    chart = map_chart(POINTS, 0.2)
    found, x, y = placed(chart), across(chart), up(chart)
    assert sorted(found) == sorted(point.index for point in POINTS)
    assert root(chart).attrib["viewBox"]
    for point in POINTS:
        left, top, shape = found[point.index]
        assert left == pytest.approx(x(point.x), abs=1)
        assert top == pytest.approx(y(point.y), abs=1)
        assert shape == SHAPES[point.outcome]
    [tau] = [one for one in rules(chart, "ink") if one.ends[0] == one.x]
    assert tau.x == pytest.approx(x(0.2), abs=1)
    [diagonal] = [one for one in rules(chart, "faint") if one.ends[1] < one.y]
    assert (diagonal.x, diagonal.y) == pytest.approx((x(0), y(0)), abs=1)
    assert diagonal.ends == pytest.approx((x(1), y(1)), abs=1)


def test_outcomes_have_a_shape_and_a_colour_of_their_own_and_a_count() -> None:
    assert set(SHAPES) == set(OUTCOME_COLOURS) == set(OUTCOMES)
    assert len(set(SHAPES.values())) == len(set(OUTCOME_COLOURS.values())) == len(OUTCOMES)
    chart = map_chart([*POINTS, MapPoint(20, 0.1, 0.1, "correct")], 0.2)
    for text in ("right 2", "commitment failure 1", "knowledge gap 1"):
        assert text in words(chart)
    for item in items(chart):
        if "data-row" in item.look:
            outcome = next(
                p.outcome
                for p in [*POINTS, MapPoint(20, 0, 0, "correct")]
                if p.index == int(item.look["data-row"])
            )
            assert item.colour == OUTCOME_COLOURS[outcome]


def test_failures_are_drawn_over_the_others() -> None:
    points = [MapPoint(n, 0.5, 0.5, outcome) for n, outcome in enumerate(OUTCOMES * 3)]
    order = list(placed(map_chart(points, 0.2)))
    failures = {n for n, outcome in enumerate(OUTCOMES * 3) if outcome == "commitment_failure"}
    assert set(order[-len(failures) :]) == failures


def test_ten_thousand_points_are_small() -> None:
    points = [
        MapPoint(n, (n * 37 % 1000) / 1000, (n * 91 % 997) / 997, OUTCOMES[n % len(OUTCOMES)])
        for n in range(10_000)
    ]
    chart = map_chart(points, 0.2)
    assert chart is not None
    assert len(placed(chart)) == 10_000
    assert len(chart.svg) < 100 * 10_000


def test_points_without_numbers_are_left_out() -> None:
    nan = float("nan")
    assert map_chart([], 0.2) is None
    assert map_chart([MapPoint(1, nan, 0.3, "correct")], 0.2) is None
    assert list(placed(map_chart([*POINTS, MapPoint(9, 0.2, nan, "correct")], 0.2))) != []
    assert 9 not in placed(map_chart([*POINTS, MapPoint(9, 0.2, nan, "correct")], 0.2))


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    rows = [row(f"f{i}", forms=(("Persian", i / 50),), emitted=0.2) for i in range(1, 30)]
    rows += [
        row(f"c{i}", answer="Farsi", outcome="correct", forms=(("Farsi", i / 40),))
        for i in range(1, 30)
    ]
    return a_run(tmp_path_factory.mktemp("run"), rows)[1]


def stands(chart: Any, colour: str, points: list[tuple[float, float]]) -> None:
    """A line's marks are at these values of the axes, in this order."""
    x, y = across(chart), up(chart)
    found = [(item.x, item.y) for item in symbols(chart, colour)]
    assert found == [pytest.approx((x(a), y(b)), abs=1) for a, b in points]


def test_failures_stand_at_the_rates_of_the_summary(summary: dict[str, Any]) -> None:
    chart = failure_chart(summary)
    for colour, mass in {"wrong": "string", "gold": "first", "open": "literal"}.items():
        sweep = summary["sweep"][mass]
        stands(chart, colour, [(one["tau"], one["failures_per_wrong_lower"]) for one in sweep])
    assert {"whole string", "content token", "literal token", "τ = 0.2"} <= set(words(chart))
    assert "at τ = 0.2" in chart.title if chart else False


def test_misfires_stand_at_the_rates_of_the_summary(summary: dict[str, Any]) -> None:
    found = deepcopy(summary["misfire"])
    for one in found:
        one["sampling"][1] += 0.1
        one["greedy"]["upper"] = one["greedy"]["lower"] | {"value": 0.99}
    chart = misfire_chart(summary | {"misfire": found})
    stands(chart, "wrong", [(one["tau"], one["greedy"]["lower"]["value"]) for one in found])
    stands(chart, "gold", [(one["tau"], sum(one["sampling"]) / 2) for one in found])
    stands(chart, "open", [(one["tau"], one["concept_argmax"]["value"]) for one in found])
    [tau] = [one for one in rules(chart, "ink") if one.ends[0] == one.x]
    assert tau.x == pytest.approx(across(chart)(summary["tau"]), abs=1)


def test_the_band_reaches_from_end_to_end_of_the_intervals(summary: dict[str, Any]) -> None:
    chart = failure_chart(summary)
    y = up(chart)
    [area] = [one for one in items(chart) if one.look.get("opacity") == "0.16"]
    numbers = [pair.split(",") for pair in area.look["d"][1:].rstrip("Z").split("L")]
    heights = [area.y + float(pair[1]) for pair in numbers]
    spreads = [one["failures_per_wrong_interval"] for one in summary["sweep"]["string"]]
    expected = [y(low) for low, _ in spreads] + [y(high) for _, high in reversed(spreads)]
    assert heights == [pytest.approx(height, abs=1) for height in expected]


def test_a_threshold_off_the_axis_has_no_line(summary: dict[str, Any]) -> None:
    chart = failure_chart(summary | {"tau": 0.9})
    assert not rules(chart, "ink")
    assert not [text for text in words(chart) if "0.9" in text]


def test_nothing_judged_has_no_chart(tmp_path: Path) -> None:
    _, empty = a_run(tmp_path, [])
    assert failure_chart(empty) is None
    assert misfire_chart(empty) is None
    assert rates_chart([]) is None
    assert rates_chart([RateSeries("a", ())], 0.2) is None


def series(count: int) -> list[RateSeries]:
    return [
        RateSeries(
            f"run <{n}>",
            tuple(RatePoint(t / 20, 0.4 / (t + n), (0.0, 0.5 / (t + n))) for t in range(1, 11)),
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 3, 4, 6, 9])
def test_runs_have_lines_of_their_own(count: int) -> None:
    chart = rates_chart(series(count), 0.2)
    drawn = min(count, 6)
    for place, colour in enumerate(("wrong", "gold", "open", "left", "other", "ink")):
        if place < drawn:
            one = series(count)[place]
            stands(chart, colour, [(point.tau, point.value) for point in one.points])
    shown = words(chart)
    assert [text for text in shown if text.startswith("run")] == [
        f"run <{n}>" for n in range(drawn)
    ]
    figures = [f"{100 * 0.4 / (4 + n):.1f}%" for n in range(drawn)]
    assert [text for text in shown if text in figures and "." in text] == figures
    bands = [one for one in items(chart) if one.look.get("opacity") == "0.16"]
    assert len(bands) == (drawn if drawn <= 3 else 0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10))
@settings(deadline=None, max_examples=15)
def test_any_rates_can_be_drawn(values: list[float]) -> None:
    points = tuple(RatePoint((n + 1) / 20, value) for n, value in enumerate(values))
    chart = rates_chart([RateSeries("a", points)], 0.2)
    stands(chart, "wrong", [(point.tau, point.value) for point in points])


def test_a_summary_of_every_outcome_can_be_drawn(tmp_path: Path) -> None:
    _, found = a_run(tmp_path, every_outcome().values())
    for chart in (failure_chart(found), misfire_chart(found)):
        assert chart is not None
        assert "var(--" in chart.svg
        assert "#" not in chart.svg

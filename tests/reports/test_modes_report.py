"""What probes found: on a page, in the terminal, in a notebook, and in charts."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from html import unescape
from math import inf, log
from pathlib import Path

import finding_shapes as shapes
import pytest
from finding_shapes import HOSTILE, MANIFEST, findings, no_findings
from hypothesis import given, settings
from hypothesis import strategies as st
from reports.drawing import drawn
from reports.svg_reading import across, rules, symbols, up, words
from reports.test_html import Page
from rich.cells import cell_len

from misspoke.diagnosis.modes.findings import Curve, Findings, Series
from misspoke.diagnosis.modes.measures import Difference, Figure
from misspoke.reports.charts import Chart, LevelRow, curve_charts, level_chart
from misspoke.reports.modes import findings_tables, write_findings_report
from misspoke.reports.modes.notebook import findings_html
from misspoke.reports.modes.words import (
    curve_table,
    figure_text,
    place_text,
    points_text,
    value,
)
from misspoke.reports.page_parts import SHELL, safe, script_text

CASES = {"sycophancy": findings(), "drift": findings("drift", curves=()), "nothing": no_findings()}


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the findings that are made up."""
    return page(tmp_path_factory.mktemp("page"), findings())


def page(folder: Path, found: Findings) -> str:
    path = write_findings_report(folder, found, MANIFEST)
    assert path == folder / "report.html"
    return path.read_text()


def cells(text: str, title: str) -> list[list[str]]:
    """The texts of the rows of the first table below a heading, or in what a click unfolds."""
    _, below, *_ = re.split(rf">{re.escape(safe(title))}</(?:h|summary)", text)
    below = below.split("<tbody>")[1].split("</tbody>")[0]
    lines = re.findall(r"<tr[^>]*>(.*?)</tr>", below, flags=re.DOTALL)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in lines]
    return [[unescape(re.sub(r"<[^>]*>", "", cell)) for cell in line] for line in found]


def terminal(found: Findings, width: int = 100, encoding: str = "utf-8") -> str:
    return "".join(drawn(part, width, encoding) for part in findings_tables(found, MANIFEST))


@pytest.mark.parametrize("case", CASES)
def test_every_run_has_a_page(tmp_path: Path, case: str) -> None:
    found = CASES[case]
    text = page(tmp_path, found)
    parsed = Page(text)
    assert "tiny on made" in parsed.text
    assert all(safe(told) in text for told in (found.verdict, found.sure, found.todo))
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    links = [
        a["href"][1:] for tag, a in parsed.tags if tag == "a" and a["href"] and "#" in a["href"]
    ]
    assert set(links) <= set(ids)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in text
    outside = text.replace(script_text(SHELL), "").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|url\(|@import|<link|src=(?!x )", outside)


def test_the_page_is_the_same_every_time(tmp_path: Path, text: str) -> None:
    assert page(tmp_path, findings()) == text


def test_the_page_holds_every_figure(text: str) -> None:
    for section in shapes.SECTIONS[:2]:
        for shown, one in zip(cells(text, section.title), section.figures, strict=True):
            assert shown[0].startswith(one.says)
            assert shown[1] == figure_text(one)
            assert shown[2] == f"{one.n}"
    for shown, one in zip(cells(text, "What can be done about it"), shapes.REMEDIES, strict=True):
        assert shown[:3] == [one.name, points_text(one.effect), points_text(one.damage)]
        assert shown[5] == f"{one.effect.n}"
        assert safe(one.verdict) in text
    for curve in (*shapes.CURVES[:2], shapes.CURVES[3]):
        lines = cells(text, curve.title)
        assert len(lines) == len(curve.series)
        for line, series in zip(lines, curve.series, strict=True):
            held = [cell for cell in line[1:] if cell != "–"]
            assert len(held) == len(series.points)
            for cell, (_, one) in zip(held, series.points, strict=True):
                expected = f"n={one.n}" if one.value is None else value(one.value, one.unit)
                assert cell.split(" [")[0] == expected
    points = [(one.name, x, figure) for one in shapes.CURVES[2].series for x, figure in one.points]
    for line, (name, place, figure) in zip(
        cells(text, shapes.CURVES[2].title), points, strict=True
    ):
        assert line[:2] == [name, place_text(place)]
        assert line[2].startswith(value(figure.value or 0, "share"))
    assert "87 left out: the model does not know the answer" in text
    assert "no wrong answer" not in text


def test_texts_of_data_and_models_do_not_act(text: str) -> None:
    parsed = Page(text)
    assert parsed.scripts == [None]
    assert not any(name.startswith("on") for _, attrs in parsed.tags for name in attrs)
    assert all(char.isprintable() or char == "\n" for char in text)
    assert f"<dd><bdi>{safe(HOSTILE)}</bdi></dd>" in text
    assert "<bdi>Canberra.</bdi><br><bdi>Yes.</bdi>" in text
    shown = terminal(findings())
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert r"\x1b[31m" in shown
    assert "[red]no markup[/red]" in " ".join(shown.split())


@pytest.mark.parametrize("part", ["verdict", "sure", "todo"])
def test_sentences_do_not_act_either(tmp_path: Path, part: str) -> None:
    found = replace(no_findings(), **{part: HOSTILE})
    text = page(tmp_path, found) + findings_html(found, MANIFEST, tmp_path / "report.html")
    assert text.count("<img") == 0
    assert all(char.isprintable() or char == "\n" for char in text + terminal(found))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("width", "encoding"), [(40, "ascii"), (80, "utf-8"), (120, "utf-8")])
def test_the_tables_fit_every_console(case: str, width: int, encoding: str) -> None:
    text = terminal(CASES[case], width, encoding)
    assert all(cell_len(line) <= width for line in text.splitlines())


def test_the_terminal_shows_the_ends_of_lines_that_share_no_places() -> None:
    head, rows = curve_table(shapes.CURVES[2], 8, spreads=False)
    assert head == ("", "Tokens forwarded per question", "Right answers")
    assert [row[:2] for row in rows] == [
        ("greedy", "22.5"),
        ("self-consistency", "50"),
        ("self-consistency", "1,250"),
    ]


def test_the_terminal_ends_with_what_it_means() -> None:
    text = " ".join(terminal(findings()).split())
    assert text.startswith("Sycophancy: tiny on made 300 questions; 87 left out")
    assert text.endswith(
        "far more than asked again. How sure: The interval is clear of the re-ask; the relations "
        "are few. What to do: Put the question again as a neutral one: it mends 21 points at 63 "
        "tokens."
    )
    assert "right answers given up 42% [35–50%] 120" in text
    assert "In the report: By form of what is said (2); Accuracy by tokens; Shift by" in text
    assert "neutral question +21.0 [+16.0 to +26.0] +1.0 [−1.0 to +3.0] 63.2 <0.001 120" in text
    assert "evidence-aware: not settled: too few" in text


def test_numbers_in_their_units() -> None:
    assert value(0.004, "share") == "<1%"
    assert value(-0.123, "points") == "−12.3"
    assert value(-0.0004, "points") == "0.0"
    assert value(-1.2345, "nats") == "−1.23"
    assert value(-0.001, "nats") == "0.00"
    assert value(1234.5, "tokens") == "1,234"
    sure = Figure("k", "always", "share", 1.0, (1.0, 1.0), 50)
    assert figure_text(sure) == "100%"
    assert points_text(Difference(None, None, None, 3)) == "too few"
    assert points_text(Difference(0.05, None, None, 40)) == "+5.0"


def test_a_notebook_shows_the_verdict_and_links_nothing_from_elsewhere(tmp_path: Path) -> None:
    text = findings_html(findings(), MANIFEST, tmp_path / "report.html")
    Page(text)
    assert "It gives up 42%" in text
    assert "neutral question" in text
    assert "<script" not in text
    Page(findings_html(no_findings(), MANIFEST, None))


def test_findings_are_plain_json() -> None:
    held = json.loads(json.dumps(findings().to_dict()))
    assert held["sections"][0]["figures"][0]["value"] == 0.42
    assert held["curves"][0]["series"][0]["points"][0][0] == 1
    assert asdict(findings())["remedies"][3]["effect"]["value"] is None


def across_log(chart: Chart) -> Callable[[float], float]:
    """From places on a log scale to pixels, by the first and the last of its ticks."""
    shown = sorted(one.x for one in rules(chart, "line") if one.ends == (one.x, one.y + 4))
    first, last = shapes.TURNS[0], shapes.TURNS[-1]
    step = (shown[-1] - shown[0]) / log(last / first)
    return lambda value: shown[0] + step * log(value / first)


def test_curves_stand_where_their_values_are() -> None:
    [chart] = curve_charts(shapes.CURVES[0], figure_text)
    x, y = across_log(chart), up(chart)
    default, _, odd, _ = shapes.CURVES[0].series
    marks = sorted(symbols(chart, "wrong"), key=lambda one: one.x)
    assert len(marks) == len(default.points)
    for mark, (place, one) in zip(marks, default.points, strict=True):
        assert one.value is not None
        assert mark.x == pytest.approx(x(place), abs=8)
        assert mark.y == pytest.approx(y(one.value), abs=1)
    spreads = sorted(rules(chart, "wrong"), key=lambda one: one.x)
    spreads = [one for one in spreads if one.x == one.ends[0]]
    for rule, (_, one) in zip(spreads, default.points, strict=True):
        assert one.interval is not None
        ends = sorted((rule.y, rule.ends[1]), reverse=True)
        assert ends == pytest.approx([y(end) for end in one.interval], abs=1)
    assert len(symbols(chart, "open")) == 1
    assert len(odd.points) == 2
    assert "default 35% [27–43%]" in chart.title
    assert not any("nothing" in text for text in words(chart))


def test_many_lines_are_several_pictures_with_the_first_in_each() -> None:
    charts = curve_charts(shapes.CURVES[1], figure_text)
    assert [chart.name for chart in charts] == ["curve-arms-1", "curve-arms-2"]
    named = [[text for text in words(chart) if text.startswith("arm ")] for chart in charts]
    assert named[0][0] == named[1][0] == "arm 0"
    assert sorted({*named[0], *named[1]}) == [f"arm {n}" for n in range(9)]
    assert all(len(names) <= 6 for names in named)


def test_a_curve_without_values_has_no_picture() -> None:
    few = Series("few", ((1, Figure("k", "few", "share", None, None, 3)),))
    assert curve_charts(replace(shapes.CURVES[0], series=(few,)), figure_text) == []
    assert curve_charts(shapes.CURVES[4], figure_text) == []
    endless = Series("endless", ((1, Figure("k", "KL", "nats", inf, (1.0, inf), 30)),))
    assert curve_charts(replace(shapes.CURVES[3], series=(endless,)), figure_text) == []
    assert figure_text(endless.points[0][1]) == "∞ nats [1.00 to ∞]"


@settings(max_examples=8, deadline=None)
@given(
    st.sampled_from(["share", "nats", "tokens", "points"]),
    st.lists(
        st.tuples(st.floats(0.5, 5_000), st.floats(0, 1), st.floats(0, 0.5)),
        min_size=1,
        max_size=12,
        unique_by=lambda point: round(point[0], 3),
    ),
)
def test_any_curve_can_be_drawn(unit: str, points: list[tuple[float, float, float]]) -> None:
    scale = 1.0 if unit in ("share", "points") else 40.0
    held = tuple(
        (x, shapes.figure("k", scale * y, scale * max(0, y - d), scale * min(1, y + d)))
        for x, y, d in sorted(points)
    )
    held = tuple((x, replace(one, unit=unit)) for x, one in held)  # type: ignore[arg-type]
    curve = Curve("any", "Any", "place", "height", unit, (Series("one", held),))  # type: ignore[arg-type]
    [chart] = curve_charts(curve, figure_text)
    marks = symbols(chart, "wrong")
    assert len(marks) == len(points)
    box = [float(part) for part in re.findall(r'viewBox="([^"]*)"', chart.svg)[0].split()]
    assert all(0 <= one.x <= box[2] and 0 <= one.y <= box[3] for one in marks)


def test_levels_stand_where_their_values_are() -> None:
    rows = [
        LevelRow("given up", 0.42, 0.35, 0.5, "42% [35–50%]", "lower"),
        LevelRow("kept", 0.1, 0.05, 0.15, "10% [5–15%]", "higher"),
        LevelRow("unknown", None, None, None, "n=3"),
    ]
    chart = level_chart(rows, "levels", "Levels", "Shares")
    x = across(chart)
    [lower], [higher] = symbols(chart, "wrong"), symbols(chart, "gold")
    assert (lower.x, higher.x) == pytest.approx((x(0.42), x(0.1)), abs=1)
    assert lower.y < higher.y
    assert {"given up", "42% [35–50%]", "n=3"} <= set(words(chart))
    assert level_chart(rows[2:], "levels", "Levels", "Shares") is None

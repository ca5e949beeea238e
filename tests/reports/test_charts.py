"""The page's charts: every mark is where its number belongs."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reports.report_rows import HOSTILE, a_run, every_outcome, hostile, row

from misspoke.diagnosis import OUTCOMES, TAUS
from misspoke.reports import scatter as scatter_room
from misspoke.reports.svg_parts import MARKS, Plot
from misspoke.reports.outcome_bar import outcome_bar
from misspoke.reports.page_parts import safe
from misspoke.reports.page_style import STYLE
from misspoke.reports.scatter import choose, scatter
from misspoke.reports.threshold_chart import failure_chart, misfire_chart, threshold_table

FAILURE, GAP = OUTCOMES.index("commitment_failure"), OUTCOMES.index("knowledge_gap")


def marks(chart: str, kind: str) -> list[tuple[float, float]]:
    """The centres of the marks of a kind that have a title, in the picture's units."""
    found = re.findall(rf'class="{kind}" d="M([\d.]+) ([\d.]+)m[^"]*"><title>', chart)
    return [(float(x), float(y)) for x, y in found]


def test_a_plot_grows_to_the_right_and_up() -> None:
    plot = Plot(200, 100, (0, 2), (0, 1), left=20, right=30, top=10, bottom=40)
    assert (plot.x(0), plot.x(1), plot.x(2)) == (20, 95, 170)
    assert (plot.y(0), plot.y(0.5), plot.y(1)) == (60, 35, 10)


def test_every_question_is_a_point_where_it_belongs(tmp_path: Path) -> None:
    rows = list(every_outcome().values())
    run, _ = a_run(tmp_path, rows)
    chart, drawn = scatter(run, 0.2)
    assert drawn == "Every question is a point."
    plot = scatter_room._PLOT
    for outcome in OUTCOMES:
        expected = [
            (round(plot.x(one.p_mass.lower), 1), round(plot.y(one.winner_prob), 1))
            for one in rows
            if one.outcome == outcome
        ]
        assert sorted(marks(chart, f"mark {outcome}")) == sorted(expected)
        assert len(expected) > 0
    assert f"τ = {0.2:g}" in chart
    assert len(marks(scatter(run, 0.45)[0], "mark commitment_failure")) == 0


def test_every_outcome_has_a_shape_and_a_colour_of_its_own() -> None:
    assert set(MARKS) == set(OUTCOMES)
    assert len(set(MARKS.values())) == len(OUTCOMES)
    colours = re.findall(r"\.bar\.(\w+) { fill: var\((--\w+)\)", STYLE)
    assert {outcome for outcome, _ in colours} == set(OUTCOMES)
    assert len({colour for _, colour in colours}) == len(OUTCOMES)


def test_points_tell_their_question_and_no_text_acts(tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if "\ud800" not in text]
    run, _ = a_run(tmp_path, [hostile(i, text) for i, text in enumerate(texts)])
    chart, _ = scatter(run, 0.2)
    assert "<script" not in chart
    for text in texts:
        assert safe(text) in chart


@pytest.mark.parametrize(
    ("failures", "others", "drawn"),
    [(3, 5, (3, 5)), (30, 500, (30, 70)), (80, 300, (80, 20)), (99, 300, (99, 10)),
     (900, 300, (200, 10)), (0, 400, (0, 100))],
)  # fmt: skip
def test_failures_are_drawn_before_others(
    failures: int, others: int, drawn: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"DRAWN": 100, "FAILURES": 200, "_OTHERS": 10}
    for name, limit in limits.items():
        monkeypatch.setattr(scatter_room, name, limit)
    codes = np.array([FAILURE] * failures + [GAP] * others, dtype=np.int8)
    np.random.default_rng(0).shuffle(codes)
    chosen = choose(codes)
    assert len(set(chosen.tolist())) == len(chosen)
    assert chosen.tolist() == sorted(chosen.tolist())
    assert tuple((codes[chosen] == code).sum() for code in (FAILURE, GAP)) == drawn


def test_what_is_left_out_of_the_chart_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scatter_room, "DRAWN", 5)
    monkeypatch.setattr(scatter_room, "_OTHERS", 2)
    run, _ = a_run(tmp_path, every_outcome().values())
    chart, drawn = scatter(run, 0.2)
    expected = "Drawn are all 4 commitment failures, and 2 of 7 other questions, taken at even"
    assert drawn.startswith(expected)
    assert chart.count("<title>") == 6
    monkeypatch.setattr(scatter_room, "FAILURES", 3)
    assert scatter(run, 0.2)[1].startswith("Drawn are 3 of 4 commitment failures, and 2 of 7")


def test_no_rows_have_no_chart(tmp_path: Path) -> None:
    run, summary = a_run(tmp_path, [])
    assert scatter(run, 0.2) == ("", "")
    assert outcome_bar(summary) == ""
    for chart in (failure_chart, misfire_chart):
        assert "No such question." in chart(summary)


def heights(chart: str, kind: str) -> list[float]:
    """The shares that a line's marks stand for, read off the picture against its own axis."""
    ticks = re.findall(r'class="tick end" x="[\d.]+" y="([\d.]+)">(\d+)%', chart)
    (zero, _), *_, (top, share) = ((float(y) - 4, int(percent)) for y, percent in ticks)
    return [(zero - y) / (zero - top) * share / 100 for _, y in marks(chart, f"dot {kind}")]


def a_summary(folder: Path) -> dict[str, Any]:
    rows = [row(f"f{i}", forms=(("Persian", i / 50),), emitted=0.2) for i in range(1, 30)]
    rows += [
        row(f"c{i}", answer="Farsi", outcome="correct", forms=(("Farsi", i / 40),))
        for i in range(1, 30)
    ]
    return a_run(folder, rows)[1]


def test_lines_stand_at_the_rates_of_the_summary(tmp_path: Path) -> None:
    summary = a_summary(tmp_path)
    chart = failure_chart(summary)
    for kind, mass in {"one": "string", "two": "first", "three": "literal"}.items():
        rates = [point["failures_per_wrong_lower"] for point in summary["sweep"][mass]]
        assert heights(chart, kind) == pytest.approx(rates, abs=0.005)
    chart = misfire_chart(summary)
    greedy = [point["greedy"]["lower"]["value"] for point in summary["misfire"]]
    assert heights(chart, "one") == pytest.approx(greedy, abs=0.005)
    sampled = [sum(point["sampling"]) / 2 for point in summary["misfire"]]
    assert heights(chart, "two") == pytest.approx(sampled, abs=0.005)
    argmax = [point["concept_argmax"]["value"] for point in summary["misfire"]]
    assert heights(chart, "three") == pytest.approx(argmax, abs=0.005)


def test_the_table_holds_every_threshold(tmp_path: Path) -> None:
    text = threshold_table(a_summary(tmp_path))
    assert re.findall(r'<th scope="row">([\d.]+)</th>', text) == [f"{tau:g}" for tau in TAUS]


def test_the_bar_is_divided_by_outcome(tmp_path: Path) -> None:
    _, summary = a_run(tmp_path, every_outcome().values())
    bar = outcome_bar(summary)
    widths = re.findall(r'class="bar (\w+)" x="[\d.]+" y="0" width="([\d.]+)"', bar)
    assert {name for name, _ in widths} == set(OUTCOMES)
    counts = summary["rates"]["all_rows"]["string"]["counts"]
    for name, width in widths:
        assert float(width) + 2 == pytest.approx(720 * counts[name] / 11, abs=0.1)
    assert f"commitment failure {counts['commitment_failure']} (36%)" in bar

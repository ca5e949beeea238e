"""compare.html: a comparison on one page that needs nothing from elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from misspoke.reports.charts import (
    DifferenceRow,
    RatePoint,
    RateSeries,
    TrendPoint,
    difference_chart,
    rates_chart,
    trend_chart,
)
from misspoke.reports.compare_figures import (
    HEADLINE_POINTS,
    OUTCOME_NAMES,
    QUANTITIES,
    RUN_HEAD,
    difference_head,
    difference_rows,
    facts,
    lineage,
    pair_title,
    prompt_grids,
    run_cells,
    short_names,
    shown_outcomes,
    title,
    transition_head,
    transition_rows,
    unsettled,
)
from misspoke.reports.compare_parts import (
    decoders_page,
    examples_section,
    plain_table,
    report_address,
)
from misspoke.reports.compare_probes import probes_page
from misspoke.reports.compare_tables import (
    CONTROL_HEAD,
    PUBLISHED_NOTE,
    TAX_HEAD,
    TAX_NOTE,
    condition_lines,
    control_rows,
    published_rows,
    tax_cells,
    trend_rows,
    trend_title,
)
from misspoke.reports.compare_words import answers_line, lead, nothing_line, reading, tests_line
from misspoke.reports.page_parts import (
    beside,
    document,
    figure,
    figured,
    folded,
    note,
    safe,
    section,
)
from misspoke.reports.text import counted
from misspoke.runs import write_atomically

PAGE = "compare.html"
MANY = 3
"""With more pairs than this their tables are folded."""
_LINES = 6
"""Lines that the chart of rates has room for."""


def write_comparison(folder: Path, compared: Mapping[str, Any]) -> Path:
    """Write `compare.html` into a folder: the whole page, or nothing.

    `compared` is what `Comparison.to_dict()` gives, and what comparison.json holds.

    Raises:
        OSError: the page cannot be written; an older one is untouched.
    """
    path = folder / PAGE
    write_atomically(path, _page(folder, compared))
    return path


def _page(folder: Path, compared: Mapping[str, Any]) -> str:
    if compared["kind"] == "decoders":
        return decoders_page(compared)
    if compared["kind"] == "probes":
        return probes_page(folder, compared)
    return _runs_page(folder, compared)


def _runs_page(folder: Path, compared: Mapping[str, Any]) -> str:
    parts = [
        ("runs", "Runs", _runs(folder, compared)),
        ("prompts", "Prompts", _prompts(compared)),
        ("differences", "Differences", _pairs(compared)),
        ("trend", "Trend", _trends(compared)),
        ("tax", "Alignment tax", _tax(compared)),
        ("published", "Published", _published(compared)),
        ("questions", "Questions", examples_section(folder, compared)),
    ]
    first, *others = reading(compared)
    main = f'<p class="reading"><strong>{safe(first)}</strong></p>\n'
    main += "".join(f"<p>{safe(line)}</p>\n" for line in others)
    nav = [(name, words) for name, words, content in parts if content]
    footer = section("How it was computed", note(tests_line(compared)))
    content = "\n".join(part for _, _, part in parts)
    return document(title(compared), facts(compared), main + content, footer, nav=nav)


def _runs(folder: Path, compared: Mapping[str, Any]) -> str:
    rows = []
    for run in compared["runs"]:
        label, *cells = run_cells(run)
        link = f'<a href="{safe(report_address(folder, run))}">{safe(label)}</a>'
        rows.append(("", [link, safe(lineage(run)), *map(safe, cells)]))
    head = (RUN_HEAD[0], "Model", *RUN_HEAD[1:])
    series = [
        RateSeries(
            run["label"],
            tuple(
                RatePoint(point["tau"], point["failures"] / point["n"])
                for point in run["sweep"]
                if point["n"]
            ),
        )
        for run in compared["runs"]
    ]
    drawn = f"The first {_LINES} runs." if len(series) > _LINES else ""
    chart = figure(rates_chart(series, compared["tau"]), "Failures by threshold", drawn)
    return section("The runs", plain_table(head, rows), chart, name="runs")


def _prompts(compared: Mapping[str, Any]) -> str:
    parts = []
    for grid in prompt_grids(compared):
        head = ("", *(f"{count}-shot" for count in grid.shots))
        rows = (("", [safe(name), *map(safe, cells)]) for name, cells in grid.rows)
        parts.append(f"<h3>{safe(grid.model)}</h3>\n{plain_table(head, rows)}")
    return section("One model, several prompts", *parts, name="prompts") if parts else ""


def _pairs(compared: Mapping[str, Any]) -> str:
    many = len(compared["pairs"]) > MANY
    parts = [
        _pair(compared, pair, number, folded_up=many)
        for number, pair in enumerate(compared["pairs"])
    ]
    return section("Differences", *parts, name="differences")


def _pair(
    compared: Mapping[str, Any], pair: Mapping[str, Any], number: int, *, folded_up: bool
) -> str:
    kind, alone = pair["kind"], len(compared["pairs"]) == 1
    a, b = short_names(compared, pair)
    caveats = "" if alone else "".join(f"<li>{safe(caveat)}</li>" for caveat in kind["caveats"])
    said = [*pair["claims"], nothing_line(pair), pair["verdict"] or ""]
    if alone:  # the page begins with these sentences
        said = []
    parts = [
        f"<h3>{safe(pair_title(compared, pair))}</h3>",
        "" if alone else f"<p><strong>{safe(lead(compared, pair))}</strong></p>",
        beside(
            figure(_difference_chart(pair, number), f"Headline differences, {b} − {a}, in points"),
            "" if alone else f"<p>{safe(kind['says'])}</p>",
            f'<p class="note">Beware:</p><ul class="note">{caveats}</ul>' if caveats else "",
            *(f"<p>{safe(line)}</p>" for line in said if line),
            note(answers_line(pair)),
            note(_BAND) if any(unsettled(found) for found in pair["differences"].values()) else "",
        ),
        _difference_table(compared, pair, folded_up=folded_up),
        _transitions(compared, pair, folded_up=folded_up),
        _control(pair),
    ]
    return "\n".join(part for part in parts if part)


_BAND = (
    "A broad band is what undetermined rows leave open: it holds 0, so that it is not settled "
    "which run has more."
)


def _difference_chart(pair: Mapping[str, Any], number: int) -> Any:
    rows = []
    for name in HEADLINE_POINTS:
        found = pair["differences"][name]
        low, high = found["interval"] or (None, None)
        p = found["test"]["holm_p"] if found["test"] else None
        ends = tuple(found["settled"]) if unsettled(found) else None
        rows.append(DifferenceRow(QUANTITIES[name][0], found["difference"], low, high, p, ends))
    return difference_chart(rows, name=f"differences-{number + 1}")


def _difference_table(
    compared: Mapping[str, Any], pair: Mapping[str, Any], *, folded_up: bool
) -> str:
    rows = (("", [safe(row[0]), *map(_figured, row[1:])]) for row in difference_rows(pair))
    shown = plain_table(difference_head(compared, pair), rows)
    return folded("The figures as a table", shown, printed=True) if folded_up else shown


def _figured(text: str) -> str:
    """A figure, its interval below it, and below that what leaves it open."""
    change, apart, left_open = text.partition("; ")
    return figured(change) + (f' <span class="ends">{safe(left_open)}</span>' if apart else "")


def _transitions(compared: Mapping[str, Any], pair: Mapping[str, Any], *, folded_up: bool) -> str:
    names = (OUTCOME_NAMES[name] for name in shown_outcomes(pair))
    rows = (("", [safe(name), *map(safe, counts)]) for name, counts in transition_rows(pair))
    shown = plain_table((transition_head(compared, pair), *names), rows)
    a, b = short_names(compared, pair)
    title = f"What became of the outcomes of {a} in {b}"
    return folded(title, shown) if folded_up else f"<h4>{safe(title)}</h4>\n{shown}"


def _control(pair: Mapping[str, Any]) -> str:
    control = pair["tempered"]
    if control is None or control["temperature"] is None:
        return ""
    rows = (("", [safe(cell) for cell in row]) for row in control_rows(control))
    remark = (
        "Temperature changes no ranking, and so no greedy answer. Bounds: what is beyond the 100 "
        f"stored tokens is not known. {counted(control['left_out'], 'wrong winner')} behind an "
        "opener left out."
    )
    return (
        f"<h4>The base model, made as sharp</h4>\n{plain_table(CONTROL_HEAD, rows)}\n{note(remark)}"
    )


def _trends(compared: Mapping[str, Any]) -> str:
    parts = []
    for number, trend in enumerate(compared["trends"]):
        head = ("Quantity", "By size", "For a doubling", "p (Holm)")
        rows = (("", [safe(cell) for cell in row]) for row in trend_rows(trend))
        chart = figure(_trend_chart(compared, trend, number), "Failures per wrong answer by size")
        shown = beside(chart, plain_table(head, rows))
        parts.append(f"<h3>{safe(trend_title(trend))}</h3>\n{shown}")
    remark = note(
        "p: the runs' labels are permuted within relations, 2,000 times or in every way; corrected "
        "by Holm for all trends."
    )
    return section("Trend with size", *parts, remark, name="trend") if parts else ""


def _trend_chart(compared: Mapping[str, Any], trend: Mapping[str, Any], number: int) -> Any:
    points = []
    for place, count in zip(trend["runs"], trend["parameters"], strict=True):
        run = compared["runs"][place]
        found = run["levels"]["failures_per_wrong"]
        if found["value"] is not None:
            low, high = found["interval"] or (None, None)
            points.append(
                TrendPoint(run["label"], count, found["value"], low, high, trend["family"])
            )
    return trend_chart(points, name=f"trend-{number + 1}")


def _tax(compared: Mapping[str, Any]) -> str:
    rows = (("", [safe(cell) for cell in tax_cells(run)]) for run in compared["runs"])
    return section("Alignment tax", plain_table(TAX_HEAD, rows), note(TAX_NOTE), name="tax")


def _published(compared: Mapping[str, Any]) -> str:
    head = ("Figure", "Published", "Measured on", *(run["label"] for run in compared["runs"]))
    rows = (
        ("", [safe(cell) for cell in (words, published, of, *ours)])
        for words, published, of, ours in published_rows(compared)
    )
    conditions = (
        ("", [safe(label), safe(alike), safe(unlike)])
        for label, alike, unlike in condition_lines(compared)
    )
    named = safe(compared["published"][0]["figure"]["source"])
    return section(
        "Beside the published figures",
        f'<p class="note">{named}. {safe(PUBLISHED_NOTE)}</p>',
        plain_table(head, rows),
        "<h3>Conditions</h3>",
        plain_table(("Run", "As published", "Not as published"), conditions),
        name="published",
    )

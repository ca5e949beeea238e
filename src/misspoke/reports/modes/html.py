"""`report.html` of a run of a probe: one page that needs nothing from elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from misspoke.diagnosis.modes.findings import Case, Curve, Findings, Remedy, Section
from misspoke.diagnosis.modes.measures import Difference, Figure
from misspoke.reports.charts import (
    Chart,
    DifferenceRow,
    curve_charts,
    difference_chart,
    level_chart,
)
from misspoke.reports.charts.theme import RIGHT, WRONG
from misspoke.reports.figures import conditions, made_on
from misspoke.reports.modes.words import (
    FIGURE_HEAD,
    REMEDY_HEAD,
    REMEDY_NOTE,
    better_text,
    curve_table,
    facts,
    figure_cells,
    figure_text,
    heading,
    is_known,
    levels,
    remedy_cells,
)
from misspoke.reports.page.settings import settings
from misspoke.reports.page_parts import (
    beside,
    document,
    figure,
    figured,
    folded,
    foreign,
    note,
    safe,
    section,
    table,
)
from misspoke.reports.text import shortened
from misspoke.runs import write_atomically

REPORT = "report.html"
_LONGEST = 4_000
"""Characters of a text of a case: a conversation fits."""
_CASES = 4
"""Cases that are shown at once; the others are folded."""
_BESIDE = 6
"""Columns of figures for which there is room beside a chart."""
_ROWS = 12
"""Rows of a table that are about as high as a chart."""


def write_findings_report(folder: Path, findings: Findings, manifest: Mapping[str, Any]) -> Path:
    """Write `report.html` into the folder of a run of a probe: the whole page, or nothing.

    Raises:
        OSError: the page cannot be written; an older one is untouched.
    """
    path = folder / REPORT
    write_atomically(path, _page(findings, manifest))
    return path


def _page(findings: Findings, manifest: Mapping[str, Any]) -> str:
    parts = (
        ("verdict", "Verdict", _verdict(findings)),
        ("figures", "Figures", _sections(findings.sections)),
        ("curves", "Curves", _curves(findings.curves)),
        ("remedies", "Remedies", _remedies(findings.remedies)),
        ("cases", "Cases", _cases(findings.cases)),
        ("settings", "Settings", settings(manifest)),
    )
    *main, (_, _, footer) = parts
    told = [*facts(findings), *conditions(manifest), made_on(manifest)]
    return document(
        heading(findings, manifest),
        " · ".join(fact for fact in told if fact),
        "\n".join(content for _, _, content in main if content),
        footer,
        nav=[(name, words) for name, words, content in parts if content],
    )


def _verdict(findings: Findings) -> str:
    told = (("How sure that is", findings.sure), ("What to do", findings.todo))
    return section(
        "What it means",
        f'<p class="reading"><strong>{safe(findings.verdict)}</strong></p>',
        *(f"<h3>{safe(title)}</h3>\n<p>{safe(text)}</p>" for title, text in told if text),
        name="verdict",
    )


def _sections(sections: Sequence[Section]) -> str:
    """The first, which holds the headlines, is open; the others unfold, and are printed."""
    parts = []
    for number, one in enumerate(sections, start=1):
        shown = _beside(one, number) + "".join(f"\n{note(text)}" for text in one.notes)
        first = f"<h3>{safe(one.title)}</h3>\n{shown}"
        parts.append(first if number == 1 else folded(one.title, shown, printed=True))
    return section("What was measured", *parts, name="figures") if parts else ""


def _beside(one: Section, number: int) -> str:
    """The table of a section's figures, and its shares as a chart beside it."""
    if not one.figures:
        return ""
    shown = figures_table(one.figures)
    return beside(shares(one.figures, f"shares-{number}", one.title), shown)


def shares(figures: Sequence[Figure], name: str, title: str) -> str:
    """The figures that are shares as a chart; nothing of fewer than two that are known."""
    rows = [row for row in levels(figures) if row.value is not None]
    if len(rows) < 2:
        return ""
    return figure(level_chart(rows, name, title, "Shares, with their 95% intervals"))


def figures_table(figures: Sequence[Figure]) -> str:
    """The figures, each with its interval and how many units count."""
    rows = (("", _figure(*figure_cells(one), better_text(one))) for one in figures)
    return table([safe(name) for name in FIGURE_HEAD], rows)


def _figure(says: str, shown: str, n: str, better: str) -> list[str]:
    way = f' <span class="ends">{safe(better)}</span>' if better else ""
    return [f"{safe(says)}{way}", figured(shown), safe(n)]


def _curves(curves: Sequence[Curve]) -> str:
    parts = [_curve(curve) for curve in curves if is_known(curve)]
    return section("How it goes", *parts, name="curves") if parts else ""


def _curve(curve: Curve) -> str:
    head, held = curve_table(curve, spreads=True)
    rows = (("", [safe(name), *map(figured, cells)]) for name, *cells in held)
    charts = curve_charts(curve, figure_text)
    drawn = [figure(chart) for chart in charts]
    shown = table(tuple(map(safe, head)), rows)
    if len(charts) == 1 and len(head) <= _BESIDE + 1 and len(held) <= _ROWS:
        return f"<h3>{safe(curve.title)}</h3>\n{beside(drawn[0], shown)}"
    pictures = f'<div class="pair">{"".join(drawn)}</div>' if len(drawn) > 1 else "".join(drawn)
    under = folded("The figures as a table", shown, printed=True) if charts else shown
    return f"<h3>{safe(curve.title)}</h3>\n{pictures}\n{under}"


def _remedies(remedies: Sequence[Remedy]) -> str:
    if not remedies:
        return ""
    rows = (("", _remedy(remedy)) for remedy in remedies)
    said = "".join(
        f"<dt>{safe(one.name)}</dt><dd>{safe(one.says)} <strong>{safe(one.verdict)}</strong></dd>"
        for one in remedies
    )
    mends = _forest(remedies, "mends", "What is mended", [one.effect for one in remedies])
    breaks = _forest(remedies, "breaks", "What is broken", [one.damage for one in remedies])
    pictures = [
        figure(chart, title)
        for chart, title in (
            (mends, "What each mends, in points"),
            (breaks, "What each breaks, in points"),
        )
    ]
    return section(
        "What can be done about it",
        f'<div class="pair">{"".join(pictures)}</div>' if any(pictures) else "",
        table([safe(name) for name in REMEDY_HEAD], rows),
        f'<dl class="told">{said}</dl>',
        note(REMEDY_NOTE),
        name="remedies",
    )


def _remedy(remedy: Remedy) -> list[str]:
    name, mends, breaks, *others = remedy_cells(remedy)
    return [safe(name), figured(mends), figured(breaks), *map(safe, others)]


def _forest(
    remedies: Sequence[Remedy], name: str, title: str, found: Sequence[Difference]
) -> Chart | None:
    """A difference a remedy, with its interval; of what is mended, with its corrected p."""
    rows = []
    for remedy, one in zip(remedies, found, strict=True):
        low, high = one.interval or (None, None)
        p = remedy.p if name == "mends" else one.p
        rows.append(DifferenceRow(remedy.name, one.value, low, high, p))
    colour = RIGHT if name == "mends" else WRONG
    across = "Points against doing nothing"
    return difference_chart(rows, name, f"{title}, in points", across, colour=colour)


def _cases(cases: Sequence[Case]) -> str:
    if not cases:
        return ""
    told = [
        f"<article><h3>{foreign(one.title)}</h3>\n{_lines(one.lines)}</article>" for one in cases
    ]
    shown, more = (
        f'<div class="pair">{"".join(part)}</div>' for part in (told[:_CASES], told[_CASES:])
    )
    remark = note("The most telling first. Texts of the questions and of the model, as they are.")
    rest = folded(f"{len(told) - _CASES} more", more) if len(told) > _CASES else ""
    return section("In its own words", remark, shown, rest, name="cases")


def _lines(lines: Iterable[tuple[str, str]]) -> str:
    told = "".join(f"<dt>{safe(label)}</dt><dd>{_text(text)}</dd>" for label, text in lines)
    return f'<dl class="told">{told}</dl>'


def _text(text: str) -> str:
    """A text that keeps its lines."""
    return "<br>".join(foreign(line) for line in shortened(text, _LONGEST).split("\n"))

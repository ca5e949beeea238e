"""`checkup.html`: where a model fails, how sure that is, and what to do, on one page."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from misspoke.diagnosis.modes.checked import Check
from misspoke.reports.charts import level_chart
from misspoke.reports.modes.html import REPORT, figures_table, shares
from misspoke.reports.modes.words import (
    checked_facts,
    headline,
    levels,
    mode_name,
    remedy_line,
)
from misspoke.reports.page_parts import (
    beside,
    command,
    document,
    figure,
    folded,
    note,
    safe,
    section,
)
from misspoke.runs import write_atomically

PAGE = "checkup.html"
HEADLINES = "What shows it, each way by measures of its own"


def write_checkup(folder: Path, model: str, facts: Sequence[str], checks: Sequence[Check]) -> Path:
    """Write `checkup.html` into the folder: the whole page, or nothing.

    `facts` stand below the title. The links lead to the reports of the runs within the folder.

    Raises:
        OSError: the page cannot be written; an older one is untouched.
    """
    path = folder / PAGE
    write_atomically(path, _page(model, facts, checks))
    return path


def _page(model: str, facts: Sequence[str], checks: Sequence[Check]) -> str:
    nav = [("overview", "Overview"), *((one.mode, mode_name(one.mode)) for one in checks)]
    main = "\n".join((_overview(checks), *map(_check, checks)))
    return document(f"Checkup of {model}", " · ".join(facts), main, _footer(), nav=nav)


def _overview(checks: Sequence[Check]) -> str:
    """Every way of failing with its verdict, and the figures that show it, side by side."""
    rows = [
        replace(row, label=f"{mode_name(one.mode)}: {row.label}")
        for one in checks
        for row in levels(headline(one.figures))
    ]
    chart = level_chart(rows, "failing", HEADLINES, "Shares, with their 95% intervals")
    told = "".join(
        f'<dt><a href="#{safe(one.mode)}">{safe(mode_name(one.mode))}</a></dt>'
        f"<dd>{safe(one.verdict)}{_todo(one)}</dd>"
        for one in checks
    )
    remark = note(
        "Orange had better be low, blue had better be high. Two shares of one way stand together: "
        "what lies between them is what tells. Those of different ways are of different questions."
    )
    shown = beside(figure(chart, HEADLINES), f'<dl class="told">{told}</dl>', remark)
    return section("Where it fails", shown, name="overview")


def _todo(one: Check) -> str:
    return f' <span class="ends">{safe(one.todo)}</span>' if one.todo else ""


def _check(one: Check) -> str:
    """One way of failing: the verdict, its figures, and what to do."""
    told = (
        ("How sure that is", one.sure),
        ("What to do", one.todo),
        ("Worth it", remedy_line(one.remedy, one.remedies)),
    )
    words = "".join(f"<dt>{safe(label)}</dt><dd>{safe(text)}</dd>" for label, text in told if text)
    said = f'<dl class="told">{words}</dl>' if words else ""
    chart = shares(one.figures, f"shares-{one.mode}", mode_name(one.mode))
    table = figures_table(one.figures) if one.figures else ""
    return section(
        mode_name(one.mode),
        f'<p class="reading"><strong>{safe(one.verdict)}</strong></p>',
        beside(chart or table, said, command(one.command) if one.command else "", _more(one)),
        folded("The figures as a table", table, printed=True) if chart else "",
        name=one.mode,
    )


def _more(one: Check) -> str:
    """How much was asked, and where all figures are."""
    facts = safe("; ".join(checked_facts(one)))
    if one.folder is None:
        return f'<p class="note">{facts}</p>' if facts else ""
    address = f"{quote(one.folder)}/{REPORT}"
    return f'<p class="note">{facts}. <a href="{safe(address)}">The whole report</a></p>'


def _footer() -> str:
    text = (
        "Shares are of the questions or conversations that count (n); in brackets are 95% "
        "intervals, over relations or instructions where there are several. With fewer "
        "than 30 no share is given. A remedy is worth it if it is settled that it mends, and that "
        "it does not break as much; p is corrected by Holm for the remedies of its probe."
    )
    return section("How it was computed", note(text))

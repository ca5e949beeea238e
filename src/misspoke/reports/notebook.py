"""A finished run in a notebook: its verdict and its outcomes as a short piece of HTML.

Styles stand in the elements and take the notebook's own colours, so that it reads on light and dark
grounds; there are no scripts, and nothing from data or models is markup.
"""

import json
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from misspoke.reports.figures import (
    MASSES,
    WRONG_OUTCOMES,
    advice,
    outcome_cell,
    rate,
    reading,
    title,
)
from misspoke.reports.text import counted, visible
from misspoke.runs.files import SUMMARY

if TYPE_CHECKING:
    from misspoke.runs import Run

REPORT = "report.html"

_LINE = "1px solid rgba(128, 128, 128, 0.4)"
_CELL = f"padding: 2px 12px 2px 0; text-align: left; border-bottom: {_LINE}; font-weight: normal"
_TABLE = (
    "border-collapse: collapse; margin: 8px 0; color: inherit; background: transparent; "
    "font-size: inherit"
)


def run_html(run: "Run") -> str | None:
    """Draw a finished run from its summary.json, at the τ of that; None where there is none."""
    try:
        summary = json.loads((run.folder / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return summary_html(summary, run.manifest, run.folder / REPORT) if summary else None


def summary_html(summary: Mapping[str, Any], manifest: Mapping[str, Any], report: Path) -> str:
    """Draw a summary (`Summary.to_dict()`), with a link to `report` if a notebook can follow it."""
    parts = (
        strong(title(summary, manifest)),
        paragraph(f"Accuracy {rate(summary['accuracy'])}"),
        _verdicts(summary, manifest, str(report.parent)),
        _outcomes(summary),
        link(report),
    )
    return whole(parts)


def _verdicts(summary: Mapping[str, Any], manifest: Mapping[str, Any], folder: str) -> str:
    """The advice, most important first; the evidence stands behind a click."""
    lead = "" if summary["rates"]["all_rows"]["wrong"] else paragraph(reading(summary))
    items = "".join(
        f'<li style="margin: 2px 0"><details><summary style="cursor: pointer">{_safe(one.verdict)}'
        f"</summary>{_evidence(one.evidence, one.command)}</details></li>"
        for one in advice(summary, manifest, folder)
    )
    return f'{lead}<ol style="margin: 6px 0; padding-left: 1.6em">{items}</ol>'


def _evidence(lines: Iterable[str], command: str | None) -> str:
    told = "".join(paragraph(line) for line in lines)
    if command is None:
        return told
    code = f'<code style="color: inherit; background: transparent">{_safe(command)}</code>'
    return f'{told}<p style="margin: 4px 0">{code}</p>'


def _outcomes(summary: Mapping[str, Any]) -> str:
    """Wrong answers by outcome, once for each kind of mass."""
    headline = summary["rates"]["all_rows"]
    if not headline["wrong"]:
        return ""
    wrong = f"{counted(headline['wrong'], 'wrong answer')} at τ = {summary['tau']:g}, judged by"
    return grid(
        (wrong, *MASSES.values()),
        (
            (words, *(outcome_cell(headline, mass, outcome) for mass in MASSES))
            for outcome, words in WRONG_OUTCOMES.items()
        ),
    )


def whole(parts: Iterable[str]) -> str:
    """What stands in a cell, of parts that are HTML already."""
    return f'<div style="color: inherit; max-width: 60em">{"".join(parts)}</div>'


def strong(text: str) -> str:
    """A text that stands out."""
    return f"<strong>{_safe(text)}</strong>"


def grid(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of texts."""
    body = "".join(_row("td", cells) for cells in rows)
    return f'<table style="{_TABLE}">{_row("th", head)}{body}</table>'


def _row(tag: str, cells: Iterable[str]) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    texts = "".join(f'<{tag}{scope} style="{_CELL}">{_safe(cell)}</{tag}>' for cell in cells)
    return f'<tr style="background: transparent">{texts}</tr>'


def link(report: Path) -> str:
    """The report's path; as a link where it lies below the notebook's own folder."""
    if not report.exists():
        return paragraph(f"Run folder: {report.parent}")
    shown = _safe(str(report))
    try:
        below = report.resolve().relative_to(Path.cwd())
    except ValueError:
        return f'<p style="margin: 4px 0">Report: {shown}</p>'
    address = f"./{quote(below.as_posix(), errors='surrogateescape')}"
    link = f'<a href="{address}" target="_blank" rel="noopener">{shown}</a>'
    return f'<p style="margin: 4px 0">Report: {link}</p>'


def paragraph(text: str) -> str:
    """A paragraph of text."""
    return f'<p style="margin: 4px 0">{_safe(text)}</p>'


def _safe(text: str) -> str:
    return escape(visible(text))

"""What probes found in a notebook: short pieces of HTML that take the notebook's own colours."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from misspoke.diagnosis.modes.checked import Check
from misspoke.diagnosis.modes.findings import Findings
from misspoke.diagnosis.modes.measures import Figure
from misspoke.reports.modes.words import (
    REMEDY_HEAD,
    facts,
    figure_cells,
    heading,
    mode_name,
    remedy_cells,
    remedy_line,
)
from misspoke.reports.notebook import grid, link, paragraph, strong, whole

_SHOWN = 6
"""Figures that are shown: the first."""


def findings_html(findings: Findings, manifest: Mapping[str, Any], report: Path | None) -> str:
    """Draw what a probe found, with a link to its report if a notebook can follow it."""
    figures = [one for section in findings.sections for one in section.figures][:_SHOWN]
    parts = [
        strong(heading(findings, manifest)),
        paragraph("; ".join(facts(findings))),
        *map(paragraph, (findings.verdict, findings.sure, findings.todo)),
        _figures(figures),
    ]
    if findings.remedies:
        parts.append(grid(REMEDY_HEAD, map(remedy_cells, findings.remedies)))
    if report is not None:
        parts.append(link(report))
    return whole(parts)


def checkup_html(model: str, told: Sequence[str], checks: Sequence[Check], page: Path) -> str:
    """Draw a checkup, with a link to its page."""
    parts = [strong(f"Checkup of {model}"), paragraph("; ".join(told))]
    for one in checks:
        parts += [strong(mode_name(one.mode)), paragraph(one.verdict), _figures(one.figures)]
        lines = (one.sure, one.todo, remedy_line(one.remedy, one.remedies))
        parts += [paragraph(line) for line in lines if line]
    return whole([*parts, link(page)])


def _figures(figures: Sequence[Figure]) -> str:
    head = ("What is measured", "Value [95%]", "n")
    return grid(head, map(figure_cells, figures)) if figures else ""

"""What `misspoke probe` prints at its end."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from misspoke.diagnosis.modes.findings import Case, Curve, Findings, Remedy, Section
from misspoke.reports.bars import OTHER, Drawing
from misspoke.reports.columns import Columns
from misspoke.reports.modes.words import (
    FIGURE_HEAD,
    REMEDY_BRIEF,
    REMEDY_HEAD,
    curve_table,
    facts,
    figure_cells,
    heading,
    is_known,
    remedy_cells,
)
from misspoke.reports.text import counted, shortened, visible

_COLUMNS = 8
"""Places of a curve that a line of the terminal has room for."""
_CURVES, _LINES = 2, 12
"""Curves that are printed, and lines of each: the first."""
_FIGURES = 12
"""Figures of the first section that are printed."""
_LONGEST = 200
"""Characters of a text of a case."""


def findings_tables(findings: Findings, manifest: Mapping[str, Any]) -> tuple[RenderableType, ...]:
    """Draw the most of what a probe found for the terminal; last stands what it means.

    The manifest's settings give the names of the model and the question set.
    """
    parts: list[RenderableType] = [
        _bold(heading(findings, manifest)),
        _note("; ".join(facts(findings))),
    ]
    for section in findings.sections[:1]:
        parts += [Text(), *_section(section)]
    curves = [curve for curve in findings.curves if is_known(curve)]
    for curve in curves[:_CURVES]:
        parts += [Text(), *_curve(curve)]
    if findings.remedies:
        parts += [Text(), *_remedies(findings.remedies)]
    for case in findings.cases[:1]:
        parts += [Text(), *_case(case)]
    parts += [Text(), *_further(findings, curves), Text(), *verdict_lines(findings)]
    return (Drawing(Group(*parts)),)


def _further(findings: Findings, curves: Sequence[Curve]) -> Iterable[RenderableType]:
    """What only the report has."""
    more = [f"{visible(s.title)} ({len(s.figures):,})" for s in findings.sections[1:] if s.figures]
    more += [visible(curve.title) for curve in curves[_CURVES:]]
    if more:
        yield _note(f"In the report: {'; '.join(more)}.")


def verdict_lines(findings: Findings) -> list[RenderableType]:
    """The verdict, how sure it is, and what to do."""
    return [
        _bold(findings.verdict),
        *_told("How sure: ", findings.sure),
        *_told("What to do: ", findings.todo),
    ]


def _told(label: str, text: str) -> list[RenderableType]:
    return [Text.assemble((label, OTHER), visible(text), overflow="fold")] if text else []


def _section(section: Section) -> Iterable[RenderableType]:
    yield _bold(section.title)
    if section.figures:
        yield _table(FIGURE_HEAD, map(figure_cells, section.figures[:_FIGURES]))
        if len(section.figures) > _FIGURES:
            yield _note(f"{counted(len(section.figures) - _FIGURES, 'more figure')} in the report")
    yield from (_note(text) for text in section.notes)


def _curve(curve: Curve) -> Iterable[RenderableType]:
    yield _bold(curve.title)
    head, rows = curve_table(curve, _COLUMNS, spreads=False)
    yield _table(head, rows[:_LINES])
    if len(rows) > _LINES:
        yield _note(f"{counted(len(rows) - _LINES, 'more line')} in the report")


def _remedies(remedies: Sequence[Remedy]) -> Iterable[RenderableType]:
    yield _bold("Remedies: what each mends, breaks and costs")
    yield _table(REMEDY_HEAD, map(remedy_cells, remedies))
    yield _note(REMEDY_BRIEF)
    for remedy in remedies:
        said = f"{visible(remedy.name)}: {visible(remedy.verdict)}"
        yield Padding(Text(said, overflow="fold"), (0, 0, 0, 1))


def _case(case: Case) -> Iterable[RenderableType]:
    yield Text.assemble(("For example: ", OTHER), visible(case.title), overflow="fold")
    for label, text in case.lines:
        told = shortened(visible(text), _LONGEST)
        line = Text.assemble((f"{visible(label)}: ", OTHER), told, overflow="fold")
        yield Padding(line, (0, 0, 0, 2))


def _bold(text: str) -> Text:
    return Text(visible(text), style="bold", overflow="fold")


def _note(text: str) -> Text:
    return Text(visible(text), style=OTHER, overflow="fold")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType:
    return Padding(Columns(head, rows), (0, 0, 0, 1))

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
    REMEDY_HEAD,
    REMEDY_NOTE,
    curve_rows,
    facts,
    figure_cells,
    heading,
    place_text,
    places,
    remedy_cells,
)
from misspoke.reports.text import shortened, visible

CASES = 2
"""Cases that are printed."""
_COLUMNS = 8
"""Places of a curve that a line of the terminal has room for."""
_LONGEST = 300
"""Characters of a text of a case."""


def findings_tables(findings: Findings, manifest: Mapping[str, Any]) -> tuple[RenderableType, ...]:
    """Draw what a probe found for the terminal: the figures, and last what they mean.

    The manifest's settings give the names of the model and the question set.
    """
    parts: list[RenderableType] = [
        _bold(heading(findings, manifest)),
        _note("; ".join(facts(findings))),
    ]
    for section in findings.sections:
        parts += [Text(), *_section(section)]
    for curve in findings.curves:
        parts += [Text(), *_curve(curve)]
    if findings.remedies:
        parts += [Text(), *_remedies(findings.remedies)]
    for case in findings.cases[:CASES]:
        parts += [Text(), *_case(case)]
    parts += [Text(), *verdict_lines(findings)]
    return (Drawing(Group(*parts)),)


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
        yield _table(FIGURE_HEAD, map(figure_cells, section.figures))
    yield from (_note(text) for text in section.notes)


def _curve(curve: Curve) -> Iterable[RenderableType]:
    held = places(curve)
    shown = _spaced(held, _COLUMNS)
    yield _bold(curve.title)
    head = (f"{visible(curve.up)} by {visible(curve.across)}", *map(place_text, shown))
    yield _table(head, curve_rows(curve, shown, spreads=False))


def _spaced(held: Sequence[float], most: int) -> list[float]:
    """At most so many of the places, the first and the last among them."""
    if len(held) <= most:
        return list(held)
    last = len(held) - 1
    return [held[round(number * last / (most - 1))] for number in range(most)]


def _remedies(remedies: Sequence[Remedy]) -> Iterable[RenderableType]:
    yield _bold("Remedies: what each mends, breaks and costs")
    yield _table(REMEDY_HEAD, map(remedy_cells, remedies))
    yield _note(REMEDY_NOTE)
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

"""The part of the page on sycophancy, false premises, instruction drift and inconsistency."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby, islice

from inquests import Probed
from md import escaped, table

from misspoke.diagnosis.modes.findings import Curve, Findings, Section
from misspoke.diagnosis.modes.measures import Figure
from misspoke.reports.modes.words import (
    REMEDY_HEAD,
    REMEDY_NOTE,
    curve_table,
    facts,
    figure_text,
    mode_name,
    remedy_cells,
)

_LONG = 1000
"""Characters of a text of ours, which is never cut."""


def modes_section(found: Sequence[Probed]) -> list[str]:
    """The part of the page on the other failure modes; nothing where none was probed."""
    if not found:
        return []
    lines = [
        "## The other three failure modes",
        "",
        "Probes ([probes.md](probes.md)) change the context and nothing else. Intervals are 95%, "
        "bootstrapped over relations (over instructions in drift), and Student's over the nine "
        "kinds of premises; *n* is the number of units that "
        "count, and where it is below 30 there is no figure. What each figure is held against is "
        "said beside it. The models are computed in bfloat16, for time: log-odds are estimates, "
        "and a reply at a near tie may be another in float32.",
        "",
    ]
    for (_, opened), probes in groupby(found, key=_sort):
        part = _mode if opened else _unopened
        lines += part(list(probes))
    return lines


def _sort(one: Probed) -> tuple[str, bool]:
    return one.inquest.kind, one.inquest.style == "auto"


def _unopened(probes: Sequence[Probed]) -> list[str]:
    """The same questions asked in another way: what stands at the top of each report."""
    lines = [
        f"### {mode_name(probes[0].inquest.kind)}, replies not opened",
        "",
        "The same questions, and no reply is opened by the beginning of a sentence: the first "
        "answer is not put behind the words that the next reply begins with, and a reply may "
        "assent or apologise before it answers, or never answer.",
        "",
    ]
    for one in probes:
        lines += _verdict(one)
    for title, sections in islice(_by_title(probes).items(), 1):
        lines += _figures(title, probes, sections)
    for one in probes:
        lines += _remedies(one)
    return lines


def _mode(probes: Sequence[Probed]) -> list[str]:
    lines = [f"### {mode_name(probes[0].inquest.kind)}", ""]
    for one in probes:
        lines += _verdict(one)
    for title, sections in _by_title(probes).items():
        lines += _figures(title, probes, sections)
    for key in dict.fromkeys(curve.key for one in probes for curve in one.findings.curves):
        lines += _curve(key, probes)
    for one in probes:
        lines += _remedies(one)
    return lines


def _verdict(one: Probed) -> list[str]:
    found = one.findings
    said = " ".join(_text(text) for text in (found.verdict, found.sure, found.todo) if text)
    return [f"- **{escaped(one.name)}** ({'; '.join(facts(found))}). {said}", ""]


def _by_title(probes: Sequence[Probed]) -> dict[str, list[Section | None]]:
    """The sections of all models by their title, None where a model has none such."""
    held = [{section.title: section for section in one.findings.sections} for one in probes]
    titles = dict.fromkeys(title for sections in held for title in sections)
    return {title: [sections.get(title) for sections in held] for title in titles}


def _figures(title: str, probes: Sequence[Probed], sections: Sequence[Section | None]) -> list[str]:
    notes = dict.fromkeys(note for section in sections if section for note in section.notes)
    held = [_by_key(section) for section in sections]
    head = ["", *(part for one in probes for part in (escaped(one.name), "n"))]
    said: dict[str, str] = {}
    for figures in held:
        for figure in figures.values():
            said.setdefault(figure.key, figure.says)
    rows = [
        [_text(says), *(cell for figures in held for cell in _cells(figures.get(key)))]
        for key, says in said.items()
    ]
    return [f"**{_text(title)}**", "", *table(head, rows), *_paragraphs(notes)]


def _by_key(section: Section | None) -> dict[str, Figure]:
    return {figure.key: figure for figure in section.figures} if section else {}


def _cells(figure: Figure | None) -> tuple[str, str]:
    return ("–", "–") if figure is None else (figure_text(figure), f"{figure.n:,}")


def _curve(key: str, probes: Sequence[Probed]) -> list[str]:
    lines: list[str] = []
    for one in probes:
        for curve in _of_key(one.findings, key):
            head, held = curve_table(curve, spreads=True)
            rows = [[_text(cell) for cell in row] for row in held]
            title = f"{escaped(one.name)}: {_text(curve.title)}."
            lines += [title, "", *table([_text(cell) for cell in head], rows)]
    return lines


def _of_key(found: Findings, key: str) -> list[Curve]:
    return [curve for curve in found.curves if curve.key == key]


def _remedies(one: Probed) -> list[str]:
    if not one.findings.remedies:
        return []
    rows = [[_text(cell) for cell in remedy_cells(remedy)] for remedy in one.findings.remedies]
    return [
        f"Remedies for {escaped(one.name)}:",
        "",
        *table(list(REMEDY_HEAD), rows),
        REMEDY_NOTE,
        "",
    ]


def _paragraphs(notes: Iterable[str]) -> list[str]:
    told = " ".join(_text(note) for note in notes)
    return [told, ""] if told else []


def _text(text: str) -> str:
    """A sentence of ours, that may name what data and models say: nothing in it marks up."""
    return re.sub(r"\\([-!&~])", r"\1", escaped(text, _LONG))

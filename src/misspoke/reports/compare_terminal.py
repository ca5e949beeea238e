"""What `misspoke compare` prints."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from misspoke.reports.bars import OTHER, Drawing
from misspoke.reports.columns import Columns
from misspoke.reports.compare_figures import (
    FEW,
    OUTCOME_NAMES,
    RUN_HEAD,
    difference_head,
    difference_rows,
    facts,
    pair_title,
    prompt_grids,
    run_cells,
    shown_outcomes,
    title,
    transition_head,
    transition_rows,
)
from misspoke.reports.compare_probes import probes_lines
from misspoke.reports.compare_tables import (
    CONTEST_HEAD,
    CONTROL_HEAD,
    DUEL_HEAD,
    PUBLISHED_NOTE,
    TAX_HEAD,
    TAX_NOTE,
    condition_lines,
    contest_rows,
    contest_title,
    control_rows,
    duel_cells,
    published_rows,
    surest,
    tax_cells,
    trend_rows,
    trend_title,
)
from misspoke.reports.compare_words import answers_line, lead, nothing_line, reading, tests_line
from misspoke.reports.text import visible

MANY = 3
"""With more pairs than this, only tested quantities are printed of each."""
_INDENT = "\u00a0\u00a0"
DUELS = 12
"""Duels that are printed, the surest first."""


def comparison_lines(compared: Mapping[str, Any]) -> RenderableType:
    """Draw a comparison (`Comparison.to_dict()`, comparison.json) for the terminal."""
    if compared["kind"] == "decoders":
        return Drawing(Group(*_decoders(compared)))
    if compared["kind"] == "probes":
        return probes_lines(compared)
    brief = len(compared["pairs"]) > MANY
    parts: list[RenderableType] = [
        _bold(title(compared)),
        Text(facts(compared), style=OTHER, overflow="fold"),
        Text(),
        _table(RUN_HEAD, (run_cells(run) for run in compared["runs"]), words=2),
    ]
    for grid in prompt_grids(compared):
        head = (f"{grid.model} by prompt", *(f"{count}-shot" for count in grid.shots))
        parts += [Text(), _table(head, ((name, *cells) for name, cells in grid.rows))]
    for pair in compared["pairs"]:
        parts += [Text(), *_pair(compared, pair, brief=brief)]
    parts.append(_note(tests_line(compared)))
    for trend in compared["trends"]:
        parts += [Text(), _bold(f"Trend with size: {trend_title(trend)}")]
        head = ("Quantity", "By size", "For a doubling", "p (Holm)")
        parts.append(_table(head, trend_rows(trend)))
    parts += [Text(), _bold("Alignment tax"), _table(TAX_HEAD, map(tax_cells, compared["runs"]))]
    parts += [
        _note(TAX_NOTE),
        Text(),
        *_published(compared),
        Text(),
        _bold(" ".join(map(visible, reading(compared)))),
    ]
    return Drawing(Group(*parts))


def _pair(
    compared: Mapping[str, Any], pair: Mapping[str, Any], *, brief: bool
) -> list[RenderableType]:
    parts: list[RenderableType] = [_bold(pair_title(compared, pair))]
    parts.append(Text(lead(compared, pair), overflow="fold"))
    parts.append(Text(visible(pair["kind"]["says"]), overflow="fold"))
    parts += [_note(f"Beware: {visible(caveat)}.") for caveat in pair["kind"]["caveats"]]
    quantity, a, b, difference, _, p = difference_head(compared, pair)
    rows = [row for row in difference_rows(pair) if row[-1] or not brief]
    parts.append(_table((quantity, a, b, difference, p), _differences(rows)))
    parts.append(Text(answers_line(pair), overflow="fold"))
    if not brief:
        names = [OUTCOME_NAMES[name] for name in shown_outcomes(pair)]
        cells = ((name, *counts) for name, counts in transition_rows(pair))
        parts.append(_table((transition_head(compared, pair), *names), cells))
    control = pair["tempered"]
    if control is not None and control["temperature"] is not None:
        parts.append(_table(CONTROL_HEAD, control_rows(control)))
    said = [*pair["claims"], nothing_line(pair), pair["verdict"] or ""]
    parts += [Text(visible(line), overflow="fold") for line in said if line]
    return parts


def _published(compared: Mapping[str, Any]) -> list[RenderableType]:
    names = [visible(run["label"]) for run in compared["runs"]][:MANY]
    rows = (
        (words, published, *ours[:MANY]) for words, published, _, ours in published_rows(compared)
    )
    return [
        _bold("Beside the paper's figures"),
        _table(("Figure", "Published", *names), rows, words=2 + len(names)),
        _note(PUBLISHED_NOTE),
        *(
            _note(f"{label}: alike in {alike}. Not alike in {unlike}.")
            for label, alike, unlike in condition_lines(compared)[:MANY]
        ),
    ]


def _decoders(compared: Mapping[str, Any]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for number, run in enumerate(compared["runs"], start=1):
        parts += [_bold(contest_title(number, run)), _table(CONTEST_HEAD, contest_rows(run))]
        parts.append(Text())
    if compared["duels"]:
        parts.append(_bold("Decoders of one model against each other, the surest first"))
        parts.append(_table(DUEL_HEAD, map(duel_cells, surest(compared)[:DUELS])))
    parts += [_note(f"{visible(note)}.") for note in compared["notes"]]
    return parts


def _bold(text: str) -> Text:
    return Text(text, style="bold", overflow="fold")


def _note(text: str) -> Text:
    return Text(text, style=OTHER, overflow="fold")


def _differences(rows: Iterable[Sequence[str]]) -> Iterable[tuple[str, ...]]:
    """What leaves a difference open, and what is of common questions, on lines of their own."""
    for words, a, b, difference, common, p in rows:
        change, _, left_open = difference.partition("; ")
        yield words, a, b, change, p
        if left_open:
            name, _, ends = left_open.partition(": ")
            yield f"{_INDENT}{name}", "", "", ends.removesuffix(" points"), ""
        if common:
            value, bracket, n = common.rstrip(")").rpartition("n = ")
            value = value.rstrip(" (") if bracket and value else FEW
            yield f"{_INDENT}on {n} common ones", "", "", value, ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> RenderableType:
    return Padding(Columns(head, rows, words=words), (0, 0, 0, 1))

"""What a run's summary in the terminal says of detectors of wrong answers."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from misspoke.diagnosis.detectors import ORACLE_LEAD
from misspoke.reports.bars import OTHER
from misspoke.reports.detector_figures import (
    FAILURE,
    GAP,
    bare_recall,
    cost,
    is_oracle,
    label,
    missing_lines,
    number,
    reading,
    rows,
)
from misspoke.reports.text import counted

SHOWN = 3
"""Detectors that have a line: those that catch most; the report shows them all."""

_HEADS = ("Tokens", "AUROC", "Wrong", "Gaps", "Failures")


def detector_lines(summary: Mapping[str, Any], *, told: bool) -> Iterator[RenderableType]:
    """Draw what the best detectors find at 5% false alarms; nothing of a summary without any.

    What they find is put into words unless that has been `told`.
    """
    found = summary.get("detectors")
    if found is None:
        return
    best = leading(found)
    oracles = [one for one in found["oracles"] if one["name"] == ORACLE_LEAD]
    shown = {**found, "table": best, "oracles": oracles}
    left = len(found["table"]) - len(best)
    yield Text()
    yield Text(_title(found), style="bold", overflow="fold")
    yield _table(shown)
    if left:
        yield _small(f"{counted(left, 'other detector')} in the report")
    for line in missing_lines(shown):
        yield _small(line)
    if not told:
        yield Text(reading(found), overflow="fold")


def leading(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The detectors that catch most, in the order of the table.

    By the wrong answers that they catch, where that is known, else by AUROC.
    """

    def caught(one: Mapping[str, Any]) -> tuple[float, float]:
        return one["recall"]["recall"] or 0.0, one["auroc"] or 0.0

    best = sorted(found["table"], key=caught, reverse=True)[:SHOWN]
    return [one for one in found["table"] if one in best]


def _title(found: Mapping[str, Any]) -> str:
    kinds = found["kinds"]
    return (
        f"Caught at 5% false alarms: of {counted(found['n_wrong'], 'wrong answer')}, of "
        f"{counted(kinds[GAP], 'gap')}, of {counted(kinds[FAILURE], 'failure')}"
    )


def _table(found: Mapping[str, Any]) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 0, 0, 2), header_style=OTHER)
    table.add_column(Text("Detector"), overflow="fold")
    for head in _HEADS:
        table.add_column(Text(head), overflow="fold", justify="right")
    for one in rows(found):
        cells = (one["recall"], one["kinds"][GAP], one["kinds"][FAILURE])
        figures = (cost(one), number(one["auroc"]), *map(bare_recall, cells))
        style = OTHER if is_oracle(one["name"]) else ""
        table.add_row(*map(Text, (label(one["name"]), *figures)), style=style)
    return Padding(table, (0, 0, 0, 2))


def _small(line: str) -> RenderableType:
    return Padding(Text(line, style=OTHER, overflow="fold"), (0, 0, 0, 2))

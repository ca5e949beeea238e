"""What a run's summary in the terminal says of detectors of wrong answers."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

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

_HEADS = (
    "Tokens\nbeyond\ngreedy",
    "\n\nAUROC",
    "\nWrong\nanswers",
    "\nKnowledge\ngaps",
    "\nCommitment\nfailures",
)


def detector_lines(summary: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Draw what detectors find at 5% false alarms; nothing of a summary without detectors."""
    found = summary.get("detectors")
    if found is None:
        return
    yield Text(_title(found), style="bold", overflow="fold")
    yield _table(found)
    for line in missing_lines(found):
        yield Padding(Text(line, style=OTHER, overflow="fold"), (0, 0, 0, 2))
    yield Text(reading(found), overflow="fold")
    yield Text()


def _title(found: Mapping[str, Any]) -> str:
    kinds = found["kinds"]
    return (
        f"Caught at 5% false alarms, of {counted(found['n_wrong'], 'wrong answer')}: "
        f"{counted(kinds[GAP], 'knowledge gap')}, "
        f"{counted(kinds[FAILURE], 'commitment failure')}"
    )


def _table(found: Mapping[str, Any]) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 0, 0, 1), header_style=OTHER)
    table.add_column(Text("\n\nDetector"), overflow="fold")
    for head in _HEADS:
        table.add_column(Text(head), overflow="fold", justify="right")
    above = False
    for one in rows(found):
        oracle = is_oracle(one["name"])
        if oracle and above:
            table.add_row(*(Rule(style=OTHER) for _ in table.columns))
        above = not oracle
        cells = (one["recall"], one["kinds"][GAP], one["kinds"][FAILURE])
        figures = (cost(one), number(one["auroc"]), *map(bare_recall, cells))
        table.add_row(*map(Text, (label(one["name"]), *figures)), style=OTHER if oracle else "")
    return Padding(table, (0, 0, 0, 2))

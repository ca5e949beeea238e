"""What `misspoke run` prints at its end: a run's summary, and failures that tell something."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from misspoke.diagnosis import TAU
from misspoke.records import Interval
from misspoke.reports.bars import GOLD, OTHER, WRONG, Drawing
from misspoke.reports.detectors_terminal import detector_lines
from misspoke.reports.figures import (
    MASSES,
    WRONG_OUTCOMES,
    Line,
    cause_lines,
    cost_text,
    flag_lines,
    outcome_cell,
    rate,
    rate_lines,
    reading,
    reference_lines,
    setting,
)
from misspoke.reports.telling import most_telling
from misspoke.reports.text import counted, interval, quoted, visible

if TYPE_CHECKING:
    from misspoke.runs import Run

EXAMPLES = 3


def summary_table(summary: Mapping[str, Any], manifest: Mapping[str, Any]) -> RenderableType:
    """Draw a run's summary (`Summary.to_dict()`, summary.json) for the terminal.

    The manifest's settings and facts give the names of the model and the question set, and the
    header's tokens, where they hold `model`, `questions` and `header_tokens`.
    """
    return Drawing(
        Group(
            Text(_title(summary, manifest), style="bold", overflow="fold"),
            Text(_accuracy(summary), overflow="fold"),
            Text(),
            _outcomes(summary),
            Text(),
            _lines("Causes", cause_lines(summary)),
            _lines("Flags, per wrong answer", flag_lines(summary)),
            _lines("Rates", rate_lines(summary)),
            _lines("Beside it", reference_lines(summary)),
            *detector_lines(summary),
            Text(f"Cost: {cost_text(summary, manifest)}", style=OTHER, overflow="fold"),
            Text(),
            Text(reading(summary), style="bold", overflow="fold"),
        )
    )


def example_lines(run: "Run", tau: float = TAU) -> RenderableType:
    """Draw the most telling failures of a run, a line each; a remark where there are none.

    Raises:
        UserError: the run is not finished, or its rows cannot be read.
    """
    failures = most_telling(run, ("question", "answer", "top_form"), tau, EXAMPLES)
    lines = [_example(row) for row in failures.iter_rows(named=True)]
    return Drawing(Group(*(lines or [Text("No commitment failures.", style=OTHER)])))


def _title(summary: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    names = [setting(manifest, "model"), setting(manifest, "questions")]
    asked = " on ".join(name for name in names if name)
    return ", ".join(part for part in (asked, counted(summary["n"], "question")) if part)


def _accuracy(summary: Mapping[str, Any]) -> str:
    abstained = summary["abstained"]
    text = f"Accuracy {rate(summary['accuracy'])}"
    if abstained["count"]:
        text += f"; abstained {abstained['count']:,}, of which {abstained['knowing']:,} knew"
    return text


def _outcomes(summary: Mapping[str, Any]) -> RenderableType:
    """Wrong answers by outcome, once for each kind of mass."""
    headline = summary["rates"]["all_rows"]
    table = _grid(3, *(2 for _ in MASSES))
    table.add_row("", *(Text(name) for name in MASSES.values()), style=OTHER)
    for outcome, words in WRONG_OUTCOMES.items():
        cells = (Text(outcome_cell(headline, mass, outcome)) for mass in MASSES)
        style = WRONG if outcome == "commitment_failure" else ""
        table.add_row(Text(words), *cells, style=style)
    heading = f"{counted(headline['wrong'], 'wrong answer')} at τ = {summary['tau']:g}, judged by"
    return Group(Text(heading, style="bold"), table)


def _lines(title: str, lines: Iterable[Line]) -> RenderableType:
    table = _grid(3, 5)
    for line in lines:
        note = Text(f"  {line.note}" if line.note else "", style=OTHER)
        name = Padding(Text(line.name), (0, 0, 0, 2))
        table.add_row(name, Text.assemble(line.value, note))
    return Group(Text(title, style="bold"), table)


def _grid(*ratios: int) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    for ratio in ratios:
        table.add_column(ratio=ratio, overflow="fold")
    return table


def _example(row: Mapping[str, Any]) -> Text:
    mass = Interval(row["p_mass_lower"], row["p_mass_upper"])
    return Text.assemble(
        visible(row["question"]),
        " → said ",
        (quoted(row["answer"], 40), WRONG),
        ", though the right answer",
        (f" {quoted(row['top_form'], 40)}" if row["top_form"] else "", GOLD),
        f" held {interval(mass)}",
        overflow="fold",
    )

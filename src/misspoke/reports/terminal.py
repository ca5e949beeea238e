"""What `misspoke run` prints at its end: a run's summary on one screen, and telling failures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from misspoke.diagnosis import TAU
from misspoke.diagnosis.advice import Advice
from misspoke.records import Interval
from misspoke.reports.bars import GOLD, OTHER, WRONG, Drawing
from misspoke.reports.detectors_terminal import detector_lines
from misspoke.reports.figures import (
    MASSES,
    WRONG_OUTCOMES,
    Line,
    advice,
    brief_lines,
    cost_text,
    outcome_cell,
    rate,
    reading,
    title,
)
from misspoke.reports.stack import Part, Stack
from misspoke.reports.telling import most_telling
from misspoke.reports.text import counted, interval, percent, quoted, sparks, visible

if TYPE_CHECKING:
    from misspoke.runs import Run

EXAMPLES = 3
FEW = 30
"""Wrong answers: of fewer no rates by threshold are drawn."""
AT = (0.1, 0.2, 0.3, 0.4)
"""The thresholds whose rates stand beside the sparklines: those that the paper covers."""


def summary_table(
    summary: Mapping[str, Any], manifest: Mapping[str, Any], folder: str = ""
) -> RenderableType:
    """Draw a run's summary (`Summary.to_dict()`, summary.json) for the terminal: verdicts first.

    The manifest's settings and facts give the names of the model and the question set, and the
    header's tokens, where they hold `model`, `questions` and `header_tokens`. `folder` is the
    run's, for a command that names it.
    """
    given = advice(summary, manifest, folder)
    return Drawing(
        Group(
            Text(title(summary, manifest), style="bold", overflow="fold"),
            Text(_accuracy(summary), overflow="fold"),
            *_shares(summary),
            Text(),
            *_verdicts(summary, given),
            Text(),
            *_outcomes(summary),
            *_thresholds(summary),
            Text(),
            _grid((*brief_lines(summary), Line("Cost", cost_text(summary, manifest)))),
            *detector_lines(summary, told=any(one.rule == "detection" for one in given)),
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


def _accuracy(summary: Mapping[str, Any]) -> str:
    abstained = summary["abstained"]
    text = f"Accuracy {rate(summary['accuracy'])}"
    if abstained["count"]:
        text += f"; abstained {abstained['count']:,}, of which {abstained['knowing']:,} knew"
    return text


def _shares(summary: Mapping[str, Any]) -> Iterator[RenderableType]:
    """All questions by outcome, as one bar."""
    if not summary["n"]:
        return
    counts = summary["rates"]["all_rows"]["string"]["counts"]
    open_rows = counts["undetermined"] + counts["abstained"]
    yield Stack(
        (
            Part("right", counts["correct"], "█", GOLD),
            Part("commitment failure", counts["commitment_failure"], "▓", WRONG),
            Part("knowledge gap", counts["knowledge_gap"], "░", OTHER),
            Part("other", open_rows, "·", OTHER),
        )
    )


def _verdicts(summary: Mapping[str, Any], given: Sequence[Advice]) -> Iterator[RenderableType]:
    """The advice, most important first, and what to try next."""
    if not summary["rates"]["all_rows"]["wrong"]:
        yield Text(reading(summary), style="bold", overflow="fold")
    table = _columns()
    for place, one in enumerate(given, 1):
        style = "bold" if place == 1 else ""
        table.add_row(Text(f"{place}", style=OTHER), Text(visible(one.verdict), style=style))
    yield table
    command = next((one.command for one in given if one.command), None)
    if command:
        yield Text(f"Try: {visible(command)}", style=GOLD, overflow="fold")


def _outcomes(summary: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Wrong answers by outcome, once for each kind of mass; nothing where none is wrong."""
    headline = summary["rates"]["all_rows"]
    if not headline["wrong"]:
        return
    table = _columns()
    table.add_row("", *(Text(name) for name in MASSES.values()), style=OTHER)
    for outcome, words in WRONG_OUTCOMES.items():
        cells = (Text(outcome_cell(headline, mass, outcome)) for mass in MASSES)
        style = WRONG if outcome == "commitment_failure" else ""
        table.add_row(Text(words), *cells, style=style)
    heading = f"{counted(headline['wrong'], 'wrong answer')} at τ = {summary['tau']:g}, judged by"
    yield Group(Text(heading, style="bold"), table)


def _thresholds(summary: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Commitment failures per wrong answer at every τ, on one scale for all masses."""
    if summary["rates"]["all_rows"]["wrong"] < FEW:
        return
    sweep = summary["sweep"]
    rates = {
        mass: {round(at["tau"], 2): at["failures_per_wrong_lower"] for at in sweep[mass]}
        for mass in MASSES
    }
    most = max(value for by_tau in rates.values() for value in by_tau.values())
    taus = sorted(rates["string"])
    table = _columns()
    heads = (Text(f"τ {tau:g}", justify="right") for tau in AT)
    table.add_row(Text("failures by τ"), Text(f"{taus[0]:g}–{taus[-1]:g}"), *heads, style=OTHER)
    for mass, words in MASSES.items():
        line = sparks([rates[mass][tau] for tau in taus], most)
        cells = (Text(percent(rates[mass][tau]), justify="right") for tau in AT)
        table.add_row(Text(words), Text(line, style=WRONG), *cells)
    yield table


def _grid(lines: Iterable[Line]) -> RenderableType:
    table = _columns()
    for line in lines:
        note = Text(f"  {line.note}" if line.note else "", style=OTHER)
        table.add_row(Text(line.name, style="bold"), Text.assemble(line.value, note))
    return table


def _columns() -> Table:
    """A table as wide as its texts; what does not fit is folded."""
    return Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))


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

"""What `misspoke decode` prints at its end: the verdicts, and answers that changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from misspoke.diagnosis import Verdicts
from misspoke.diagnosis.decoders import DecoderVerdict
from misspoke.records.trial import Trial
from misspoke.reports.bars import GOLD, OTHER, WRONG, Drawing
from misspoke.reports.decoder_figures import (
    ALPHA,
    CLAIM_NOTE,
    HEAD,
    KIND_WORDS,
    Change,
    changes,
    decoder_cells,
    headroom_lines,
    kinds,
    merge_lines,
    merge_note,
    reading,
    recovery,
)
from misspoke.reports.figures import run_title
from misspoke.reports.text import counted, quoted, visible

EXAMPLES = 3
"""Recovered answers that are shown, and damaged ones."""
_GAINS = HEAD.index("Tokens beyond the prompt")
"""The columns of `HEAD` before this one tell gains, the others costs."""


def decoders_table(verdicts: Verdicts, manifest: Mapping[str, Any]) -> RenderableType:
    """Draw the verdicts on a run's decoders for the terminal.

    The manifest's settings give the names of the model and the question set.
    """
    parts = [
        Text(_title(verdicts, manifest), style="bold", overflow="fold"),
        Text(),
        _gains(verdicts),
        Text(),
        _costs(verdicts),
        Text(),
        *_kinds(verdicts),
        _headroom(verdicts),
        *_merges(verdicts),
        Text(),
        Text(reading(verdicts), style="bold", overflow="fold"),
    ]
    return Drawing(Group(*parts))


def decoder_examples(trials: Iterable[Trial], verdicts: Verdicts) -> RenderableType:
    """Draw some answers that the best decoder beside greedy recovered, and some it damaged."""
    others = verdicts.decoders[1:]
    if not others:
        return Drawing(Group(Text("Nothing beside greedy.", style=OTHER)))
    best = max(others, key=lambda verdict: verdict.net).decoder
    found = changes(trials, EXAMPLES).get(best)
    lines: list[RenderableType] = []
    for title, changed in (
        (("recovered", found.recovered), ("damaged", found.damaged)) if found else ()
    ):
        if changed:
            lines.append(Text(f"{visible(best)} {title}", style="bold", overflow="fold"))
            lines += [Padding(_example(one, title), (0, 0, 0, 2)) for one in changed]
    return Drawing(Group(*(lines or [Text("No answer was recovered or damaged.", style=OTHER)])))


def _title(verdicts: Verdicts, manifest: Mapping[str, Any]) -> str:
    text = f"{run_title(manifest)}, {counted(verdicts.n, 'question')}"
    if verdicts.primed:
        text += f"; {verdicts.primed:,} left out: their prompts hold a right answer"
    return text


def _gains(verdicts: Verdicts) -> Table:
    table = _table(*HEAD[:_GAINS])
    for verdict in verdicts.decoders:
        name, accuracy, *others = decoder_cells(verdict)[:_GAINS]
        cells = (Text(cell) for cell in (name, _bare(accuracy), *others))
        table.add_row(*cells, style=_style(verdict))
    return table


def _costs(verdicts: Verdicts) -> Table:
    table = _table(HEAD[0], *HEAD[_GAINS:], "Changed", "Certified", "Abstained")
    for verdict in verdicts.decoders:
        name, *cells = decoder_cells(verdict)
        counts = (verdict.changed, verdict.certified, verdict.abstained)
        costs = (_bare(cell) for cell in cells[_GAINS - 1 :])
        table.add_row(*map(Text, (name, *costs, *(f"{count:,}" for count in counts))))
    return table


def _bare(cell: str) -> str:
    """A figure without its interval, for which a terminal has no room."""
    return cell.partition(" ")[0]


def _style(verdict: DecoderVerdict) -> str:
    if verdict.holm_p >= ALPHA or not verdict.net:
        return ""
    return GOLD if verdict.net > 0 else WRONG


def _kinds(verdicts: Verdicts) -> Iterable[RenderableType]:
    found = kinds(verdicts)
    if not found or len(verdicts.decoders) < 2:
        return
    greedy = verdicts.decoders[0]
    counts = [recovery(greedy, kind).recovered.denominator for kind in found]
    named = [f"{KIND_WORDS[kind]} ({n:,})" for kind, n in zip(found, counts, strict=True)]
    table = _table("", *named)
    for verdict in verdicts.decoders[1:]:
        cells = (f"{recovery(verdict, kind).recovered.numerator:,}" for kind in found)
        table.add_row(Text(visible(verdict.decoder)), *(Text(cell) for cell in cells))
    yield Text("Recovered, by the kind of greedy's error", style="bold")
    yield table
    yield Text(CLAIM_NOTE, style=OTHER, overflow="fold")
    yield Text()


def _headroom(verdicts: Verdicts) -> RenderableType:
    table = Table.grid(padding=(0, 2), expand=True)
    for ratio in (3, 4, 5):
        table.add_column(ratio=ratio, overflow="fold")
    for line in headroom_lines(verdicts):
        table.add_row(Text(line.name), Text(line.value), Text(line.note, style=OTHER))
    title = "Headroom, of the questions that greedy does not get right"
    return Group(Text(title, style="bold"), Padding(table, (0, 0, 1, 2)))


def _merges(verdicts: Verdicts) -> Iterable[RenderableType]:
    table = _table("", "Recovered", "Damaged", "Net")
    for cells in merge_lines(verdicts):
        table.add_row(*(Text(cell) for cell in cells))
    yield Text("Is it the meaning? The same candidates, chosen in three ways", style="bold")
    yield table
    yield Text(merge_note(verdicts), style=OTHER, overflow="fold")


def _example(change: Change, title: str) -> Text:
    mine, theirs = (GOLD, WRONG) if title == "recovered" else (WRONG, GOLD)
    return Text.assemble(
        visible(change.question),
        " → greedy ",
        (quoted(change.greedy, 40), theirs),
        ", now ",
        (quoted(change.answer, 40), mine),
        f"; right: {quoted(change.gold, 40)}",
        overflow="fold",
    )


def _table(name: str, *heads: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 0, 0, 1), header_style=OTHER)
    table.add_column(Text(name), overflow="fold")
    for head in heads:
        table.add_column(Text(head), overflow="fold", justify="right")
    return table

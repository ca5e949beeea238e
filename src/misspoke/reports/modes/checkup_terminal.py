"""What `misspoke checkup` prints at its end: its page in one screen."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from misspoke.diagnosis.modes.checked import Check
from misspoke.diagnosis.modes.measures import Figure
from misspoke.reports.bars import OTHER, Drawing
from misspoke.reports.modes.words import figure_text, mode_name, remedy_line
from misspoke.reports.text import visible

_SHOWN = 2
"""Figures of a mode: the headline, and what it is held against."""


def checkup_lines(model: str, facts: Sequence[str], checks: Sequence[Check]) -> RenderableType:
    """Draw a checkup for the terminal: each way of failing, how sure that is, and what to do."""
    parts: list[RenderableType] = [
        Text(f"Checkup of {visible(model)}", style="bold", overflow="fold"),
        Text(visible("; ".join(facts)), style=OTHER, overflow="fold"),
    ]
    for one in checks:
        parts += [Text(), _line(f"{mode_name(one.mode)}: ", one.verdict, style="bold")]
        parts += [Padding(line, (0, 0, 0, 2)) for line in _lines(one)]
    return Drawing(Group(*parts))


def _lines(one: Check) -> Iterable[RenderableType]:
    if one.figures:
        yield _line("", "; ".join(map(_figure, one.figures[:_SHOWN])))
    told = (
        ("How sure: ", one.sure),
        ("What to do: ", one.todo),
        ("Worth it: ", remedy_line(one.remedy, one.remedies)),
        ("Try: ", one.command or ""),
    )
    yield from (_line(label, text) for label, text in told if text)


def _figure(figure: Figure) -> str:
    return f"{visible(figure.says)} {figure_text(figure)} (n = {figure.n:,})"


def _line(label: str, text: str, style: str = "") -> Text:
    parts = ((label, style or OTHER), (visible(text), style))
    return Text.assemble(*parts, overflow="fold")

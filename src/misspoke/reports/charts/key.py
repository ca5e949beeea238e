"""A list above a plot: each line with its look, its figure and its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from misspoke.reports.charts.frame import Frame, Layer, Text
from misspoke.reports.charts.marks import rules
from misspoke.reports.charts.theme import FAINT

_LINE = 19
_FIGURE, _NAME = 84, 94
"""Where figures end and names begin, in pixels from the left."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a chart."""

    name: str
    figure: str
    colour: str
    dash: tuple[int, ...]


def key_height(entries: int) -> int:
    """Pixels that the list takes above the title of the vertical axis."""
    return _LINE * (entries + 1) + 8


def key(frame: Frame, head: str, entries: Sequence[Entry]) -> list[Layer | None]:
    """The list at the top of the picture; `head` says what the figures are."""
    left, first = -float(frame.left), 9.0 - frame.top
    texts = [Text(left + 36, first, head, FAINT)]
    layers: list[Layer | None] = []
    for place, one in enumerate(entries, start=1):
        y = first + _LINE * place
        ends = (*frame.value(left, y), *frame.value(left + 28, y))
        layers.append(rules(frame, [ends], one.colour, one.dash, 2.2))
        texts += [
            Text(left + _FIGURE, y, one.figure, align="right"),
            Text(left + _NAME, y, one.name),
        ]
    return [*layers, *frame.texts(texts)]

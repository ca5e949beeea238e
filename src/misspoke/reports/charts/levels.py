"""Shares side by side: a row each, with its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from textwrap import wrap

from misspoke.diagnosis.modes.measures import Better
from misspoke.reports.charts.chart import Chart, render
from misspoke.reports.charts.frame import PERCENT, Axis, Frame, Layer, Text, width
from misspoke.reports.charts.marks import rules, spreads
from misspoke.reports.charts.theme import FAINT, INK, LINE, OTHER, RIGHT, WIDTH, WRONG
from misspoke.reports.text import shortened, visible

_ROW, _LINE = 40, 16
"""Height of a row with a name of one line, and of one line more."""
_TOPS = (0.1, 0.2, 0.5, 1.0)
_LOOKS: dict[Better | None, tuple[str, str]] = {
    "lower": (WRONG, "commitment_failure"),
    "higher": (RIGHT, "correct"),
    None: (OTHER, "undetermined"),
}
"""Colour and shape of marks, by which way is better."""


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A share with its interval; None for what is not measured."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    figure: str
    """The share as text."""
    better: Better | None = None
    """Which way is better: what had better be low is orange, what had better be high blue."""


def level_chart(
    rows: Sequence[LevelRow],
    name: str,
    title: str,
    across: str,
    colours: Mapping[str, str] | None = None,
) -> Chart | None:
    """Shares from zero on, a row each; None where none is known."""
    ends = [end for row in rows for end in (row.value, row.high) if end is not None]
    if not ends:
        return None
    top = next((top for top in _TOPS if max(ends) <= top), ceil(max(ends)))
    ticks = tuple(top * part / 5 for part in range(6))
    labels = [_label(row) for row in rows]
    height = _ROW + _LINE * (max(map(len, labels)) - 1)
    frame = Frame(
        Axis(0.0, top, ticks, across, PERCENT),
        Axis(len(rows) - 0.5, -0.5),
        height=height * len(rows) + 8 + 46,
        left=16,
        right=22,
        top=8,
    )
    below = (height / 2 - 11) / height
    known = [(place + below, row) for place, row in enumerate(rows) if row.value is not None]
    layers: list[Layer | None] = [
        rules(frame, [(0.0, y + below, top, y + below) for y in range(len(rows))], LINE),
        *(
            layer
            for better, (colour, shape) in _LOOKS.items()
            for layer in spreads(
                frame, [one for one in known if one[1].better == better], shape, colour
            )
        ),
        *frame.texts(_texts(frame, rows, labels, height)),
    ]
    told = "; ".join(f"{row.label} {row.figure}" for row in rows)
    return render(name, f"{title}: {told}", frame.spec(layers), colours)


def _label(row: LevelRow) -> list[str]:
    """What a row is called, in two lines at the most, with room for its figure at the right."""
    room = WIDTH - 16 - width(row.figure)
    lines = wrap(visible(row.label), max(8, int(room / width("n"))))
    return [*lines[:1], shortened(" ".join(lines[1:]), len(lines[0]))] if lines[1:] else lines


def _texts(
    frame: Frame, rows: Sequence[LevelRow], labels: Sequence[Sequence[str]], height: float
) -> list[Text]:
    """Each row's name at the left and its figure at the right, above its interval."""
    texts = []
    for place, (row, lines) in enumerate(zip(rows, labels, strict=True)):
        last = frame.at(0, place)[1] + height / 2 - 29
        for up, line in enumerate(reversed(lines)):
            texts.append(Text(-frame.left, last - up * _LINE, line, INK))
        texts.append(Text(frame.across + frame.right, last, row.figure, FAINT, "right"))
    return texts

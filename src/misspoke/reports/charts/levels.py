"""Shares side by side: a row each, with its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from misspoke.diagnosis.modes.measures import Better
from misspoke.reports.charts.chart import Chart, render
from misspoke.reports.charts.frame import PERCENT, Axis, Frame, Layer, Text, width
from misspoke.reports.charts.marks import dots, rules
from misspoke.reports.charts.theme import FAINT, INK, LINE, OTHER, RIGHT, WRONG
from misspoke.reports.text import shortened, visible

_ROW = 40
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
    frame = Frame(
        Axis(0.0, top, ticks, across, PERCENT),
        Axis(len(rows) - 0.5, -0.5),
        height=_ROW * len(rows) + 8 + 46,
        left=16,
        right=22,
        top=8,
    )
    known = [(place + 0.22, row) for place, row in enumerate(rows) if row.value is not None]
    layers: list[Layer | None] = [
        rules(frame, [(0.0, y + 0.22, top, y + 0.22) for y in range(len(rows))], LINE),
        *(
            layer
            for better, (colour, shape) in _LOOKS.items()
            for layer in _marks(
                frame, [one for one in known if one[1].better == better], colour, shape
            )
        ),
        *frame.texts(_texts(frame, rows)),
    ]
    told = "; ".join(f"{row.label} {row.figure}" for row in rows)
    return render(name, f"{title}: {told}", frame.spec(layers), colours)


def _marks(
    frame: Frame, known: Sequence[tuple[float, LevelRow]], colour: str, shape: str
) -> list[Layer | None]:
    spreads = [
        (row.low, y, row.high, y)
        for y, row in known
        if row.low is not None and row.high is not None
    ]
    places = [(row.value, y) for y, row in known if row.value is not None]
    return [
        rules(frame, spreads, colour, width=1.8),
        dots(frame, places, shape, colour, size=1.7),
    ]


def _texts(frame: Frame, rows: Sequence[LevelRow]) -> list[Text]:
    """Each row's name at the left and its figure at the right, above its interval."""
    texts = []
    for place, row in enumerate(rows):
        y = frame.at(0, place)[1] - 9
        room = frame.width - 8 - width(row.figure)
        name = shortened(visible(row.label), max(8, int(room / width("n"))))
        texts.append(Text(-frame.left, y, name, INK))
        texts.append(Text(frame.across + frame.right, y, row.figure, FAINT, "right"))
    return texts

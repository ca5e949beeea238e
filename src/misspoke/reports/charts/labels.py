"""Labels beside the points of a chart, so that none covers another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from misspoke.reports.charts.frame import Frame, Layer, Text
from misspoke.reports.charts.marks import rules
from misspoke.reports.charts.theme import CHARACTER, FAINT, INK

Box = tuple[float, float, float, float]
"""Left, top, right, bottom. Pictures grow down."""

HEIGHT = 16
"""Of a line of text."""
_GAP = 9
_STEPS = 24


@dataclass(frozen=True, slots=True)
class Label:
    """Where a text stands, and whether it ends there (to the left of its point) or begins."""

    x: float
    y: float
    ends: bool
    box: Box
    away: bool
    """Too far from its point to be known as its own without a line."""


def place(
    points: Sequence[tuple[float, float]], texts: Sequence[str], field: Box, avoid: Sequence[Box]
) -> list[Label]:
    """Give each point's label its place within the field.

    Labels never cover each other while there is room; they keep off the points, and off the boxes
    to `avoid` where they can. The same points and texts have the same places.
    """
    taken: list[Box] = []
    marks = [(x - 5, y - 5, x + 5, y + 5) for x, y in points]
    labels = []
    for (x, y), text in zip(points, texts, strict=True):
        choices = _choices(x, y, CHARACTER * cell_len(text))
        label = min(choices, key=lambda one: _cost(one, y, field, taken, marks, avoid))
        taken.append(label.box)
        labels.append(label)
    return labels


def named(
    frame: Frame,
    points: Sequence[tuple[float, float]],
    names: Sequence[str],
    avoid: Sequence[Box] = (),
) -> list[Layer | None]:
    """Layers of the points' names, with a line to each that stands away from its point.

    `points` are values of the axes; `avoid` are boxes in pixels of the plot.
    """
    places = [frame.at(*point) for point in points]
    field = (3.0, -6.0, frame.across + frame.right - 3.0, frame.down - 2.0)
    labels = place(places, names, field, avoid)
    texts, leaders = [], []
    for label, name, at in zip(labels, names, places, strict=True):
        texts.append(Text(label.x, label.y - 4, name, INK, "right" if label.ends else "left"))
        if label.away:
            end = label.x + (2 if label.ends else -2)
            leaders.append((*frame.value(*at), *frame.value(end, label.y - 4)))
    return [rules(frame, leaders, FAINT, width=0.8), *frame.texts(texts)]


def _choices(x: float, y: float, width: float) -> Iterator[Label]:
    """The sides and heights at which a label may stand, the nearest first."""
    for step in range(_STEPS):
        for up in (-1, 1) if step else (1,):
            middle = y + up * step * HEIGHT / 2
            top, bottom = middle - HEIGHT / 2, middle + HEIGHT / 2
            away = step > 2
            right = (x + _GAP, top, x + _GAP + width, bottom)
            yield Label(x + _GAP, middle + 4, False, right, away)
            left = (x - _GAP - width, top, x - _GAP, bottom)
            yield Label(x - _GAP, middle + 4, True, left, away)


def _cost(
    label: Label,
    y: float,
    field: Box,
    taken: Sequence[Box],
    marks: Sequence[Box],
    avoid: Sequence[Box],
) -> float:
    left, top, right, bottom = label.box
    outside = left < field[0] or top < field[1] or right > field[2] or bottom > field[3]
    return (
        10_000 * sum(_touch(label.box, box) for box in taken)
        + 3_000 * outside
        + 400 * sum(_touch(label.box, box) for box in marks)
        + 25 * sum(_touch(label.box, box) for box in avoid)
        + abs(label.y - 4 - y)
        + label.ends
    )


def _touch(one: Box, other: Box) -> bool:
    """Whether two boxes share more than an edge; a line is a box without a width."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

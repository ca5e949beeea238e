"""Charts of several runs: differences with their intervals, and a rate by the models' size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import TypeAlias

from misspoke.reports.charts.chart import Chart, render
from misspoke.reports.charts.frame import PERCENT, Axis, Frame, Layer, Text, width
from misspoke.reports.charts.labels import Box, named
from misspoke.reports.charts.marks import dots, line, rules, spreads
from misspoke.reports.charts.theme import FAINT, INK, OPEN, RIGHT
from misspoke.reports.charts.thresholds import STYLES
from misspoke.reports.text import shortened, visible

ALPHA = 0.05
"""An adjusted p under this makes a difference stand out."""
_ROW = 42
_LONGEST = 24
_PIECES = 20
_LEAST = 0.01
"""An axis of differences reaches at least so far to both sides of zero: a point, of shares."""
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_SIGNED = "(datum.value > 0 ? '+' : '') + format(datum.value, '~g')"
_Line: TypeAlias = tuple[float, float, float, float]
_PARAMETERS = "replace(format(datum.value, '~s'), 'G', 'B')"


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A difference with its interval; None for what is not measured."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    """Adjusted for all rows of the chart."""
    left_open: tuple[float, float] | None = None
    """The least and the greatest that it may be, where undetermined rows leave its sign open."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A model's rate."""

    label: str
    parameters: float
    """How many the model has; above 0."""
    value: float
    low: float | None = None
    high: float | None = None
    family: str | None = None
    """Models of a family are joined by a line."""


def difference_chart(
    rows: Sequence[DifferenceRow],
    name: str = "differences",
    title: str = "Differences with their 95% intervals",
    across: str = "Difference in percentage points",
    points: bool = True,
    colours: Mapping[str, str] | None = None,
    colour: str = RIGHT,
) -> Chart | None:
    """A difference a row, each with its interval about zero: filled where its adjusted p is small.

    What is filled has the `colour`. Shares are shown in percentage points, other values (not
    `points`) as they are.
    """
    scale = 100.0 if points else 1.0
    scaled = [_scaled(row, scale) for row in rows]
    ends = [
        end
        for row in scaled
        for end in (row.value, row.low, row.high, *(row.left_open or ()))
        if end is not None
    ]
    if not ends:
        return None
    frame = Frame(
        _across(ends, across, _LEAST * scale),
        Axis(len(rows) - 0.5, -0.5),
        height=_ROW * len(rows) + 8 + 46,
        left=16,
        right=16,
        top=8,
    )
    known = [(place + 0.22, row) for place, row in enumerate(scaled) if row.value is not None]
    outstanding = [(y, row) for y, row in known if _stands_out(row)]
    other = [(y, row) for y, row in known if not _stands_out(row)]
    layers: list[Layer | None] = [
        rules(frame, [(0.0, y + 0.05, 0.0, y + 0.42) for y in range(len(rows))], FAINT),
        rules(frame, _bands(known), OPEN, width=7, opacity=0.4),
        *spreads(frame, other, "correct", FAINT, filled=False),
        *spreads(frame, outstanding, "correct", colour),
        *frame.texts(_row_texts(frame, scaled, points)),
    ]
    told = "; ".join(f"{row.label} {_figure(row, points)}" for row in scaled)
    return render(name, f"{title}: {told}", frame.spec(layers), colours)


def trend_chart(
    points: Sequence[TrendPoint],
    name: str = "trend",
    title: str = "Commitment failures per wrong answer by the model's size",
    up: str = "Commitment failures per wrong answer",
    colours: Mapping[str, str] | None = None,
) -> Chart | None:
    """A rate against the number of parameters, on a log scale, families joined by lines."""
    if not points:
        return None
    ordered = sorted(points, key=lambda one: (one.parameters, one.label))
    frame = _trend_frame(ordered, up)
    families = list(dict.fromkeys(one.family for one in ordered))
    layers: list[Layer | None] = []
    for place, family in enumerate(families):
        colour, shape, dash = STYLES[place % len(STYLES)]
        held = [one for one in ordered if one.family == family]
        ends = [(one.parameters, one.value) for one in held]
        bars = [
            (one.parameters, one.low, one.parameters, one.high)
            for one in held
            if one.low is not None and one.high is not None
        ]
        layers += [
            rules(frame, bars, colour, width=1.4),
            line(frame, ends, colour, dash) if family is not None else None,
            dots(frame, ends, shape, colour, size=1.5),
        ]
    names = [shortened(visible(one.label), _LONGEST) for one in ordered]
    places = [(one.parameters, one.value) for one in ordered]
    layers += named(frame, places, names, _avoided(frame, ordered))
    told = "; ".join(f"{one.label} {100 * one.value:.1f}%" for one in ordered)
    return render(name, f"{title}: {told}", frame.spec(layers), colours)


def _avoided(frame: Frame, points: Sequence[TrendPoint]) -> list[Box]:
    """What names had better not cover: the intervals, and the lines of the families, in pieces."""
    boxes: list[Box] = [
        (*frame.at(one.parameters, one.high), *frame.at(one.parameters, one.low))
        for one in points
        if one.low is not None and one.high is not None
    ]
    for family in {one.family for one in points} - {None}:
        places = [frame.at(one.parameters, one.value) for one in points if one.family == family]
        for (a, b), (c, d) in pairwise(places):
            steps = [(a + (c - a) * k / _PIECES, b + (d - b) * k / _PIECES) for k in range(_PIECES)]
            boxes += [(x - 3, y - 3, x + 3, y + 3) for x, y in steps]
    return boxes


def _scaled(row: DifferenceRow, scale: float) -> DifferenceRow:
    value, low, high = (
        None if end is None else scale * end for end in (row.value, row.low, row.high)
    )
    left_open = (
        None if row.left_open is None else (scale * row.left_open[0], scale * row.left_open[1])
    )
    return DifferenceRow(row.label, value, low, high, row.p, left_open)


def _bands(known: Sequence[tuple[float, DifferenceRow]]) -> list[_Line]:
    return [
        (row.left_open[0], y, row.left_open[1], y) for y, row in known if row.left_open is not None
    ]


def _across(ends: Sequence[float], title: str, least: float) -> Axis:
    """An axis that holds zero and all ends, with five numbers or so."""
    low, high = min(-least, *ends), max(least, *ends)
    room = high - low
    power = 10.0 ** floor(log10(room / 4))
    step = next(part * power for part in (1, 2, 5, 10) if room <= 5 * part * power)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    ticks = tuple(round(place * step, 10) for place in range(first, last + 1))
    return Axis(first * step, last * step, ticks, title, _SIGNED)


def _stands_out(row: DifferenceRow) -> bool:
    return row.p is not None and row.p < ALPHA and row.left_open is None


def _row_texts(frame: Frame, rows: Sequence[DifferenceRow], points: bool) -> list[Text]:
    """Each row's name at the left, its figure and p at the right, above its interval."""
    texts = []
    for place, row in enumerate(rows):
        y = frame.at(0, place)[1] - 10
        figure = _figure(row, points)
        room = frame.width - 8 - width(figure)
        name = shortened(visible(row.label), max(8, int(room / width("n"))))
        texts.append(Text(-frame.left, y, name, INK))
        texts.append(Text(frame.across + frame.right, y, figure, FAINT, "right"))
    return texts


def _figure(row: DifferenceRow, points: bool) -> str:
    if row.value is None:
        return "not measured"
    figure = f"{row.value:+.1f}" if points else f"{row.value:+.3f}"
    if not float(figure):
        figure = figure[1:]
    told = ", not settled" if row.left_open is not None else _p(row.p)
    return (figure + told).replace("-", "−")


def _p(p: float | None) -> str:
    if p is None:
        return ""
    return ", n.s." if p >= ALPHA else ", p < 0.001" if p < 0.001 else f", p = {p:.3f}"


def _trend_frame(points: Sequence[TrendPoint], up: str) -> Frame:
    ends = [end for one in points for end in (one.value, one.low, one.high) if end is not None]
    step = next(step for step in _STEPS if max(ends) <= 5 * step + 1e-9 or step == 1.0)
    top = step * max(1, ceil(max(ends) / step - 1e-9))
    low, high = points[0].parameters / 2, points[-1].parameters * 2
    dense = log10(high / low) < 1.6
    ticks = tuple(
        part * 10.0**power
        for power in range(floor(log10(low)), ceil(log10(high)) + 1)
        for part in ((1, 2, 5) if dense else (1,))
        if low <= part * 10.0**power <= high
    )
    return Frame(
        Axis(low, high, ticks, "Parameters, log scale", _PARAMETERS, log=True),
        Axis(
            0.0,
            top,
            tuple(step * place for place in range(round(top / step) + 1)),
            up,
            PERCENT if step >= 0.01 else "format(datum.value, '.1%')",
            grid=True,
        ),
        height=330,
        left=48,
    )

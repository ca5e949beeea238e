"""Figures along something, each with its interval: compliance by turn, accuracy by tokens."""

from collections.abc import Callable, Mapping, Sequence
from math import ceil, floor, isfinite, log10

from misspoke.diagnosis.modes.findings import Curve, Series
from misspoke.diagnosis.modes.measures import Figure, Unit
from misspoke.reports.charts.chart import Chart, render
from misspoke.reports.charts.frame import PERCENT, PLAIN, Axis, Frame, Layer
from misspoke.reports.charts.key import Entry, key, key_height
from misspoke.reports.charts.marks import dots, line, rules
from misspoke.reports.charts.theme import FAINT
from misspoke.reports.charts.thresholds import STYLES
from misspoke.reports.text import shortened, visible

_LONGEST = 42
"""Characters of a line's name."""
_WIDE = 8.0
"""Places whose greatest is so many times the least stand on a log scale."""
_TICKS = 8
_ROOM = 22.0
"""Pixels that a number on the horizontal axis takes."""
_APART = 5.0
"""Pixels between the intervals of lines at one place, so that all are seen."""

_Point = tuple[float, float, tuple[float, float] | None]
_Held = tuple[str, list[_Point]]


def curve_charts(
    curve: Curve,
    text: Callable[[Figure], str],
    colours: Mapping[str, str] | None = None,
) -> list[Chart]:
    """The curve's lines with their intervals, in as many pictures as keep them apart.

    The first line is what the others are held against: it stands in every picture. `text` says a
    figure. Points without a finite value are left out, and lines without a point.
    """
    held = [series for series in curve.series if _points(series)]
    if not held:
        return []
    first, *others = held
    most = len(STYLES) - 1
    count = max(1, ceil(len(others) / most))
    size = ceil(len(others) / count)
    groups = [others[at * size : (at + 1) * size] for at in range(count)]
    return [
        _chart(curve, (first, *group), held, number, text, key_height(size + 1), colours)
        for number, group in enumerate(groups, start=1)
    ]


def _chart(
    curve: Curve,
    drawn: Sequence[Series],
    every: Sequence[Series],
    number: int,
    text: Callable[[Figure], str],
    above: int,
    colours: Mapping[str, str] | None,
) -> Chart:
    """One picture of some lines, on axes that hold every line of the curve, all as high."""
    lines = [(visible(series.name), _points(series)) for series in drawn]
    lasts = [text(_last(series)) for series in drawn]
    entries = [
        Entry(shortened(name, _LONGEST), last.partition(" ")[0], colour, dash)
        for (name, _), last, (colour, _, dash) in zip(lines, lasts, STYLES, strict=False)
    ]
    points = [point for series in every for point in _points(series)]
    frame = Frame(
        _across(points, visible(curve.across)),
        _up(points, visible(curve.up), curve.unit),
        height=above + 290,
        left=48,
        right=20,
        top=above + 46,
        above=above,
    )
    layers = [*_ground(frame), *_lines(frame, lines), *key(frame, "at the last point", entries)]
    told = "; ".join(f"{name} {last}" for (name, _), last in zip(lines, lasts, strict=True))
    name = f"curve-{curve.key}-{number}"
    return render(name, f"{curve.title}, at the last point: {told}", frame.spec(layers), colours)


def _points(series: Series) -> list[_Point]:
    """What can be drawn: values that are known and finite, with their intervals if those are."""
    return [
        (place, one.value, one.interval if all(map(isfinite, one.interval or ())) else None)
        for place, one in series.points
        if one.value is not None and isfinite(one.value)
    ]


def _last(series: Series) -> Figure:
    return [one for _, one in series.points if one.value is not None and isfinite(one.value)][-1]


def _ground(frame: Frame) -> list[Layer | None]:
    """A line at zero, where there are values on both sides of it."""
    low, high = frame.x.low, frame.x.high
    return [rules(frame, [(low, 0.0, high, 0.0)], FAINT) if frame.y.low < 0 else None]


def _lines(frame: Frame, lines: Sequence[_Held]) -> list[Layer | None]:
    """The lines with their points and intervals, those that come first above."""
    layers: list[Layer | None] = []
    middle = (len(lines) - 1) / 2
    for number, (_, points) in reversed(list(enumerate(lines))):
        colour, shape, dash = STYLES[number]
        moved = [(_beside(frame, x, (number - middle) * _APART), y, ends) for x, y, ends in points]
        places = [(x, y) for x, y, _ in moved]
        spreads = [(x, ends[0], x, ends[1]) for x, _, ends in moved if ends is not None]
        layers += [
            rules(frame, spreads, colour, width=1.2, opacity=0.7),
            line(frame, places, colour, dash),
            dots(frame, places, shape, colour, size=1.5),
        ]
    return layers


def _beside(frame: Frame, x: float, pixels: float) -> float:
    at, _ = frame.at(x, frame.y.low)
    return frame.value(at + pixels, 0.0)[0]


def _across(points: Sequence[_Point], title: str) -> Axis:
    """An axis with a number at each place, or at round ones where there are many."""
    places = sorted({place for place, _, _ in points})
    low, high = places[0], places[-1]
    log = low > 0 and high / low >= _WIDE
    if log:
        edge = max(1.12, (high / low) ** 0.06)
        axis = Axis(low / edge, high * edge, log=True)
    else:
        edge = 0.06 * (high - low) or 1.0
        axis = Axis(low - edge, high + edge)
    ticks = places if len(places) <= _TICKS else _round(axis)
    label = "format(datum.value, ',~r')" if high < 10_000 else "format(datum.value, '~s')"
    return Axis(axis.low, axis.high, tuple(_apart(ticks, axis)), title, label, log)


def _apart(ticks: Sequence[float], axis: Axis) -> list[float]:
    """The numbers that have room beside those before them."""
    kept: list[float] = []
    for tick in ticks:
        if not kept or 350 * (axis.share(tick) - axis.share(kept[-1])) >= _ROOM:
            kept.append(tick)
    return kept


def _round(axis: Axis) -> list[float]:
    """Round numbers along an axis."""
    if not axis.log:
        return list(_steps(axis.low, axis.high)[1:-1])
    powers = range(floor(log10(axis.low)), ceil(log10(axis.high)) + 1)
    every = (part * 10.0**power for power in powers for part in (1, 2, 5))
    return [tick for tick in every if axis.low <= tick <= axis.high]


def _up(points: Sequence[_Point], title: str, unit: Unit) -> Axis:
    """An axis that holds zero, all values and their intervals; shares end at 100%."""
    ends = [end for _, value, spread in points for end in (value, *(spread or ()))]
    low, high = min(0.0, *ends), max(0.0, *ends)
    ticks = _steps(low, high if high > low else low + 1.0)
    if unit == "share":
        ticks = tuple(tick for tick in ticks if tick <= 1.0)
        top = min(1.0, max(ticks[-1], high))
        label = PERCENT if ticks[-1] >= 0.05 else "format(datum.value, '.1%')"
        return Axis(ticks[0], top, ticks, title, label, grid=True)
    label = "format(100 * datum.value, '~g')" if unit == "points" else PLAIN
    return Axis(ticks[0], ticks[-1], ticks, title, label, grid=True)


def _steps(low: float, high: float) -> tuple[float, ...]:
    """Round numbers, five or so, the first not above `low` and the last not below `high`."""
    power = 10.0 ** floor(log10((high - low) / 4))
    step = next(part * power for part in (1, 2, 5, 10) if high - low <= 5 * part * power)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return tuple(round(place * step, 10) for place in range(first, last + 1))

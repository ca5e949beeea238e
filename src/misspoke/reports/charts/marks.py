"""What stands on a chart's ground: points, lines, bands and bars as layers of Vega-Lite."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from misspoke.reports.charts.frame import Frame, Layer, Text
from misspoke.reports.charts.theme import FAINT, GROUND, INK, OUTCOME_COLOURS, SHAPES


def dots(
    frame: Frame,
    points: Iterable[tuple[float, float]],
    shape: str,
    colour: str,
    *,
    filled: bool = True,
    size: float = 1.0,
) -> Layer | None:
    """Marks of a shape, a name of `SHAPES`; hollow ones have the ground's colour within."""
    values = [{"x": x, "y": y} for x, y in points]
    if not values:
        return None
    crossed = shape == "knowledge_gap"
    mark = {
        "type": "point",
        "shape": SHAPES[shape],
        "size": 4 * size * size,
        "filled": False,
        "fill": "none" if crossed else colour if filled else GROUND,
        "stroke": colour if crossed or not filled else GROUND,
        "strokeWidth": 1.6 if crossed or not filled else 0.8,
        "opacity": 1,
    }
    return frame.marks(mark, values)


def line(
    frame: Frame,
    points: Iterable[tuple[float, float]],
    colour: str,
    dash: Sequence[int] = (),
    width: float = 2,
) -> Layer | None:
    """A line from point to point, in their order."""
    values = [{"x": x, "y": y, "i": place} for place, (x, y) in enumerate(points)]
    if len(values) < 2:
        return None
    mark = {"type": "line", "color": colour, "strokeWidth": width, "strokeJoin": "round"}
    if dash:
        mark["strokeDash"] = list(dash)
    return frame.marks(mark, values, order={"field": "i", "type": "quantitative"})


def band(frame: Frame, spreads: Iterable[tuple[float, float, float]], colour: str) -> Layer | None:
    """The room between low and high ends along x: (x, low, high)."""
    values = [{"x": x, "y": low, "y2": high} for x, low, high in spreads]
    if len(values) < 2:
        return None
    return frame.marks({"type": "area", "color": colour, "opacity": 0.16}, values)


def rules(
    frame: Frame,
    ends: Iterable[tuple[float, float, float, float]],
    colour: str = FAINT,
    dash: Sequence[int] = (),
    width: float = 1,
    opacity: float = 1,
) -> Layer | None:
    """Straight lines: (x, y, x2, y2)."""
    values = [{"x": x, "y": y, "x2": x2, "y2": y2} for x, y, x2, y2 in ends]
    if not values:
        return None
    look = {"color": colour, "strokeWidth": width, "strokeOpacity": opacity}
    mark: dict[str, Any] = {"type": "rule", **look}
    if dash:
        mark["strokeDash"] = list(dash)
    return frame.marks(mark, values)


def bars(
    frame: Frame,
    corners: Iterable[tuple[float, float, float, float]],
    colour: str,
    opacity: float = 1,
) -> Layer | None:
    """Filled rectangles: (x, y, x2, y2)."""
    values = [{"x": x, "y": y, "x2": x2, "y2": y2} for x, y, x2, y2 in corners]
    if not values:
        return None
    return frame.marks({"type": "rect", "color": colour, "opacity": opacity}, values)


def threshold(frame: Frame, tau: float) -> list[Layer | None]:
    """A line at τ with its name above; nothing where τ is off the axis."""
    if not frame.x.low <= tau <= frame.x.high:
        return []
    x, _ = frame.at(tau, frame.y.low)
    name = Text(x, -8, f"τ = {tau:g}", align="center")
    drawn = rules(frame, [(tau, frame.y.low, tau, frame.y.high)], INK, width=1.1)
    return [drawn, *frame.texts([name])]


def outcome_dots(
    frame: Frame, outcome: str, points: Iterable[tuple[float, float]], **more: Any
) -> Layer | None:
    """Marks of an outcome in its shape and colour."""
    return dots(frame, points, outcome, OUTCOME_COLOURS[outcome], **more)


class Spread(Protocol):
    """A value with its interval; parts of it may be unknown."""

    @property
    def value(self) -> float | None:
        """The value."""

    @property
    def low(self) -> float | None:
        """The lower end of its interval."""

    @property
    def high(self) -> float | None:
        """The upper end."""


def spreads(
    frame: Frame,
    rows: Sequence[tuple[float, Spread]],
    shape: str,
    colour: str,
    *,
    filled: bool = True,
) -> list[Layer | None]:
    """Values with their intervals, each across at a height of its own: (y, row)."""
    ends = [
        (row.low, y, row.high, y) for y, row in rows if row.low is not None and row.high is not None
    ]
    places = [(row.value, y) for y, row in rows if row.value is not None]
    return [
        rules(frame, ends, colour, width=1.8),
        dots(frame, places, shape, colour, filled=filled, size=1.7),
    ]

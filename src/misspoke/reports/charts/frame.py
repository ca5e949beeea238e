"""The ground of a chart, and what stands on it: layers of Vega-Lite at places known beforehand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log10
from typing import Any

from rich.cells import cell_len

from misspoke.reports.charts.theme import CHARACTER, INK, INKS, WIDTH

Layer = dict[str, Any]

PERCENT = "format(datum.value, '.0%')"
PLAIN = "format(datum.value, '~g')"


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from one end of an axis to the other, and those that have a number."""

    low: float
    high: float
    ticks: tuple[float, ...] = ()
    title: str = ""
    label: str = PLAIN
    """An expression of Vega that writes a number."""
    log: bool = False
    grid: bool = False

    def share(self, value: float) -> float:
        """How far along the axis a value lies: 0 to 1."""
        if self.log:
            return (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return (value - self.low) / (self.high - self.low)

    def value(self, share: float) -> float:
        """The value that lies there."""
        if self.log:
            low, high = log10(self.low), log10(self.high)
            return float(10 ** (low + share * (high - low)))
        return self.low + share * (self.high - self.low)

    def scale(self) -> dict[str, Any]:
        """The axis' scale for Vega-Lite."""
        kind = "log" if self.log else "linear"
        return {"type": kind, "domain": [self.low, self.high], "nice": False, "zero": False}


@dataclass(frozen=True, slots=True)
class Text:
    """Words at a place in pixels of the plot, from its top left."""

    x: float
    y: float
    text: str
    colour: str = INK
    align: str = "left"
    weight: str = "normal"
    angle: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture of fixed size, its margins, and its two axes."""

    x: Axis
    y: Axis
    height: int = 290
    width: int = WIDTH
    left: int = 44
    right: int = 14
    top: int = 30
    bottom: int = 46
    above: int = 0
    """Pixels kept free above the title of the vertical axis."""

    @property
    def across(self) -> int:
        """Width of the plot in pixels."""
        return self.width - self.left - self.right

    @property
    def down(self) -> int:
        """Height of the plot in pixels."""
        return self.height - self.top - self.bottom

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point lies in pixels of the plot."""
        return self.x.share(x) * self.across, (1 - self.y.share(y)) * self.down

    def value(self, x: float, y: float) -> tuple[float, float]:
        """The values of both axes at a place in pixels of the plot."""
        return self.x.value(x / self.across), self.y.value(1 - y / self.down)

    def spec(self, layers: Iterable[Layer | None]) -> dict[str, Any]:
        """The description of the whole picture, the axes below all layers."""
        ground = self.marks({"type": "point", "opacity": 0}, [])
        return {
            "width": self.across,
            "height": self.down,
            "autosize": {"type": "none"},
            "padding": {
                "left": self.left,
                "right": self.right,
                "top": self.top,
                "bottom": self.bottom,
            },
            "layer": [ground, *(layer for layer in layers if layer)],
        }

    def marks(self, mark: dict[str, Any], values: Sequence[dict[str, Any]], **more: Any) -> Layer:
        """A layer of marks at `x` and `y` of each value; of `x2` and `y2` where it has them."""
        encoding: dict[str, Any] = {
            "x": {"field": "x", "type": "quantitative", "scale": self.x.scale()},
            "y": {"field": "y", "type": "quantitative", "scale": self.y.scale()},
        }
        encoding["x"]["axis"] = self._across()
        encoding["y"]["axis"] = self._up()
        ends = ("x2", "y2")
        encoding |= {end: {"field": end} for end in ends if values and end in values[0]}
        return {"data": {"values": list(values)}, "mark": mark, "encoding": encoding | more}

    def texts(self, texts: Iterable[Text]) -> list[Layer]:
        """Layers of words, at most one for each way of setting them."""
        ways: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
        for one in texts:
            x, y = self.value(one.x, one.y)
            value = {"x": x, "y": y, "text": one.text, "colour": INKS.get(one.colour, one.colour)}
            ways.setdefault((one.align, one.weight, one.angle), []).append(value)
        return [
            self.marks(
                {
                    "type": "text",
                    "align": align,
                    "baseline": "middle",
                    "fontWeight": weight,
                    "angle": angle,
                },
                values,
                text={"field": "text", "type": "nominal"},
                color={"field": "colour", "type": "nominal", "scale": None},
            )
            for (align, weight, angle), values in ways.items()
        ]

    def _across(self) -> dict[str, Any] | None:
        axis = self.x
        if not axis.ticks and not axis.title:
            return None
        return {
            **_numbers(axis),
            "title": axis.title or None,
            "titleAnchor": "middle",
            "titleY": self.bottom - 14,
            "titleBaseline": "middle",
            "domain": True,
            "ticks": True,
        }

    def _up(self) -> dict[str, Any] | None:
        axis = self.y
        if not axis.ticks and not axis.title:
            return None
        return {
            **_numbers(axis),
            "title": axis.title or None,
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "end",
            "titleBaseline": "middle",
            "titleX": -self.left,
            "titleY": self.above + 10 - self.top,
            "ticks": False,
            "labelPadding": 6,
        }


def _numbers(axis: Axis) -> dict[str, Any]:
    return {"values": list(axis.ticks), "labelExpr": axis.label, "grid": axis.grid}


def width(text: str) -> float:
    """About how wide a text is, in pixels."""
    return CHARACTER * cell_len(text)


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The places moved apart to at least `gap`, within bounds while there is room, in order."""
    order = sorted(range(len(places)), key=lambda place: (places[place], place))
    found = [0.0] * len(places)
    below = low - gap
    for place in order:
        below = found[place] = max(places[place], below + gap)
    above = high + gap
    for place in reversed(order):
        above = found[place] = min(found[place], above - gap)
    return found

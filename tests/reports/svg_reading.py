"""Reading a chart back: what stands where, held against the chart's own numbers on its axes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree

from misspoke.reports.charts import Chart

SVG = "{http://www.w3.org/2000/svg}"
PLACE = re.compile(r"translate\((-?[\d.e-]+),(-?[\d.e-]+)\)")
DRAWN = {f"{SVG}{tag}" for tag in ("svg", "g", "path", "line", "rect", "text")}


@dataclass(frozen=True)
class Item:
    """An element with all that it inherits, at its place in the picture."""

    tag: str
    x: float
    y: float
    look: dict[str, str]
    text: str

    @property
    def ends(self) -> tuple[float, float]:
        """Where a rule or a bar has its other end."""
        width = float(self.look.get("x2", self.look.get("width", 0)))
        height = float(self.look.get("y2", self.look.get("height", 0)))
        return self.x + width, self.y + height

    @property
    def colour(self) -> str:
        """Of its outline if that is no mere gap to what is below, else of its inside."""
        stroke = self.look.get("stroke", "none")
        return self.look["fill"] if stroke in ("none", "var(--ground)") else stroke


def root(chart: Chart | None) -> ElementTree.Element:
    assert chart is not None
    return ElementTree.fromstring(chart.svg)  # noqa: S314 - our own


def items(chart: Chart | None) -> list[Item]:
    found: list[Item] = []

    def walk(element: ElementTree.Element, x: float, y: float, look: dict[str, str]) -> None:
        assert element.tag in DRAWN
        at = PLACE.match(element.get("transform", ""))
        if at:
            x, y = x + float(at[1]), y + float(at[2])
        look = {key: look[key] for key in look if key not in ("transform", "d", "opacity")}
        look |= dict(element.items())
        if element.tag not in (f"{SVG}svg", f"{SVG}g"):
            own = (float(element.get(side, 0)) for side in ("x", "y"))
            left, top = own if element.tag.endswith("rect") else (0.0, 0.0)
            tag = element.tag.removeprefix(SVG)
            found.append(Item(tag, x + left, y + top, look, element.text or ""))
        for child in element:
            walk(child, x, y, look)

    walk(root(chart), 0, 0, {})
    return found


def words(chart: Chart | None) -> list[str]:
    return [item.text for item in items(chart) if item.tag == "text"]


def symbols(chart: Chart | None, colour: str) -> list[Item]:
    """The marks of a colour, which are paths with a place of their own."""
    return [
        item
        for item in items(chart)
        if item.tag == "path" and "transform" in item.look and item.colour == f"var(--{colour})"
    ]


def rules(chart: Chart | None, colour: str) -> list[Item]:
    return [
        item
        for item in items(chart)
        if item.tag == "line" and item.look.get("stroke") == f"var(--{colour})"
    ]


def number(text: str) -> float:
    text = text.replace("−", "-").replace(",", "")
    scale = {"%": 0.01, "M": 1e6, "B": 1e9}.get(text[-1])
    return float(text) if scale is None else float(text[:-1]) * scale


Scale = Callable[[float], float]


def across(chart: Chart | None) -> Scale:
    """From values of the horizontal axis to places, by its ticks and their numbers."""
    ticks = [item for item in rules(chart, "line") if item.ends == (item.x, item.y + 4)]
    labels = [
        item
        for item in items(chart)
        if item.tag == "text" and ticks and 10 < item.y - ticks[0].y < 24
        and re.fullmatch(r"[+−]?[\d.,]+[%MB]?", item.text)
        and any(abs(item.x - tick.x) < 1 for tick in ticks)
    ]  # fmt: skip
    assert len(labels) == len(ticks) >= 2
    return _scale([(number(item.text), item.x) for item in labels])


def up(chart: Chart | None) -> Scale:
    """From values of the vertical axis to places, by its grid and its numbers."""
    grid = [item for item in rules(chart, "line") if item.ends[1] == item.y and item.ends[0] > 300]
    if not grid:
        widest = max(item.ends[0] - item.x for item in rules(chart, "line"))
        grid = [item for item in rules(chart, "line") if item.ends[0] - item.x == widest]
    places = sorted((item.y for item in grid), reverse=True)
    labels = sorted(
        (
            item
            for item in items(chart)
            if item.tag == "text" and item.look.get("text-anchor") == "end"
            and abs(item.x - grid[0].x + 6) < 2 and re.fullmatch(r"[\d.]+%?", item.text)
        ),
        key=lambda item: -item.y,
    )  # fmt: skip
    assert len(labels) == len(places) >= 2
    return _scale([(number(one.text), y) for one, y in zip(labels, places, strict=True)])


def _scale(known: list[tuple[float, float]]) -> Scale:
    (low, start), *_, (high, end) = sorted(known)
    return lambda value: start + (value - low) / (high - low) * (end - start)

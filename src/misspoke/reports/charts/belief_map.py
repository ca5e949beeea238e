"""P-mass against the winner's probability: every question a point."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from misspoke.reports.charts.chart import Chart, render
from misspoke.reports.charts.frame import Axis, Frame, Layer, Text, width
from misspoke.reports.charts.marks import outcome_dots, rules, threshold
from misspoke.reports.charts.theme import GROUND, OUTCOME_COLOURS, SHAPES
from misspoke.reports.text import counted
from misspoke.reports.verdict import OUTCOME_WORDS

_ORDER = ("knowledge_gap", "correct", "abstained", "undetermined", "commitment_failure")
"""What is drawn later covers what was drawn before."""
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_ACROSS = "P-mass: probability of the right answer"
_UP = "Winner: probability of the likeliest first token"
_DIAGONAL = "winner = P-mass"
_ROW, _SAMPLE = 20, 18


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A question on the map."""

    index: int
    """Its row, which the mark carries as `data-row`."""
    x: float
    """Its P-mass, the lower bound."""
    y: float
    """The probability of the likeliest content token where the answer begins."""
    outcome: str


def map_chart(
    points: Sequence[MapPoint], tau: float, colours: Mapping[str, str] | None = None
) -> Chart | None:
    """Every question whose numbers are known, told apart by colour and shape, failures above."""
    by_outcome: dict[str, list[MapPoint]] = {outcome: [] for outcome in _ORDER}
    for point in points:
        if isfinite(point.x) and isfinite(point.y):
            by_outcome[point.outcome].append(point)
    held = {outcome: found for outcome, found in by_outcome.items() if found}
    if not held:
        return None
    legend = [
        (outcome, f"{OUTCOME_WORDS[outcome]} {len(held[outcome]):,}")
        for outcome in reversed(_ORDER)
        if outcome in held
    ]
    rows = _rows([*(text for _, text in legend), _DIAGONAL])
    above = 6 + _ROW * (rows[-1][1] + 1)
    top = above + 42
    frame = Frame(
        Axis(0.0, 1.0, _TICKS, _ACROSS, grid=True),
        Axis(0.0, 1.0, _TICKS, _UP, grid=True),
        height=top + 46 + 362,
        left=38,
        right=20,
        top=top,
        above=above,
    )
    layers: list[Layer | None] = [
        rules(frame, [(0.0, 0.0, 1.0, 1.0)], dash=(5, 4)),
        *(_marks(frame, name, found) for name, found in held.items() if name != _ORDER[-1]),
        *threshold(frame, tau),
        _marks(frame, _ORDER[-1], held[_ORDER[-1]]) if _ORDER[-1] in held else None,
        *_legend(frame, legend, rows),
    ]
    total = sum(map(len, held.values()))
    told = ", ".join(text for _, text in legend)
    title = f"What the model believed, and how sure it was: {counted(total, 'question')}, {told}"
    return render("map", title, frame.spec(layers), colours)


def _marks(frame: Frame, outcome: str, found: Sequence[MapPoint]) -> Layer:
    values = [{"x": one.x, "y": one.y, "row": f"{one.index} {outcome}"} for one in found]
    colour = OUTCOME_COLOURS[outcome]
    open_shape = outcome in ("knowledge_gap", "abstained")
    mark: dict[str, Any] = {
        "type": "point",
        "shape": SHAPES[outcome],
        "size": 4,
        "filled": False,
        "fill": "none" if outcome == "knowledge_gap" else GROUND if open_shape else colour,
        "stroke": colour if open_shape else GROUND,
        "strokeWidth": 1.2 if open_shape else 0.5,
        "opacity": 1,
        "aria": True,
    }
    return frame.marks(mark, values, description={"field": "row", "type": "nominal"})


def _rows(texts: Sequence[str]) -> list[tuple[float, int]]:
    """The place of each legend entry: pixels from the left, and its row."""
    places: list[tuple[float, int]] = []
    x, row = 0.0, 0
    for text in texts:
        needed = _SAMPLE + width(text)
        if x and x + needed > 400:
            x, row = 0.0, row + 1
        places.append((x, row))
        x += needed + 16
    return places


def _legend(
    frame: Frame, entries: Sequence[tuple[str, str]], rows: Sequence[tuple[float, int]]
) -> list[Layer | None]:
    """The outcomes with their counts, and the line where a token holds as much as the answer."""
    places = [(x - frame.left, _ROW * row - frame.top + 10) for x, row in rows]
    layers: list[Layer | None] = []
    for (outcome, _), (x, y) in zip(entries, places, strict=False):
        mark = frame.value(x + 6, y)
        layers.append(outcome_dots(frame, outcome, [mark], size=1.2, filled=outcome != "abstained"))
    x, y = places[-1]
    layers.append(rules(frame, [(*frame.value(x, y), *frame.value(x + 14, y))], dash=(5, 4)))
    words = [*(text for _, text in entries), _DIAGONAL]
    texts = (Text(x + _SAMPLE, y, text) for (x, y), text in zip(places, words, strict=True))
    return [*layers, *frame.texts(texts)]

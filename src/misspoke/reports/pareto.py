"""The Pareto picture: what a decoder gets right, against what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import floor, log10

from misspoke.diagnosis import Verdicts
from misspoke.diagnosis.decoders import DecoderVerdict
from misspoke.reports.charts import Plot, axes, picture
from misspoke.reports.decoder_figures import fine_share, tokens
from misspoke.reports.labels import Box, Label, place
from misspoke.reports.page_parts import safe
from misspoke.reports.page_style import PICTURE_STYLE
from misspoke.reports.text import shortened, visible

_WIDTH, _HEIGHT = 760, 460
_MARGIN = 14
"""Around the picture where it is a file."""
_LONGEST = 28
"""Characters of a name."""
_NAME, _KIND = "pareto", "chart pareto"
_LEAST = 0.001
"""A mean of fewer tokens is none."""
_DENSE = 3.5
"""Powers of ten on an axis that has more numbers than those."""
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
_TITLE = "Accuracy of decoders against the tokens that they forward"
_ACROSS = "Forward tokens beyond the prompt, mean of a question (log scale)"
_UP = "Accuracy, with 95% intervals; filled points are on the Pareto frontier"
_DOTS = {
    True: "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    False: "m-3.6-3.6h7.2v7.2h-7.2z",
}


@dataclass(frozen=True, slots=True)
class Point:
    """A decoder in the picture."""

    verdict: DecoderVerdict
    accuracy: float
    low: float
    high: float
    tokens: float
    best: bool
    """No other decoder is as good and cheaper, or better and as cheap."""

    @property
    def kind(self) -> str:
        """The class of its colour."""
        return "one" if self.best else "two"


def pareto_svg(verdicts: Verdicts) -> str:
    """Draw the Pareto picture as an SVG file by itself, on a ground of its own, light or dark.

    Accuracy against mean forward tokens beyond the prompt, on a log scale; a decoder that forwards
    none stands at the left edge. Without a question that is judged it says so.
    """
    plot, content, description = _chart(points(verdicts))
    outer = replace(plot, width=plot.width + 2 * _MARGIN, height=plot.height + 2 * _MARGIN)
    paper = f'<rect class="paper" width="{outer.width}" height="{outer.height}" rx="6"/>'
    inner = f'<g transform="translate({_MARGIN} {_MARGIN})">\n{content}\n</g>'
    drawn = picture(
        outer, _NAME, _TITLE, description, paper, inner, kind=_KIND, style=PICTURE_STYLE
    )
    return f"{drawn}\n"


def pareto_figure(verdicts: Verdicts) -> str:
    """The picture for the page, whose style sheet it needs."""
    plot, content, description = _chart(points(verdicts))
    drawn = picture(plot, _NAME, _TITLE, description, content, kind=_KIND)
    return f'<figure><div class="scroll">{drawn}</div></figure>'


def points(verdicts: Verdicts) -> list[Point]:
    """The decoders that have an accuracy and a cost, in the run's order."""
    placed = [v for v in verdicts.decoders if v.accuracy.value is not None]
    costs = [(v.beyond_prompt.value or 0.0, -(v.accuracy.value or 0.0)) for v in placed]
    found = []
    for verdict, (cost, loss) in zip(placed, costs, strict=True):
        low, high = verdict.accuracy.interval or (-loss, -loss)
        beaten = any(c <= cost and x <= loss and (c, x) != (cost, loss) for c, x in costs)
        found.append(Point(verdict, -loss, low, high, cost, best=not beaten))
    return found


def _chart(found: Sequence[Point]) -> tuple[Plot, str, str]:
    """The ground of the picture, what is drawn on it, and what a screen reader says."""
    if not found:
        empty = "No question was judged."
        return Plot(_WIDTH, 80), f'<text class="label" x="20" y="40">{safe(empty)}</text>', empty
    plot, across, up = _ground(found)
    places = [(plot.x(_at(plot, point)), plot.y(point.accuracy)) for point in found]
    names = [shortened(visible(point.verdict.decoder), _LONGEST) for point in found]
    field = (plot.left + 4.0, plot.top, plot.width - 4.0, plot.y_floor - 2.0)
    steps = _steps(plot, found)
    avoid = [_whisker_box(plot, point) for point in found]
    avoid += [(min(a, c), min(b, d), max(a, c), max(b, d)) for (a, b), (c, d) in pairwise(steps)]
    labels = place(places, names, field, avoid)
    parts = [
        axes(plot, across, up, _ACROSS, _UP),
        f'<path class="line one" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in steps)}"/>',
        *(_whisker(plot, point) for point in found),
        *(_leader(label, *where) for label, where in zip(labels, places, strict=True)),
        *(_dot(point, *where) for point, where in zip(found, places, strict=True)),
        *(_name(label, name) for label, name in zip(labels, names, strict=True)),
    ]
    return plot, "\n".join(part for part in parts if part), "; ".join(map(_told, found))


def _told(point: Point) -> str:
    accuracy = fine_share(point.verdict.accuracy)
    return f"{point.verdict.decoder}: {accuracy} at {tokens(point.tokens)} tokens beyond the prompt"


def _ground(found: Sequence[Point]) -> tuple[Plot, list[tuple[float, str]], list[float]]:
    """A plot that holds all points and bars, and where its axes have numbers."""
    low, high = min(point.low for point in found), max(point.high for point in found)
    step = next((s for s in _STEPS if high - low <= 6 * s), _STEPS[-1])
    first = max(0, floor((low - step / 4) / step))
    last = min(round(1 / step), floor((high + step / 4) / step) + 1)
    first = min(first, last - 2) if last >= 2 else 0
    costs = [point.tokens for point in found if point.tokens >= _LEAST] or [1.0]
    left, right = log10(min(costs) / 2), log10(max(costs) * 2.5)  # two numbers at least
    plot = Plot(
        _WIDTH,
        _HEIGHT,
        x_range=(left, right),
        y_range=(first * step, last * step),
        left=58,
        right=20,
        top=34,
    )
    marked = [
        part * 10.0**power
        for power in range(floor(left), floor(right) + 1)
        for part in ((1, 2, 5) if right - left < _DENSE else (1,))
        if left <= log10(part * 10.0**power) <= right
    ]
    return (
        plot,
        [(log10(value), f"{value:,.0f}" if value >= 1 else f"{value:g}") for value in marked],
        [place * step for place in range(first, last + 1)],
    )


def _at(plot: Plot, point: Point) -> float:
    """Where a point stands on the log axis; at its left end if it costs nothing."""
    return log10(point.tokens) if point.tokens >= _LEAST else plot.x_range[0]


def _steps(plot: Plot, found: Sequence[Point]) -> list[tuple[float, float]]:
    """The corners of the best accuracy that a number of tokens buys: steps up to the right."""
    best = sorted({(_at(plot, point), point.accuracy) for point in found if point.best})
    corners: list[tuple[float, float]] = []
    for cost, accuracy in best:
        x, y = plot.x(cost), plot.y(accuracy)
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return [*corners, (float(plot.width - plot.right), corners[-1][1])]


def _whisker(plot: Plot, point: Point) -> str:
    x, low, high = plot.x(_at(plot, point)), plot.y(point.low), plot.y(point.high)
    bar = f"M{x - 4:.1f} {low:.1f}h8M{x:.1f} {low:.1f}V{high:.1f}M{x - 4:.1f} {high:.1f}h8"
    return f'<path class="whisker {point.kind}" d="{bar}"/>'


def _whisker_box(plot: Plot, point: Point) -> Box:
    x = plot.x(_at(plot, point))
    return x - 4, plot.y(point.high), x + 4, plot.y(point.low)


def _dot(point: Point, x: float, y: float) -> str:
    return (
        f'<path class="dot {point.kind}" d="M{x:.1f} {y:.1f}{_DOTS[point.best]}">'
        f"<title>{safe(_told(point))}</title></path>"
    )


def _leader(label: Label, x: float, y: float) -> str:
    if not label.away:
        return ""
    end = label.x + (2 if label.ends else -2)
    return f'<path class="leader" d="M{x:.1f} {y:.1f}L{end:.1f} {label.y - 4:.1f}"/>'


def _name(label: Label, name: str) -> str:
    side = " end" if label.ends else ""
    return f'<text class="name{side}" x="{label.x:.1f}" y="{label.y:.1f}">{safe(name)}</text>'

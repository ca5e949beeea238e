"""Parts of charts as inline SVG: scales, axes, the marks of outcomes and their legend."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from misspoke.reports.page_parts import safe
from misspoke.reports.text import percent
from misspoke.reports.verdict import OUTCOME_WORDS

MARKS = {
    "correct": "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z",
    "commitment_failure": "m0-4.6l4.2 7.4h-8.4z",
    "knowledge_gap": "m-2.7-2.7l5.4 5.4m0-5.4l-5.4 5.4",
    "undetermined": "m0-4.4l4 4.4-4 4.4-4-4.4z",
    "abstained": "m-3-3h6v6h-6z",
}
"""The shape of each outcome, drawn from its centre: nobody needs to tell the colours apart."""


@dataclass(frozen=True, slots=True)
class Plot:
    """The ground of a chart: where values of two axes lie in its picture. Pictures grow down."""

    width: int
    height: int
    x_range: tuple[float, float] = (0.0, 1.0)
    y_range: tuple[float, float] = (0.0, 1.0)
    left: int = 54
    right: int = 16
    top: int = 14
    bottom: int = 52

    def x(self, value: float) -> float:
        """Where a value of the horizontal axis lies."""
        low, high = self.x_range
        return self.left + (value - low) / (high - low) * (self.width - self.left - self.right)

    def y(self, value: float) -> float:
        """Where a value of the vertical axis lies."""
        low, high = self.y_range
        return self.y_floor - (value - low) / (high - low) * (self.y_floor - self.top)

    @property
    def y_floor(self) -> int:
        """Where the horizontal axis lies."""
        return self.height - self.bottom

    def at(self, x: float, y: float) -> str:
        """A point, as paths and polygons name it."""
        return f"{self.x(x):.1f} {self.y(y):.1f}"


def picture(
    plot: Plot,
    name: str,
    title: str,
    description: str,
    *content: str,
    kind: str = "chart",
    style: str = "",
) -> str:
    """A chart with the texts that a screen reader reads for it; `name` is unique on the page.

    With a style sheet of its own it is a file by itself.
    """
    body = "\n".join(part for part in content if part)
    namespace, sheet = "", ""
    if style:
        namespace = 'xmlns="http://www.w3.org/2000/svg" '
        sheet = f"\n<style>{style}</style>"
    return (
        f'<svg {namespace}class="{kind}" role="img" aria-labelledby="{name}-title {name}-text" '
        f'viewBox="0 0 {plot.width} {plot.height}"><title id="{name}-title">{safe(title)}</title>'
        f'<desc id="{name}-text">{safe(description)}</desc>{sheet}\n{body}\n</svg>'
    )


def axes(
    plot: Plot,
    x_ticks: Sequence[tuple[float, str]],
    y_ticks: Sequence[float],
    x_label: str,
    y_label: str = "",
    figure: Callable[[float], str] = percent,
) -> str:
    """A grid with its numbers; the label of the vertical axis stands above it.

    `figure` writes the vertical axis' numbers, which are shares if nothing else is said.
    """
    left, right, floor = plot.left, plot.width - plot.right, plot.y_floor
    parts = []
    for value in y_ticks:
        y = plot.y(value)
        parts.append(f'<path class="grid" d="M{left} {y:.1f}H{right}"/>')
        parts.append(_text("tick end", left - 8, y + 4, figure(value)))
    for value, label in x_ticks:
        x = plot.x(value)
        parts.append(f'<path class="grid" d="M{x:.1f} {floor}v5"/>')
        parts.append(_text("tick middle", x, floor + 19, label))
    parts.append(f'<path class="axis" d="M{left} {floor}H{right}"/>')
    parts.append(_text("label middle", (left + right) / 2, floor + 43, x_label))
    if y_label:
        parts.append(_text("label", 0, 17, y_label))
    return "\n".join(parts)


def threshold_line(plot: Plot, tau: float, label: str) -> str:
    """A vertical line at τ, and its label at the top, on the side where there is room."""
    x = plot.x(tau)
    beyond = x > (plot.left + plot.width) / 2
    kind, place = ("tick end", x - 5) if beyond else ("tick", x + 5)
    return f'<path class="tau" d="M{x:.1f} {plot.top}V{plot.y_floor}"/>' + _text(
        kind, place, plot.top + 9, label
    )


def mark(outcome: str, x: float, y: float, title: str = "") -> str:
    """The mark of an outcome at a place of the picture, and what hovering over it tells."""
    path = f'<path class="mark {outcome}" d="M{x:.1f} {y:.1f}{MARKS[outcome]}"'
    return f"{path}><title>{safe(title)}</title></path>" if title else f"{path}/>"


def outcome_legend(counts: Iterable[tuple[str, str]], *more: str) -> str:
    """The marks of outcomes with their words, each with a text such as its count; more entries."""
    entries = [
        legend_entry(mark(outcome, 9, 9), f"{OUTCOME_WORDS[outcome]} {text}".strip())
        for outcome, text in counts
    ]
    return legend([*entries, *more])


def legend(entries: Iterable[str]) -> str:
    """A list of what the marks and lines of a chart stand for."""
    return f'<ul class="legend">{"".join(entries)}</ul>'


def legend_entry(sample: str, text: str, width: int = 18) -> str:
    """One line of a legend; the sample is SVG, 18 high."""
    return (
        f'<li><svg class="sample" aria-hidden="true" width="{width}" height="18" '
        f'viewBox="0 0 {width} 18">{sample}</svg> {safe(text)}</li>'
    )


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{safe(text)}</text>'

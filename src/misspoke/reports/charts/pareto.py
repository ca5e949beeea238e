"""What decoders get right against what they cost: accuracy by forwarded tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

from misspoke.diagnosis import Verdicts
from misspoke.diagnosis.decoders import DecoderVerdict
from misspoke.reports.charts.chart import Chart, render
from misspoke.reports.charts.frame import PERCENT, Axis, Frame, Layer
from misspoke.reports.charts.labels import Box, named
from misspoke.reports.charts.marks import dots, line, rules
from misspoke.reports.charts.theme import RIGHT, WRONG
from misspoke.reports.decoder_figures import fine_share, tokens
from misspoke.reports.text import shortened, visible

_LONGEST = 24
"""Characters of a name."""
_LEAST = 0.001
"""A mean of fewer tokens is none."""
_DENSE = 1.6
"""Powers of ten on an axis that has more numbers than those."""
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
_ACROSS = "Tokens forwarded per question, log scale"
_UP = "Accuracy; filled: on the Pareto frontier"
_NUMBER = "datum.value >= 1 ? format(datum.value, ',.0f') : format(datum.value, '~g')"


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


def pareto_chart(verdicts: Verdicts, colours: Mapping[str, str] | None = None) -> Chart | None:
    """Accuracy against mean forward tokens beyond the prompt, with 95% intervals.

    A decoder that forwards none stands at the left edge. None where no question is judged.
    """
    found = points(verdicts)
    if not found:
        return None
    frame = _frame(found)
    places = [(_tokens(frame, point), point.accuracy) for point in found]
    steps = _steps(frame, found)
    best = [place for place, point in zip(places, found, strict=True) if point.best]
    others = [place for place, point in zip(places, found, strict=True) if not point.best]
    names = [shortened(visible(point.verdict.decoder), _LONGEST) for point in found]
    layers: list[Layer | None] = [
        line(frame, steps, WRONG, width=1.4),
        rules(frame, _whiskers(frame, found, True), WRONG, width=1.2, opacity=0.5),
        rules(frame, _whiskers(frame, found, False), RIGHT, width=1.2, opacity=0.5),
        *named(frame, places, names, _avoided(frame, found, steps)),
        dots(frame, best, "correct", WRONG, size=1.7),
        dots(frame, others, "abstained", RIGHT, filled=False, size=1.4),
    ]
    return render("pareto", _told(found), frame.spec(layers), colours)


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


def _told(found: Sequence[Point]) -> str:
    figures = (
        f"{point.verdict.decoder}: {fine_share(point.verdict.accuracy)} at "
        f"{tokens(point.tokens)} tokens"
        for point in found
    )
    return (
        "Accuracy of decoders against the tokens that they forward beyond the prompt, mean of a "
        f"question: {'; '.join(figures)}"
    )


def _frame(found: Sequence[Point]) -> Frame:
    """A picture that holds all points and bars."""
    low, high = min(point.low for point in found), max(point.high for point in found)
    step = next((s for s in _STEPS if high - low <= 6 * s), _STEPS[-1])
    first = max(0, floor((low - step / 4) / step))
    last = min(round(1 / step), floor((high + step / 4) / step) + 1)
    first = min(first, last - 2) if last >= 2 else 0
    costs = [point.tokens for point in found if point.tokens >= _LEAST] or [1.0]
    left, right = log10(min(costs) / 2), log10(max(costs) * 2.5)  # two numbers at least
    ticks = [
        part * 10.0**power
        for power in range(floor(left), floor(right) + 1)
        for part in ((1, 2, 5) if right - left < _DENSE else (1,))
        if left <= log10(part * 10.0**power) <= right
    ]
    up = tuple(place * step for place in range(first, last + 1))
    return Frame(
        Axis(10**left, 10**right, tuple(ticks), _ACROSS, _NUMBER, log=True),
        Axis(first * step, last * step, up, _UP, PERCENT, grid=True),
        height=480,
        top=32,
    )


def _tokens(frame: Frame, point: Point) -> float:
    """Where a point stands on the log axis; at its left end if it costs nothing."""
    return max(point.tokens, frame.x.low)


def _steps(frame: Frame, found: Sequence[Point]) -> list[tuple[float, float]]:
    """The corners of the best accuracy that a number of tokens buys: steps up to the right."""
    best = sorted({(_tokens(frame, point), point.accuracy) for point in found if point.best})
    corners: list[tuple[float, float]] = []
    for cost, accuracy in best:
        if corners:
            corners.append((cost, corners[-1][1]))
        corners.append((cost, accuracy))
    return [*corners, (frame.x.high, corners[-1][1])]


def _whiskers(
    frame: Frame, found: Sequence[Point], best: bool
) -> list[tuple[float, float, float, float]]:
    """The intervals of the decoders on the frontier, or of the others."""
    held = [point for point in found if point.best == best]
    places = [_tokens(frame, point) for point in held]
    return [(x, point.low, x, point.high) for x, point in zip(places, held, strict=True)]


def _avoided(
    frame: Frame, found: Sequence[Point], steps: Sequence[tuple[float, float]]
) -> list[Box]:
    """What names had better not cover: the intervals, and the steps of the frontier."""
    ends = [(_tokens(frame, point), point.low, point.high) for point in found]
    boxes = [(*frame.at(x, high), *frame.at(x, low)) for x, low, high in ends]
    places = [frame.at(*step) for step in steps]
    return boxes + [
        (min(a, c), min(b, d), max(a, c), max(b, d)) for (a, b), (c, d) in pairwise(places)
    ]

"""Rates at every threshold τ, with their 95% intervals: of one run, and of several."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from misspoke.reports.charts.chart import Chart, render
from misspoke.reports.charts.frame import PERCENT, Axis, Frame, Layer, Text, spread, width
from misspoke.reports.charts.key import Entry, key, key_height
from misspoke.reports.charts.marks import band, dots, line, threshold
from misspoke.reports.charts.theme import FAINT, INK, LEFT, OPEN, OTHER, RIGHT, WRONG
from misspoke.reports.text import percent, percent_spread, shortened, visible

_CEILINGS = (0.1, 0.25, 0.5, 0.75, 1.0)
_ACROSS = Axis(0.03, 0.52, (0.1, 0.2, 0.3, 0.4, 0.5), "τ: the P-mass that counts as knowing")
_LABEL = 17
"""Height of a line of text."""
_LONGEST = 40
"""Characters of a run's name."""

_BANDS = 3
"""Lines that may all have their intervals drawn; more would cover each other."""

Style = tuple[str, str, tuple[int, ...]]

STYLES: tuple[Style, ...] = (
    (WRONG, "commitment_failure", ()),
    (RIGHT, "correct", (7, 3)),
    (OPEN, "undetermined", (2, 3)),
    (LEFT, "abstained", (9, 3, 2, 3)),
    (OTHER, "knowledge_gap", (4, 2)),
    (INK, "correct", (1, 2)),
)
"""Colour, shape of points and dashes of the lines of a chart, in their order."""


@dataclass(frozen=True, slots=True)
class RatePoint:
    """A rate at a threshold, with its interval where there is one."""

    tau: float
    value: float
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class RateSeries:
    """The rates of a run, or of a way of counting, by rising τ."""

    label: str
    points: tuple[RatePoint, ...]

    def near(self, tau: float) -> RatePoint | None:
        """The point at τ."""
        return next((point for point in self.points if abs(point.tau - tau) < 1e-9), None)


Drawn = tuple[RateSeries, Style]


def failure_chart(
    summary: Mapping[str, Any], colours: Mapping[str, str] | None = None
) -> Chart | None:
    """Commitment failures per wrong answer by each kind of mass, at every τ."""
    names = {"string": "whole string", "first": "content token", "literal": "literal token"}
    series = [RateSeries(name, _failures(summary["sweep"][mass])) for mass, name in names.items()]
    return _chart(
        "failures",
        "Commitment failures per wrong answer",
        "Wrong answers that were known, by the whole string, by the first content token, and by "
        "the literal first token as published",
        series,
        summary["tau"],
        colours,
    )


def misfire_chart(
    summary: Mapping[str, Any], colours: Mapping[str, str] | None = None
) -> Chart | None:
    """How often what is believed by τ is not said: greedy, sampling, the heaviest meaning."""
    points = [point for point in summary["misfire"] if point["n"]]
    series = [
        RateSeries("greedy", _rates(points, "greedy")),
        RateSeries("sampling", tuple(map(_sampled, points))),
        RateSeries("heaviest meaning", _rates(points, "concept_argmax")),
    ]
    return _chart(
        "misfire",
        "Wrong, of the questions with a P-mass of at least τ",
        "Known questions that went wrong: by greedy decoding, by sampling at temperature 1 "
        "(expected), and by always saying the heaviest meaning",
        series,
        summary["tau"],
        colours,
    )


def rates_chart(
    series: Sequence[RateSeries],
    tau: float | None = None,
    name: str = "rates",
    title: str = "Commitment failures per wrong answer, of each run",
    up: str = "Commitment failures per wrong answer",
    colours: Mapping[str, str] | None = None,
) -> Chart | None:
    """Several runs' rates by τ: the first six that have any. Up to three show their intervals."""
    held = [one for one in series if one.points]
    drawn = list(zip(held, STYLES, strict=False))
    if not drawn:
        return None
    bands = len(drawn) if len(drawn) <= _BANDS else 0
    entries = []
    for one, (colour, _, dash) in drawn:
        point = None if tau is None else one.near(tau)
        figure = _fine(point.value) if point else ""
        entries.append(Entry(shortened(visible(one.label), _LONGEST), figure, colour, dash))
    above = key_height(len(entries))
    frame = Frame(
        _ACROSS, _up(drawn, up, bands), height=above + 290, right=20, top=above + 46, above=above
    )
    head = "" if tau is None else f"at τ = {tau:g}"
    layers = [*_lines(frame, drawn, tau, bands), *key(frame, head, entries)]
    return render(name, _told(title, [one for one, _ in drawn], tau), frame.spec(layers), colours)


def _chart(
    name: str,
    up: str,
    title: str,
    series: Sequence[RateSeries],
    tau: float,
    colours: Mapping[str, str] | None,
) -> Chart | None:
    """Lines with their names at their ends; the first has a band."""
    drawn = [(one, style) for one, style in zip(series, STYLES, strict=False) if one.points]
    if not drawn:
        return None
    room = 1.13 * max(width(text) for one, _ in drawn for text in _words(one, tau))
    frame = Frame(_ACROSS, _up(drawn, up, 1), height=300, right=int(room) + 8, top=46)
    layers = [*_lines(frame, drawn, tau, 1), *frame.texts(_ends(frame, drawn, tau))]
    return render(name, _told(title, series, tau), frame.spec(layers), colours)


def _up(drawn: Sequence[Drawn], title: str, bands: int) -> Axis:
    """An axis of shares that holds the lines, and the bands of the first so many."""
    held = [point.value for one, _ in drawn for point in one.points]
    held += [p.interval[1] for one, _ in drawn[:bands] for p in one.points if p.interval]
    top = next(limit for limit in _CEILINGS if max(held) <= limit + 1e-9)
    return Axis(0.0, top, tuple(top * part / 5 for part in range(6)), title, PERCENT, grid=True)


def _lines(
    frame: Frame, drawn: Sequence[Drawn], tau: float | None, bands: int
) -> list[Layer | None]:
    """The lines with their points, those that come first above, on the bands of the first few."""
    layers: list[Layer | None] = [
        band(frame, _spreads(one), style[0]) for one, style in drawn[:bands]
    ]
    if tau is not None:
        layers += threshold(frame, tau)
    for one, (colour, shape, dash) in reversed(drawn):
        points = [(point.tau, point.value) for point in one.points]
        layers += [line(frame, points, colour, dash), dots(frame, points, shape, colour)]
    return layers


def _spreads(series: RateSeries) -> Iterable[tuple[float, float, float]]:
    return ((p.tau, *p.interval) for p in series.points if p.interval)


def _words(series: RateSeries, tau: float) -> list[str]:
    """What stands at the end of a line: its name, and its value at τ."""
    point = series.near(tau)
    return [series.label, *([f"{_fine(point.value)} at τ"] if point else [])]


def _fine(value: float) -> str:
    return f"{100 * value:.1f}%"


def _ends(
    frame: Frame,
    drawn: Sequence[Drawn],
    tau: float,
) -> list[Text]:
    """The names at the ends of the lines, apart from each other."""
    lines = [_words(one, tau) for one, _ in drawn]
    rows = max(map(len, lines))
    wanted = [frame.at(one.points[-1].tau, one.points[-1].value)[1] for one, _ in drawn]
    gap = rows * _LABEL + 3
    half = (rows - 1) * _LABEL / 2
    places = spread(wanted, gap, half, frame.down - half)
    texts = []
    for words, place, (_, (colour, *_rest)) in zip(lines, places, drawn, strict=True):
        first = place - (len(words) - 1) * _LABEL / 2
        texts.append(Text(frame.across + 4, first, words[0], colour, weight="600"))
        texts += [
            Text(frame.across + 4, first + number * _LABEL, word, FAINT)
            for number, word in enumerate(words[1:], start=1)
        ]
    return texts


def _told(title: str, series: Sequence[RateSeries], tau: float | None) -> str:
    """The title with each line's figure at τ; at its first threshold where it has none there."""
    parts = []
    for one in series:
        if not one.points:
            continue
        point = (None if tau is None else one.near(tau)) or one.points[0]
        spread_text = percent_spread(point.interval)
        figure = f"{percent(point.value)} {spread_text}".rstrip()
        parts.append(f"{one.label} {figure} at τ = {point.tau:g}")
    return f"{title}: {'; '.join(parts)}"


def _failures(sweep: Iterable[Mapping[str, Any]]) -> tuple[RatePoint, ...]:
    return tuple(
        RatePoint(
            point["tau"],
            point["failures_per_wrong_lower"],
            _pair(point["failures_per_wrong_interval"]),
        )
        for point in sweep
        if point["failures_per_wrong_lower"] is not None
    )


def _rates(points: Iterable[Mapping[str, Any]], name: str) -> tuple[RatePoint, ...]:
    ones = ((point["tau"], point[name].get("lower", point[name])) for point in points)
    return tuple(
        RatePoint(tau, one["value"], _pair(one["interval"]))
        for tau, one in ones
        if one["value"] is not None
    )


def _sampled(point: Mapping[str, Any]) -> RatePoint:
    low, high = point["sampling"]
    return RatePoint(point["tau"], (low + high) / 2)


def _pair(interval: Sequence[float] | None) -> tuple[float, float] | None:
    return None if interval is None else (interval[0], interval[1])

"""Rates at every threshold τ, with their 95% intervals, beside the two references."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from misspoke.reports.charts import (
    Plot,
    axes,
    legend,
    legend_entry,
    picture,
    threshold_line,
)
from misspoke.reports.figures import rate, rate_bounds
from misspoke.reports.page_parts import safe, table
from misspoke.reports.text import percent_between, percent_spread

_WIDTH, _HEIGHT = 440, 320
_TICKS = (0.1, 0.2, 0.3, 0.4, 0.5)
_CEILINGS = (0.1, 0.25, 0.5, 0.75, 1.0)
_MARKS = {
    "one": "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z",
    "two": "m-2.8-2.8h5.6v5.6h-5.6z",
    "three": "m0-3.8l3.6 6.2h-7.2z",
}


@dataclass(frozen=True, slots=True)
class Point:
    """A rate at a threshold; `spread` is its interval, or what is not known of it."""

    tau: float
    value: float
    spread: tuple[float, float] | None
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a chart; `kind` gives its colour, its dashes and the shape of its points."""

    kind: str
    name: str
    points: tuple[Point, ...]
    band: bool = False
    """Whether the spread is drawn."""


def failure_chart(summary: Mapping[str, Any]) -> str:
    """Commitment failures per wrong answer, by each kind of mass."""
    names = {
        "string": ("one", "by the whole string, with its 95% interval"),
        "first": ("two", "by the content first token"),
        "literal": ("three", "by the literal first token, as published"),
    }
    series = [
        Series(kind, name, tuple(_failures(summary["sweep"][mass])), band=mass == "string")
        for mass, (kind, name) in names.items()
    ]
    title = "Wrong answers that were known: commitment failures per wrong answer"
    return _figure("failures", title, series, summary["tau"])


def misfire_chart(summary: Mapping[str, Any]) -> str:
    """How often what is believed by τ is not said: greedy, sampling, concept argmax."""
    points = [point for point in summary["misfire"] if point["n"]]
    series = [
        Series("one", "greedy: what it did, with its 95% interval", _rates(points, "greedy"), True),
        Series("two", "sampling: expected, 1 − P-mass", tuple(_sampled(points))),
        Series(
            "three", "concept argmax: always the heaviest meaning", _rates(points, "concept_argmax")
        ),
    ]
    title = "Known questions that went wrong: share of the questions with a P-mass of at least τ"
    return _figure("misfire", title, series, summary["tau"])


def threshold_table(summary: Mapping[str, Any]) -> str:
    """The figures of both charts."""
    head = (
        "τ",
        "failures per wrong answer, by the string",
        "by the content first token",
        "by the literal first token",
        "greedy wrong, of the known",
        "sampling",
        "concept argmax",
    )
    sweep = summary["sweep"]
    points = zip(
        *(sweep[m] for m in ("string", "first", "literal")), summary["misfire"], strict=True
    )
    rows = (
        ("", [f"{string['tau']:g}", *(safe(cell) for cell in _cells((string, *masses), misfire))])
        for string, *masses, misfire in points
    )
    return table(head, rows)


def _cells(masses: Iterable[Mapping[str, Any]], misfire: Mapping[str, Any]) -> list[str]:
    sampled = misfire["sampling"]
    return [
        *(_share(point) for point in masses),
        rate_bounds(misfire["greedy"]),
        percent_between(*sampled) if sampled else "–",
        rate(misfire["concept_argmax"]),
    ]


def _share(point: Mapping[str, Any]) -> str:
    low, high = point["failures_per_wrong_lower"], point["failures_per_wrong_upper"]
    if low is None:
        return "–"
    count = point["counts"]["commitment_failure"]
    spread = percent_spread(point["failures_per_wrong_interval"])
    return f"{percent_between(low, high)} ({count:,}) {spread}".rstrip()


def _failures(sweep: Sequence[Mapping[str, Any]]) -> Iterable[Point]:
    for point in sweep:
        value = point["failures_per_wrong_lower"]
        if value is not None:
            spread = point["failures_per_wrong_interval"]
            yield Point(point["tau"], value, _pair(spread), _share(point))


def _rates(points: Iterable[Mapping[str, Any]], name: str) -> tuple[Point, ...]:
    found = []
    for point in points:
        one = point[name].get("lower", point[name])
        if one["value"] is not None:
            found.append(Point(point["tau"], one["value"], _pair(one["interval"]), rate(one)))
    return tuple(found)


def _sampled(points: Iterable[Mapping[str, Any]]) -> Iterable[Point]:
    for point in points:
        low, high = point["sampling"]
        text = percent_between(low, high)
        yield Point(point["tau"], (low + high) / 2, (low, high), text)


def _pair(spread: Sequence[float] | None) -> tuple[float, float] | None:
    return None if spread is None else (spread[0], spread[1])


def _figure(name: str, title: str, series: Sequence[Series], tau: float) -> str:
    """A chart under its title; a line of words where there is nothing to draw."""
    if not any(line.points for line in series):
        return f"<figure><figcaption>{safe(title)}</figcaption><p>No such question.</p></figure>"
    plot, ticks = _ground(series)
    x_ticks = [(tick, f"{tick:g}") for tick in _TICKS]
    marked = threshold_line(plot, tau, f"τ = {tau:g}") if _TICKS[0] / 2 <= tau <= 0.5 else ""
    chart = picture(
        plot,
        name,
        title,
        "; ".join(_told(line, tau) for line in series),
        axes(plot, x_ticks, ticks, "τ: the P-mass that counts as knowing"),
        marked,
        *(_band(plot, line) for line in series if line.band),
        *(_line(plot, line) for line in reversed(series)),
    )
    samples = legend(legend_entry(_sample(line.kind), line.name, 34) for line in series)
    return f"<figure><figcaption>{safe(title)}</figcaption>{chart}{samples}</figure>"


def _ground(series: Sequence[Series]) -> tuple[Plot, list[float]]:
    """A plot that holds every value, and where its vertical axis has numbers."""
    values = [point.value for line in series for point in line.points]
    for line in series:
        values += [point.spread[1] for point in line.points if line.band and point.spread]
    ceiling = next(limit for limit in _CEILINGS if max(values) <= limit + 1e-9)
    plot = Plot(_WIDTH, _HEIGHT, x_range=(0.03, 0.52), y_range=(0.0, ceiling))
    return plot, [ceiling * part / 5 for part in range(6)]


def _told(line: Series, tau: float) -> str:
    """The line for a screen reader: its value at τ, or at both ends."""
    at = [point for point in line.points if abs(point.tau - tau) < 1e-9]
    at = at or [line.points[0], line.points[-1]] if line.points else []
    return f"{line.name}: " + (", ".join(f"{p.text} at τ = {p.tau:g}" for p in at) or "no question")


def _band(plot: Plot, line: Series) -> str:
    spreads = [(point.tau, point.spread) for point in line.points if point.spread]
    if len(spreads) < 2:
        return ""
    upper = [plot.at(tau, spread[1]) for tau, spread in spreads]
    lower = [plot.at(tau, spread[0]) for tau, spread in reversed(spreads)]
    return f'<path class="band {line.kind}" d="M{"L".join(upper + lower)}z"/>'


def _line(plot: Plot, line: Series) -> str:
    places = [plot.at(point.tau, point.value) for point in line.points]
    parts = [f'<path class="line {line.kind}" d="M{"L".join(places)}"/>'] if places else []
    for point, place in zip(line.points, places, strict=True):
        parts.append(
            f'<path class="dot {line.kind}" d="M{place}{_MARKS[line.kind]}">'
            f"<title>{safe(f'τ = {point.tau:g}: {point.text}')}</title></path>"
        )
    return "\n".join(parts)


def _sample(kind: str) -> str:
    return (
        f'<path class="line {kind}" d="M1 9H33"/><path class="dot {kind}" d="M17 9{_MARKS[kind]}"/>'
    )

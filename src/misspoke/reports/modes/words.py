"""Findings as texts: what the terminal, the notebook and the page all show."""

from collections.abc import Mapping, Sequence
from math import isinf
from typing import Any, TypeVar

from misspoke.diagnosis.modes.checked import Check
from misspoke.diagnosis.modes.findings import Curve, Findings, Remedy
from misspoke.diagnosis.modes.measures import Difference, Figure, Unit
from misspoke.reports.charts import LevelRow
from misspoke.reports.decoder_figures import p_value, signed, tokens
from misspoke.reports.figures import run_title, share_spread
from misspoke.reports.text import counted, percent, visible

_T = TypeVar("_T")

MODES = {
    "hallucination": "Hallucination",
    "sycophancy": "Sycophancy",
    "premises": "False premises",
    "drift": "Instruction drift",
    "consistency": "Inconsistency",
}
"""The ways of failing, as people call them."""
UNITS = {"premises": "item", "drift": "instruction"}
"""What a unit of a mode is; elsewhere a question."""
WORDS = {"share": "", "nats": " nats", "tokens": " tokens", "tokens a point": " tokens a point",
         "points": " points"}  # fmt: skip
"""What stands behind a figure of each unit."""
FIGURE_HEAD = ("What is measured", "Value [95%]", "n")
REMEDY_HEAD = ("Remedy", "Mends, points", "Breaks, points", "Tokens more", "p", "n")
REMEDY_NOTE = (
    "Mends and breaks are differences from doing nothing on the same units, in points, with their "
    "95% intervals: above 0 something is mended, or broken. Tokens are what is forwarded per unit "
    "beyond doing nothing. p is of what is mended, by exchanging the two within clusters, "
    "corrected by Holm for the number of remedies, and n is how many units it is of; the p of what "
    "is broken, in the chart, is not corrected."
)
REMEDY_BRIEF = (
    "Against doing nothing on the same units: above 0 something is mended, or broken. p: of what "
    "is mended, corrected by Holm."
)
NONE = "–"


def mode_name(mode: str) -> str:
    """What people call a mode."""
    return MODES.get(mode, visible(mode))


def heading(findings: Findings, manifest: Mapping[str, Any]) -> str:
    """The mode, and who was asked what: `Sycophancy: model on questions`."""
    return f"{mode_name(findings.mode)}: {run_title(manifest)}"


def facts(findings: Findings) -> list[str]:
    """How many units there are, who is left out and why, and what it took."""
    left_out = [f"{count:,} left out: {visible(why)}" for why, count in findings.left_out if count]
    return [
        counted(findings.units, UNITS.get(findings.mode, "question")),
        *left_out,
        counted(findings.forward_tokens, "forward token"),
    ]


def value(number: float, unit: Unit) -> str:
    """A number in its unit, without the unit's name; points are differences of shares."""
    if isinf(number):
        return "∞" if number > 0 else "−∞"
    if unit == "share":
        return percent(number)
    if unit == "points":
        return signed(100 * number)
    if unit == "nats":
        text = f"{number:.2f}".replace("-", "−")
        return "0.00" if text == "−0.00" else text
    return tokens(number).replace("-", "−")


def figure_text(figure: Figure) -> str:
    """A figure with its unit and its 95% interval: `12% [9–15%]`; `too few` without a value."""
    if figure.value is None:
        return "too few"
    shown = value(figure.value, figure.unit) + WORDS[figure.unit]
    return f"{shown} {interval_text(figure)}".rstrip()


def interval_text(figure: Figure) -> str:
    """A figure's 95% interval in brackets; an empty text where there is none that says anything."""
    if figure.interval is None or figure.value is None:
        return ""
    if figure.unit == "share":
        return share_spread(figure.value, figure.interval)
    low, high = (value(end, figure.unit) for end in figure.interval)
    return f"[{low} to {high}]"


def figure_cells(figure: Figure) -> tuple[str, str, str]:
    """The cells of `FIGURE_HEAD`."""
    return visible(figure.says), figure_text(figure), f"{figure.n:,}"


def better_text(figure: Figure) -> str:
    """Which way is better, where one is."""
    return "" if figure.better is None else f"{figure.better} is better"


def points_text(difference: Difference) -> str:
    """A difference of shares in points: `+2.2 [+0.5 to +3.9]`; `too few` without a value."""
    if difference.value is None:
        return "too few"
    text = signed(100 * difference.value)
    if difference.interval is None:
        return text
    low, high = (signed(100 * end) for end in difference.interval)
    return f"{text} [{low} to {high}]"


def remedy_cells(remedy: Remedy) -> tuple[str, ...]:
    """The cells of `REMEDY_HEAD`."""
    more = remedy.tokens
    return (
        visible(remedy.name),
        points_text(remedy.effect),
        points_text(remedy.damage),
        NONE if more.value is None else value(more.value, more.unit),
        NONE if remedy.p is None else p_value(remedy.p),
        f"{remedy.effect.n:,}",
    )


def is_known(curve: Curve) -> bool:
    """Whether any point of a curve has a value."""
    return any(one.value is not None for series in curve.series for _, one in series.points)


def places(curve: Curve) -> list[float]:
    """All places on the horizontal axis that a line of the curve has, ascending."""
    return sorted({place for series in curve.series for place, _ in series.points})


def place_text(place: float) -> str:
    """A place on an axis: whole where it is."""
    return f"{place:,.0f}" if float(place).is_integer() else f"{place:,.1f}"


def curve_table(
    curve: Curve, most: int | None = None, *, spreads: bool
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The head and the rows of a curve as a table.

    A row a line, with at most so many places; or, where the lines have places of their own, a row a
    point, if not all then the first and the last of each line. A dash stands where a line has no
    value, the number of units where they are too few.
    """
    shared = places(curve)
    if any(len(series.points) == len(shared) for series in curve.series):
        at = _spaced(shared, most)
        head = (f"{visible(curve.up)} by {visible(curve.across)}", *map(place_text, at))
        lines = [(visible(series.name), dict(series.points)) for series in curve.series]
        return head, [(name, *(_cell(held.get(x), spreads) for x in at)) for name, held in lines]
    head = ("", visible(curve.across), visible(curve.up))
    return head, [
        (visible(series.name), place_text(place), _cell(one, spreads))
        for series in curve.series
        for place, one in _spaced(series.points, None if most is None else 2)
    ]


def _spaced(held: Sequence[_T], most: int | None) -> Sequence[_T]:
    """At most so many of them (two or more), the first and the last among them."""
    if most is None or len(held) <= most:
        return held
    last = len(held) - 1
    return [held[round(number * last / (most - 1))] for number in range(most)]


def _cell(figure: Figure | None, spreads: bool) -> str:
    if figure is None:
        return NONE
    if figure.value is None:
        return f"n={figure.n:,}"
    shown = value(figure.value, figure.unit)
    return f"{shown} {interval_text(figure)}".rstrip() if spreads else shown


def levels(figures: Sequence[Figure]) -> list[LevelRow]:
    """The figures that are shares, as rows of a chart."""
    rows = []
    for one in figures:
        if one.unit == "share":
            low, high = one.interval or (None, None)
            shown = figure_text(one) if one.value is not None else f"n={one.n:,}"
            rows.append(LevelRow(one.says, one.value, low, high, shown, one.better))
    return rows


def remedy_line(remedy: Remedy | None, judged: int) -> str:
    """The remedy that is worth it, with what it mends, breaks and costs; or that none is known."""
    if remedy is None:
        if not judged:
            return ""
        return f"Of {counted(judged, 'remedy', 'remedies')} judged none is settled to help."
    _, mends, breaks, more, p, _ = remedy_cells(remedy)
    tested = "" if remedy.p is None else f", p {p if p[0] == '<' else f'= {p}'} (Holm)"
    return (
        f"{visible(remedy.name)}: mends {mends} points{tested}, breaks {breaks} points, "
        f"{more} tokens more a unit."
    )


def headline(figures: Sequence[Figure]) -> list[Figure]:
    """The share that shows most, and what it is held against: the first two."""
    return [one for one in figures if one.unit == "share"][:2]


def checked_facts(check: Check) -> list[str]:
    """How much was asked; nothing where nothing was."""
    if check.folder is None:
        return []
    return [
        counted(check.units, UNITS.get(check.mode, "question")),
        *(f"{count:,} left out: {visible(why)}" for why, count in check.left_out),
        counted(check.forward_tokens, "forward token"),
    ]

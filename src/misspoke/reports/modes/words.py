"""Findings as texts: what the terminal, the notebook and the page all show."""

from collections.abc import Mapping, Sequence
from typing import Any

from misspoke.diagnosis.modes.findings import Curve, Findings, Remedy
from misspoke.diagnosis.modes.measures import Difference, Figure, Unit
from misspoke.reports.decoder_figures import p_value, signed, tokens
from misspoke.reports.figures import run_title, share_spread
from misspoke.reports.text import counted, percent, visible

MODES = {
    "sycophancy": "Sycophancy",
    "premises": "False premises",
    "drift": "Instruction drift",
    "consistency": "Inconsistency",
}
"""The kinds of runs of probes, as people call them."""
UNITS = {"premises": "item", "drift": "instruction"}
"""What a unit of a mode is; elsewhere a question."""
WORDS = {"share": "", "nats": " nats", "tokens": " tokens", "tokens a point": " tokens a point",
         "points": " points"}  # fmt: skip
"""What stands behind a figure of each unit."""
FIGURE_HEAD = ("What is measured", "Value [95%]", "n")
REMEDY_HEAD = ("Remedy", "Mends, points", "Breaks, points", "Tokens more", "p", "Verdict")
REMEDY_NOTE = (
    "Mends and breaks are differences from doing nothing on the same units, in points, with their "
    "95% intervals: above 0 something is mended, or broken. Tokens are what is forwarded per unit "
    "beyond doing nothing. p is of what is mended, by exchanging the two within clusters, "
    "corrected by Holm for the number of remedies."
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
        visible(remedy.verdict),
    )


def places(curve: Curve) -> list[float]:
    """All places on the horizontal axis that a line of the curve has, ascending."""
    return sorted({place for series in curve.series for place, _ in series.points})


def place_text(place: float) -> str:
    """A place on an axis: whole where it is."""
    return f"{place:,.0f}" if float(place).is_integer() else f"{place:,.1f}"


def curve_rows(curve: Curve, at: Sequence[float], *, spreads: bool) -> list[tuple[str, ...]]:
    """A row a line: its name, then its value at each of the places.

    A dash where it has none, and the number of units where they are too few.
    """
    rows = []
    for series in curve.series:
        held = dict(series.points)
        cells = (_cell(held.get(place), spreads) for place in at)
        rows.append((visible(series.name), *cells))
    return rows


def _cell(figure: Figure | None, spreads: bool) -> str:
    if figure is None:
        return NONE
    if figure.value is None:
        return f"n={figure.n:,}"
    shown = value(figure.value, figure.unit)
    return f"{shown} {interval_text(figure)}".rstrip() if spreads else shown

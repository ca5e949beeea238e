"""What a run's figures would be at other thresholds: two charts, and their figures as a table."""

from collections.abc import Iterable, Mapping
from typing import Any

from misspoke.reports.charts import failure_chart, misfire_chart
from misspoke.reports.figures import rate, rate_bounds, share_spread
from misspoke.reports.page_parts import figure, folded, note, safe, section, table
from misspoke.reports.text import percent_between

_NOTE = (
    "Where the line is drawn decides what counts as known. First, how many wrong answers were "
    "known. Then, how many known questions went wrong, beside what two other ways of putting the "
    "same beliefs into words would get wrong: sampling at temperature 1, and always emitting the "
    "meaning that holds most."
)
_HEAD = (
    "τ",
    "failures per wrong answer, by the string",
    "by the content first token",
    "by the literal first token",
    "greedy wrong, of the known",
    "sampling",
    "concept argmax",
)


def thresholds_section(summary: Mapping[str, Any]) -> str:
    """The section on thresholds."""
    charts = (
        figure(failure_chart(summary), "Wrong answers that were known"),
        figure(misfire_chart(summary), "Known questions that went wrong"),
    )
    return section(
        "By threshold",
        note(_NOTE),
        f'<div class="pair">{"".join(charts)}</div>',
        folded("The figures as a table", threshold_table(summary), printed=True),
        name="thresholds",
        words=("τ", "commitment failure", "conditional misfire", "concept argmax"),
    )


def threshold_table(summary: Mapping[str, Any]) -> str:
    """The figures of both charts."""
    sweep = summary["sweep"]
    points = zip(
        *(sweep[m] for m in ("string", "first", "literal")), summary["misfire"], strict=True
    )
    rows = (
        ("", [f"{string['tau']:g}", *(safe(cell) for cell in _cells((string, *masses), misfire))])
        for string, *masses, misfire in points
    )
    return table(_HEAD, rows)


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
    spread = share_spread(low, point["failures_per_wrong_interval"])
    return f"{percent_between(low, high)} ({count:,}) {spread}".rstrip()

"""P-mass against the winner's probability: every question a point."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis import OUTCOMES
from misspoke.records import Interval
from misspoke.reports.charts import (
    Plot,
    axes,
    legend_entry,
    mark,
    outcome_legend,
    picture,
    threshold_line,
)
from misspoke.reports.telling import judged, outcome_codes
from misspoke.reports.text import counted, interval, probability, quoted, shortened, visible
from misspoke.reports.verdict import OUTCOME_WORDS

if TYPE_CHECKING:
    from misspoke.runs import Run

DRAWN = 2_000
"""Runs of more rows are thinned: all failures, and as many others as there is room for."""
FAILURES = 4_000
"""Failures that are drawn at the most; their marks would cover each other."""
_OTHERS = 500
"""Rows of other outcomes that are drawn beside however many failures."""

_DRAWING_ORDER = ("knowledge_gap", "correct", "abstained", "undetermined", "commitment_failure")
_FAILURE = OUTCOMES.index("commitment_failure")
_PLOT = Plot(width=680, height=540, left=62, top=38)
_QUESTION, _ANSWER = 90, 40
_ACROSS = "P-mass: probability of the right answer, all spellings"
_UP = "Winner: probability of the likeliest first token"
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def scatter(run: "Run", tau: float) -> tuple[str, str]:
    """The chart with its legend, and a sentence on what is drawn; empty where there is no row.

    Raises:
        UserError: the run is not finished, or its rows cannot be read.
    """
    codes = outcome_codes(run, tau)
    if not codes.size:
        return "", ""
    chosen = choose(codes)
    marks: dict[str, list[str]] = {outcome: [] for outcome in _DRAWING_ORDER}
    for outcome, drawn in _marks(run, chosen, tau):
        marks[outcome].append(drawn)
    counts = {name: int((codes == place).sum()) for place, name in enumerate(OUTCOMES)}
    legend = [(name, f"{counts[name]:,}") for name in reversed(_DRAWING_ORDER) if counts[name]]
    description = "Questions: " + ", ".join(f"{OUTCOME_WORDS[name]} {n}" for name, n in legend)
    ticks = [(tick, f"{tick:g}") for tick in _TICKS]
    chart = picture(
        _PLOT,
        "scatter",
        "Probability of the likeliest first token against the P-mass of the right answer",
        description,
        axes(_PLOT, ticks, _TICKS, _ACROSS, _UP),
        _diagonal(),
        threshold_line(_PLOT, tau, f"τ = {tau:g}"),
        *(drawn for outcome in _DRAWING_ORDER for drawn in marks[outcome]),
    )
    equal = legend_entry('<path class="guide" d="M1 9H33"/>', "winner as likely as the answer", 34)
    return chart + outcome_legend(legend, equal), _drawn_text(codes, chosen)


def choose(codes: NDArray[np.int8]) -> NDArray[np.intp]:
    """The places of the rows to draw, in order: all, or the failures and a part of the others.

    What is thinned is taken at even distances, so that the same run gives the same points.
    """
    if codes.size <= DRAWN:
        return np.arange(codes.size)
    failures, others = np.flatnonzero(codes == _FAILURE), np.flatnonzero(codes != _FAILURE)
    failures = _thinned(failures, FAILURES)
    return np.sort(np.append(failures, _thinned(others, max(_OTHERS, DRAWN - failures.size))))


def _thinned(places: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    if places.size <= most:
        return places
    return places[np.arange(most) * places.size // most]


def _drawn_text(codes: NDArray[np.int8], chosen: NDArray[np.intp]) -> str:
    if chosen.size == codes.size:
        return "Every question is a point."
    failures, drawn = int((codes == _FAILURE).sum()), int((codes[chosen] == _FAILURE).sum())
    which = "all" if failures == drawn else f"{drawn:,} of"
    others = f"{chosen.size - drawn:,} of {counted(codes.size - failures, 'other question')}"
    how = "taken at even distances"
    return f"Drawn are {which} {counted(failures, 'commitment failure')}, and {others}, {how}."


def _marks(run: "Run", chosen: NDArray[np.intp], tau: float) -> Iterator[tuple[str, str]]:
    import polars as pl

    for batch in judged(run, ("question", "answer", "winner_prob"), tau):
        wanted = batch.filter(pl.Series(np.isin(batch["place"].to_numpy(), chosen)))
        for row in wanted.iter_rows(named=True):
            x, y = _PLOT.x(row["p_mass_lower"]), _PLOT.y(row["winner_prob"])
            yield row["outcome"], mark(row["outcome"], x, y, _hover(row))


def _hover(row: Mapping[str, Any]) -> str:
    question = shortened(visible(row["question"]), _QUESTION)
    mass = interval(Interval(row["p_mass_lower"], row["p_mass_upper"]))
    return (
        f"{question} It said {quoted(row['answer'], _ANSWER)} ({OUTCOME_WORDS[row['outcome']]}). "
        f"P-mass {mass}, winner {probability(row['winner_prob'])}"
    )


def _diagonal() -> str:
    """Where the winner holds as much as the right answer: right of it, spelling lost the vote."""
    return f'<path class="guide" d="M{_PLOT.at(0, 0)}L{_PLOT.at(1, 1)}"/>'

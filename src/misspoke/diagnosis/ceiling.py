"""The ceiling of detectors: what they recall of each kind of wrong answer at one confidence.

A detector that ranks answers by the model's confidence finds wrong ones among the unsure. Within a
bin of confidence that help is gone: the threshold of a cell comes from the right answers *of its
bin*, so that 5% of those are flagged in each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from misspoke.diagnosis.judged import OUTCOME_KINDS, Cell, Judged, Scored
from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.diagnosis.resampled import Estimate, Figures
from misspoke.measures import Tally, recalls

EDGES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Bins of the probability of the emitted first content token, with the openers before it; the last
holds 1. The most probable token at the answer step is often a sure "The", which tells nothing."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The judged rows of a bin of confidence: low ≤ probability < high, or ≤ high where it is 1."""

    low: float
    high: float
    n_wrong: int
    n_correct: int


@dataclass(frozen=True, slots=True)
class CeilingRow:
    """One detector on one kind of wrong answer."""

    detector: str
    kind: str
    overall: Cell
    bins: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Recall at 5% false alarms, overall and within bins of confidence."""

    bins: tuple[Bin, ...]
    rows: tuple[CeilingRow, ...]


def recall_cells(scored: Scored, kinds: Iterable[str], found: Mapping[str, Estimate]) -> list[Cell]:
    """The cells of some kinds, from what `recall_figures` led to."""
    n_correct = int(scored.correct.sum())
    cells = []
    for kind in kinds:
        estimate = found.get(kind, Estimate())
        n = int(scored.kinds[kind].sum())
        cells.append(Cell(n, n_correct, estimate.value, estimate.interval))
    return cells


def recall_figures(scored: Scored, kinds: Iterable[str], tally: Tally) -> dict[str, Floats]:
    """The recalls (r,) of the kinds that have enough rows; the tally is of the scored rows."""
    enough = [kind for kind in kinds if scored.countable(scored.kinds[kind])]
    if not enough:
        return {}
    marks = np.stack([scored.kinds[kind] for kind in enough])
    shares = recalls(tally, marks)
    return dict(zip(enough, shares.T, strict=True))


def in_bins(content_winner_prob: Floats) -> list[Bools]:
    """The rows (m,) of each bin, from the probabilities (m,) of their first content tokens."""
    return [
        (content_winner_prob >= low) & ((content_winner_prob < high) | (high >= EDGES[-1]))
        for low, high in pairwise(EDGES)
    ]


def bin_figures(scored: Scored) -> Figures:
    """The recalls of a detector's rows in a bin, as figures of all judged rows."""

    def figures(weights: Floats) -> dict[str, Floats]:
        return recall_figures(scored, OUTCOME_KINDS, scored.tally(weights))

    return figures


def ceiling(
    judged: Judged,
    bins: Sequence[Bools],
    overall: Mapping[str, Mapping[str, Cell]],
    within: Sequence[Scored],
    found: Sequence[Mapping[str, Estimate]],
) -> Ceiling:
    """Put the table together.

    `overall` holds each detector's cells by kind; `within` each detector's rows in every bin, one
    detector after another, and `found` what `bin_figures` of these led to.
    """
    rows = []
    for place, (detector, cells) in enumerate(overall.items()):
        here = slice(place * len(bins), (place + 1) * len(bins))
        binned = [
            recall_cells(one, OUTCOME_KINDS, estimates)
            for one, estimates in zip(within[here], found[here], strict=True)
        ]
        rows += [
            CeilingRow(detector, kind, cells[kind], tuple(parts))
            for kind, parts in zip(OUTCOME_KINDS, zip(*binned, strict=True), strict=True)
        ]
    counts = tuple(
        Bin(low, high, int((inside & judged.wrong).sum()), int((inside & ~judged.wrong).sum()))
        for (low, high), inside in zip(pairwise(EDGES), bins, strict=True)
    )
    return Ceiling(counts, tuple(rows))

"""The rows that detectors are judged on: wrong and right answers, and the kinds of wrong ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.cause_counts import row_causes
from misspoke.diagnosis.causes import CAUSES
from misspoke.diagnosis.outcomes import COMMITMENT_FAILURE, KNOWLEDGE_GAP, Bools, Floats
from misspoke.diagnosis.rows import FAILURE, GAP, Bounds, Rows
from misspoke.measures import Ranking, Spread, Tally

LEAST = 30
"""A cell with fewer wrong rows of its kind, or fewer right ones, has no figure."""

COMMITMENT_FAILURE_FIRST = f"{COMMITMENT_FAILURE}_first"
KNOWLEDGE_GAP_FIRST = f"{KNOWLEDGE_GAP}_first"

OUTCOME_KINDS = (
    KNOWLEDGE_GAP,
    COMMITMENT_FAILURE,
    KNOWLEDGE_GAP_FIRST,
    COMMITMENT_FAILURE_FIRST,
)
"""Wrong rows by outcome: by the string mass, and by the content first-token mass."""

WRONG = "wrong"
"""The kind that all wrong rows are of."""

KINDS = (*OUTCOME_KINDS, *CAUSES)
"""All others: the causes are those of commitment failures by the string mass."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many wrong rows of a kind are flagged where 5% of the right ones are."""

    n: int
    """Rows of the kind."""
    n_correct: int
    recall: float | None
    """None where there are fewer than 30 rows of the kind, or fewer than 30 right ones."""
    interval: Spread | None


@dataclass(frozen=True, slots=True)
class Judged:
    """The m rows of a run that are wrong or right; abstained ones are left out."""

    places: NDArray[np.intp]
    """(m,) Where they stand among the run's n rows."""
    wrong: Bools
    clusters: NDArray[np.int64]
    kinds: dict[str, Bools]
    """For `WRONG` and each of `KINDS` the rows (m,) of it."""

    @property
    def m(self) -> int:
        """The number of rows."""
        return len(self.places)


@dataclass(frozen=True, slots=True)
class Scored:
    """One detector's doubts of the k judged rows that it measured."""

    name: str
    known: NDArray[np.intp]
    """(k,) Where they stand among the m judged rows."""
    doubts: Floats
    ranking: Ranking
    wrong: Bools
    kinds: dict[str, Bools]

    @property
    def k(self) -> int:
        """The number of rows."""
        return len(self.known)

    @property
    def correct(self) -> Bools:
        """The right rows (k,)."""
        return ~self.wrong

    def among(self, chosen: Bools) -> "Scored":
        """The same of the rows `chosen` (k,)."""
        at = np.flatnonzero(chosen)
        return _scored(
            self.name, self.known[at], self.doubts[at], self.wrong[at], _at(self.kinds, at)
        )

    def tally(self, weights: Floats) -> Tally:
        """How often these rows were drawn, from `weights` (r, m) of all judged rows."""
        return Tally.of(self.ranking, self.wrong, weights, self.known)

    def countable(self, rows: Bools) -> bool:
        """Whether these wrong rows (k,) and the right ones are enough for a figure."""
        return min(int(rows.sum()), int(self.correct.sum())) >= LEAST


def judged(rows: Rows, tau: float) -> Judged:
    """Take the wrong and the right rows of a run, and the kinds of the wrong ones at τ."""
    places = np.flatnonzero(rows.wrong | rows.correct)
    causes = row_causes(rows, tau)
    kinds = {
        WRONG: rows.wrong,
        KNOWLEDGE_GAP: _outcome(rows, rows.string, tau, GAP),
        COMMITMENT_FAILURE: _outcome(rows, rows.string, tau, FAILURE),
        KNOWLEDGE_GAP_FIRST: _outcome(rows, rows.first, tau, GAP),
        COMMITMENT_FAILURE_FIRST: _outcome(rows, rows.first, tau, FAILURE),
    } | {name: causes == name for name in CAUSES}
    return Judged(
        places,
        rows.wrong[places],
        rows.clusters[places],
        _at(kinds, places),
    )


def score(name: str, doubts: Floats, rows: Judged) -> Scored:
    """Rank the judged rows by a detector's doubts (n,) of all rows; NaN ones have no place."""
    values = doubts[rows.places]
    known = np.flatnonzero(~np.isnan(values))
    return _scored(name, known, values[known], rows.wrong[known], _at(rows.kinds, known))


def _scored(
    name: str, known: NDArray[np.intp], doubts: Floats, wrong: Bools, kinds: dict[str, Bools]
) -> Scored:
    return Scored(name, known, doubts, Ranking.of(doubts), wrong, kinds)


def _at(kinds: dict[str, Bools], places: NDArray[np.intp]) -> dict[str, Bools]:
    return {kind: rows[places] for kind, rows in kinds.items()}


def _outcome(rows: Rows, mass: Bounds, tau: float, outcome: int) -> Bools:
    found: Bools = rows.outcomes(mass, tau) == outcome
    return found

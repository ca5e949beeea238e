"""What became of a question: the outcome of a row at a threshold τ of P-mass.

The terms are those of Yeom et al. 2026, arXiv 2605.22007, for masses that are intervals.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from misspoke.records import Interval

TAU = 0.2
"""The threshold at which a model counts as having known the answer."""

TAUS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
"""The thresholds of the sweep."""

CORRECT = "correct"
ABSTAINED = "abstained"
COMMITMENT_FAILURE = "commitment_failure"
KNOWLEDGE_GAP = "knowledge_gap"
UNDETERMINED = "undetermined"

OUTCOMES = (CORRECT, ABSTAINED, COMMITMENT_FAILURE, KNOWLEDGE_GAP, UNDETERMINED)

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]


def outcome(correct: bool, abstained: bool, mass: Interval, tau: float = TAU) -> str:
    """Name the outcome of one row, one of `OUTCOMES`.

    A right answer is correct whatever its mass, then an abstention is abstained. A wrong answer is
    a commitment failure where the right one held at least τ for certain, a knowledge gap where it
    held less for certain, and undetermined where the interval straddles τ. The comparison is
    exact: a mass that equals τ is at least τ.
    """
    if correct:
        return CORRECT
    if abstained:
        return ABSTAINED
    if mass.lower >= tau:
        return COMMITMENT_FAILURE
    return KNOWLEDGE_GAP if mass.upper < tau else UNDETERMINED


def outcomes_array(
    correct: Bools, abstained: Bools, lower: Floats, upper: Floats, tau: float = TAU
) -> NDArray[np.int8]:
    """Give the outcome of many rows, all arguments (n,), as places in `OUTCOMES`; see `outcome`."""
    codes = np.full(len(correct), OUTCOMES.index(UNDETERMINED), dtype=np.int8)
    codes[upper < tau] = OUTCOMES.index(KNOWLEDGE_GAP)
    codes[lower >= tau] = OUTCOMES.index(COMMITMENT_FAILURE)
    codes[abstained] = OUTCOMES.index(ABSTAINED)
    codes[correct] = OUTCOMES.index(CORRECT)
    return codes

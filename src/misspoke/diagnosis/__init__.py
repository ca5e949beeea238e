"""Diagnosis: from observations to outcomes, causes, rates and contrasts, without the model."""

from misspoke.diagnosis.causes import CAUSES, cause
from misspoke.diagnosis.flags import alias_gap
from misspoke.diagnosis.outcomes import OUTCOMES, TAU, TAUS, outcome, outcomes_array
from misspoke.diagnosis.summary import Summary, summarise

__all__ = [
    "CAUSES",
    "OUTCOMES",
    "TAU",
    "TAUS",
    "Summary",
    "alias_gap",
    "cause",
    "outcome",
    "outcomes_array",
    "summarise",
]

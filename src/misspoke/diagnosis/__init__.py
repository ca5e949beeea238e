"""Diagnosis: from observations to outcomes, causes, rates and contrasts, without the model."""

from misspoke.diagnosis.causes import CAUSES, cause
from misspoke.diagnosis.decoders import Verdicts, judge
from misspoke.diagnosis.detectors import Detectors
from misspoke.diagnosis.flags import alias_gap
from misspoke.diagnosis.merges import random_merges
from misspoke.diagnosis.outcomes import OUTCOMES, TAU, TAUS, outcome, outcomes_array
from misspoke.diagnosis.scores import DETECTORS, Detector
from misspoke.diagnosis.summary import Summary, summarise

__all__ = [
    "CAUSES",
    "DETECTORS",
    "OUTCOMES",
    "TAU",
    "TAUS",
    "Detector",
    "Detectors",
    "Summary",
    "Verdicts",
    "alias_gap",
    "cause",
    "judge",
    "outcome",
    "outcomes_array",
    "random_merges",
    "summarise",
]

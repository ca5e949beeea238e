"""Inconsistency judged: how often other words get another answer, beyond what sampling does."""

from misspoke.diagnosis.modes.consistency.figures import measures
from misspoke.diagnosis.modes.consistency.told import findings

__all__ = ["findings", "measures"]

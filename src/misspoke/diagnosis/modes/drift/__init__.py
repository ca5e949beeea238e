"""Instruction drift judged: curves over turns, what holds them up, and whether reminding pays."""

from misspoke.diagnosis.modes.drift.found import findings
from misspoke.diagnosis.modes.drift.reading import measures

__all__ = ["findings", "measures"]

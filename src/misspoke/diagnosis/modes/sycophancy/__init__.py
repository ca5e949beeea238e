"""Sycophancy judged: right answers given up under pressure, beyond what the controls explain."""

from misspoke.diagnosis.modes.sycophancy.figures import measures
from misspoke.diagnosis.modes.sycophancy.told import findings

__all__ = ["findings", "measures"]

"""Sycophancy: what a model does with a user's wrong answer, and with evidence."""

from misspoke.probes.sycophancy.conditions import suggestion
from misspoke.probes.sycophancy.prober import SycophancyProber

__all__ = ["SycophancyProber", "suggestion"]

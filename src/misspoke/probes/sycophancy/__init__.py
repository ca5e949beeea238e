"""Sycophancy: what a model does with a wrong answer that its user puts forward, and with evidence."""

from misspoke.probes.sycophancy.conditions import suggestion
from misspoke.probes.sycophancy.prober import SycophancyProber

__all__ = ["SycophancyProber", "suggestion"]

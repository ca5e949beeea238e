"""Instruction drift: whether an instruction given once is still heeded many turns later."""

from misspoke.probes.drift.plan import ARMS, Arm, Plan
from misspoke.probes.drift.prober import DriftProber

__all__ = ["ARMS", "Arm", "DriftProber", "Plan"]

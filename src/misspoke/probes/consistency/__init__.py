"""Reasoning inconsistency measured: one question in several wordings, side by side."""

from misspoke.probes.consistency.prober import ConsistencyProber

__all__ = ["ConsistencyProber"]

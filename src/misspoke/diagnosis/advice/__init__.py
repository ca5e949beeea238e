"""Advice: what a run means, and what to try next, by rules over its summary alone."""

from misspoke.diagnosis.advice.record import Advice
from misspoke.diagnosis.advice.rules import RULES, advise

__all__ = ["RULES", "Advice", "advise"]

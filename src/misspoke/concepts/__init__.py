"""Concepts: surface forms of answers, their equivalence, and the event over a vocabulary."""

from misspoke.concepts.event import Event, State
from misspoke.concepts.scan import Scan, Scanner
from misspoke.concepts.vocabulary import Vocabulary

__all__ = ["Event", "Scan", "Scanner", "State", "Vocabulary"]

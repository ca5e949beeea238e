"""Instructions that a program can check in every reply: texts, checkers, automata, replies."""

from misspoke.concepts.instructions.automaton import Automaton
from misspoke.concepts.instructions.catalogue import instructions
from misspoke.concepts.instructions.checks import automaton_of, complies, decided_first, verdict
from misspoke.concepts.instructions.replies import comply, violate

__all__ = [
    "Automaton",
    "automaton_of",
    "complies",
    "comply",
    "decided_first",
    "instructions",
    "verdict",
    "violate",
]

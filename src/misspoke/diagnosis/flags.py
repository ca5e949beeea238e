"""Flags on wrong rows: what should be looked at by hand."""

from collections.abc import Iterable

from misspoke.concepts.equivalence import near


def alias_gap(answer: str, forms: Iterable[str]) -> bool:
    """Whether a wrong answer may be a right one whose name is missing from the gold answers.

    True where the answer and a form share half of their words (token F1 ≥ 0.5), or one contains
    the other.
    """
    return any(near(answer, form) for form in forms)

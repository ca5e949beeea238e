"""What one question of the atlas is made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One question of the atlas, still without distractors.

    `subject` is what the question is about; `names` are those of the one right answer, the
    preferred one first; `kind` says which other answers are plausible in its place.
    """

    relation: str
    subject: str
    kind: str
    question: str
    stem: str
    names: tuple[str, ...]


def capitalised(text: str) -> str:
    """The text as it opens a sentence."""
    return text[0].upper() + text[1:]

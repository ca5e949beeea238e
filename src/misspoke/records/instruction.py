"""An instruction that a program can check in every reply, and what conversations are about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instruction:
    """A standing instruction, and how a reply is checked against it."""

    id: str
    family: str
    """One of language, case, start, end, forbidden, required, length, format."""
    text: str
    """What the system says: one sentence."""
    short: str
    """The same as a reminder of one short line."""
    check: str
    """The kind of check (docs/instructions.md)."""
    values: tuple[str, ...] = ()
    """What the check is made with: a phrase, words, a number."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A user's question that any assistant answers in a sentence or two, and what it may say."""

    id: str
    question: str
    reply: str
    """Two plain English sentences of 12 to 25 words, which heed none of the instructions."""
    brief: str
    """The same in five words at most."""
    word: str
    """The same in one word."""
    replies: tuple[tuple[str, str], ...]
    """(language, the same in this language)."""

    def in_language(self, language: str) -> str:
        """The reply in a language; KeyError where there is none."""
        return dict(self.replies)[language]

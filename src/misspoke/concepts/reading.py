"""Reading the answer out of what a model says, while it is saying it.

Two ways: whole, as measures take it, and closely, as decoders do: openers ("It is", "The capital of
Honduras is") are skipped, and the answer ends where its head does ("Paris, which …" gives "Paris").
What is read never changes when more is said.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from misspoke.concepts.answer_step import answer_start
from misspoke.concepts.folding import has_content
from misspoke.concepts.text import OPENER_BLANKS, OPENER_MARKS, answer_end, strip_openers

Read = Callable[[str, bool], str | None]
"""The answer in a text, or None while it may go on; `True`: nothing follows the text."""

_CLAUSE = re.compile(
    r"[;(\[—]"
    r"|:(?=\s)"
    r"|(?<!\d),(?!\s*(?:D\.?\s?C\b|[JS]r\b|Inc\b|Ltd\b|I+\b|(?:D\.?\s?|[JS]|In|Lt?)\Z))"
    r"(?=\s+\S)"
    r"|(?<=\d),(?=\s+[^\s\d])"
    r"|\s[-–](?=\s)"
    r"|\s(?:which|who|whose|where|that|is|are|was|were|because|although|"
    r"and\s(?:it|he|she|they|is|are|was|were|has|have))(?=\s)"
)
"""Where the head of an answer ends; each needs what follows it, so that it stays where it is.

A comma waits until what follows is no beginning of "D.C.", "Jr.", "Inc." and the like.
"""


def read_whole(text: str, final: bool) -> str | None:
    """The text up to the end of its line or sentence, without outer blanks."""
    end = len(text) if final and answer_end(text) is None else answer_end(text)
    return None if end is None else text[:end].strip()


def close_reader(question: str, stem: str | None) -> Read:
    """A reader of the answer proper, for one question."""

    def ended(text: str) -> str | None:
        """The answer behind what echoes the question, if it has ended."""
        rest = text[answer_start(text, question, stem) :]
        end = _end(rest)
        return None if end is None else _trimmed(rest[:end])

    @lru_cache(maxsize=256)
    def ended_within(echo: str) -> str | None:
        """The answer that ends before an echo does: more of the text made an echo of it."""
        found = (ended(echo[:length]) for length in range(1, len(echo) + 1))
        return next((answer for answer in found if answer is not None), None)

    @lru_cache(maxsize=4096)
    def read(text: str, final: bool) -> str | None:
        start = answer_start(text, question, stem)
        earlier = ended_within(text[:start])
        if earlier is not None:
            return earlier
        rest = text[start:]
        end = _end(rest)
        if end is None:
            return _trimmed(rest) if final else None
        return _trimmed(rest[:end])

    return read


def _end(text: str) -> int | None:
    """Where the answer that a text begins with ends: with its head, or with its sentence."""
    sentence = answer_end(text)
    head = _head_end(text if sentence is None else text[: sentence + 1])
    return sentence if head is None else head


def _head_end(text: str) -> int | None:
    """Where the head of an answer ends, if something stands before that."""
    for match in _CLAUSE.finditer(text):
        if has_content(strip_openers(text[: match.start()])):
            return match.start()
    return None


def _trimmed(text: str) -> str:
    """Without openers, closing marks, a colon before it ("is: Paris") and a comma behind."""
    bare = strip_openers(text.strip().lstrip(":").strip())
    return bare.rstrip(OPENER_MARKS + OPENER_BLANKS + ",")

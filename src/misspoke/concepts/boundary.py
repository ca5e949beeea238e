"""What may follow a form: the automaton of word boundaries and of answer ends.

After a form, the text is inside the event once a boundary is seen, and inside the closed variant
once the answer's end is. `Tail` is where the reading stands; `read` takes one character.

    BOUNDARY   the form is complete, nothing read since
    DOT COMMA HYPHEN   one such mark read: the next character decides (1.5, 1,000, Guinea-Bissau)
    CLOSING    the boundary is passed; only blanks and closing marks since
    CLOSING_DOT   the same, and then a full stop
    OPEN       decided: in the event, not in the closed variant
    CLOSED     decided: in both
"""

import unicodedata
from enum import Enum
from functools import lru_cache

from misspoke.concepts.text import (
    NEWLINES,
    OPENER_BLANKS,
    OPENER_MARKS,
    SENTENCE_MARKS,
    is_word_char,
)
from misspoke.concepts.utf8 import read_utf8


class Phase(Enum):
    """Where the reading stands after a form."""

    BOUNDARY = 0
    DOT = 1
    COMMA = 2
    HYPHEN = 3
    CLOSING = 4
    CLOSING_DOT = 5
    OPEN = 6
    CLOSED = 7

    __hash__ = object.__hash__


ACCEPTED = frozenset({Phase.CLOSING, Phase.CLOSING_DOT, Phase.OPEN, Phase.CLOSED})
DECIDED = frozenset({Phase.OPEN, Phase.CLOSED})

Tail = tuple[Phase, bytes]
"""A phase and the bytes of a character that is not complete yet."""

_ENDS = frozenset(NEWLINES + SENTENCE_MARKS)
_HYPHENS = frozenset("-\u2010\u2011")
_CLOSING = frozenset(OPENER_BLANKS + OPENER_MARKS)


def read(phase: Phase, char: str) -> Phase | None:
    """The phase after one more character; None once the text cannot be in the event.

    The empty string stands for the end of the text.
    """
    match phase:
        case Phase.BOUNDARY:
            return _after_form(char)
        case Phase.DOT:
            return None if _is_digit(char) else Phase.CLOSED
        case Phase.COMMA:
            return None if _is_digit(char) else Phase.OPEN
        case Phase.HYPHEN:
            return None if char and unicodedata.category(char)[0] == "L" else Phase.OPEN
        case Phase.CLOSING:
            return _after_boundary(char)
        case Phase.CLOSING_DOT:
            return Phase.OPEN if _is_digit(char) else Phase.CLOSED
    return phase


def _after_form(char: str) -> Phase | None:
    if char == ".":
        return Phase.DOT
    if char == ",":
        return Phase.COMMA
    if char in _HYPHENS and char:
        return Phase.HYPHEN
    if char and is_word_char(char):
        return None
    return _after_boundary(char)


def _after_boundary(char: str) -> Phase:
    if not char or char in _ENDS:
        return Phase.CLOSED
    if char in _CLOSING:
        return Phase.CLOSING
    if char == ".":
        return Phase.CLOSING_DOT
    return Phase.OPEN


def _is_digit(char: str) -> bool:
    return bool(char) and unicodedata.category(char) == "Nd"


@lru_cache(maxsize=65536)
def read_byte(tail: Tail, byte: int) -> Tail | None:
    """The tail after one more byte; an undecodable sequence reads as U+FFFD."""
    phase, pending = tail
    if phase in DECIDED:
        return tail
    chars, pending = read_utf8(pending, byte)
    after: Phase | None = phase
    for char in chars:
        if after is None:
            return None
        after = read(after, char)
    return None if after is None else (after, pending)


def read_end(tail: Tail) -> Phase | None:
    """The decided phase at the end of the text; an incomplete character reads as U+FFFD."""
    phase: Phase | None = tail[0]
    if tail[1] and phase is not None:
        phase = read(phase, "\ufffd")
    return None if phase is None else read(phase, "")

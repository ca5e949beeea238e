"""Which of the known answers a sentence names, and which of them it denies. Rules for English."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from misspoke.concepts import Event

Side = Literal["right", "suggested"]

_ONLY = r"(?!\s+(?:only|just|merely|simply)\b)"
_NEGATION = re.compile(
    rf"\b(?:not|never|no longer|neither|nor|cannot){_ONLY}(?![\w-])|n['’]t\b{_ONLY}"
    r"|\b(?:rather than|instead of|unlike|other than)\b",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"[,;:()]|\b(?:but|and|because|which|who|although|though)\b|\brather\b(?! than)"
    r"|\binstead\b(?! of)",
    re.IGNORECASE,
)
"""What ends the reach of a negation before a name."""
_CONTRAST = re.compile(r"(?:[,;]|\b(?:and|but))\s*(?:it(?:['’]s|\s+is)\s+)?\Z", re.IGNORECASE)
"""What stands before a "not" that sets something apart and takes nothing back: "X, not Y"."""
_WITHIN = (
    r"(?:(?!\b(?:but|and|because|which|who|that|although|though|is|are|was|were)\b)"
    r"[^,;:.!?\n]){0,60}?"
)
_ASIDE = r"(?:,[^,.;:!?\n]{1,60},)?"
_BE = r"\b(?:is|are|was|were|can|could|does|did|do|has|had|would)"
_FALSE = re.compile(
    rf"[\"'”’»)*_]*(?:\s*\([^)\n]*\))?{_ASIDE}{_WITHIN}"
    rf"(?:{_BE}(?:\s+(?:indeed|actually|also|really|still|certainly|definitely|therefore|in fact))*"
    rf"(?:\s*n['’]t\b|\s+(?:not|never|no longer)\b{_ONLY}"
    r"|\s+(?:an?\s+|the\s+)?(?:incorrect|wrong|false|untrue|inaccurate|mistaken)\b)"
    rf"|\bcannot\b|['’]s\s+(?:not|never|no longer)\b{_ONLY})",
    re.IGNORECASE,
)
"""What behind a name says that it is not so: "is not", "isn't", "is incorrect"."""
_OBJECT = re.compile(r"(?:\s+(?:the|an?|in|at|of|by))*\s*[\"'“‘]?", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"([\w'’-]+\.?)\s+\Z")
_WORD_BEHIND = re.compile(r"\s+[A-Z]\w|['’]s\b(?!\s+(?:not|never|no longer)\b)")
"""What makes another name of a name, or something of its own: "Hilton", "Jupiter's moon"."""
_STANDS_APART = frozenset(
    "in on at by of to the a an and but or as from is was north south east west northern southern "  # noqa: SIM905
    "eastern western southeast northeast southwest northwest central mount mt lake dr sir prof mr "
    "mrs professor president king queen neither nor not no if while since because although so "
    "however that this it".split()
)
"""Capitalised words before a name that do not make another name of it: "In", "West", "Mount"."""
_GOES_ON = re.compile(r"['’]|\s+(?!is\b|was\b|stands\b|and\b|or\b|for\b)[a-z]")
_SHORT = 2
"""Symbols of so many letters may be words at a sentence's beginning: "In", "As", "I"."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A known answer named in a sentence."""

    start: int
    end: int
    form: int
    """The event's form."""
    denied: bool
    aside: bool
    """Whether it is denied beside something that is said: "X, not Y"."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a sentence says of the known answers."""

    mentions: Sequence[Mention]
    clear: bool
    """Whether each negation belongs to a name, or sets something else apart."""

    def sides(self, event: Event, *, denied: bool) -> set[Side]:
        """Those that are denied, or those that are not."""
        return {side(event, one.form) for one in self.mentions if one.denied is denied}


def side(event: Event, form: int) -> Side:
    """Whether a form is of a right answer, or of the suggested one."""
    return "right" if form < len(event.gold) else "suggested"


def claims(sentence: str, event: Event) -> Claims:
    """What one sentence says of the known answers."""
    found = _named(sentence, event)
    negations = list(_NEGATION.finditer(sentence))
    used: set[int] = set()
    clear = True
    mentions = []
    for start, end, form in found:
        breaks = [one.end() for one in _BREAK.finditer(sentence, 0, start)]
        clause = max(breaks, default=0)
        before = [one.start() for one in negations if clause <= one.start() < start]
        behind = denied_behind(sentence, end)
        used.update(before)
        if behind is not None:
            used.update(one.start() for one in negations if end <= one.start() < behind)
            clear &= not names_another(sentence, behind, event)
        aside = any(_CONTRAST.search(sentence, 0, at) for at in before)
        mentions.append(Mention(start, end, form, bool(before) or behind is not None, aside))
    for one in negations:
        if one.start() not in used and not _CONTRAST.search(sentence, 0, one.start()):
            clear = False
    return Claims(mentions, clear)


def denied_behind(text: str, end: int) -> int | None:
    """Where "is not" ends behind a name that ends at `end`; None where none follows."""
    match = _FALSE.match(text, end)
    return match.end() if match else None


def of_another(sentence: str, start: int, end: int) -> bool:
    """Whether what stands beside a name makes another of it, as in "American dollar"."""
    if _WORD_BEHIND.match(sentence, end):
        return True
    before = _WORD_BEFORE.search(sentence, 0, start)
    if before is None or not before[1][0].isupper():
        return False
    return before[1].rstrip(".").casefold() not in _STANDS_APART


def names_another(text: str, behind: int, event: Event) -> bool:
    """Whether a known answer is what "is not" goes on with: "X is not Y" may deny either."""
    match = _pattern(event.forms).search(text, behind)
    return match is not None and _OBJECT.fullmatch(text, behind, match.start()) is not None


def first_end(text: str, event: Event) -> int | None:
    """Where the first known answer in a text ends, whatever stands beside it."""
    match = _pattern(event.forms).search(text)
    return match.end() if match else None


def _named(sentence: str, event: Event) -> list[tuple[int, int, int]]:
    found = []
    for match in _pattern(event.forms).finditer(sentence):
        name = match[0]
        another = of_another(sentence, match.start(), match.end())
        if sentence[: match.start()].endswith("("):
            continue  # "the Spanish dollar (EUR)" names another
        if not name[0].isdigit() and (another or _begins_as_a_word(sentence, match)):
            continue
        found.append((match.start(), match.end(), event.forms.index(name)))
    return found


def a_word(text: str, end: int) -> bool:
    """Whether a short form that a text begins with is a word of it: "I think", "In fact"."""
    return len(text[:end].strip(" \t\"'“‘")) <= _SHORT and bool(_GOES_ON.match(text, end))


def _begins_as_a_word(sentence: str, match: re.Match[str]) -> bool:
    before = sentence[: match.start()].rstrip(" \t\"'“‘")
    begins = not before or before[-1] in ".!?:\n"
    return match[0] == "I" or (len(match[0]) <= _SHORT and begins)


@lru_cache(maxsize=64)
def _pattern(forms: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(forms, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest))})(?![\w-])")

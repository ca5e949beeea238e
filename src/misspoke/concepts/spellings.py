"""The spelling rules: each a small function from one spelling to others of the same answer."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from misspoke.concepts.abbreviations import NAMES, ROADS, SUFFIXES, TITLES
from misspoke.concepts.equivalence import case_matters
from misspoke.concepts.folding import without_diacritics
from misspoke.concepts.numbers import (
    NUMBER_WORDS,
    digits_in_text,
    ordinal_suffix,
    spell_cardinal,
    spell_ordinal,
)

Rule = Callable[[str], Iterable[str]]
"""A spelling rule; it may propose the spelling itself, or one that turns out another answer."""

_LETTER = r"[^\W\d_]"
_UNCAPITALISED = """
    a an and as at au aux by da de del della der des di do dos du e en et for from in la le les
    of on or over sur the to under und upon van von with y zu
"""
_SMALL_WORDS = frozenset(_UNCAPITALISED.split())
_COMPOUND_WORDS = frozenset({"au", "aux", "en", "lès", "sous", "sur", "upon"})
_WORD_START = re.compile(rf"(?<![^\W_])(?<!['’])({_LETTER})([^\W_]*)")
_PLAIN_WORDS = re.compile(r"[^\W\d_][^\W_A-ZÀ-Þ]+(?:[\s'’-]+[^\W_][^\W_A-ZÀ-Þ]*)+")
_APOSTROPHE = re.compile(rf"(?<={_LETTER})['’ʻ](?={_LETTER}|\s|\Z)|(?<!\S)['’ʻ](?={_LETTER})")
_HYPHEN = re.compile(r"(?<=[^\W_])[-–‐‑](?=[^\W_])")
_SPACED_AMPERSAND = re.compile(r"\s&\s")
_AND = re.compile(r"(?<=\s)and(?=\s)", re.IGNORECASE)
_STOP = re.compile(rf"(?<={_LETTER})\.(?!{_LETTER}{{3}})")
_COMMA = re.compile(r",(?!\d)")
_QUOTES = re.compile(r"[\"“”„«»]")
_END_MARKS = re.compile(r"[!?]+(?=\s|\Z)")
_COLON = re.compile(r"(?<=\w):(?=\s)")
_NUMBER = re.compile(
    r"(?<![\w.,:/$€£-])(\d{1,3}(?:,\d{3})+|\d{1,9})(st|nd|rd|th)?(?![\w%]|[.,:/-]\d|-\w)", re.ASCII
)
_INITIALS = re.compile(r"(?<!\w)(?<!\w\.)[A-Z]\.(?:\s?[A-Z]\.){1,3}(?=\s?[A-Z][^\W\d_])")
_BARE_INITIALS = re.compile(r"\A[A-Z](?:\s?[A-Z]){1,3}(?=\s[A-Z][a-z])")


def case(text: str) -> Iterator[str]:
    """Other cases: first letter or each word capitalised, all lower, all capitals if short.

    A name with a small word may be a common one with a proper one: King of France, king of France.

    A symbol ("Co", "CO", "US"), whose case tells what it means, has none.
    """
    if case_matters(text.replace(".", "")):
        return
    yield text[:1].upper() + text[1:]
    yield text.lower()
    if not _SMALL_WORDS.isdisjoint(text.split()):
        yield text[:1].lower() + text[1:]
    yield _WORD_START.sub(_capitalised, text)
    if _PLAIN_WORDS.fullmatch(text):
        yield text[:1].upper() + text[1:].lower()
    if " " not in text or len(text) <= 12:
        yield text.upper()


def diacritics(text: str) -> Iterator[str]:
    """Letters without their diacritics: São Tomé → Sao Tome, Øresund → Oresund."""
    if not text.isascii():
        yield without_diacritics(text)


def apostrophe(text: str) -> Iterator[str]:
    """A straight, a typographic or no apostrophe: N'Djamena, N’Djamena, NDjamena."""
    if "'" in text or "’" in text or "ʻ" in text:
        for mark in ("'", "’", ""):
            yield _APOSTROPHE.sub(mark, text)


def hyphen(text: str) -> Iterator[str]:
    """A hyphen, an en dash or a space inside a name: Guinea-Bissau, Guinea–Bissau, Guinea Bissau.

    A space becomes a hyphen only around a word that compounds have: Port au Prince.
    """
    if _HYPHEN.search(text):
        for mark in (" ", "-", "–"):
            yield _HYPHEN.sub(mark, text)
    elif " " in text and not _COMPOUND_WORDS.isdisjoint(text.lower().split()):
        yield "-".join(text.split())


def ampersand(text: str) -> Iterator[str]:
    """ "&" and "and" between words: Trinidad & Tobago, Trinidad and Tobago."""
    if "&" in text:
        yield _SPACED_AMPERSAND.sub(" and ", text)
    elif " and " in text.lower():
        yield _AND.sub("&", text)


def numbers(text: str) -> Iterator[str]:
    """Numbers in words, digits and groups of digits: twelve, 12; 1000, 1,000, one thousand.

    Whole numbers from 1100 to 2099 may be years, and are left in digits without a comma.
    """
    if any(char.isdigit() for char in text):
        for write in (_in_digits, _in_groups, _in_words):
            yield _NUMBER.sub(write, text)
            if write is _in_words:
                yield _NUMBER.sub(lambda match: _in_words(match).replace("-", " "), text)
    if not NUMBER_WORDS.isdisjoint(text.lower().replace("-", " ").split()):
        yield digits_in_text(text)


def title(text: str) -> Iterator[str]:
    """Words before, after or ending a name, long and short: Saint, St., St; Mount, Mt.; Jr."""
    lowered = text.lower()
    if not any(word in lowered for word in _PLACED_WORDS):
        return
    for place in _PLACES:
        if place.pattern.search(text):
            for table, stop in ((place.longer, ""), (place.shorter, "."), (place.shorter, "")):
                yield place.pattern.sub(_written(table, stop), text)


def abbreviation(text: str) -> Iterator[str]:
    """Names with established short forms: United States, US, U.S., USA; New York City, NYC."""
    for word in text.split():
        for pattern, group in _BY_FIRST_WORD.get(_first_word(word), ()):
            if pattern.search(text):
                for spelling in group:
                    yield pattern.sub(spelling, text)


def initials(text: str) -> Iterator[str]:
    """Two to four initials before a name: J. R. R. Tolkien, J.R.R. Tolkien, JRR Tolkien."""
    if text.isupper():
        return
    for pattern in (_INITIALS, _BARE_INITIALS):
        for between, last in ((".", "."), (". ", "."), ("", "")):
            yield pattern.sub(_initials_written(between, last), text)


def punctuation(text: str) -> Iterator[str]:
    """Without full stops, commas, colons, quotation marks or a final ! or ?: U.S.A. → USA."""
    if text.replace(" ", "").isalnum():
        return
    for mark in (_STOP, _COMMA, _COLON, _QUOTES, _END_MARKS):
        yield mark.sub("", text)


RULES: Mapping[str, Rule] = {
    "diacritics": diacritics,
    "apostrophe": apostrophe,
    "punctuation": punctuation,
    "hyphen": hyphen,
    "ampersand": ampersand,
    "title": title,
    "abbreviation": abbreviation,
    "initials": initials,
    "numbers": numbers,
    "case": case,
}
"""Every rule by name; the order is that of the forms which take equally many rules."""


def _capitalised(match: re.Match[str]) -> str:
    if match.start() and match[0] in _SMALL_WORDS:
        return match[0]
    return match[1].upper() + match[2]


def _initials_written(between: str, last: str) -> Callable[[re.Match[str]], str]:
    """Give the replacement that writes initials with `between` between them, and `last` behind."""

    def write(match: re.Match[str]) -> str:
        return between.join(char for char in match[0] if char.isalpha()) + last

    return write


def _in_digits(match: re.Match[str]) -> str:
    return match[1].replace(",", "") + (match[2] or "")


def _in_groups(match: re.Match[str]) -> str:
    value = int(match[1].replace(",", ""))
    if match[2] or value < 1000 or _may_be_year(value):
        return match[0]
    return f"{value:,}"


def _in_words(match: re.Match[str]) -> str:
    value = int(match[1].replace(",", ""))
    if match[2]:
        ordinal = spell_ordinal(value)
        return ordinal if ordinal and ordinal_suffix(value) == match[2] else match[0]
    return spell_cardinal(value) or match[0]


def _may_be_year(value: int) -> bool:
    return 1100 <= value <= 2099 and value != 2000


def _like(word: str, model: str) -> str:
    """Write a word in the case of another: all capitals, lower or capitalised."""
    if model.isupper() and len(model) > 1:
        return word.upper()
    return word.capitalize() if model[:1].isupper() else word


def _written(table: Mapping[str, str], stop: str) -> Callable[[re.Match[str]], str]:
    """Give the replacement that writes a word of `table` as it says, with or without a stop."""

    def write(match: re.Match[str]) -> str:
        word = match[0].rstrip(".")
        return _like(table[word.lower()], word) + stop

    return write


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a name a kind of words may stand, and their long and short spellings."""

    pattern: re.Pattern[str]
    longer: Mapping[str, str]
    shorter: Mapping[str, str]


def _place(before: str, table: Mapping[str, str], after: str) -> _Place:
    words = "|".join([*table.values(), *(rf"{short}\b\.?" for short in table)])
    longer = {long: long for long in table.values()} | dict(table)
    shorter = {short: short for short in table} | {long: short for short, long in table.items()}
    return _Place(re.compile(f"{before}(?:{words}){after}", re.IGNORECASE), longer, shorter)


_PLACES = (
    _place(r"\b", TITLES, r"(?=[\s-])"),
    _place(r"(?<=\s)", SUFFIXES, r"(?!\w)"),
    _place(r"(?<=\s)", ROADS, r"\Z"),
)
_PLACED_WORDS = frozenset(word for place in _PLACES for word in place.longer)


def _name_pattern(group: tuple[str, ...]) -> re.Pattern[str]:
    """Match a name in any spelling: short forms as they stand, long ones under the other rules."""
    alternatives = []
    for name in sorted(group, key=len, reverse=True):
        if name.replace(".", "").isupper():
            alternatives.append(re.escape(name))
        else:
            long = name.replace("'", "['’]?").replace(", ", ",? ").replace(".", r"\.?")
            long = long.replace(" and ", " (?:and|&) ").replace(" ", r"[\s-]")
            alternatives.append(f"(?i:{long})")
    return re.compile(rf"(?<![\w.])(?:{'|'.join(alternatives)})(?!\w)")


def _first_word(name: str) -> str:
    """Give the letters that a name begins with, casefolded, without stops and apostrophes."""
    plain = name.replace(".", "").replace("'", "").replace("’", "").casefold()
    match = re.match(r"\w+", plain)
    return match[0] if match else ""


def _by_first_word() -> Mapping[str, tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]]:
    found: dict[str, list[tuple[re.Pattern[str], tuple[str, ...]]]] = {}
    for group in NAMES:
        entry = (_name_pattern(group), group)
        for first in {_first_word(name) for name in group}:
            found.setdefault(first, []).append(entry)
    return {first: tuple(entries) for first, entries in found.items()}


_BY_FIRST_WORD = _by_first_word()

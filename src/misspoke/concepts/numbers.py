"""Numbers in words and in digits: reading English number words, and spelling small numbers."""

import re
from collections.abc import Sequence

_SMALL_WORDS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
"""
_SMALL_ORDINAL_WORDS = """
    zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
    thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
"""
_SMALL, _SMALL_ORDINALS = _SMALL_WORDS.split(), _SMALL_ORDINAL_WORDS.split()
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_UNITS = {word: value for value, word in enumerate(_SMALL)}
_ORDINALS = {word: value for value, word in enumerate(_SMALL_ORDINALS) if value} | {
    word[:-1] + "ieth": value for word, value in _TENS.items()
}
_WORD = re.compile(r"[^\W\d_]+")
_TENS_WORDS = {value: word for word, value in _TENS.items()}

NUMBER_WORDS = frozenset(_UNITS) | frozenset(_TENS) | frozenset(_ORDINALS)
"""The words, casefolded, that a number can begin with."""


def read_number(words: Sequence[str], start: int) -> tuple[str, int] | None:
    """Read the longest number in words that begins at `words[start]`.

    Returns its digits ("21", "105", "21st") and the index after it, or None. Understood are
    cardinals below one million ("two hundred and five thousand") and ordinals below one hundred.
    Words are expected casefolded. A year read as two numbers ("nineteen eighty-four") is two
    numbers.
    """
    if words[start] not in NUMBER_WORDS:
        return None
    ordinal = _read_ordinal(words, start)
    if ordinal is not None:
        return ordinal
    value, end = _below_thousand(words, start)
    if value and _at(words, end) == "thousand":
        value, end = value * 1000, end + 1
        rest = _continued(words, end)
        if rest is not None:
            value, end = value + rest[0], rest[1]
    return str(value), end


def digits_for_words(words: Sequence[str]) -> list[str]:
    """Put digits for every number in words: ["apollo", "thirteen"] gives ["apollo", "13"]."""
    out: list[str] = []
    index = 0
    while index < len(words):
        number = read_number(words, index)
        if number is None:
            out.append(words[index])
            index += 1
        else:
            digits, index = number
            out.append(digits)
    return out


def digits_in_text(text: str) -> str:
    """Put digits for every number in words in a running text, and leave all else as it is.

    The words of one number stand one space or one hyphen apart.
    """
    words: list[str] = []
    places: list[tuple[int, int]] = []
    for match in _WORD.finditer(text):
        if places and text[places[-1][1] : match.start()] not in (" ", "-"):
            words.append("")
            places.append((match.start(), match.start()))
        words.append(match[0].lower())
        places.append(match.span())
    out: list[str] = []
    written = index = 0
    while index < len(words):
        number = read_number(words, index)
        if number is None:
            index += 1
            continue
        digits, after = number
        out += [text[written : places[index][0]], digits]
        written, index = places[after - 1][1], after
    return "".join([*out, text[written:]])


def spell_cardinal(value: int) -> str | None:
    """Spell 0 to 100, whole hundreds below 1,000 and whole thousands to 100,000; others are None.

    Larger or broken numbers are written in digits in practice.
    """
    if value < 20:
        return _SMALL[value]
    if value < 100:
        tens, unit = value - value % 10, value % 10
        return f"{_TENS_WORDS[tens]}-{_SMALL[unit]}" if unit else _TENS_WORDS[tens]
    if value < 1000 and value % 100 == 0:
        return f"{_SMALL[value // 100]} hundred"
    if value <= 100_000 and value % 1000 == 0:
        thousands = spell_cardinal(value // 1000)
        return f"{thousands} thousand" if thousands else None
    return None


def spell_ordinal(value: int) -> str | None:
    """Spell 1 to 99 as an ordinal ("twenty-first"); others are None."""
    if not 1 <= value < 100:
        return None
    if value < 20:
        return _SMALL_ORDINALS[value]
    tens, unit = value - value % 10, value % 10
    if unit:
        return f"{_TENS_WORDS[tens]}-{_SMALL_ORDINALS[unit]}"
    return _TENS_WORDS[tens][:-1] + "ieth"


def ordinal_suffix(value: int) -> str:
    """Give the ending of an ordinal in digits: "st", "nd", "rd" or "th"."""
    if value % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def _at(words: Sequence[str], index: int) -> str:
    return words[index] if index < len(words) else ""


def _read_ordinal(words: Sequence[str], start: int) -> tuple[str, int] | None:
    word = words[start]
    if word in _ORDINALS:
        value, end = _ORDINALS[word], start + 1
    elif word in _TENS and 0 < _ORDINALS.get(_at(words, start + 1), 0) < 10:
        value, end = _TENS[word] + _ORDINALS[words[start + 1]], start + 2
    else:
        return None
    return f"{value}{ordinal_suffix(value)}", end


def _below_hundred(words: Sequence[str], start: int) -> tuple[int, int]:
    word = words[start]
    if word in _UNITS:
        return _UNITS[word], start + 1
    unit = _UNITS.get(_at(words, start + 1), 0)
    if 0 < unit < 10:
        return _TENS[word] + unit, start + 2
    return _TENS[word], start + 1


def _below_thousand(words: Sequence[str], start: int) -> tuple[int, int]:
    value, end = _below_hundred(words, start)
    if not (0 < value < 10 and _at(words, end) == "hundred"):
        return value, end
    value, end = value * 100, end + 1
    rest = _continued(words, end, below=100)
    return (value + rest[0], rest[1]) if rest is not None else (value, end)


def _continued(words: Sequence[str], start: int, below: int = 1000) -> tuple[int, int] | None:
    """Read the smaller part after "hundred" or "thousand", with or without "and"."""
    begin = start + 1 if _at(words, start) == "and" else start
    word = _at(words, begin)
    if not (word in _UNITS or word in _TENS) or _read_ordinal(words, begin) is not None:
        return None
    value, end = (_below_hundred if below == 100 else _below_thousand)(words, begin)
    return (value, end) if value else None

"""Dates and years in English: one normal form for each way of writing them."""

import re

_MONTHS = """
    january february march april may june july august september october november december
"""
_NAMES = _MONTHS.split()
MONTHS = {name: index for index, name in enumerate(_NAMES, 1)} | {
    name[:3]: index for index, name in enumerate(_NAMES, 1)
}
"""Names of months, casefolded, also short ones, and their numbers."""

_WEEKDAYS = frozenset(
    {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
)
_DAY = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?")
_YEAR = re.compile(r"[0-9]{3,4}")
_ERA = frozenset({"ad", "ce"})


def with_plain_date(words: tuple[str, ...]) -> tuple[str, ...]:
    """Write a date as year, month and day: "4 july 1776" and "july 4th 1776" are one.

    Words are canonical. Parts that are not told are left out, so that a month is no date and a year
    no month. AD and CE beside a year go; other words are given back as they are.
    """
    if len(words) == 2 and _ERA.intersection(words):
        years = tuple(word for word in words if _YEAR.fullmatch(word.lstrip("0")))
        return years if len(years) == 1 else words
    if not 2 <= len(words) <= 6:
        return words
    parts = tuple(word for word in words if word != "of" and word not in _WEEKDAYS)
    found = _iso(parts) or _in_words(parts)
    return (found,) if found else words


def _iso(parts: tuple[str, ...]) -> str | None:
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    year, month, day = parts
    if (len(year), len(month), len(day)) != (4, 2, 2):
        return None
    return _written(int(year), int(month), int(day))


def _in_words(parts: tuple[str, ...]) -> str | None:
    """Read a month's name with a day, a year or both, in any usual order."""
    months = [index for index, part in enumerate(parts) if part in MONTHS]
    if len(months) != 1 or not 2 <= len(parts) <= 3:
        return None
    place = months[0]
    year = day = None
    for index, part in enumerate(parts):
        if index == place:
            continue
        number = _DAY.fullmatch(part)
        if number and day is None:
            day = int(number[1])
        elif _YEAR.fullmatch(part) and year is None and index == len(parts) - 1:
            year = int(part)
        else:
            return None
    return _written(year, MONTHS[parts[place]], day)


def _written(year: int | None, month: int, day: int | None) -> str | None:
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    return f"date:{year or ''}-{month}-{day or ''}"

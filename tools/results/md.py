"""Markdown: tables, escaped texts, and figures with their intervals."""

import re
from collections.abc import Iterable, Sequence
from math import sqrt

from misspoke.diagnosis.rates import Rate, RateBounds
from misspoke.reports.text import shortened, visible, visible_token

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~&$!])")


def escaped(text: str, width: int = 70) -> str:
    """A text as it reads: on one line, nothing in it marks up, and not too long."""
    return _SPECIAL.sub(r"\\\1", shortened(visible(text), width))


def token(text: str) -> str:
    """A token with its outer blanks shown, escaped."""
    return _SPECIAL.sub(r"\\\1", visible_token(text))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int = 1) -> list[str]:
    """The lines of a table; the first `words` columns are texts, the others figures."""
    rule = ["---"] * words + ["---:"] * (len(head) - words)
    return [_line(head), "|" + "|".join(rule) + "|", *(_line(row) for row in rows), ""]


def percent(value: float | None) -> str:
    """A share in per cent with a decimal; a dash where it is not defined."""
    return "–" if value is None else f"{100 * value:.1f}%"


def rate(found: Rate) -> str:
    """A rate, its 95% interval and its counts; Wilson's interval where all or none are counted."""
    if found.interval is None or found.numerator in (0, found.denominator):
        return share(found.numerator, found.denominator)
    return _with_interval(found.numerator, found.denominator, found.interval)


def share(part: int, whole: int) -> str:
    """A share of independent rows with Wilson's 95% interval and its counts."""
    return _with_interval(part, whole, wilson(part, whole)) if whole else f"– ({part:,}/{whole:,})"


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Wilson's 95% interval of `part` of `whole` > 0 rows (Wilson 1927)."""
    z = 1.959964
    value = part / whole
    middle = (value + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z / (1 + z * z / whole) * sqrt(value * (1 - value) / whole + (z / whole) ** 2 / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def _with_interval(part: int, whole: int, ends: tuple[float, float]) -> str:
    low, high = (100 * end for end in ends)
    return f"{percent(part / whole)} [{low:.1f}, {high:.1f}] ({part:,}/{whole:,})"


def bounds(found: RateBounds) -> str:
    """A rate that undetermined rows may raise: its lower value, and the upper where it differs."""
    if found.lower.value == found.upper.value:
        return rate(found.lower)
    return f"{rate(found.lower)} to {rate(found.upper)}"


def between(values: Sequence[float | None]) -> str:
    """The least and the greatest of several shares."""
    known = [value for value in values if value is not None]
    if not known:
        return "–"
    low, high = percent(min(known)), percent(max(known))
    return low if low == high else f"{low} to {high}"


def signed(value: float, digits: int = 2) -> str:
    """A difference with its sign, a true minus; 0 has none."""
    text = f"{value:+.{digits}f}"
    return text.replace("-", "−") if float(text) else text[1:]


def ends(interval: tuple[float, float] | None, digits: int = 2) -> str:
    """An interval in brackets; an empty string where there is none."""
    if interval is None:
        return ""
    low, high = (signed(end, digits).removeprefix("+") for end in interval)
    return f"[{low}, {high}]"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"

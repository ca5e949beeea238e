"""Numbers and measures: one normal form for 8 and 8.0, for 5 km and 5,000 metres."""

import re
from decimal import Decimal
from fractions import Fraction

_HEDGES = frozenset({"about", "approx", "approximately", "around", "ca", "circa", "roughly"})
_SCALES = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,12})?")
_JOINED = re.compile(r"(-?[0-9.]+)(?!s\Z)([a-z]+|%)")

_MEASURES: tuple[tuple[str, str, Fraction], ...] = (
    ("mm millimetre millimetres millimeter millimeters", "m", Fraction(1, 1000)),
    ("cm centimetre centimetres centimeter centimeters", "m", Fraction(1, 100)),
    ("m metre metres meter meters", "m", Fraction(1)),
    ("km kilometre kilometres kilometer kilometers", "m", Fraction(1000)),
    ("in inch inches", "foot", Fraction(1, 12)),
    ("ft foot feet", "foot", Fraction(1)),
    ("yd yard yards", "foot", Fraction(3)),
    ("mi mile miles", "foot", Fraction(5280)),
    ("mg milligram milligrams", "g", Fraction(1, 1000)),
    ("g gram grams gramme grammes", "g", Fraction(1)),
    ("kg kilogram kilograms kilo kilos", "g", Fraction(1000)),
    ("t tonne tonnes", "g", Fraction(10**6)),
    ("lb lbs pound pounds", "pound", Fraction(1)),
    ("s sec second seconds", "s", Fraction(1)),
    ("min minute minutes", "s", Fraction(60)),
    ("h hr hour hours", "s", Fraction(3600)),
    ("day days", "s", Fraction(86400)),
    ("week weeks", "s", Fraction(604800)),
    ("month months", "month", Fraction(1)),
    ("year years", "month", Fraction(12)),
    ("ml millilitre millilitres milliliter milliliters", "l", Fraction(1, 1000)),
    ("l litre litres liter liters", "l", Fraction(1)),
    ("% percent", "%", Fraction(1)),
)
UNITS = {name: (base, size) for names, base, size in _MEASURES for name in names.split()}
"""Names of units, casefolded, with the base unit and the size in it. All sizes are exact."""


def with_plain_number(words: tuple[str, ...]) -> tuple[str, ...]:
    """Write a number without hedge, scale word and idle zeros: "about 8.0" is "8".

    "More than" and "at least" are no hedges: they tell something else. A number with leading zeros
    is a code, and stays.
    """
    rest = words[1:] if len(words) > 1 and words[0] in _HEDGES else words
    if not rest or not _NUMBER.fullmatch(rest[0]):
        return words
    value = Decimal(rest[0])
    if len(rest) > 1 and rest[1] in _SCALES:
        value, rest = value * _SCALES[rest[1]], rest[1:]
    return (_digits(value), *rest[1:])


def with_plain_measure(words: tuple[str, ...], asked: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Write a measure in the base unit: "5 km" and "5000 metres" are one.

    "1980s" are no seconds. A bare number counts in the first unit among `asked`, the words of the
    question that may be one.
    """
    if not 1 <= len(words) <= 3:
        return words
    parts: tuple[str, ...]
    if len(words) == 1:
        joined = _JOINED.fullmatch(words[0])
        parts = (joined[1], joined[2]) if joined else words
    else:
        parts = (words[0], "percent") if words[1:] == ("per", "cent") else words
    if len(parts) == 1:
        parts = (*parts, *[unit for unit in asked if unit in UNITS][:1])
    if len(parts) != 2 or parts[1] not in UNITS or not _NUMBER.fullmatch(parts[0]):
        return words
    base, size = UNITS[parts[1]]
    return (f"{Fraction(parts[0]) * size}", f"unit:{base}")


def _digits(value: Decimal) -> str:
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits

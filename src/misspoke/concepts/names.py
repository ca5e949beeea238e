"""Names of persons: surnames alone, initials, and middle names left out.

Every function compares two names, given as tuples of canonical words, and is symmetric.
"""

import re

from misspoke.concepts.sought import FUNCTION_WORDS, GENERIC, MODIFIERS, ROLES

Words = tuple[str, ...]

_PARTICLE_WORDS = "al bin da de del della den der di do du el ibn la le of ten ter the van von y zu"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_BYNAMES = frozenset({"da", "di"})
_SUFFIXES = frozenset({"fils", "pere", "junior", "senior", "esq", "phd", "md"})
_NUMERAL = re.compile(r"[ivx]+")
_TITLES = ROLES - {"king"}
_BREAKS = (MODIFIERS | FUNCTION_WORDS) - _PARTICLES - {"a"}
_MOST_INITIALS = 4


def is_end(a: Words, b: Words) -> bool:
    """Whether one name is the end of the other: "Shakespeare" and "William Shakespeare".

    What stands before must not make another thing of it: no direction, number, "not", "new" or
    "and". The end must be a name: neither generic nor a mere "Junior" or "VIII".
    """
    short, long = (a, b) if len(a) < len(b) else (b, a)
    cut = len(long) - len(short)
    if not short or not cut or long[cut:] != short or not _is_name(short):
        return False
    front = long[:cut]
    return front[-1] not in {"of", "the"} and not any(
        word in _BREAKS or word[0].isdigit() for word in front
    )


def are_initialled(a: Words, b: Words) -> bool:
    """Whether names differ in initials alone: "J. S. Bach", and "JFK" for the whole name."""
    if len(a) == 1 or len(b) == 1:
        return _is_acronym(a, b) or _is_acronym(b, a)
    return a[-1] == b[-1] and _is_name(a[-1:]) and _aligned(a[:-1], b[:-1])


def are_shortened(a: Words, b: Words) -> bool:
    """Whether one name leaves out middle names of the other: "Thomas (Alva) Edison"."""
    short, long = (a, b) if len(a) < len(b) else (b, a)
    if len(short) < 2 or len(short) == len(long) or short[-1] != long[-1]:
        return False
    if not _is_name(short[-1:]) or not _BREAKS.isdisjoint(long) or short[0] in _TITLES:
        return False
    rest = iter(long[1:-1])
    return _aligned(short[:1], long[:1]) and all(word in rest for word in short[1:-1])


def is_bynamed(a: Words, b: Words) -> bool:
    """Whether one name adds where its bearer is from: "Leonardo" and "Leonardo da Vinci"."""
    short, long = (a, b) if len(a) < len(b) else (b, a)
    return (
        len(short) == 1
        and len(long) > 2
        and long[0] == short[0]
        and long[1] in _BYNAMES
        and _is_name(short)
    )


def _is_name(words: Words) -> bool:
    last = words[-1]
    if last in _SUFFIXES or _NUMERAL.fullmatch(last):
        return len(words) > 1
    return not any(char.isdigit() for char in last) and not all(
        word in GENERIC or word in FUNCTION_WORDS or word in _TITLES for word in words
    )


def _is_acronym(short: Words, long: Words) -> bool:
    """Whether the one word of `short` is the first letters of `long`."""
    if len(short) != 1 or not 3 <= len(short[0]) <= _MOST_INITIALS or len(long) < 2:
        return False
    return "".join(word[0] for word in long) == short[0].casefold()


def _aligned(a: Words, b: Words) -> bool:
    """Whether given names agree one by one, where a name agrees with its initial."""
    if not a or not b:
        return not a and not b
    if a[0] == b[0]:
        return _aligned(a[1:], b[1:])
    return _is_initials_of(a, b) or _is_initials_of(b, a)


def _is_initials_of(a: Words, b: Words) -> bool:
    """Whether `a` begins with initials that stand for the first names of `b`, and the rest agrees.

    Initials are one word of up to four letters: canonical words have "J. R. R." as "jrr".
    """
    count = len(a[0])
    return (
        count <= min(_MOST_INITIALS, len(b))
        and all(name[0] == letter for name, letter in zip(b[:count], a[0], strict=True))
        and _aligned(a[1:], b[count:])
    )

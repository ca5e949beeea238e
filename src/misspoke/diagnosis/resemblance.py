"""Whether an answer resembles a right one so much that it may be another name of it, and why.

- The closer rules of equivalence call it one with a right answer (docs/equivalence.md), or
- it differs from one by a letter or two, in words of six letters or more, or in initials alone, or
- it is a whole part of one or the other way round, or they share more than half of their words; and
  the words that they share tell something: "dollar" and the question's own words do not.

The last is the flag `alias_gap` made narrower: at token F1 = 0.5 two persons share a first name.
Numbers that differ make no resemblance: 1968 is no name of 1969, nor 1917 of April 1917.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

from misspoke.concepts.equivalence import contains, token_f1
from misspoke.concepts.names import are_initialled, is_end
from misspoke.concepts.sameness import joining_rule, same
from misspoke.concepts.sought import (
    FUNCTION_WORDS,
    GENERIC,
    MODIFIERS,
    REGIONS,
    ROLES,
    Sought,
    echo,
    read_question,
)
from misspoke.concepts.text import canonical

_ROMAN = re.compile(r"[ivxlcdm]+")
_SHORTEST_WORD = 6
_LONG_WORD = 10


def resemblance(question: str, answer: str, group: Sequence[str]) -> str | None:
    """Say why an answer may be another name of a right one; None where it is not alike.

    `group` are the spellings of the right answer that are known.
    """
    return _resemblance(_predicate(question), question, answer, group)


@cache
def _predicate(question: str) -> Callable[[str, str], bool]:
    return same(question)


def _resemblance(
    predicate: Callable[[str, str], bool], question: str, answer: str, group: Sequence[str]
) -> str | None:
    """The strongest of the reasons that a group's spellings give; None where they give none."""
    found = (_alike(predicate, question, answer, right) for right in group)
    reasons = [reason for reason in found if reason is not None]
    if not reasons:
        return None
    reason = min(reasons, key=strength)
    doubtful = read_question(question).person or reason in (_CONTAINS, _WORDS)
    return None if doubtful and _is_namesake(answer, group) else reason


def _alike(
    predicate: Callable[[str, str], bool], question: str, answer: str, right: str
) -> str | None:
    if predicate(answer, right):
        return f"{_SAME} {joining_rule(question, answer, right)}"
    ours, theirs = tuple(canonical(answer).split()), tuple(canonical(right).split())
    if _numbers(ours) != _numbers(theirs):
        return None
    if _spelled_alike(ours, theirs):
        return _SPELLED
    if are_initialled(ours, theirs):
        return _INITIALS
    shared = Counter(ours) & Counter(theirs)
    if not any(_tells(read_question(question), question, word) for word in shared):
        return None
    if contains(answer, right) and _is_whole(theirs, ours):
        return _CONTAINS
    if contains(right, answer) and _is_whole(ours, theirs):
        return _PART
    return _WORDS if token_f1(answer, right) > 0.5 and not _within(ours, theirs) else None


_SAME = "same by the rule"
_SPELLED = "spelled alike"
_INITIALS = "the same but for initials"
_CONTAINS = "contains a right answer"
_PART = "part of a right answer"
_WORDS = "shares most of its words"
_STRENGTHS = (_SAME, _SPELLED, _INITIALS, _CONTAINS, _PART, _WORDS)


def strength(reason: str) -> int:
    """The place of a reason among all, the strongest first."""
    return next(place for place, start in enumerate(_STRENGTHS) if reason.startswith(start))


def _is_whole(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether a part may stand for the whole: its end, as a surname, or all but generic words.

    "China" may not for "northern China", nor "South" for "South Asia".
    """
    rest = Counter(whole) - Counter(part)
    plain = rest.keys() <= (GENERIC - MODIFIERS - REGIONS) | ROLES | FUNCTION_WORDS
    return plain or is_end(tuple(part), tuple(whole))


def _within(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether one answer has all words of the other and more: then it must be a whole part."""
    left, right = (
        Counter(word for word in words if word not in FUNCTION_WORDS) for words in (ours, theirs)
    )
    return left != right and (left <= right or right <= left)


def _tells(sought: Sought, question: str, word: str) -> bool:
    """Whether a shared word says something: the question's own and generic ones do not."""
    generic = word in GENERIC or word in ROLES or word in FUNCTION_WORDS
    return not generic and word not in canonical(question).split() and not echo(sought, word)


def _is_namesake(answer: str, group: Sequence[str]) -> bool:
    """Whether an answer is one right name's end behind another beginning, or the other way round.

    Charlotte Brontë is not Emily Brontë, nor the US dollar the Guyanese dollar.
    """
    words = canonical(answer).split()
    names = [name for name in map(str.split, map(canonical, group)) if len(name) > 1]
    if len(words) < 2 or not names:
        return False
    ends = [name for name in names if name[-1] == words[-1]]
    fronts = [name for name in names if name[0] == words[0]]
    return all(name[0][0] != words[0][0] for name in ends) if ends else bool(fronts)


def _numbers(words: Sequence[str]) -> Counter[str]:
    """The numbers among an answer's words, regnal ones too: 1968 is not 1969, nor George V VI."""
    return Counter(word for word in words if _is_number(word))


def _is_number(word: str) -> bool:
    return any(char.isdigit() for char in word) or _ROMAN.fullmatch(word) is not None


def _spelled_alike(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether two answers differ in case or blanks, or in a letter or two of long words."""
    if "".join(ours) == "".join(theirs):
        return True
    if len(ours) != len(theirs):
        return False
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
    return all(_typo(a, b) for a, b in pairs)


def _typo(a: str, b: str) -> bool:
    shorter = min(len(a), len(b))
    if shorter < _SHORTEST_WORD or a[0] != b[0] or _is_number(a) or _is_number(b):
        return False
    return edits(a, b) <= (2 if shorter >= _LONG_WORD else 1)


def edits(a: str, b: str) -> int:
    """Count the letters to insert, delete, replace or swap with their neighbour to get b from a.

    The optimal string alignment distance (Damerau 1964, without edits of swapped letters).
    """
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        row = [i]
        for j, other in enumerate(b, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]

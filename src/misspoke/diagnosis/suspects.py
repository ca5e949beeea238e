"""Answers that may be right under a name that the gold answers lack, found without the model.

A wrong answer, or a candidate of any row, is a *suspect* where its head is no right form and

- the closer rules of equivalence call it one with a right answer (docs/equivalence.md), or
- it differs from one by a letter or two, in words of six letters or more, or in initials alone, or
- it is a whole part of one or the other way round, or they share more than half of their words; and
  the words that they share tell something: "dollar" and the question's own words do not.

The last is the flag `alias_gap` made narrower: at token F1 = 0.5 two persons share a first name.
Numbers that differ make no suspect: 1968 is no name of 1969, nor 1917 of April 1917. What resembles
a right answer need not be one; a person decides.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from misspoke.concepts import Event
from misspoke.concepts.equivalence import contains, key, token_f1
from misspoke.concepts.folding import has_content
from misspoke.concepts.names import are_initialled, is_end
from misspoke.concepts.refusals import abstains
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
from misspoke.concepts.surface import closure
from misspoke.concepts.text import canonical, head
from misspoke.diagnosis.outcomes import CORRECT, TAU, outcome
from misspoke.records import Interval

COLUMNS = (
    "id",
    "question",
    "gold",
    "forms",
    "answer",
    "correct",
    "abstained",
    "outcome",
    "p_mass_lower",
    "p_mass_upper",
    "candidates",
)
"""What is read of a row."""

FAINTEST = 0.005
"""Less probable candidates are left out: a mass is known no better than this."""
LONGEST = 80
"""Characters of an alias; what is longer is no name."""

_ROMAN = re.compile(r"[ivxlcdm]+")
_SHORTEST_WORD = 6
_LONG_WORD = 10


@dataclass(frozen=True, slots=True)
class Suspect:
    """A suspected alias, for one question or for several with the same right answer."""

    ids: tuple[str, ...]
    question: str
    """Of the first id."""
    gold: tuple[str, ...]
    """The right answer's spellings: the group that the alias would join."""
    alias: str
    reason: str
    prob: float
    """What would move into P-mass, summed over the questions."""
    would_be: tuple[str, ...]
    """The outcome of each question at τ = 0.2, were the alias right."""
    mended: int
    """Wrong rows that would turn right."""
    changed: int
    """Rows whose outcome would be another, those among them."""


@dataclass(slots=True)
class _Found:
    ids: list[str] = field(default_factory=list)
    probs: list[float] = field(default_factory=list)
    would_be: list[str] = field(default_factory=list)
    mended: int = 0
    changed: int = 0


def find_suspects(rows: Iterable[Mapping[str, Any]]) -> tuple[Suspect, ...]:
    """List the suspects of a run's rows (`COLUMNS`), those with the most impact first.

    First come those that would turn most wrong rows right, then those that change most outcomes,
    then those that move most probability.
    """
    found: dict[tuple[tuple[str, ...], str], _Found] = {}
    first: dict[tuple[tuple[str, ...], str], tuple[str, tuple[str, ...], str, str]] = {}
    for row in rows:
        for one in _of_row(row):
            name = tuple(map(key, one.gold)), key(one.alias)
            first.setdefault(name, (row["question"], one.gold, one.alias, one.reason))
            into = found.setdefault(name, _Found())
            into.ids += one.ids
            into.probs.append(one.prob)
            into.would_be += one.would_be
            into.mended += one.mended
            into.changed += one.changed
    suspects = [
        Suspect(
            tuple(into.ids),
            *first[name],
            min(float(len(into.ids)), sum(into.probs)),
            tuple(into.would_be),
            into.mended,
            into.changed,
        )
        for name, into in found.items()
    ]
    return tuple(sorted(suspects, key=lambda one: (-one.mended, -one.changed, -one.prob)))


def resemblance(question: str, answer: str, group: Sequence[str]) -> str | None:
    """Say why an answer may be another name of a right one; None where it is not alike.

    `group` are the spellings of the right answer that are known.
    """
    return _resemblance(_predicate(question), question, answer, group)


def _of_row(row: Mapping[str, Any]) -> Iterator[Suspect]:
    """The suspects of one row, each alias once."""
    gold = [tuple(group) for group in row["gold"]]
    event, predicate = Event(row["forms"]), _predicate(row["question"])
    seen: set[str] = set()
    for text in _said(row):
        alias = head(text)
        if key(alias) in seen or not _is_name(alias) or event.holds(alias) is not None:
            continue
        seen.add(key(alias))
        if event.holds(text) is not None or abstains(alias):
            continue
        reasons = (
            (group, reason)
            for group in gold
            if (reason := _resemblance(predicate, row["question"], alias, group))
        )
        for group, reason in sorted(reasons, key=lambda one: _strength(one[1]))[:1]:
            yield _weighed(row, event, alias, group, reason)


def _said(row: Mapping[str, Any]) -> Iterator[str]:
    if not row["correct"] and not row["abstained"]:
        yield row["answer"]
    for candidate in row["candidates"]:
        if candidate["prob"] >= FAINTEST:
            yield candidate["answer"]


def _is_name(alias: str) -> bool:
    return has_content(alias) and len(alias) <= LONGEST and "\ufffd" not in alias


def _weighed(
    row: Mapping[str, Any], event: Event, alias: str, group: tuple[str, ...], reason: str
) -> Suspect:
    """What would change, were the alias a right form of the row."""
    forms = tuple(form.text for form in closure(alias))
    wider = Event((*event.gold, *forms))
    moved = sum(
        one["prob"]
        for one in row["candidates"]
        if event.holds(one["answer"]) is None and wider.holds(one["answer"]) is not None
    )
    mass = Interval(min(1.0, row["p_mass_lower"] + moved), min(1.0, row["p_mass_upper"] + moved))
    mended = not row["correct"] and wider.holds(row["answer"]) is not None
    now = outcome(row["correct"] or mended, row["abstained"], mass, TAU)
    return Suspect(
        ids=(row["id"],),
        question=row["question"],
        gold=group,
        alias=alias,
        reason=reason,
        prob=moved,
        would_be=(now,),
        mended=int(mended and row["outcome"] != CORRECT),
        changed=int(now != row["outcome"]),
    )


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
    reason = min(reasons, key=_strength)
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


def _strength(reason: str) -> int:
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

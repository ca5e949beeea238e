"""Whether two answers to a question are one answer: named rules beyond spelling.

A rule is of one of these kinds. A *reduction* writes an answer in fewer or plainer words; answers
whose reductions have the same key are one. A *comparison* joins two different names of one person.
The rule `qualified` takes what stands behind an answer off one of the two. The rules of a set act
together: "ringgits (MYR)" and "Malaysian ringgit" are joined by `qualified`, `echo` and
`inflection`.

Rules see the two answers and the question, and never a right answer. They are listed, with
examples and with measured precision, in docs/equivalence.md.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from misspoke.concepts.dates import with_plain_date
from misspoke.concepts.equivalence import key
from misspoke.concepts.kinds import (
    with_plain_direction,
    without_designator,
    without_fillers,
    without_kinds,
    without_plural,
)
from misspoke.concepts.names import are_initialled, are_shortened, is_bynamed, is_end
from misspoke.concepts.sought import (
    FUNCTION_WORDS,
    NOTHING,
    Sought,
    echo,
    read_question,
    without_echoes,
)
from misspoke.concepts.units import with_plain_measure, with_plain_number
from misspoke.records import UserError

Predicate = Callable[[str, str], bool]
"""Whether two answers are one."""

Words = tuple[str, ...]


def _always(_: Sought) -> bool:
    return True


def _for_a_person(sought: Sought) -> bool:
    return sought.person is True


def _unless_for_another(sought: Sought) -> bool:
    return sought.person is not False


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what it joins, in a line; its reduction or comparison; the questions it is for.

    `cased` is whether it compares only answers that both have capitals, or neither.
    """

    joins: str
    reduce: Callable[[Sought, Words], Words] | None = None
    compare: Callable[[Words, Words], bool] | None = None
    applies: Callable[[Sought], bool] = _always
    cased: bool = False


def _without_fillers(_: Sought, words: Words) -> Words:
    return without_fillers(words)


def _without_plural(sought: Sought, words: Words) -> Words:
    return words if sought.person else with_plain_direction(without_plural(words))


def _without_designator(_: Sought, words: Words) -> Words:
    return without_designator(words)


def _with_plain_number(_: Sought, words: Words) -> Words:
    return with_plain_number(words)


def _with_plain_date(_: Sought, words: Words) -> Words:
    return with_plain_date(words)


def _with_plain_measure(sought: Sought, words: Words) -> Words:
    return with_plain_measure(words, sought.units)


RULES: Mapping[str, Rule] = {
    "spelling": Rule("spellings of one answer"),
    "qualified": Rule("an answer, and the same with more behind a comma, in brackets or after in"),
    "filler": Rule("an answer, and the same behind words like called", _without_fillers),
    "kind": Rule("an answer, and the same with its kind", without_kinds),
    "echo": Rule("an answer, and the same with words of the question", without_echoes),
    "inflection": Rule("the singular and the plural", _without_plural),
    "numbers": Rule("a number, and the same with a hedge, a scale or zeros", _with_plain_number),
    "dates": Rule("a date in two forms", _with_plain_date),
    "units": Rule("a measure in two units that convert exactly", _with_plain_measure),
    "initials": Rule(
        "a name, and the same with initials", compare=are_initialled, applies=_unless_for_another
    ),
    "surname": Rule(
        "a person's name, and the end of it", compare=is_end, applies=_for_a_person, cased=True
    ),
    "middle": Rule(
        "a person's name, and the same without middle names",
        compare=are_shortened,
        applies=_for_a_person,
    ),
    "byname": Rule(
        "a person's first name, and the same with a byname",
        compare=is_bynamed,
        applies=_for_a_person,
        cased=True,
    ),
    "company": Rule("a company's name, and the same with its legal form", _without_designator),
    "tail": Rule("any answer, and the end of it", compare=is_end),
}
"""Every rule by name, in the order in which they are tried."""

DEFAULT: tuple[str, ...] = tuple(name for name in RULES if name not in {"company", "tail"})
"""The rules that decoders use: those that are precise on labelled pairs of answers."""

MOST_CHARACTERS = 200
"""Answers that are longer are compared by spelling alone."""

_MOST_CUTS = 4
_MOST_ROUNDS = 5
_MOST_TOGETHER = 4
_CUTS = re.compile(
    r"[\n;—（]|\s[(\[]|:(?=\s)|,(?=\s)|\s[-–]\s"
    r"|\s(?:which|who|whose|where|that|is|are|was|were|because|although|in|near)(?=\s)"
    r"|(?<=\d)\s(?:by|during|when)(?=\s)"
)
_LIST = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the rules have made of an answer: its key, its words reduced, and those of its cuts.

    `small` is whether it has small letters alone: "ohm" is no name of Georg Ohm.
    """

    key: str
    whole: Words
    cuts: tuple[Words, ...]
    small: bool


def same(question: str | None = None, rules: Collection[str] = DEFAULT) -> Predicate:
    """Give the predicate that says whether two answers to a question are one, under some rules.

    It is symmetric and reflexive, and not transitive: "Athens" is one with "Athens, Greece" and
    with "Athens, Georgia". Spellings of one answer are always one, and an answer without content
    only with another one. Raises `UserError` for the name of no rule.
    """
    chosen = _chosen(rules)
    sought = read_question(question) if question else NOTHING
    reading = _reader(sought, chosen)
    comparisons = [
        (rule.compare, rule.cased)
        for rule in chosen.values()
        if rule.compare and rule.applies(sought)
    ]

    def are_one(a: str, b: str) -> bool:
        left, right = reading(a), reading(b)
        if left.key == right.key or not (left.key and right.key):
            return left.key == right.key
        x, y = left.whole, right.whole
        if x == y or x in right.cuts or y in left.cuts:
            return True
        return any(
            compare(x, y)
            or any(compare(x, cut) for cut in right.cuts)
            or any(compare(cut, y) for cut in left.cuts)
            for compare, cased in comparisons
            if left.small == right.small or not cased
        )

    return are_one


def joining_rule(
    question: str | None, a: str, b: str, rules: Collection[str] = DEFAULT
) -> str | None:
    """Name the rule that joins two answers: the first that does so alone, or None.

    Where it takes several together, their names stand in one string: "qualified + echo". Raises
    `UserError` for the name of no rule.
    """
    if not same(question, rules)(a, b):
        return None
    names = list(_chosen(rules))
    for count in range(1, _MOST_TOGETHER + 1):
        for some in combinations(names, count):
            if same(question, some)(a, b):
                return " + ".join(some)
    return " + ".join(names) or "spelling"


def _chosen(rules: Collection[str]) -> Mapping[str, Rule]:
    for name in rules:
        if name not in RULES:
            raise UserError(f"No rule joins answers by the name {name!r}; use {', '.join(RULES)}.")
    return {name: rule for name, rule in RULES.items() if name in rules}


def _reader(sought: Sought, rules: Mapping[str, Rule]) -> Callable[[str], _Reading]:
    """Give the function that reads an answer under some rules; it remembers what it has read."""
    reductions = [rule.reduce for rule in rules.values() if rule.reduce and rule.applies(sought)]

    def reduced(wording: str) -> Words:
        words: Words = tuple(wording.split())
        for _ in range(_MOST_ROUNDS):
            before = words
            for reduce in reductions:
                words = reduce(sought, words)
            if words == before:
                break
        return words

    @lru_cache(maxsize=4096)
    def reading(text: str) -> _Reading:
        wording, small = key(text), text == text.lower() != text.upper()
        if len(text) > MOST_CHARACTERS or not wording:
            return _Reading(wording, (wording,), (), small)
        cuts = _cuts(text, sought) if "qualified" in rules else []
        others = tuple(reduced(key(cut)) for cut in cuts)
        return _Reading(wording, reduced(wording), others, small)

    return reading


def _cuts(text: str, sought: Sought) -> list[str]:
    """Give the answers that are left when what stands behind them is taken off, shortest first."""
    found: list[str] = []
    for match in _CUTS.finditer(text):
        if len(found) == _MOST_CUTS:
            break
        before = text[: match.start()]
        listed = match[0] == "," and _LIST.search(text, match.end())
        if not listed and _tells(key(before), sought):
            found.append(before)
    return found


def _tells(wording: str, sought: Sought) -> bool:
    """Whether an answer has more than words of the question: "zinc (Zn)" has not, if of zinc."""
    if not wording:
        return False
    words = tuple(wording.split())
    return not all(echo(sought, word) or word in FUNCTION_WORDS for word in words)

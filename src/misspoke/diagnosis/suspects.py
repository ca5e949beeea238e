"""Answers that may be right under a name that the gold answers lack, found without the model.

A wrong answer, or a candidate of any row, is a *suspect* where its head is no right form and
resembles a right answer (`resemblance`). It need not be one; a person decides.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from misspoke.concepts import Event
from misspoke.concepts.equivalence import key
from misspoke.concepts.folding import has_content
from misspoke.concepts.refusals import abstains
from misspoke.concepts.surface import closure
from misspoke.concepts.text import head
from misspoke.diagnosis.outcomes import CORRECT, TAU, outcome
from misspoke.diagnosis.resemblance import resemblance, strength
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


def _of_row(row: Mapping[str, Any]) -> Iterator[Suspect]:
    """The suspects of one row, each alias once."""
    gold = [tuple(group) for group in row["gold"]]
    event = Event(row["forms"])
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
            if (reason := resemblance(row["question"], alias, group))
        )
        for group, reason in sorted(reasons, key=lambda one: strength(one[1]))[:1]:
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

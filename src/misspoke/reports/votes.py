"""A row as an election: strings are the votes, concepts the parties that they add up to."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal, TypeAlias

from misspoke.records import Interval
from misspoke.records.observation import Candidate, FormMass, Observation

Role: TypeAlias = Literal["gold", "emitted", "other", "rest"]

SHOWN = 0.005
"""A string of less mass than this is not listed by itself."""
OTHERS = 4
"""Concepts shown beside the right and the emitted one."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A string, and the mass that it holds by itself."""

    string: str
    mass: Interval
    emitted: bool = False
    """The greedy answer is this string."""


@dataclass(frozen=True, slots=True)
class Concept:
    """Strings that mean the same, and the mass that they hold together."""

    label: str
    role: Role
    mass: Interval
    votes: tuple[Vote, ...] = ()

    @property
    def emitted(self) -> bool:
        """Whether the greedy answer is one of the strings."""
        return any(vote.emitted for vote in self.votes)


def concepts(row: Observation) -> tuple[Concept, ...]:
    """The right answer, the emitted one, others that the answer search found, and all the rest.

    The masses of the first two are those of all texts that begin with the answer. The others sum
    whole answers that the search found, so that they are lower bounds; the rest is what is left
    of 1, and so an upper bound.
    """
    found = [_gold(row)]
    if not row.correct:
        found.append(_emitted(row))
    found += _others(row)
    left = max(0.0, 1.0 - sum(concept.mass.lower for concept in found))
    return (*found, Concept("anything else", "rest", Interval(left, left)))


def listed_forms(row: Observation) -> list[FormMass]:
    """The right strings that hold enough to be listed, the heaviest first."""
    listed = [form for form in row.form_masses if form.lower > SHOWN]
    return sorted(listed, key=lambda form: (-form.lower, form.form))


def _gold(row: Observation) -> Concept:
    said = _emitted_form(row) if row.correct else None
    forms = listed_forms(row)
    if said and said not in forms:
        forms.append(said)
    votes = [Vote(form.form, Interval(form.lower, form.upper), form is said) for form in forms]
    left = row.p_mass.lower - sum(vote.mass.lower for vote in votes)
    if votes and left > SHOWN:
        votes.append(Vote("its other spellings", Interval(left, left)))
    if row.correct and said is None:
        votes.insert(0, Vote(row.answer, row.emitted_form_mass, emitted=True))
    return Concept(_gold_label(row), "gold", row.p_mass, tuple(votes))


def _gold_label(row: Observation) -> str:
    if row.top_form and row.top_form_prob:
        return row.top_form
    return next((form for group in row.gold for form in group), "(no right answer known)")


def _emitted_form(row: Observation) -> FormMass | None:
    """The right string that a right answer begins with; the event counts it by that one."""
    begun = [form for form in row.form_masses if begins(row.answer, form.form)]
    mass = row.emitted_form_mass
    return max(
        begun,
        key=lambda form: ((form.lower, form.upper) == (mass.lower, mass.upper), len(form.form)),
        default=None,
    )


def _emitted(row: Observation) -> Concept:
    label = row.answer or "(nothing)"
    votes = [Vote(label, row.emitted_form_mass, emitted=True)]
    left = row.emitted_mass.lower - row.emitted_form_mass.upper
    if left > SHOWN:
        votes.append(Vote("its other spellings", Interval(left, left)))
    return Concept(label, "emitted", row.emitted_mass, tuple(votes))


def _others(row: Observation) -> list[Concept]:
    """The heaviest classes of candidates that are neither right nor the emitted one."""
    pooled: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in row.candidates:
        pooled[candidate.concept].append(candidate)
    gold = [form.form for form in row.form_masses]
    others = [
        _other(members)
        for members in pooled.values()
        if not any(_belongs(member.answer, row.answer, gold) for member in members)
    ]
    others = [other for other in others if other.mass.lower > SHOWN]
    return sorted(others, key=lambda other: (-other.mass.lower, other.label))[:OTHERS]


def _other(members: list[Candidate]) -> Concept:
    ordered = sorted(members, key=lambda member: -member.prob)
    votes = tuple(
        Vote(member.answer or "(nothing)", Interval(member.prob, member.prob))
        for member in ordered
        if member.prob > SHOWN
    )
    total = sum(member.prob for member in ordered)
    return Concept(ordered[0].answer or "(nothing)", "other", Interval(total, total), votes)


def _belongs(answer: str, emitted: str, gold: list[str]) -> bool:
    """Whether the mass of an answer is counted with the emitted answer or with a right one."""
    return answer == emitted or any(begins(answer, form) for form in (emitted, *gold))


def begins(answer: str, form: str) -> bool:
    """Whether the answer, its openers aside, begins with the form's words; case is ignored."""
    text, start = _bare(answer), _bare(form)
    if not start or not text.startswith(start):
        return False
    return not text[len(start) : len(start) + 1].isalnum()


def _bare(text: str) -> str:
    bare = text.casefold().lstrip(" \"'“„‘«")
    for article in ("the ", "an ", "a "):
        bare = bare.removeprefix(article)
    return bare.strip()

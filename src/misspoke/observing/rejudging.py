"""Rows judged anew with more names of the right answers, without the model.

What is stored bounds what more names can add. A text that they bring into the event begins with one
of their forms, so it lies behind an answer of the answer search that can still become such a text,
or in what that search left unexplored; and its first token is one that such a text may begin with,
or outside the stored ones. The smaller of the two sums is an upper bound. The emitted answer's
class has a measured mass: where the new names are that class, it moves from wrong to right, and
its bounds with it.

A candidate's own probability is no lower bound: "Paris" pools the texts that go on as "Paris.5",
which the event leaves out. So without the emitted class the lower bound stays where it was.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from misspoke.concepts import Event
from misspoke.concepts.refusals import abstains
from misspoke.concepts.text import OPENER_ARTICLES
from misspoke.diagnosis.causes import cause
from misspoke.diagnosis.flags import alias_gap
from misspoke.diagnosis.outcomes import COMMITMENT_FAILURE, TAU, outcome
from misspoke.observing.gold import Gold
from misspoke.observing.meanings import rival_mass
from misspoke.observing.moved import Moved, alive
from misspoke.observing.said import Said, read_said
from misspoke.records import NOTHING, Interval, Question
from misspoke.records.observation import FormMass, Observation


@dataclass(frozen=True, slots=True)
class Rejudged:
    """A row judged anew."""

    row: Observation
    settled: bool
    """Whether the stored tokens settle if the answer is right: behind "Paris." a digit may come."""


def rejudge(
    row: Observation,
    groups: Sequence[Sequence[str]],
    closers: Set[int],
    most_tokens: int,
    epsilon: float,
) -> Rejudged:
    """Judge a row by wider groups of right answers: each has all that it had.

    Masses become intervals that hold what the model would say behind the same prompt; what is not
    known at all is None. `closers` are as `said.closing` gives them, `most_tokens` the longest
    greedy answer, `epsilon` the width at which a mass is known well enough.
    """
    gold = Gold.of(Question(row.question, [list(group) for group in groups], id=row.id))
    moved = Moved(row, gold)
    event = Event(gold.forms)
    said = read_said(row)
    right, settled = said.judged(event, closers, most_tokens)
    masses = _masses(moved, right)
    return Rejudged(_row(row, gold, moved, masses, said, event, right, epsilon), settled)


@dataclass(frozen=True, slots=True)
class _Masses:
    string: Interval
    closed: Interval
    gold: Interval
    by_rules: Interval
    emitted: Interval
    emitted_form: Interval
    top_form: Interval
    forms: tuple[FormMass, ...]


def _masses(moved: Moved, right: bool) -> _Masses:
    row, gold = moved.row, moved.gold
    joined = row.emitted_mass.lower if moved.emitted_joins else 0.0
    string = _wider(row.p_mass, joined, moved.gain)
    closed = Interval(
        row.p_mass_closed.lower, min(string.upper, row.p_mass_closed.upper + moved.claim)
    )
    forms = _form_masses(moved, string.upper)
    groups = [
        sum(mass.lower for i, mass in enumerate(forms) if mask >> i & 1)
        for mask in gold.group_masks
    ]
    alone = len(groups) == 1
    most = 1.0 if moved.crossed else row.gold_mass.upper + moved.claim
    heaviest = Interval(string.lower if alone else max(groups), min(string.upper, most))
    kept = row.gold_mass_by_rules.lower if alone and not moved.overlap else 0.0
    top = Interval(
        max(mass.lower for mass in forms) if alone else 0.0,
        min(string.upper, max(mass.upper for mass in forms)),
    )
    emitted, own = _emitted(moved, right, string, alone)
    return _Masses(
        string=string,
        closed=closed,
        gold=heaviest,
        by_rules=Interval(kept, string.upper),
        emitted=emitted,
        emitted_form=own,
        top_form=top,
        forms=forms,
    )


def _wider(mass: Interval, lower: float, upper: float) -> Interval:
    return Interval(min(1.0, mass.lower + lower), min(1.0, mass.upper + upper))


def _form_masses(moved: Moved, most: float) -> tuple[FormMass, ...]:
    """The masses of the forms: a new form may take what an old one had."""
    old = {mass.form: mass for mass in moved.row.form_masses}
    new = Event(moved.fresh)
    article = any(form.casefold() in OPENER_ARTICLES for form in moved.gold.forms)
    found: list[FormMass] = []
    for form in moved.gold.forms:
        had = old.get(form)
        if had is None:
            found.append(FormMass(form, 0.0, min(most, moved.claim)))
        else:
            safe = not article and not alive(new, form)
            found.append(FormMass(form, had.lower if safe else 0.0, had.upper))
    return tuple(found)


def _emitted(moved: Moved, right: bool, string: Interval, alone: bool) -> tuple[Interval, Interval]:
    """The masses of the emitted class and of the emitted form; see `Observation`."""
    row = moved.row
    if right and alone:
        group = string
    elif right:
        group = Interval(0.0, string.upper)
    if not right:
        taken = 0.0 if row.emitted_mass == NOTHING else moved.claim
        return _less(row.emitted_mass, taken), _less(row.emitted_form_mass, taken)
    if row.correct and not moved.overlap:
        kept = Interval(
            row.emitted_mass.lower, min(string.upper, row.emitted_mass.upper + moved.claim)
        )
        return (string if alone else kept), row.emitted_form_mass
    return group, Interval(0.0, string.upper)


def _less(mass: Interval, taken: float) -> Interval:
    return Interval(max(0.0, mass.lower - taken), mass.upper)


def _row(
    row: Observation,
    gold: Gold,
    moved: Moved,
    masses: _Masses,
    said: Said,
    event: Event,
    right: bool,
    epsilon: float,
) -> Observation:
    abstained = not right and abstains(row.answer)
    wrong = not right and not abstained
    first = Interval(row.p_mass_first, min(1.0, row.p_mass_first_upper + moved.start))
    literal = row.p_mass_first_literal
    outcomes = [
        outcome(right, abstained, mass, TAU)
        for mass in (masses.string, first, Interval(literal, min(1.0, literal + moved.start)))
    ]
    failed = outcomes[0] == COMMITMENT_FAILURE
    by_rules_top = Interval(0.0, masses.string.upper)
    lost = said.lost(event) if wrong else None
    known = said.known
    return replace(
        row,
        gold=gold.groups,
        forms=gold.forms,
        several_groups=len(gold.groups) > 1,
        correct=right,
        abstained=abstained,
        outcome=outcomes[0],
        outcome_first=outcomes[1],
        outcome_first_literal=outcomes[2],
        cause=cause(masses.gold, masses.emitted, masses.top_form, masses.emitted_form)
        if failed
        else None,
        cause_by_rules=cause(masses.by_rules, masses.emitted, by_rules_top, masses.emitted_form)
        if failed
        else None,
        lost_midway=wrong and (lost is not None if known else row.lost_midway),
        lost_step=(lost if known else row.lost_step) if wrong else None,
        lost_mass=row.lost_mass if wrong and lost == row.lost_step else None,
        alias_gap=wrong and alias_gap(row.answer, gold.forms),
        p_mass=masses.string,
        p_mass_closed=masses.closed,
        budget_spent=row.budget_spent or max(masses.string.width, masses.closed.width) > epsilon,
        p_mass_first_upper=first.upper,
        form_masses=masses.forms,
        top_form=None,
        top_form_prob=None,
        top_form_share=None,
        effective_forms=None,
        gold_mass=masses.gold,
        gold_mass_by_rules=masses.by_rules,
        emitted_mass=masses.emitted,
        emitted_form_mass=masses.emitted_form,
        top_form_by_rules_prob=None,
        content_winner_is_gold=said.is_gold(event) if known else row.content_winner_is_gold,
        on_path_entropy_1=said.entropy(event, 1) if known else row.on_path_entropy_1,
        on_path_entropy_2=said.entropy(event, 2) if known else row.on_path_entropy_2,
        on_path_entropy_1_weighted=None,
        on_path_entropy_2_weighted=None,
        rival_mass=rival_mass(event, row.candidates),
    )

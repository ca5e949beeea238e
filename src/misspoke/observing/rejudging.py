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
from functools import cached_property

from misspoke.concepts import Event
from misspoke.concepts.refusals import abstains
from misspoke.concepts.surface import closure
from misspoke.concepts.text import OPENER_ARTICLES, OPENER_BLANKS, OPENER_MARKS, head
from misspoke.diagnosis.causes import cause
from misspoke.diagnosis.flags import alias_gap
from misspoke.diagnosis.outcomes import COMMITMENT_FAILURE, TAU, outcome
from misspoke.observing.gold import Gold
from misspoke.observing.meanings import rival_mass
from misspoke.observing.said import Said, read_said
from misspoke.records import NOTHING, Interval, Question
from misspoke.records.observation import FormMass, Observation

_UNREAD = "\ufffd"
"""Stands for bytes that are no text: what it was cannot be told."""


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
    moved = _Moved(row, gold)
    event = Event(gold.forms)
    said = read_said(row)
    right, settled = said.judged(event, closers, most_tokens)
    masses = _masses(moved, right)
    return Rejudged(_row(row, gold, moved, masses, said, event, right, epsilon), settled)


@dataclass(frozen=True)
class _Moved:
    """What the new forms of a row may bring into the event."""

    row: Observation
    gold: Gold

    @cached_property
    def fresh(self) -> tuple[str, ...]:
        """The forms that the row did not have."""
        had = set(self.row.forms)
        return tuple(form for form in self.gold.forms if form not in had)

    @cached_property
    def rival(self) -> tuple[str, ...]:
        """The forms of the emitted class, whose mass was measured; none on a right answer."""
        if self.row.correct:
            return ()
        had = set(self.row.forms)
        forms = (form.text for form in closure(head(self.row.answer)))
        return tuple(form for form in forms if form not in had)

    @cached_property
    def emitted_joins(self) -> bool:
        """Whether every text of the emitted class is now in the event."""
        event = Event(self.gold.forms)
        return bool(self.rival) and all(_begins(event, form) for form in self.rival)

    @cached_property
    def gain(self) -> float:
        """The most that the event can have gained."""
        rival = Event(self.rival)
        rest = tuple(form for form in self.fresh if not _begins(rival, form))
        own = self.row.emitted_mass.upper if len(rest) < len(self.fresh) else 0.0
        return min(1.0, own + self._most(rest, Event(self.row.forms)), self._most(self.fresh))

    @cached_property
    def claim(self) -> float:
        """The most that the new forms may hold, with what they take from others."""
        return self._most(self.fresh) if self.overlap else self.gain

    @cached_property
    def crossed(self) -> bool:
        """Whether an answer has got forms that another one had."""
        before = Gold.of(Question(self.row.question, self.row.gold, id=self.row.id))
        had = [_members(before, mask) for mask in before.group_masks]
        now = [_members(self.gold, mask) for mask in self.gold.group_masks]
        old = set(self.row.forms)
        return any((new & old) - own for own, new in zip(had, now, strict=True))

    @cached_property
    def overlap(self) -> bool:
        """Whether one text may be of an old form and of a new one, or of two answers."""
        new, old = Event(self.fresh), Event(self.row.forms)
        return (
            self.crossed
            or any(_alive(new, form) for form in self.row.forms)
            or any(_alive(old, form) for form in self.fresh)
            or any(form.casefold() in OPENER_ARTICLES for form in self.gold.forms)
        )

    @cached_property
    def start(self) -> float:
        """The most that the first tokens of new forms may hold, behind openers too."""
        known = list(zip(self.row.first_tokens, self.row.first_token_probs, strict=True))
        nothing = Event(())
        found = 0.0
        for top in self.row.top_tokens:
            at = nothing.advance(nothing.start, top.token.encode())
            core = top.token.lstrip(OPENER_BLANKS + OPENER_MARKS)
            starts = any(form.startswith(core) for form in self.fresh)
            counted = any(top.token == t and abs(top.prob - p) < 1e-12 for t, p in known)
            opens = bool(top.token) and nothing.at_root(at)
            if opens or _UNREAD in top.token or (top.token and starts and not counted):
                found += top.prob
        return min(1.0, found + self._tail) if self.fresh else 0.0

    def _most(self, forms: Sequence[str], held: Event | None = None) -> float:
        """The most that texts of some forms may weigh, leaving out what `held` has for certain."""
        if not forms:
            return 0.0
        event = Event(forms)
        answers = sum(
            one.prob
            for one in self.row.candidates
            if _alive(event, one.answer) and not (held and _accepts(held, one.answer))
        )
        tokens = sum(
            top.prob for top in self.row.top_tokens if top.token and _alive(event, top.token)
        )
        return min(1.0, answers + self.row.residual, tokens + self._tail)

    @property
    def _tail(self) -> float:
        """What is not among the stored tokens of the answer step."""
        return max(0.0, 1 - sum(top.prob for top in self.row.top_tokens))


def _members(gold: Gold, mask: int) -> set[str]:
    return {form for place, form in enumerate(gold.forms) if mask >> place & 1}


def _alive(event: Event, text: str) -> bool:
    """Whether a text may go on into the event, or is in it."""
    return _UNREAD in text or bool(event.advance(event.start, text.encode()))


def _accepts(event: Event, text: str) -> bool:
    """Whether all that begins with a text is in the event."""
    return event.accepted(event.advance(event.start, text.encode())) is not None


def _begins(event: Event, form: str) -> bool:
    """Whether all that begins with a form and then a boundary is in the event."""
    return form in event.forms or _accepts(event, form)


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


def _masses(moved: _Moved, right: bool) -> _Masses:
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


def _form_masses(moved: _Moved, most: float) -> tuple[FormMass, ...]:
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
            safe = not article and not _alive(new, form)
            found.append(FormMass(form, had.lower if safe else 0.0, had.upper))
    return tuple(found)


def _emitted(
    moved: _Moved, right: bool, string: Interval, alone: bool
) -> tuple[Interval, Interval]:
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
    moved: _Moved,
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

"""The most that more names of a row's right answers can move into its event, from what is stored.

A text that they bring in begins with one of their forms. So it lies behind an answer of the answer
search that can still become such a text, or in what that search left unexplored; and its first
token is one that such a text may begin with, or outside the stored ones. Where the new names are
the emitted answer's class, that has a measured mass.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from misspoke.concepts import Event
from misspoke.concepts.surface import closure
from misspoke.concepts.text import OPENER_ARTICLES, OPENER_BLANKS, OPENER_MARKS, head
from misspoke.observing.gold import Gold
from misspoke.records import Question
from misspoke.records.observation import Observation

_UNREAD = "\ufffd"
"""Stands for bytes that are no text: what it was cannot be told."""


@dataclass(frozen=True)
class Moved:
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
            or any(alive(new, form) for form in self.row.forms)
            or any(alive(old, form) for form in self.fresh)
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
            if alive(event, one.answer) and not (held and _accepts(held, one.answer))
        )
        tokens = sum(
            top.prob for top in self.row.top_tokens if top.token and alive(event, top.token)
        )
        return min(1.0, answers + self.row.residual, tokens + self._tail)

    @property
    def _tail(self) -> float:
        """What is not among the stored tokens of the answer step."""
        return max(0.0, 1 - sum(top.prob for top in self.row.top_tokens))


def _members(gold: Gold, mask: int) -> set[str]:
    return {form for place, form in enumerate(gold.forms) if mask >> place & 1}


def alive(event: Event, text: str) -> bool:
    """Whether a text may go on into the event, or is in it."""
    return _UNREAD in text or bool(event.advance(event.start, text.encode()))


def _accepts(event: Event, text: str) -> bool:
    """Whether all that begins with a text is in the event."""
    return event.accepted(event.advance(event.start, text.encode())) is not None


def _begins(event: Event, form: str) -> bool:
    """Whether all that begins with a form and then a boundary is in the event."""
    return form in event.forms or _accepts(event, form)

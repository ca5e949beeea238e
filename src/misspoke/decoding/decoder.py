"""What a decoder is, and how each one ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from misspoke.concepts.equivalence import equivalent
from misspoke.decoding.desk import Desk
from misspoke.records import Interval
from misspoke.records.decoding import AnswerClass, Decoded
from misspoke.search import Inquiry


class Decoder(Protocol):
    """From a question on a desk to an answer; it has no way to see what is right."""

    @property
    def name(self) -> str:
        """How tables call it."""

    def decode(self, desk: Desk) -> Inquiry[Decoded]:
        """Asks the model for what it needs, and decides."""


def settled_belief(classes: Sequence[AnswerClass]) -> Interval:
    """The mass of the first class: what is settled in it at least, and what is settled nowhere too.

    Its most probable form belongs to it in any case.
    """
    best = classes[0]
    unsettled = 1 - sum(one.settled for one in classes)
    return Interval(max(best.settled, best.forms[0][1]), best.settled + unsettled)


def finished(
    desk: Desk,
    classes: Sequence[AnswerClass],
    belief: Interval,
    residual: float,
    *,
    certified: bool,
) -> Inquiry[Decoded]:
    """The result of a decoder whose best class comes first; rounding is kept out of its bounds.

    The comparison with the greedy answer is made at a desk of its own, and not counted.
    """
    from misspoke.decoding.greedy import walk

    said = (yield from walk(desk.fork())).answer
    best = classes[0]
    margin = best.score - classes[1].score if len(classes) > 1 else best.score
    total = desk.forward_tokens
    return Decoded(
        answer=best.answer,
        belief=Interval(min(1.0, belief.lower), min(1.0, max(belief.lower, belief.upper))),
        margin=margin,
        classes=tuple(classes),
        residual=max(0.0, residual),
        certified=certified,
        abstained=False,
        changed_from_greedy=not equivalent(best.answer, said),
        forward_tokens=total,
        beyond_prompt=total - (len(desk.tree.context.suffix) if () in desk.tree else 0),
    )


@dataclass(frozen=True, slots=True)
class Abstaining:
    """Another decoder, silent where its belief is not known to reach a bound."""

    decoder: Decoder
    belief: float

    @property
    def name(self) -> str:
        """The other's name and the bound."""
        return f"{self.decoder.name} ≥ {self.belief:g}"

    def decode(self, desk: Desk) -> Inquiry[Decoded]:
        """What the other decoder says, marked where it should not be said."""
        found = yield from self.decoder.decode(desk)
        return replace(found, abstained=found.belief.lower < self.belief)

"""Decoders that draw samples: self-consistency, with a fixed number or until it is decided."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from misspoke.concepts.equivalence import Classes
from misspoke.decoding.concept import answer_class
from misspoke.decoding.decoder import finished
from misspoke.decoding.desk import LONGEST, Desk
from misspoke.decoding.sameness import ByRules, Sameness
from misspoke.measures.voting import lead_probability
from misspoke.records import Interval, UserError
from misspoke.records.decoding import AnswerClass, Decoded
from misspoke.search import Found, Inquiry, Sample, chances, draw_samples, on


@dataclass(frozen=True, slots=True)
class Fixed:
    """Draw this many samples, side by side."""

    count: int = 10

    @property
    def at_once(self) -> int:
        """How many are drawn before the next look."""
        return self.count

    def enough(self, votes: Sequence[int]) -> bool:  # noqa: ARG002
        """Never before all are drawn."""
        return False


@dataclass(frozen=True, slots=True)
class Adaptive:
    """Draw one sample after another, and stop once the leader is likely to stay in the lead.

    The Beta rule of ASC (Aggarwal et al. 2023): stop when the two leading answers' votes say with
    this probability that the first is the more probable one.
    """

    count: int = 10
    sure: float = 0.95
    at_once: int = 1

    def enough(self, votes: Sequence[int]) -> bool:
        """`votes`: of each class, the most first."""
        second = votes[1] if len(votes) > 1 else 0
        return bool(votes) and lead_probability(votes[0], second) >= self.sure


@dataclass(frozen=True, slots=True)
class SelfConsistency:
    """The answer that most samples give; of equal ones the first drawn (Wang et al. 2022)."""

    name: str = "self-consistency"
    stopping: Fixed | Adaptive = field(default_factory=Fixed)
    temperature: float = 0.7
    sameness: Sameness = field(default_factory=lambda: ByRules(()))
    seed: int = 0

    def decode(self, desk: Desk) -> Inquiry[Decoded]:
        """The class with the most votes; its belief is the probability of what was drawn of it."""
        drawn = yield from draw(desk, self)
        classes = _classes(drawn, self.sameness.predicate(desk))
        ranked = sorted(classes, key=lambda one: -one.score)
        return (yield from _sampled(desk, ranked))


@dataclass(frozen=True, slots=True)
class SamplePooling:
    """The class with the most probability among samples: what semantic entropy pools.

    Each distinct text counts once, with its exact probability (likelihood-weighted classes of
    Kuhn et al. 2023, without their double count of repeated samples).
    """

    name: str = "sample-pooling"
    stopping: Fixed | Adaptive = field(default_factory=Fixed)
    temperature: float = 1.0
    sameness: Sameness = field(default_factory=ByRules)
    seed: int = 0

    def decode(self, desk: Desk) -> Inquiry[Decoded]:
        """The heaviest class of what was drawn."""
        drawn = yield from draw(desk, self)
        classes = _classes(drawn, self.sameness.predicate(desk))
        total = sum(one.prob for one in classes)
        ranked = sorted(
            (replace(one, score=one.prob / total if total else 0.0) for one in classes),
            key=lambda one: -one.score,
        )
        return (yield from _sampled(desk, ranked))


def _sampled(desk: Desk, ranked: Sequence[AnswerClass]) -> Inquiry[Decoded]:
    seen = sum(one.prob for one in ranked)
    unseen = max(0.0, 1 - seen)
    belief = Interval(ranked[0].prob, min(1.0, ranked[0].prob + unseen))
    return (yield from finished(desk, ranked, belief, unseen, certified=False))


def _classes(drawn: Sequence[Sample], predicate: Callable[[str, str], bool]) -> list[AnswerClass]:
    """Classes of drawn answers; the score is the share of the votes."""
    votes: dict[str, int] = {}
    found: dict[str, Found] = {}
    for sample in drawn:
        votes[sample.answer] = votes.get(sample.answer, 0) + 1
    for sample in {sample.path: sample for sample in drawn}.values():
        found.setdefault(sample.answer, Found()).add(sample.prob, sample.path)
    joined = Classes(predicate)
    for answer in sorted(votes, key=lambda answer: -votes[answer]):
        joined.join(answer)
    classes = []
    for group in joined.members:
        one = answer_class({answer: found[answer] for answer in group})
        share = sum(votes[answer] for answer in group) / len(drawn)
        classes.append(replace(one, score=share))
    return classes


def draw(desk: Desk, how: SelfConsistency | SamplePooling) -> Inquiry[list[Sample]]:
    """Draws samples until there are enough."""
    desk.refuse_hidden(how.name)
    if not how.temperature > 0:
        raise UserError(f"{how.name}: a temperature of {how.temperature:g}; give one above 0")
    predicate = how.sameness.predicate(desk)
    drawn: list[Sample] = []
    while len(drawn) < how.stopping.count:
        first, last = len(drawn), min(len(drawn) + how.stopping.at_once, how.stopping.count)
        given = [chances(how.seed, desk.prompt, number, LONGEST) for number in range(first, last)]
        drawn += yield from on(
            desk.tree, draw_samples(desk.tree, given, how.temperature, desk.read)
        )
        groups = _classes(drawn, predicate)
        if how.stopping.enough(sorted((round(g.score * len(drawn)) for g in groups), reverse=True)):
            break
    return drawn

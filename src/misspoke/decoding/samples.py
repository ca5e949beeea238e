"""Decoders that draw samples: self-consistency, with a fixed number or until it is decided."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import exp

import numpy as np

from misspoke.concepts.equivalence import Classes
from misspoke.decoding.concept import answer_class
from misspoke.decoding.decoder import finished
from misspoke.decoding.desk import LONGEST, Desk
from misspoke.decoding.sameness import ByRules, Sameness
from misspoke.lm import Path, Want
from misspoke.measures.voting import lead_probability
from misspoke.records import Interval, UserError
from misspoke.records.decoding import AnswerClass, Decoded
from misspoke.search import Found, Inquiry


@dataclass(frozen=True, slots=True)
class Sample:
    """One drawn answer, the path that wrote it, and that path's probability at temperature 1."""

    answer: str
    path: Path
    prob: float


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
        drawn = yield from draw_samples(desk, self)
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
        drawn = yield from draw_samples(desk, self)
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


def draw_samples(desk: Desk, how: SelfConsistency | SamplePooling) -> Inquiry[list[Sample]]:
    """Draws samples until there are enough."""
    desk.refuse_hidden(how.name)
    if not how.temperature > 0:
        raise UserError(f"{how.name}: a temperature of {how.temperature:g}; give one above 0")
    predicate = how.sameness.predicate(desk)
    drawn: list[Sample] = []
    while len(drawn) < how.stopping.count:
        first, last = len(drawn), min(len(drawn) + how.stopping.at_once, how.stopping.count)
        chances = [_chances(how.seed, desk.prompt, number) for number in range(first, last)]
        drawn += yield from _walks(desk, how.temperature, chances)
        groups = _classes(drawn, predicate)
        if how.stopping.enough(sorted((round(g.score * len(drawn)) for g in groups), reverse=True)):
            break
    return drawn


def _walks(
    desk: Desk, temperature: float, chances: Sequence[Sequence[float]]
) -> Inquiry[list[Sample]]:
    """Draws answers side by side, token by token."""
    tree = desk.tree
    paths: list[Path] = [() for _ in chances]
    logprobs = [0.0 for _ in chances]
    answers: list[str | None] = [None for _ in chances]
    while None in answers:
        going = [i for i, answer in enumerate(answers) if answer is None]
        draws = {i: (temperature, chances[i][len(paths[i])]) for i in going}
        wants: dict[Path, Want] = {}
        for i in going:
            want = Want(draws=frozenset({draws[i]}))
            wants[paths[i]] = wants[paths[i]] | want if paths[i] in wants else want
        yield {(tree, path): want for path, want in wants.items()}
        for i in going:
            token, logprob = tree[paths[i]].drawn[draws[i]]
            paths[i], logprobs[i] = (*paths[i], token), logprobs[i] + logprob
            ended = not tree.token_bytes[token] or len(paths[i]) == LONGEST
            answers[i] = desk.read(tree.data(paths[i]).decode(errors="replace"), ended)
    return [
        Sample(answer or "", path, exp(logprob))
        for answer, path, logprob in zip(answers, paths, logprobs, strict=True)
    ]


def _chances(seed: int, prompt: str, number: int) -> list[float]:
    """The chances of one sample: the same for the same seed, prompt and number, whatever else."""
    digest = sha256(f"{seed} {number} {prompt}".encode()).digest()
    return list(np.random.default_rng(int.from_bytes(digest[:8], "big")).random(LONGEST))

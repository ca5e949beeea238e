"""Re-scoring: the few leading classes of another decoder, ranked by more than their mass."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import Protocol

from misspoke.decoding.decoder import Decoder, finished, settled_belief
from misspoke.decoding.desk import Desk
from misspoke.records.decoding import AnswerClass, Decoded
from misspoke.search import Inquiry

NEAR = 0.1
"""Classes with less than this part of the leader's mass are not re-scored: they stay behind."""
MOST = 6
"""Classes that are re-scored at the most."""


class Scorer(Protocol):
    """Evidence for or against classes of answers, from more prompts to the same model."""

    def scores(self, desk: Desk, classes: Sequence[AnswerClass]) -> Inquiry[list[float]]:
        """What to add to each class's log-probability, in nats; finite."""


@dataclass(frozen=True, slots=True)
class Rescored:
    """The leading classes of a decoder, ranked by log-probability and the scorers' evidence.

    A class's score is its share of exp(log-probability + evidence) among those re-scored. There is
    no certificate: what was not explored might have scored higher.
    """

    name: str
    decoder: Decoder
    scorers: tuple[Scorer, ...]

    def decode(self, desk: Desk) -> Inquiry[Decoded]:
        """The best class by all evidence; the other decoder's answer where it has no rival."""
        found = yield from self.decoder.decode(desk)
        leading = rivals(found.classes)
        if len(leading) < 2:
            return replace(found, certified=False)
        totals = [log(one.prob) for one in leading]
        for scorer in self.scorers:
            evidence = yield from scorer.scores(desk, leading)
            totals = [t + more for t, more in zip(totals, evidence, strict=True)]
        weights = [exp(total - max(totals)) for total in totals]
        ranked = [
            replace(one, score=weight / sum(weights))
            for one, weight in zip(leading, weights, strict=True)
        ]
        ranked.sort(key=lambda one: -one.score)
        behind = [replace(one, score=0.0) for one in found.classes if one not in leading]
        classes = (*ranked, *behind)
        belief = settled_belief(classes)
        return (yield from finished(desk, classes, belief, found.residual, certified=False))


def rivals(classes: Sequence[AnswerClass]) -> list[AnswerClass]:
    """The classes that re-scoring can bring to the front."""
    least = classes[0].prob * NEAR
    return [one for one in classes[:MOST] if one.prob > 0 and one.prob >= least]

"""PMI against the question's domain: what any such question would be answered with counts less."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from misspoke.decoding.desk import LEAST, Desk
from misspoke.records.decoding import AnswerClass
from misspoke.search import Inquiry, on, path_logprobs

WEIGHT, FLOOR = 0.3, 1e-4
"""Fitted as docs/decoding.md tells."""


@dataclass(frozen=True, slots=True)
class Pmi:
    """Takes off a part of the log-probability that the answer has in the question's domain.

    The domain is the question with what it is about blanked ("What is the capital of this?"), so
    that it needs no list of domains (after Holtzman et al. 2021, who write it by hand).
    """

    weight: float = WEIGHT
    """Of the domain's log-probability."""
    floor: float = FLOOR
    """Added to the domain's probability, so that rarity alone is no merit."""

    def scores(self, desk: Desk, classes: Sequence[AnswerClass]) -> Inquiry[list[float]]:
        """Minus the weighted log-probability of each class's best path in the domain."""
        desk.refuse_hidden("PMI")
        tree = desk.open(desk.domain_prompt())
        found = yield from on(tree, path_logprobs(tree, [one.tokens for one in classes]))
        return [-self.weight * log(max(exp(logprob) + self.floor, LEAST)) for logprob in found]

"""Asking the model about answers: is this right (P(True)), and do these two name the same?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import exp, log
from typing import ClassVar

from misspoke.decoding.desk import LEAST, Desk
from misspoke.decoding.sameness import ByRules, Sameness, merged
from misspoke.lm import Want
from misspoke.records.decoding import AnswerClass
from misspoke.search import Inquiry


def yes_logits(desk: Desk, prompts: Sequence[str]) -> Inquiry[list[float]]:
    """log(yes / no) behind each prompt, in nats, over all spellings of Yes and No.

    Prompts that begin alike are read as one tree.
    """
    yes, no = desk.speaker.yes, desk.speaker.no
    tree, paths = desk.open_all(prompts)
    yield {(tree, path): Want(tokens=yes | no) for path in paths}
    logits: list[float] = []
    for path in paths:
        known = tree[path].logprobs
        sums = [sum(exp(known[t]) for t in tokens if t in known) for tokens in (yes, no)]
        logits.append(log(max(sums[0], LEAST)) - log(max(sums[1], LEAST)))
    return logits


@dataclass(frozen=True, slots=True)
class PTrue:
    """Adds the weighted log-odds that the model gives to "is the proposed answer right?"."""

    weight: float = 1.0

    def scores(self, desk: Desk, classes: Sequence[AnswerClass]) -> Inquiry[list[float]]:
        """The log-odds of each class's most probable form."""
        question = desk.asked.question
        prompts = [desk.speaker.truth_prompt(question, one.answer) for one in classes]
        return [self.weight * logit for logit in (yield from yes_logits(desk, prompts))]


@dataclass(frozen=True, slots=True)
class ByAsking:
    """By rules, and then by asking the same model about the leading classes, in both orders.

    Two classes are one where the mean probability of Yes is above `least`.
    """

    asks: ClassVar[bool] = True
    rules: Sameness = field(default_factory=ByRules)
    leading: int = 4
    least: float = 0.5

    def predicate(self, desk: Desk) -> Callable[[str, str], bool]:
        """The rules."""
        return self.rules.predicate(desk)

    def join(
        self, desk: Desk, classes: tuple[AnswerClass, ...]
    ) -> Inquiry[tuple[AnswerClass, ...]]:
        """Joins each leading class to the first whose answer the model takes for the same."""
        answers = [one.answer for one in classes[: self.leading]]
        pairs = list(combinations(answers, 2))
        if not pairs:
            return classes
        question = desk.asked.question
        orders = [order for one, other in pairs for order in ((one, other), (other, one))]
        prompts = [desk.speaker.same_prompt(question, *order) for order in orders]
        logits = yield from yes_logits(desk, prompts)
        probs = [1 / (1 + exp(-logit)) for logit in logits]
        means = {
            frozenset(pair): (probs[2 * i] + probs[2 * i + 1]) / 2 for i, pair in enumerate(pairs)
        }
        return merged(classes, lambda a, b: means.get(frozenset((a, b)), 0.0) > self.least)

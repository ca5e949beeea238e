"""Paraphrase pooling: the mean of the answers' probabilities over several wordings."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from misspoke.concepts.equivalence import Classes
from misspoke.decoding.concept import LIMITS, Joining, candidates
from misspoke.decoding.decoder import finished
from misspoke.decoding.desk import Desk
from misspoke.decoding.sameness import ByRules, Sameness
from misspoke.prompts.wordings import WORDINGS, reworded
from misspoke.records import Interval, UserError
from misspoke.records.decoding import Decoded
from misspoke.search import AnswerLimits, Answers, Found, Inquiry, together


@dataclass(frozen=True, slots=True)
class Paraphrased:
    """The heaviest class of equivalent answers, its mass averaged over wordings of the question.

    The linear pool of the distributions, which marginalises the wording. The nodes of the limits
    are shared out among the wordings.
    """

    name: str = "paraphrases"
    wordings: tuple[str, ...] = WORDINGS
    sameness: Sameness = field(default_factory=ByRules)
    limits: AnswerLimits = LIMITS

    def decode(self, desk: Desk) -> Inquiry[Decoded]:
        """The most probable form of the class with the most mean mass."""
        if desk.given is not None:
            raise UserError(
                f"{self.name}: needs a question to reword, not a prompt as it is; give "
                "misspoke.Asked(question)"
            )
        limits = replace(self.limits, nodes=max(1, self.limits.nodes // len(self.wordings)))
        desks = [desk.worded(wording) for wording in reworded(desk.asked.question, self.wordings)]
        found = yield from together(*(candidates(one, limits) for one in desks))
        pooled, residual = _mean([answers for answers in found if isinstance(answers, Answers)])
        joining = Joining(Classes(self.sameness.predicate(desk)))
        classes = yield from self.sameness.join(desk, joining.classes(pooled))
        belief = Interval(classes[0].prob, min(1.0, classes[0].prob + residual))
        return (yield from finished(desk, classes, belief, residual, certified=False))


def _mean(found: Sequence[Answers]) -> tuple[dict[str, Found], float]:
    """The mean of several searches: each answer's probability, and what was not explored."""
    pooled: dict[str, Found] = {}
    for answers in found:
        for answer, leaf in answers.paths.items():
            pooled.setdefault(answer, Found()).add(leaf.prob / len(found), leaf.path)
    return pooled, sum(answers.residual for answers in found) / len(found)

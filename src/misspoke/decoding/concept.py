"""Concept decoding: emit the meaning with the most belief, not the most probable token.

Answers are searched best-first with exact probabilities, equivalent ones are pooled, and the most
probable form of the heaviest class is the answer. The search may stop with a certificate: once the
leading class leads by more than all that could still join another, nothing can overtake it.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from misspoke.concepts.equivalence import Classes
from misspoke.decoding.decoder import finished, settled_belief
from misspoke.decoding.desk import LONGEST, TOP, Desk
from misspoke.decoding.greedy import Walk, walk
from misspoke.decoding.sameness import ByRules, Sameness
from misspoke.records.decoding import AnswerClass, Decoded
from misspoke.search import AnswerLimits, Answers, Found, Inquiry, answer_search, on
from misspoke.search.answers import by_path

LIMITS = AnswerLimits(nodes=48, top=TOP, residual=0.02, floor=1e-3, max_tokens=LONGEST)
_ROUNDING = 1e-9
"""Sums of probabilities are not more exact than this."""


@dataclass(frozen=True, slots=True)
class Concept:
    """The heaviest class of equivalent answers."""

    name: str = "concept"
    sameness: Sameness = field(default_factory=ByRules)
    limits: AnswerLimits = LIMITS
    early: bool = True
    """Stop as soon as the winner is certain; else search on to the limits."""

    def decode(self, desk: Desk) -> Inquiry[Decoded]:
        """The most probable form of the heaviest class."""
        joining = Joining(Classes(self.sameness.predicate(desk)))
        answers = yield from candidates(desk, self.limits, joining if self.early else None)
        certain = joining.certain(answers.paths, answers.frontier)
        kept = {
            answer: leaf
            for answer, leaf in answers.paths.items()
            if not (self.early and certain) or answer in joining.settled
        }
        classes = yield from self.sameness.join(desk, joining.classes(kept))
        residual = 1 - sum(one.prob for one in classes)
        certified = certain and not self.sameness.asks
        belief = settled_belief(classes)
        return (yield from finished(desk, classes, belief, residual, certified=certified))


def candidates(
    desk: Desk, limits: AnswerLimits, joining: "Joining | None" = None
) -> Inquiry[Answers]:
    """The answers behind a desk's prompt.

    The greedy one is added where a path that was not read to its end outweighs all that were. With
    `joining` the search stops as soon as the winner is certain.
    """
    tree = desk.tree
    if joining is None:
        search = answer_search(tree, (), (), desk.read, limits)
    else:
        search = answer_search(tree, (), (), desk.read, limits, joining.certain)
    answers = yield from on(tree, search)
    if max((leaf.best for leaf in answers.paths.values()), default=0.0) >= answers.frontier:
        return answers
    return _with_greedy(answers, (yield from walk(desk)))


def _with_greedy(answers: Answers, said: Walk) -> Answers:
    """The answers and the greedy one, whose path was not read to its end."""
    if said.answer in answers.paths:
        return answers
    paths = by_path({**answers.paths, said.answer: Found(said.prob, said.prob, said.tokens)})
    found = sorted(((a, leaf.prob) for a, leaf in paths.items()), key=lambda e: (-e[1], e[0]))
    return Answers(tuple(found), answers.residual - said.prob, paths, answers.frontier)


class Joining:
    """Answers joined to classes in the order of their most probable paths.

    That order is settled for every answer above the frontier of the search: nothing that is found
    later comes before it, or changes which class it joined. So a class that leads by more than all
    mass that is not settled wins, whatever the equivalence, transitive or not.
    """

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self._places: dict[str, int] = {}
        self.settled: dict[str, None] = {}
        """The answers whose class cannot change, in an order that is the same in every process."""

    def certain(self, found: Mapping[str, Found], frontier: float) -> bool:
        """Whether no further search can change the winning class."""
        for answer, leaf in by_path(found).items():
            if leaf.best <= frontier:
                break
            self._join(answer)
            self.settled[answer] = None
        masses = [0.0] * len(self._classes.members)
        for answer in self.settled:
            masses[self._places[answer]] += found[answer].prob
        masses.sort(reverse=True)
        if not masses:
            return False
        lead = masses[0] - (masses[1] if len(masses) > 1 else 0.0)
        return lead > 1 - sum(masses) + _ROUNDING

    def classes(self, found: Mapping[str, Found]) -> tuple[AnswerClass, ...]:
        """The classes of these answers, the heaviest first; what is not settled joins last.

        Of equal classes the one that was opened first comes first.
        """
        ordered = by_path(found)
        groups: dict[int, dict[str, Found]] = {}
        for answer, leaf in ordered.items():
            groups.setdefault(self._join(answer), {})[answer] = leaf
        made = [answer_class(groups[place], self.settled) for place in sorted(groups)]
        return tuple(sorted(made, key=lambda one: -one.prob))

    def _join(self, answer: str) -> int:
        if answer not in self._places:
            self._places[answer] = self._classes.join(answer)
        return self._places[answer]


def answer_class(members: Mapping[str, Found], settled: Container[str] = ()) -> AnswerClass:
    """A class of answers, ranked by its probability."""
    forms = sorted(
        ((answer, leaf.prob) for answer, leaf in members.items()),
        key=lambda form: (-form[1], form[0]),
    )
    prob = sum(prob for _, prob in forms)
    sure = sum(prob for answer, prob in forms if answer in settled)
    return AnswerClass(tuple(forms), prob, prob, sure, members[forms[0][0]].path)

"""Concept decoding: emit the meaning with the most belief, not the most probable token.

Answers are searched best-first with exact probabilities, equivalent ones are pooled, and the most
probable form of the heaviest class is the answer. The search may stop with a certificate: once the
leading class leads by more than all that could still join another, nothing can overtake it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from misspoke.concepts.equivalence import Classes
from misspoke.decoding.decoder import finished
from misspoke.decoding.desk import LONGEST, TOP, Desk
from misspoke.decoding.greedy import walk
from misspoke.decoding.sameness import ByRules, Sameness
from misspoke.records import Interval
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
        certified = joining.certain(answers.paths, answers.frontier)
        found = {
            a: leaf for a, leaf in answers.paths.items() if a in joining.settled or not certified
        }
        classes = yield from self.sameness.join(desk, joining.classes(found))
        settled = {answer: answers.paths[answer].prob for answer in joining.settled}
        return (
            yield from finished(
                desk,
                classes,
                belief(classes[0], settled),
                1 - sum(one.prob for one in classes),
                certified=certified and len(classes) == len(joining.classes(found)),
            )
        )


def belief(best: AnswerClass, settled: Mapping[str, float]) -> Interval:
    """The mass of a class: of its settled answers at least, and what is settled nowhere at most.

    An answer that is not settled may still turn out to belong elsewhere, but for the class's own
    most probable form.
    """
    held = sum(settled.get(form, 0.0) for form, _ in best.forms)
    open_mass = 1 - sum(settled.values())
    return Interval(max(held, best.forms[0][1]), min(1.0, held + open_mass))


def candidates(
    desk: Desk, limits: AnswerLimits, joining: "Joining | None" = None
) -> Inquiry[Answers]:
    """The answers behind a desk's prompt; the greedy one alone where no other was read to its end.

    With `joining` the search stops as soon as the winner is certain.
    """
    tree = desk.tree
    if joining is None:
        search = answer_search(tree, (), (), desk.read, limits)
    else:
        search = answer_search(tree, (), (), desk.read, limits, joining.certain)
    answers = yield from on(tree, search)
    if answers.found:
        return answers
    last = yield from walk(desk)
    only = {last.answer: Found(last.prob, last.prob, last.tokens)}
    return Answers(((last.answer, last.prob),), 1 - last.prob, only, answers.frontier)


class Joining:
    """Answers joined to classes in the order of their most probable paths.

    That order is settled for every answer above the frontier of the search: nothing that is found
    later comes before it, or changes which class it joined. So a class that leads by more than all
    mass that is not settled wins, whatever the equivalence, transitive or not.
    """

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self._places: dict[str, int] = {}
        self.settled: set[str] = set()
        """The answers whose class cannot change."""

    def certain(self, found: Mapping[str, Found], frontier: float) -> bool:
        """Whether no further search can change the winning class."""
        for answer, leaf in by_path(found).items():
            if leaf.best <= frontier:
                break
            self._join(answer)
            self.settled.add(answer)
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
        made = [answer_class(groups[place]) for place in sorted(groups)]
        return tuple(sorted(made, key=lambda one: -one.prob))

    def _join(self, answer: str) -> int:
        if answer not in self._places:
            self._places[answer] = self._classes.join(answer)
        return self._places[answer]


def answer_class(members: Mapping[str, Found]) -> AnswerClass:
    """A class of answers, ranked by its probability."""
    forms = sorted(
        ((answer, leaf.prob) for answer, leaf in members.items()),
        key=lambda form: (-form[1], form[0]),
    )
    prob = sum(prob for _, prob in forms)
    return AnswerClass(tuple(forms), prob, prob, members[forms[0][0]].path)

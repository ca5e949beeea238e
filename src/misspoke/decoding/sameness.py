"""Which answers are one: by rules, and where wanted by asking a model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from misspoke.concepts.equivalence import Classes
from misspoke.concepts.sameness import DEFAULT, same
from misspoke.decoding.desk import Desk
from misspoke.records.decoding import AnswerClass
from misspoke.search import Inquiry


class Sameness(Protocol):
    """Decides which answers to a question are one; it sees the question and no right answer."""

    @property
    def asks(self) -> bool:
        """Whether `join` joins more than `predicate` does: then no winner is certain."""

    def predicate(self, desk: Desk) -> Callable[[str, str], bool]:
        """What can be told without a model."""

    def join(
        self, desk: Desk, classes: tuple[AnswerClass, ...]
    ) -> Inquiry[tuple[AnswerClass, ...]]:
        """Joins classes further by asking; the heaviest first."""


@dataclass(frozen=True, slots=True)
class ByText:
    """Only the same text is the same answer: nothing is pooled but tokenisations."""

    asks: ClassVar[bool] = False

    def predicate(self, desk: Desk) -> Callable[[str, str], bool]:  # noqa: ARG002
        """Equality."""
        return str.__eq__

    def join(
        self,
        desk: Desk,  # noqa: ARG002
        classes: tuple[AnswerClass, ...],
    ) -> Inquiry[tuple[AnswerClass, ...]]:
        """Nothing more to ask."""
        yield from ()
        return classes


@dataclass(frozen=True, slots=True)
class ByRules:
    """By the rules of docs/equivalence.md; without any, spellings alone are joined."""

    asks: ClassVar[bool] = False

    rules: tuple[str, ...] = DEFAULT

    def predicate(self, desk: Desk) -> Callable[[str, str], bool]:
        """The rules, with the question's words in view."""
        return same(desk.asked.question, self.rules)

    def join(
        self,
        desk: Desk,  # noqa: ARG002
        classes: tuple[AnswerClass, ...],
    ) -> Inquiry[tuple[AnswerClass, ...]]:
        """Nothing more to ask."""
        yield from ()
        return classes


def merged(
    classes: Sequence[AnswerClass], same_answer: Callable[[str, str], bool]
) -> tuple[AnswerClass, ...]:
    """Classes joined by what is told of their most probable forms; the heaviest first."""
    joined = Classes(same_answer)
    groups: dict[int, list[AnswerClass]] = {}
    for one in classes:
        groups.setdefault(joined.join(one.answer), []).append(one)
    made = [_union(group) for group in groups.values()]
    return tuple(sorted(made, key=lambda one: -one.prob))


def _union(group: Sequence[AnswerClass]) -> AnswerClass:
    forms = sorted((form for one in group for form in one.forms), key=lambda f: (-f[1], f[0]))
    prob = sum(one.prob for one in group)
    best = next(one for one in group if one.answer == forms[0][0])
    settled = sum(one.settled for one in group)
    return AnswerClass(tuple(forms), prob, prob, settled, best.tokens)

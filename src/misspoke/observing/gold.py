"""A question's right answers as groups of surface forms."""

from collections.abc import Sequence
from dataclasses import dataclass

from misspoke.concepts.grouping import group_answers
from misspoke.concepts.surface import closure
from misspoke.records import Question, UserError


@dataclass(frozen=True, slots=True)
class Gold:
    """The right answers of a question, closed under the surface-form rules.

    Masks are bit sets over `forms`.
    """

    groups: tuple[tuple[str, ...], ...]
    """As given or as grouped."""
    forms: tuple[str, ...]
    group_masks: tuple[int, ...]
    """For each group, the forms that belong to it."""
    spelling_masks: tuple[tuple[int, ...], ...]
    """For each group and each spelling given, the forms that the rules alone make of it."""

    @classmethod
    def of(cls, question: Question) -> "Gold":
        """Closes a question's answers; raises UserError if none has a letter, digit or symbol."""
        groups = group_answers(question.answers)
        index: dict[str, int] = {}
        spellings: list[tuple[int, ...]] = []
        for group in groups:
            masks: list[int] = []
            for answer in group:
                mask = 0
                for form in closure(answer):
                    mask |= 1 << index.setdefault(form.text, len(index))
                masks.append(mask)
            spellings.append(tuple(masks))
        if not index:
            raise UserError(
                f"question {question.id!r} ({question.question}): no answer has a letter, a digit "
                "or a symbol; give at least one that has"
            )
        return cls(
            groups=groups,
            forms=tuple(index),
            group_masks=tuple(_union(masks) for masks in spellings),
            spelling_masks=tuple(spellings),
        )


def _union(masks: Sequence[int]) -> int:
    total = 0
    for mask in masks:
        total |= mask
    return total

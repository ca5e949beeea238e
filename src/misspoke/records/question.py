"""A question and what counts as a right answer."""

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True, init=False)
class Question:
    """A question with its right answers.

    `answers` is a list of strings (grouped by the equivalence rules where they are used) or a
    list of alias lists (each a group of spellings of one right answer). `stem` is the opening of
    an answering sentence ("The capital of Australia is"); `distractors` are wrong answers of the
    same kind; `wordings` ask the same in other words. Without an `id`, the question's text makes
    one.
    """

    question: str
    answers: tuple[str, ...] | tuple[tuple[str, ...], ...]
    id: str
    relation: str | None
    distractors: tuple[str, ...]
    stem: str | None
    wordings: tuple[str, ...]

    def __init__(
        self,
        question: str,
        answers: list[str] | list[list[str]] | tuple[str, ...] | tuple[tuple[str, ...], ...],
        *,
        id: str | None = None,
        relation: str | None = None,
        distractors: list[str] | tuple[str, ...] = (),
        stem: str | None = None,
        wordings: list[str] | tuple[str, ...] = (),
    ) -> None:
        flat = all(isinstance(answer, str) for answer in answers)
        frozen = tuple(answers) if flat else tuple(tuple(group) for group in answers)
        object.__setattr__(self, "question", question)
        object.__setattr__(self, "answers", frozen)
        object.__setattr__(self, "id", id or sha256(question.encode()).hexdigest()[:12])
        object.__setattr__(self, "relation", relation)
        object.__setattr__(self, "distractors", tuple(distractors))
        object.__setattr__(self, "stem", stem)
        object.__setattr__(self, "wordings", tuple(wordings))

    def all_answers(self) -> tuple[str, ...]:
        """Every spelling of every right answer, in the order given."""
        return tuple(
            spelling
            for answer in self.answers
            for spelling in ((answer,) if isinstance(answer, str) else answer)
        )

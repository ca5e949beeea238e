"""A question as the first turn of a conversation, behind an instruction and examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from misspoke.concepts.equivalence import contains
from misspoke.lm import LanguageModel, Path
from misspoke.probes.talk import Talker, common
from misspoke.prompts import HEADERS, Example
from misspoke.prompts.conversation import Turn
from misspoke.prompts.headers import MOST_SHOTS
from misspoke.prompts.styles import INSTRUCTION
from misspoke.records import Question, UserError

TEXT_SHOTS = 4
"""Examples before the question in a transcript; a chat shows none unless asked to."""


@dataclass(frozen=True)
class Dialogue:
    """How questions are put to one model: its talker, the examples, whether replies are opened."""

    talker: Talker
    shots: int
    opened: bool
    """Whether a question's stem opens each reply, as it is by default: the answer is then read
    where it is said first, and no "Yes, I am sure." stands in its place."""

    @classmethod
    def of(cls, lm: LanguageModel, style: str = "auto", shots: int | None = None) -> "Dialogue":
        """Raises UserError for a style that the model cannot serve, or too many examples."""
        talker = Talker.of(lm, style)
        chat = talker.form.form == "chat"
        if shots is None:
            shots = 0 if chat else TEXT_SHOTS
        if not 0 <= shots <= MOST_SHOTS:
            raise UserError(f"--shots {shots}: give a number from 0 to {MOST_SHOTS}")
        return cls(talker, shots, opened=style == "auto")

    def first(self, question: Question) -> list[Turn]:
        """The turns up to the question; its examples hold none of the row's answers."""
        return [*self._before(self._examples(question)), Turn("user", question.question)]

    def opening(self, question: Question) -> str:
        """What opens each reply to do with a question."""
        return (question.stem or "") if self.opened else ""

    def lead(self, question: Question) -> str:
        """What stands before an answer where a reply begins: a blank, or nothing."""
        return " " if self.opening(question) or self.talker.form.form == "text" else ""

    def header_of(self, tokens: Path) -> Path:
        """What a prompt's tokens share with all that have the same examples; or nothing."""
        fitting = (header for header in self._headers if tokens[: len(header)] == header)
        return next(fitting, ())

    @cached_property
    def _headers(self) -> tuple[Path, ...]:
        return tuple(self._shared(examples[: self.shots]) for examples in HEADERS)

    def _shared(self, examples: Sequence[Example]) -> Path:
        encode = self.talker.lm.tokenizer.encode
        before = self._before(examples)
        return common(
            *(
                encode(self.talker.prompt([*before, Turn("user", question)]))
                for question in ("Who was it?", "7 of what?")
            )
        )

    def _before(self, examples: Sequence[Example]) -> list[Turn]:
        turns = [Turn("system", INSTRUCTION)]
        for example in examples:
            turns += [Turn("user", example.question), Turn("assistant", example.answer)]
        return turns

    def _examples(self, question: Question) -> Sequence[Example]:
        """The first header that holds none of the row's answers; else one without what does."""
        words = (*question.all_answers(), *question.distractors)
        for examples in HEADERS:
            shown = examples[: self.shots]
            if not any(_holds(example, words) for example in shown):
                return shown
        return [e for e in HEADERS[0][: self.shots] if not _holds(e, words)]


def _holds(example: Example, answers: Sequence[str]) -> bool:
    shown = f"{example.question} {example.answer}"
    return any(contains(shown, answer) for answer in answers)

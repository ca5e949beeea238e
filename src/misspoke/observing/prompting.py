"""From questions to prompts: the style, the header without the row's answers, the tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from misspoke.concepts.equivalence import contains
from misspoke.lm import Context, LanguageModel, Path
from misspoke.observing.observe import Prompt
from misspoke.prompts import HEADERS, Example, Style, render
from misspoke.records import Question, UserError


@dataclass(frozen=True)
class Prompter:
    """Makes prompts for one model in one style; what all prompts share is one header per run."""

    lm: LanguageModel
    style: Style

    def prompt(self, question: Question, room: int) -> Prompt:
        """A question's prompt; `room` tokens must fit behind it.

        Raises UserError where the prompt is too long for the model's window.
        """
        examples = self._examples(question)
        text = self._render(examples, question.question, question.stem)
        tokens = self.lm.tokenizer.encode(text)
        if len(tokens) + room > self.lm.window:
            raise UserError(
                f"question {question.id!r}: its prompt of {len(tokens)} tokens and an answer do "
                f"not fit into {self.lm.name}'s window of {self.lm.window}; shorten the question, "
                "or give fewer --shots"
            )
        header = next(iter(self.header_of(tokens).values()), 0)
        return Prompt(text, Context(tokens[:header], tokens[header:]))

    def header_of(self, tokens: Path) -> dict[str, int]:
        """The header that a prompt's tokens begin with: its number and its tokens; or nothing."""
        for number, header in enumerate(self.headers):
            if tokens[: len(header)] == header:
                return {str(number): len(header)}
        return {}

    @cached_property
    def headers(self) -> tuple[Path, ...]:
        """The tokens that the prompts of each header share."""
        return tuple(self._shared(examples) for examples in HEADERS)

    def _examples(self, question: Question) -> Sequence[Example]:
        """The first header that holds none of the row's answers; else one without what holds any.

        A base model's examples must not give an answer away, nor a wrong one that is asked about.
        """
        words = (*question.all_answers(), *question.distractors)
        for examples in HEADERS:
            shown = examples[: self.style.shots]
            if not any(_holds(example, words) for example in shown):
                return shown
        return [e for e in HEADERS[0][: self.style.shots] if not _holds(e, words)]

    def _shared(self, examples: Sequence[Example]) -> Path:
        one, other = (
            self.lm.tokenizer.encode(self._render(examples, question, None))
            for question in ("Who was it?", "7 of what?")
        )
        shared = 0
        while shared < min(len(one), len(other)) and one[shared] == other[shared]:
            shared += 1
        return one[:shared]

    def _render(self, examples: Sequence[Example], question: str, stem: str | None) -> str:
        return render(self.style, examples, question, stem, self.lm.tokenizer.chat)


def _holds(example: Example, answers: Sequence[str]) -> bool:
    shown = f"{example.question} {example.answer}"
    return any(contains(shown, answer) for answer in answers)

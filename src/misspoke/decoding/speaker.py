"""A model as decoders know it: how questions are put to it, and how it says Yes and No."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from misspoke.lm import LanguageModel, Path
from misspoke.prompts import HEADERS, Style, render
from misspoke.prompts.judging import channel_prompt, same_prompt, truth_prompt


@dataclass(frozen=True)
class Speaker:
    """A model, the style of its prompts, and what is worked out once for both."""

    lm: LanguageModel
    style: Style

    @classmethod
    def of(cls, lm: LanguageModel, *, style: str = "auto", shots: int | None = None) -> "Speaker":
        """Raises UserError for a style that the model cannot serve."""
        return cls(lm, Style.resolve(style, shots, lm.tokenizer.chat, lm.name))

    def question_prompt(self, question: str, stem: str | None = None) -> str:
        """Puts a question; all stand behind the same examples, whatever they are about."""
        return render(self.style, HEADERS[0], question, stem, self.lm.tokenizer.chat)

    def truth_prompt(self, question: str, answer: str) -> str:
        """Asks whether an answer is right."""
        return truth_prompt(self.style, question, answer, self.lm.tokenizer.chat)

    def same_prompt(self, question: str, one: str, other: str) -> str:
        """Asks whether two answers name the same."""
        return same_prompt(self.style, question, one, other, self.lm.tokenizer.chat)

    def channel_prompt(self, answer: str) -> str:
        """Asks for the question to an answer."""
        return channel_prompt(answer)

    @cached_property
    def headers(self) -> tuple[Path, ...]:
        """What the prompts of each kind begin with, the longest first."""
        kinds: tuple[Callable[[str], str], ...] = (
            self.question_prompt,
            lambda question: self.truth_prompt(question, "a"),
            lambda question: self.same_prompt(question, "a", "b"),
            self.channel_prompt,
        )
        shared = []
        for put in kinds:
            one, other = (self.lm.tokenizer.encode(put(q)) for q in ("Who was it?", "7 of what?"))
            shared.append(one[: max(0, shared_length(one, other) - 1)])
        return tuple(sorted({header for header in shared if header}, key=len, reverse=True))

    @cached_property
    def yes(self) -> frozenset[int]:
        """The tokens that say Yes, in any case, with or without a blank."""
        return self._saying("yes")

    @cached_property
    def no(self) -> frozenset[int]:
        """The tokens that say No."""
        return self._saying("no")

    def _saying(self, word: str) -> frozenset[int]:
        spelled = enumerate(self.lm.tokenizer.token_bytes)
        return frozenset(
            token
            for token, data in spelled
            if data and data.decode(errors="replace").strip().casefold() == word
        )


def shared_length(one: Path, other: Path) -> int:
    """How many tokens two prompts have in common at their beginning."""
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return length

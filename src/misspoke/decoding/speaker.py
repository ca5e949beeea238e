"""A model as decoders know it: how questions are put to it, and how it says Yes and No."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from misspoke.lm import LanguageModel, Path
from misspoke.prompts import Style
from misspoke.prompts.judging import same_prompt, truth_prompt
from misspoke.prompts.voice import Voice, shared_length


@dataclass(frozen=True)
class Speaker:
    """A model, its voice, and what is worked out once for both."""

    lm: LanguageModel
    voice: Voice

    @classmethod
    def of(cls, lm: LanguageModel, *, style: str = "auto", shots: int | None = None) -> "Speaker":
        """Raises UserError for a style that the model cannot serve."""
        resolved = Style.resolve(style, shots, lm.tokenizer.chat, lm.name)
        return cls(lm, Voice(resolved, lm.tokenizer))

    def truth_prompt(self, question: str, answer: str) -> str:
        """Asks whether an answer is right."""
        return truth_prompt(self.voice.style, question, answer, self.lm.tokenizer.chat)

    def same_prompt(self, question: str, one: str, other: str) -> str:
        """Asks whether two answers name the same."""
        return same_prompt(self.voice.style, question, one, other, self.lm.tokenizer.chat)

    @cached_property
    def headers(self) -> tuple[Path, ...]:
        """What the prompts of each kind begin with, the longest first."""
        kinds: tuple[Callable[[str], str], ...] = (
            self.voice.question,
            lambda question: self.truth_prompt(question, "a"),
            lambda question: self.same_prompt(question, "a", "b"),
        )
        shared = []
        for put in kinds:
            one, other = (self.lm.tokenizer.encode(put(q)) for q in ("Who was it?", "7 of what?"))
            shared.append(one[: shared_length(one, other)])
        return tuple(sorted(set(shared), key=len, reverse=True))

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

"""A model's voice: how anything is put to it in one style, as tokens behind a shared header."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from misspoke.prompts.headers import HEADERS, Example
from misspoke.prompts.styles import Style, render


class Encoder(Protocol):
    """What a voice needs of a tokenizer."""

    def encode(self, text: str) -> tuple[int, ...]:
        """The tokens of a whole prompt."""

    def chat(self, messages: Sequence[Mapping[str, str]]) -> str | None:
        """The messages in the model's own template; None without a template."""


@dataclass(frozen=True)
class Voice:
    """Renders and encodes prompts; what prompts share is one header."""

    style: Style
    encoder: Encoder

    def question(
        self, question: str, stem: str | None = None, examples: Sequence[Example] = HEADERS[0]
    ) -> str:
        """The prompt of a question behind examples, up to where the answer begins."""
        return render(self.style, examples, question, stem, self.encoder.chat)

    def header(self, examples: Sequence[Example] = HEADERS[0]) -> tuple[int, ...]:
        """The tokens that all prompts behind the same examples begin with."""
        return _header(self, tuple(examples))


@lru_cache(maxsize=64)
def _header(voice: Voice, examples: tuple[Example, ...]) -> tuple[int, ...]:
    one, other = (
        voice.encoder.encode(voice.question(question, None, examples))
        for question in ("Who was it?", "7 of what?")
    )
    return one[: shared_length(one, other)]


def shared_length(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two prompts have in common at their beginning."""
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return length

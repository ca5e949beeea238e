"""What a decoder works with: one question, and the token trees of the prompts that it makes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from misspoke.concepts.reading import Read, close_reader
from misspoke.decoding.speaker import Speaker, shared_length
from misspoke.lm import Context, Path
from misspoke.prompts.domain import domain_of
from misspoke.records import UserError
from misspoke.records.decoding import Asked
from misspoke.search import TokenTree

LONGEST = 24
"""Tokens of an answer at the most; a longer one is cut there."""
LEAST = 1e-9
"""Probabilities are taken for no less where their logarithm is evidence, which must be finite."""
TOP = 24
"""Tokens that decoders look at behind a prefix; all ask for as many, so that each is read once."""


@dataclass(slots=True, eq=False)
class Desk:
    """One question on a decoder's desk.

    `fork` gives another decoder a desk of its own: what one has read costs the machine nothing when
    the other reads it too, but each desk counts all that was read at it.
    """

    speaker: Speaker
    asked: Asked
    prompt: str
    read: Read
    given: Path | None = None
    """The prompt's tokens, where it was given as it is and not made of the question."""
    _encoded: dict[str, Path] = field(default_factory=dict)
    _shared: dict[Path, TokenTree] = field(default_factory=dict)
    _own: dict[Path, TokenTree] = field(default_factory=dict)

    @classmethod
    def of(cls, speaker: Speaker, asked: Asked) -> "Desk":
        """A desk for a question, put in the model's own way; raises UserError for an empty one."""
        if not asked.question.strip():
            raise UserError("the question is empty; give one that can be answered")
        prompt = speaker.question_prompt(asked.question, asked.stem)
        return cls(speaker, asked, prompt, close_reader(asked.question, asked.stem))

    @classmethod
    def of_prompt(cls, speaker: Speaker, prompt: str | Path) -> "Desk":
        """A desk for a prompt as it is, or its tokens; its last paragraph holds the question.

        Raises UserError for an empty prompt.
        """
        lm = speaker.lm
        tokens = lm.tokenizer.encode(prompt) if isinstance(prompt, str) else prompt
        data = b"".join(lm.tokenizer.token_bytes[token] or b"" for token in tokens)
        text = prompt if isinstance(prompt, str) else data.decode(errors="replace")
        if not text.strip():
            raise UserError("the prompt is empty; give a text that an answer can follow")
        start, end = question_span(text)
        question = text[start:end]
        return cls(speaker, Asked(question), text, close_reader(question, None), tokens)

    def fork(self) -> "Desk":
        """A desk for another decoder on the same question."""
        return Desk(
            self.speaker,
            self.asked,
            self.prompt,
            self.read,
            self.given,
            self._encoded,
            self._shared,
        )

    def worded(self, question: str) -> "Desk":
        """The same desk with the question in other words; what is read there is counted here."""
        prompt = self.speaker.question_prompt(question, self.asked.stem)
        return Desk(
            self.speaker,
            self.asked,
            prompt,
            self.read,
            None,
            self._encoded,
            self._shared,
            self._own,
        )

    @property
    def tree(self) -> TokenTree:
        """The tree behind the question's own prompt."""
        return self.open(self.prompt) if self.given is None else self._tree(self._fit(self.given))

    def open(self, prompt: str) -> TokenTree:
        """The tree behind a prompt; raises UserError where it does not fit the model's window."""
        return self._tree(self._encode(prompt))

    def open_all(self, prompts: Sequence[str]) -> tuple[TokenTree, list[Path]]:
        """One tree for prompts that begin alike, and each one's path in it."""
        encoded = [self._encode(prompt) for prompt in prompts]
        shared = min(shared_length(encoded[0], other) for other in encoded)
        return self._tree(encoded[0][:shared]), [tokens[shared:] for tokens in encoded]

    def domain_prompt(self) -> str:
        """The prompt with what its question is about blanked.

        Raises UserError for tokens that are not what their text is encoded to, as in a chat.
        """
        question, stem = domain_of(self.asked.question, self.asked.stem)
        if self.given is None:
            return self.speaker.question_prompt(question, stem)
        if self.speaker.lm.tokenizer.encode(self.prompt) != self.given:
            raise UserError(
                "PMI needs a prompt that can be put in other words; give misspoke.Asked(question), "
                "or a decoder without PMI"
            )
        start, end = question_span(self.prompt)
        return self.prompt[:start] + question + self.prompt[end:]

    def refuse_hidden(self, what: str) -> None:
        """Raises UserError for a model that shows only its most probable tokens."""
        shown = self.speaker.lm.reveals
        if shown is not None:
            raise UserError(
                f"{self.speaker.lm.name}: shows only its {shown} most probable tokens, and {what} "
                "needs the probability of any; use a decoder without it"
            )

    @property
    def forward_tokens(self) -> int:
        """Tokens that this desk's work would have cost alone, shared headers excluded."""
        return sum(tree.own_tokens for tree in self._own.values())

    @property
    def computed_tokens(self) -> int:
        """Tokens that all desks of this question have cost together, shared headers excluded."""
        return sum(tree.forwarded for tree in self._shared.values())

    def _encode(self, prompt: str) -> Path:
        if prompt not in self._encoded:
            self._encoded[prompt] = self._fit(self.speaker.lm.tokenizer.encode(prompt))
        return self._encoded[prompt]

    def _fit(self, tokens: Path) -> Path:
        if len(tokens) + LONGEST > self.speaker.lm.window:
            raise UserError(
                f"question {self.asked.question[:60]!r}: a prompt made of it has {len(tokens)} "
                f"tokens, and with an answer does not fit into {self.speaker.lm.name}'s window of "
                f"{self.speaker.lm.window}; shorten the question, or give fewer --shots"
            )
        return tokens

    def _tree(self, tokens: Path) -> TokenTree:
        if tokens not in self._own:
            if tokens not in self._shared:
                context = self._context(tokens)
                token_bytes = self.speaker.lm.tokenizer.token_bytes
                self._shared[tokens] = TokenTree(context, token_bytes)
            self._own[tokens] = self._shared[tokens].share()
        return self._own[tokens]

    def _context(self, tokens: Path) -> Context:
        for header in self.speaker.headers if self.given is None else ():
            if len(header) < len(tokens) and tokens[: len(header)] == header:
                return Context(header, tokens[len(header) :])
        return Context((), tokens)


_LABEL = re.compile(r"(?:question|q|user|human)\s*[:\n]\s*", re.IGNORECASE)
_SLOT = re.compile(r"\s*\n\s*(?:answer|a|assistant|model)\s*:?\s*\Z", re.IGNORECASE)


def question_span(prompt: str) -> tuple[int, int]:
    """Where in a prompt its question is: the last paragraph, without "Question:" and "Answer:"."""
    text = prompt.rstrip()
    start = text.rfind("\n\n") + 2 if "\n\n" in text.lstrip() else 0
    start += len(text[start:]) - len(text[start:].lstrip())
    label, slot = _LABEL.match(text, start), _SLOT.search(text, start)
    first = label.end() if label else start
    last = slot.start() if slot else len(text)
    return (first, last) if first < last else (start, len(text))

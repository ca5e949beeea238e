"""A Hugging Face tokenizer behind the protocol, with the bytes of every token."""

from collections.abc import Mapping, Sequence
from typing import Any

from misspoke.lm.protocol import Path
from misspoke.records import UserError

_JOINER = "\u2060"
"""Joins words, is not seen, and is in no control token."""
_PROBE = "Zürich, São Paulo: 12 naïve cafés – “Saint Basil's” 東京\n"


class HubTokenizer:
    """Wraps a fast tokenizer; raises UserError where its tokens' bytes cannot be told.

    `size` is the number of tokens that the model's head knows, which may differ from the
    tokenizer's: what only the head knows ends the text.
    """

    def __init__(self, tokenizer: Any, name: str, size: int | None = None) -> None:
        self._tokenizer = tokenizer
        backend = getattr(tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise UserError(
                f"{name}: its tokenizer is no fast one, so its tokens' bytes cannot be told; "
                "use a model with a tokenizer.json"
            )
        self._backend = backend
        self.token_bytes: Sequence[bytes | None] = _token_bytes(backend, name, size)
        added = backend.get_added_tokens_decoder().values()
        self._controls = [a.content for a in added if a.special and len(a.content) > 1]
        self._first_of_controls = {control[0] for control in self._controls}
        self._check(name)

    def encode(self, text: str) -> Path:
        """The tokens of a whole prompt, with what the model expects before it."""
        return tuple(self._backend.encode(text, add_special_tokens=True).ids)

    def encode_plain(self, texts: Sequence[str]) -> list[Path]:
        """The tokens of texts that stand behind a prompt."""
        found = self._backend.encode_batch_fast(list(texts), add_special_tokens=False)
        return [tuple(encoding.ids) for encoding in found]

    def chat(self, messages: Sequence[Mapping[str, str]]) -> str | None:
        """The messages in the model's own template, thinking off; None without a template.

        What reads as a control token inside a message is broken up by an invisible character: no
        message can end itself or speak for another.
        """
        if not getattr(self._tokenizer, "chat_template", None):
            return None
        text = self._tokenizer.apply_chat_template(
            [{**message, "content": self._disarmed(message["content"])} for message in messages],
            tokenize=False,
            add_generation_prompt=True,
            enable_thinking=False,
        )
        opening = getattr(self._tokenizer, "bos_token", None)
        adds = self.encode("")
        if opening and adds and text.startswith(opening):
            text = text[len(opening) :]  # encode puts it there
        return str(text)

    def _disarmed(self, text: str) -> str:
        if self._first_of_controls.isdisjoint(text):
            return text
        for control in self._controls:
            if control in text:
                text = text.replace(control, control[0] + _JOINER + control[1:])
        return text

    def _check(self, name: str) -> None:
        [tokens] = self.encode_plain([_PROBE])
        written = b"".join(self.token_bytes[token] or b"" for token in tokens)
        if written.lstrip() != _PROBE.encode():
            raise UserError(
                f"{name}: the bytes of its tokens do not add up to the text that they stand for; "
                "this kind of tokenizer is not supported"
            )


def _token_bytes(backend: Any, name: str, size: int | None) -> list[bytes | None]:
    decoder = backend.decoder
    kinds = "" if decoder is None else decoder.__getstate__().decode()  # its JSON
    vocabulary: dict[str, int] = backend.get_vocab(with_added_tokens=True)
    if '"ByteLevel"' in kinds:
        spelled = _byte_level
    elif '"ByteFallback"' in kinds or '"Metaspace"' in kinds or "\u2581" in kinds:
        spelled = _sentence_piece
    else:
        raise UserError(f"{name}: its tokenizer's decoder is of an unknown kind; no support yet")
    table: list[bytes | None] = [None] * max(size or 0, max(vocabulary.values()) + 1)
    for text, token in vocabulary.items():
        table[token] = spelled(text)
    for token, added in backend.get_added_tokens_decoder().items():
        table[token] = None if added.special else added.content.encode()
    return table[:size]


def _byte_level(text: str) -> bytes:
    if all(char in _BYTE_OF for char in text):
        return bytes(_BYTE_OF[char] for char in text)
    return text.encode()


def _sentence_piece(text: str) -> bytes:
    if len(text) == 6 and text.startswith("<0x") and text.endswith(">"):
        return bytes([int(text[3:5], 16)])
    return text.replace("\u2581", " ").encode()


def _byte_alphabet() -> dict[str, int]:
    """The printable stand-ins of the 256 bytes in byte-level vocabularies (as GPT-2 set them)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {chr(byte): byte for byte in printable}
    hidden = [byte for byte in range(256) if byte not in printable]
    table.update({chr(256 + place): byte for place, byte in enumerate(hidden)})
    return table


_BYTE_OF = _byte_alphabet()

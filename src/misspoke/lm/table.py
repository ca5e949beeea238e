"""The table model: a language model written down as strings and probabilities.

It is exact and instant: the worked example and most tests run on it. A table maps a path of token
texts to the distribution of the next token; a string may be written by several paths, so several
tokenisations of it can carry probability, as in a real model. Paths that the table does not name
end the text. In a transcript (`prompts.conversation`) a path begins behind the last "Assistant:",
and behind what opens that reply: the tokens before the first one that the table may begin with.
"""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path as FilePath

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from misspoke.lm.protocol import Context, NextTokens, Path, Request, answer_want
from misspoke.records import UserError

END = "<end>"
"""The token that ends the text."""
_REPLY = b"\nAssistant:"
"""Behind it stands a reply of a transcript, wherever a context ends and a path begins."""

Table = Mapping[tuple[str, ...], Mapping[str, float]]
"""From a path of token texts to the next token's probabilities."""


_Rows = Mapping[Path, npt.NDArray[np.float64]]
"""A table in tokens: natural log-probabilities of the whole vocabulary behind each path."""


@dataclass(frozen=True, slots=True)
class _Prompt:
    """What a context says, and the table that it meets."""

    data: bytes
    rows: _Rows


class TableTokenizer:
    """Tokens are the given texts, the 256 bytes for everything else, and one end."""

    def __init__(self, texts: Iterable[str]) -> None:
        given = sorted({text for text in texts if text and text != END})
        self.texts = (END, *given)
        single = [bytes([b]) for b in range(256)]
        self.token_bytes: Sequence[bytes | None] = [None, *(t.encode() for t in given), *single]
        self._ids = {text: i for i, text in enumerate(self.texts)}
        self._by_first: dict[str, list[str]] = {}
        for text in sorted(given, key=len, reverse=True):
            self._by_first.setdefault(text[0], []).append(text)

    def token(self, text: str) -> int:
        """The token of a text in the table."""
        return self._ids[text]

    def encode(self, text: str) -> Path:
        """The longest match first, bytes where no text matches."""
        tokens: list[int] = []
        at = 0
        while at < len(text):
            for given in self._by_first.get(text[at], ()):
                if text.startswith(given, at):
                    tokens.append(self._ids[given])
                    at += len(given)
                    break
            else:
                tokens.extend(len(self.texts) + byte for byte in text[at].encode())
                at += 1
        return tuple(tokens)

    def encode_plain(self, texts: Sequence[str]) -> list[Path]:
        """The same: nothing is expected before a prompt."""
        return [self.encode(text) for text in texts]

    def chat(self, messages: Sequence[Mapping[str, str]]) -> str | None:  # noqa: ARG002
        """A table has no chat template."""
        return None


class TableModel:
    """Distributions looked up in a table, for each question that stands in a prompt.

    `tables` maps a question's text to its table; a prompt uses the question that stands last in
    it, and the longest of several there. A prompt with none of them meets an empty table. The
    prompt is the context, and in a transcript all up to the last reply.
    `reveals` hides all but the top k. `delay` seconds pass in each call, as with a slow model.
    """

    blocks = 0

    def __init__(
        self,
        tables: Mapping[str, Table],
        *,
        name: str = "table",
        reveals: int | None = None,
        delay: float = 0.0,
    ) -> None:
        self.name = name
        self.reveals = reveals
        self.window = 1 << 20
        self.tokenizer = TableTokenizer(
            text
            for table in tables.values()
            for path, row in table.items()
            for text in (*path, *row)
        )
        self.calls = 0
        self._delay = delay
        self._rows = {
            question: {
                tuple(map(self.tokenizer.token, path)): self._row(question, path, row)
                for path, row in table.items()
            }
            for question, table in tables.items()
        }
        ended = np.full(len(self.tokenizer.token_bytes), -np.inf)
        ended[self.tokenizer.token(END)] = 0.0
        self._ended = ended
        self._known: dict[Context, _Prompt] = {}
        self._seen: dict[Context, set[Path]] = {}

    def next_tokens(self, requests: Sequence[Request]) -> Sequence[NextTokens]:
        """Looks the rows up."""
        self.calls += 1
        if self._delay:
            time.sleep(self._delay)
        counts = [self._count(request.context, request.path) for request in requests]
        return [self._read(request, count) for request, count in zip(requests, counts, strict=True)]

    def distribution(self, context: Context, path: Path) -> npt.NDArray[np.float64]:
        """Natural log-probabilities of the whole vocabulary behind a path, shape [vocabulary]."""
        prompt = self._known.get(context)
        if prompt is None:
            data = self._data(context.tokens)
            prompt = self._known[context] = _Prompt(data, self._rows_of(data))
        data = prompt.data + self._data(path)
        end = data.rfind(_REPLY)
        if end < 0:
            return prompt.rows.get(path, self._ended)
        rows = self._rows_of(data[:end])
        return rows.get(self._said(context.tokens + path, end + len(_REPLY), rows), self._ended)

    def release(self, contexts: Iterable[Context]) -> None:
        """Forgets which rows were looked up."""
        for context in contexts:
            self._known.pop(context, None)
            self._seen.pop(context, None)

    def description(self) -> dict[str, str | int | float | None]:
        """The table's digest."""
        digest = sha256(repr(self.tokenizer.texts).encode())
        for question, rows in sorted(self._rows.items()):
            digest.update(question.encode())
            for path, row in sorted(rows.items()):
                digest.update(repr(path).encode() + row.tobytes())
        return {
            "backend": "table",
            "fingerprint": digest.hexdigest(),
            "dtype": "float64",
            "device": "cpu",
            "reveals": self.reveals,
        }

    def _read(self, request: Request, count: int) -> NextTokens:
        want = request.want
        for other in want.beside:
            count += self._count(other.context, other.path)
        here = self.distribution(request.context, request.path)
        others = {other: self.distribution(other.context, other.path) for other in want.beside}
        return answer_want(here, want, count, self.reveals, others)

    def _row(
        self, question: str, path: tuple[str, ...], row: Mapping[str, float]
    ) -> npt.NDArray[np.float64]:
        total = sum(row.values())
        adds_up = abs(total - 1) <= 1e-6  # a NaN does not
        if any(p < 0 for p in row.values()) or not adds_up:
            raise UserError(
                f"{self.name}: {question!r} behind {list(path)!r}: probabilities must be positive "
                f"and add up to 1, not {total:g}; mend that row"
            )
        probs = np.zeros(len(self.tokenizer.token_bytes))
        for text, prob in row.items():
            probs[self.tokenizer.token(text)] += prob / total
        with np.errstate(divide="ignore"):
            return np.log(probs)

    def _data(self, tokens: Path) -> bytes:
        return b"".join(self.tokenizer.token_bytes[token] or b"" for token in tokens)

    def _rows_of(self, prompt: bytes) -> _Rows:
        """The table of the question that stands last in a prompt."""
        text = prompt.decode(errors="replace")
        places = {q: text.rfind(q) for q in self._rows}
        found = [(place + len(q), len(q), q) for q, place in places.items() if place >= 0]
        return self._rows[max(found)[2]] if found else {}

    def _said(self, tokens: Path, size: int, rows: _Rows) -> Path:
        """What is said behind so many bytes, and behind what opens it."""
        begin = written = 0
        while written < size:
            written += len(self.tokenizer.token_bytes[tokens[begin]] or b"")
            begin += 1
        first = rows.get((), self._ended)
        reply = tokens[begin:]
        opening = next((at for at, token in enumerate(reply) if first[token] > -np.inf), len(reply))
        return reply[opening:]

    def _count(self, context: Context, path: Path) -> int:
        """Tokens that a model which computes each prefix once would forward for this one."""
        seen = self._seen.get(context)
        forwarded = 0
        if seen is None:
            seen = self._seen[context] = {()}
            forwarded = len(context.suffix)
        while path not in seen:
            seen.add(path)
            forwarded += 1
            path = path[:-1]
        return forwarded


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")
    after: list[str] = Field(default_factory=list)
    next: dict[str, float]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reveals: int | None = Field(default=None, ge=1)
    delay: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)
    questions: dict[str, list[_Row]]


def read_table(path: FilePath) -> TableModel:
    """Reads a table model from JSON.

    `{"questions": {"Who …?": [{"after": [], "next": {" Saint": 0.24, …}}, …]}}`; `after` lists the
    token texts behind the prompt, "<end>" ends the text. `reveals` and `delay` may stand beside
    `questions`. The model's name is the path.
    """
    try:
        file = _File.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(
            f"{path}: cannot be read as a table model ({reason}); give the path of its JSON file"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UserError(f"{path}: not a table model: {place}: {first['msg']}; mend it") from error
    tables = {
        question: {tuple(row.after): row.next for row in rows}
        for question, rows in file.questions.items()
    }
    return TableModel(tables, name=str(path), reveals=file.reveals, delay=file.delay)

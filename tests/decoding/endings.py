"""A model that goes by how the whole text ends, prompt and path alike, as real models do."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from misspoke.lm.protocol import Context, NextTokens, Path, Request, answer_want
from misspoke.lm.table import END, TableTokenizer


class Endings:
    """`rows` maps how a text ends to what follows; the longest counts, any other ends the text."""

    name, reveals, blocks, window = "endings", None, 0, 1 << 20

    def __init__(self, rows: Mapping[str, Mapping[str, float]]) -> None:
        self.tokenizer = TableTokenizer(token for row in rows.values() for token in row)
        self.rows = rows
        self._seen: set[tuple[Context, Path]] = set()

    def next_tokens(self, requests: Sequence[Request]) -> Sequence[NextTokens]:
        return [answer_want(self._logprobs(r), r.want, self._count(r)) for r in requests]

    def release(self, contexts: Iterable[Context]) -> None:
        gone = set(contexts)
        self._seen = {place for place in self._seen if place[0] not in gone}

    def description(self) -> dict[str, str | int | float | None]:
        return {"dtype": "float64"}

    def _logprobs(self, request: Request) -> np.ndarray:
        tokens = request.context.tokens + request.path
        text = b"".join(self.tokenizer.token_bytes[t] or b"" for t in tokens).decode()
        end = max((end for end in self.rows if text.endswith(end)), key=len, default=None)
        probs = np.zeros(len(self.tokenizer.token_bytes))
        for token, prob in ({END: 1.0} if end is None else self.rows[end]).items():
            probs[self.tokenizer.token(token)] = prob
        with np.errstate(divide="ignore"):
            return np.log(probs)

    def _count(self, request: Request) -> int:
        paths = [request.path[:end] for end in range(len(request.path) + 1)]
        new = [path for path in paths if (request.context, path) not in self._seen]
        self._seen.update((request.context, path) for path in new)
        return sum(1 if path else len(request.context.suffix) for path in new)

"""Models whose next token is a function of the whole text: known failures, by construction."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from misspoke.lm.protocol import Context, Path
from misspoke.lm.table import END, TableModel, TableTokenizer

Say = Callable[[str], Mapping[str, float]]
"""From the text so far, prompt and reply, to the next token's probabilities, by token text."""

CHATML = "chatml"


class _ChatTokenizer(TableTokenizer):
    """The table's tokenizer with a template: <system>…<user>…<assistant>…, one line a turn."""

    def chat(self, messages: Sequence[Mapping[str, str]]) -> str | None:
        lines = [f"<{message['role']}>{message['content']}\n" for message in messages]
        return "".join(lines) + "<assistant>"


class ScriptedModel(TableModel):
    """A model that says what `say` writes down; `texts` are its tokens, beside single bytes.

    `END` in a distribution ends the text. With `chat` it has a template of its own with a system
    role; else conversations come as transcripts.
    """

    def __init__(
        self, say: Say, texts: Iterable[str], *, chat: bool = False, name: str = "scripted"
    ) -> None:
        words = sorted({text for text in texts if text and text != END})
        super().__init__({"": {(): dict.fromkeys([*words, END], 1 / (len(words) + 1))}}, name=name)
        if chat:
            self.tokenizer = _ChatTokenizer(words)
        self._say = say
        self._said: dict[str, npt.NDArray[np.float64]] = {}

    def distribution(self, context: Context, path: Path) -> npt.NDArray[np.float64]:
        pieces = (self.tokenizer.token_bytes[token] or b"" for token in context.tokens + path)
        text = b"".join(pieces).decode(errors="replace")
        if text not in self._said:
            probs = np.zeros(len(self.tokenizer.token_bytes))
            for word, prob in self._say(text).items():
                probs[self.tokenizer.token(word)] += prob
            assert abs(probs.sum() - 1) < 1e-9, (text, probs.sum())
            with np.errstate(divide="ignore"):
                self._said[text] = np.log(probs)
        return self._said[text]

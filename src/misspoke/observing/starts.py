"""First tokens of the forms, in place, and the tokens that open an answer without starting it."""

from collections.abc import Sequence
from functools import lru_cache

from misspoke.concepts import Event, Scanner
from misspoke.concepts.text import OPENER_BLANKS, OPENER_MARKS
from misspoke.lm import Path, Tokenizer


class Openers:
    """What may stand before an answer without starting it: blanks, quotation marks, articles."""

    def __init__(self, scanner: Scanner) -> None:
        self._event = Event([])
        self._token_bytes = scanner.vocabulary.token_bytes
        scan = scanner.scan(self._event, self._event.start)
        self.tokens = frozenset(t for t, state in scan.live.items() if self._event.at_root(state))
        """The tokens that are nothing but openers."""
        self._behind: dict[Path, tuple[int, ...]] = {(): tuple(sorted(self.tokens))}

    def behind(self, path: Path) -> tuple[int, ...]:
        """The tokens with which an opener path goes on as one: "a" may not follow "the"."""
        known = self._behind.get(path)
        if known is None:
            data = b"".join(self._token_bytes[token] or b"" for token in path)
            known = self._behind[path] = tuple(
                token
                for token in self._behind[()]
                if self._hold(data + (self._token_bytes[token] or b""))
            )
        return known

    def are(self, path: Path) -> bool:
        """Whether tokens read as nothing but openers."""
        return all(path[i] in self.behind(path[:i]) for i in range(len(path)))

    def _hold(self, data: bytes) -> bool:
        return self._event.at_root(self._event.advance(self._event.start, data))


class Starts:
    """The first tokens of forms' canonical tokenisations, behind a given text."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._first = lru_cache(maxsize=65536)(self._encode_first)

    def behind(self, before: bytes, forms: Sequence[str]) -> frozenset[int]:
        """S: the first tokens of the forms behind a text that ends in `before`."""
        return frozenset(self.first(before, form) for form in forms)

    def first(self, before: bytes, form: str) -> int:
        """The first token of one form behind a text that ends in `before`."""
        return self._first(joiner(before) + form)

    def _encode_first(self, text: str) -> int:
        [tokens] = self._tokenizer.encode_plain([text])
        return tokens[0]


def joiner(before: bytes) -> str:
    """What stands between a text and an answer behind it: a space, unless one is there."""
    last = before.decode(errors="ignore")[-1:]
    return "" if not last or last.isspace() or last in OPENER_BLANKS + OPENER_MARKS else " "

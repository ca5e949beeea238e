"""The token tree of one question: every search reads and grows the same one.

A search is a generator: it yields the paths whose next-token distributions it needs, with what it
wants of each, and finds them in the tree when it goes on. No path is forwarded twice; only what is
not known yet of a distribution is asked for.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import TypeVar

from misspoke.lm.protocol import Context, NextTokens, Path, Request, Want
from misspoke.lm.scheduler import Job

T = TypeVar("T")

Ask = Mapping[Path, Want]
Search = Generator[Ask, None, T]


class TokenTree:
    """What is known of the distributions behind one context's prompt."""

    def __init__(self, context: Context, token_bytes: Sequence[bytes | None]) -> None:
        self.context = context
        self.token_bytes = token_bytes
        self.forwarded = 0
        self._known: dict[Path, NextTokens] = {}
        self._asked: dict[Path, Want] = {}

    def __getitem__(self, path: Path) -> NextTokens:
        return self._known[path]

    def get(self, path: Path) -> NextTokens | None:
        """What is known behind a path, or None."""
        return self._known.get(path)

    def __contains__(self, path: Path) -> bool:
        return path in self._known

    def __len__(self) -> int:
        return len(self._known)

    def paths(self) -> Iterable[Path]:
        """The paths whose distributions are known, each parent before its children."""
        return sorted(self._known, key=lambda path: (len(path), path))

    def data(self, path: Path, start: int = 0) -> bytes:
        """The bytes that a path writes, from its token `start` on."""
        return b"".join(self.token_bytes[token] or b"" for token in path[start:])

    def logprob(self, path: Path) -> float | None:
        """The log-probability of a path's last token behind the others, where it is known."""
        if not path or path[:-1] not in self._known:
            return None
        parent = self._known[path[:-1]]
        if path[-1] in parent.logprobs:
            return parent.logprobs[path[-1]]
        return dict(parent.top).get(path[-1])

    def missing(self, path: Path, want: Want) -> Want | None:
        """What of a want is not known yet."""
        asked = self._asked.get(path)
        if asked is None:
            return want
        again = bool(want.temperatures) and (
            not asked.temperatures or not want.tempered <= asked.tempered
        )
        rest = Want(
            top=want.top if want.top > asked.top else 0,
            entropy=want.entropy and not asked.entropy,
            tokens=want.tokens - asked.tokens,
            sets=want.sets - asked.sets,
            temperatures=want.temperatures if again else (),
            tempered=want.tempered | asked.tempered if again else frozenset(),
        )
        return None if rest == Want() else rest

    def learn(self, path: Path, want: Want, found: NextTokens) -> None:
        """Adds an answer to what is known."""
        self.forwarded += found.forwarded
        old = self._known.get(path)
        if old is None:
            self._known[path], self._asked[path] = found, want
            return
        self._asked[path] |= want
        self._known[path] = NextTokens(
            top=max(old.top, found.top, key=len),
            entropy=old.entropy if found.entropy is None else found.entropy,
            logprobs={**old.logprobs, **found.logprobs},
            set_probs={**old.set_probs, **found.set_probs},
            tempered=found.tempered or old.tempered,
            unrevealed=old.unrevealed,
        )


def explore(tree: TokenTree, search: Search[T]) -> Job[T]:
    """Turns a search on a tree into a job for the scheduler."""
    try:
        ask = next(search)
        while True:
            missing = {path: tree.missing(path, want) for path, want in ask.items()}
            needed = {path: want for path, want in missing.items() if want is not None}
            if needed:
                found = yield [Request(tree.context, path, w) for path, w in needed.items()]
                for (path, want), answer in zip(needed.items(), found, strict=True):
                    tree.learn(path, want, answer)
            ask = next(search)
    except StopIteration as stop:
        result: T = stop.value
        return result


def together(*searches: Search[object]) -> Search[tuple[object, ...]]:
    """Runs searches in step, so that what they need is asked for at once."""
    results: list[object] = [None] * len(searches)
    asks: dict[int, Ask] = {}
    running = dict(enumerate(searches))
    while True:
        for index, search in list(running.items()):
            try:
                asks[index] = next(search)
            except StopIteration as stop:
                results[index] = stop.value
                del running[index]
                asks.pop(index, None)
        if not running:
            return tuple(results)
        merged: dict[Path, Want] = {}
        for ask in asks.values():
            for path, want in ask.items():
                merged[path] = merged[path] | want if path in merged else want
        yield merged

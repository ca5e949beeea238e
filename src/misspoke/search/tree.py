"""The token tree of one question: every search reads and grows the same one.

A search is a generator: it yields the paths whose next-token distributions it needs, with what it
wants of each, and finds them in the tree when it goes on. An inquiry is the same over the trees of
several prompts. No path is forwarded twice; only what is not known yet of a distribution is asked
for.
"""

from collections.abc import Generator, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TypeVar

from misspoke.lm.protocol import Context, NextTokens, Path, Request, Want
from misspoke.lm.scheduler import Job

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

Search = Generator[Mapping[Path, Want], None, T]


@dataclass(slots=True, eq=False)
class _Store:
    """What is known behind a prompt, and what was asked."""

    known: dict[Path, NextTokens] = field(default_factory=dict)
    asked: dict[Path, Want] = field(default_factory=dict)
    forwarded: int = 0


class TokenTree:
    """What is known of the distributions behind one context's prompt.

    A tree holds the paths that its own searches asked for; trees that share what is known
    (`share`) do not forward it again, and do not see each other's paths.
    """

    def __init__(
        self,
        context: Context,
        token_bytes: Sequence[bytes | None],
        store: _Store | None = None,
    ) -> None:
        self.context = context
        self.token_bytes = token_bytes
        self.store = store or _Store()
        self._paths: set[Path] = set()

    def share(self) -> "TokenTree":
        """An empty tree over the same prompt, which finds at once what this one has asked for."""
        return TokenTree(self.context, self.token_bytes, self.store)

    @property
    def forwarded(self) -> int:
        """Tokens that were forwarded for this prompt, for all trees that share it."""
        return self.store.forwarded

    @property
    def own_tokens(self) -> int:
        """Tokens that this tree would have cost alone: its prompt, and each distinct prefix."""
        if not self._paths:
            return 0
        prefixes = {path[:end] for path in self._paths for end in range(1, len(path) + 1)}
        return len(self.context.suffix) + len(prefixes)

    def __getitem__(self, path: Path) -> NextTokens:
        return self.store.known[path]

    def get(self, path: Path) -> NextTokens | None:
        """What is known behind a path, or None."""
        return self.store.known.get(path) if path in self._paths else None

    def read(self, path: Path, tokens: Set[int]) -> bool:
        """Whether these tokens' probabilities behind a path were asked for."""
        return path in self._paths and tokens <= self.store.asked[path].tokens

    def __contains__(self, path: Path) -> bool:
        return path in self._paths

    def __len__(self) -> int:
        return len(self._paths)

    def paths(self) -> Iterable[Path]:
        """The paths whose distributions are known, each parent before its children."""
        return sorted(self._paths, key=lambda path: (len(path), path))

    def data(self, path: Path, start: int = 0) -> bytes:
        """The bytes that a path writes, from its token `start` on."""
        return b"".join(self.token_bytes[token] or b"" for token in path[start:])

    def logprob(self, path: Path) -> float | None:
        """The log-probability of a path's last token behind the others, where it is known."""
        if not path or path[:-1] not in self._paths:
            return None
        parent = self.store.known[path[:-1]]
        if path[-1] in parent.logprobs:
            return parent.logprobs[path[-1]]
        return dict(parent.top).get(path[-1])

    def visit(self, path: Path) -> None:
        """Counts a path among this tree's own."""
        self._paths.add(path)


Place = tuple[TokenTree, Path]
Inquiry = Generator[Mapping[Place, Want], None, T]


def on(tree: TokenTree, search: Search[T]) -> Inquiry[T]:
    """A search on one tree as an inquiry."""
    try:
        ask = next(search)
        while True:
            yield {(tree, path): want for path, want in ask.items()}
            ask = next(search)
    except StopIteration as stop:
        result: T = stop.value
        return result


def explore(inquiry: Inquiry[T]) -> Job[T]:
    """Turns an inquiry into a job for the scheduler."""
    try:
        ask = next(inquiry)
        while True:
            missing = _missing(ask)
            if missing:
                found = yield [
                    Request(tree.context, path, want) for (tree, path), want in missing.items()
                ]
                for ((tree, path), want), answer in zip(missing.items(), found, strict=True):
                    _learn(tree.store, path, want, answer)
            ask = next(inquiry)
    except StopIteration as stop:
        result: T = stop.value
        return result


def together(
    *searches: Generator[Mapping[K, Want], None, object],
) -> Generator[Mapping[K, Want], None, tuple[object, ...]]:
    """Runs searches (or inquiries) in step, so that what they need is asked for at once."""
    results: list[object] = [None] * len(searches)
    asks: dict[int, Mapping[K, Want]] = {}
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
        merged: dict[K, Want] = {}
        for ask in asks.values():
            for key, want in ask.items():
                merged[key] = merged[key] | want if key in merged else want
        yield merged


def _missing(ask: Mapping[Place, Want]) -> dict[Place, Want]:
    """What is not known yet, once for trees that share what they know."""
    wanted: dict[tuple[_Store, Path], tuple[TokenTree, Want]] = {}
    for (tree, path), want in ask.items():
        tree.visit(path)
        key = (tree.store, path)
        wanted[key] = (tree, wanted[key][1] | want if key in wanted else want)
    missing: dict[Place, Want] = {}
    for (store, path), (tree, want) in wanted.items():
        rest = _rest(want, store.asked.get(path))
        if rest is not None:
            missing[tree, path] = rest
    return missing


def _rest(want: Want, asked: Want | None) -> Want | None:
    """What of a want was not asked before."""
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
        draws=want.draws - asked.draws,
        layers=want.layers - asked.layers,
        beside=want.beside - asked.beside,
        shares=want.shares - asked.shares,
    )
    return None if rest == Want() else rest


def _learn(store: _Store, path: Path, want: Want, found: NextTokens) -> None:
    """Adds an answer to what is known."""
    store.forwarded += found.forwarded
    old = store.known.get(path)
    if old is None:
        store.known[path], store.asked[path] = found, want
        return
    store.asked[path] |= want
    store.known[path] = NextTokens(
        top=max(old.top, found.top, key=len),
        entropy=old.entropy if found.entropy is None else found.entropy,
        logprobs={**old.logprobs, **found.logprobs},
        set_probs={**old.set_probs, **found.set_probs},
        tempered=found.tempered or old.tempered,
        drawn={**old.drawn, **found.drawn},
        states={**old.states, **found.states},
        beside={**old.beside, **found.beside},
        shares={**old.shares, **found.shares},
        unrevealed=old.unrevealed,
    )

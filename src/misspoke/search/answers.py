"""Answer search: best-first over answer strings, with exact probabilities.

A leaf is an answer that has ended: at the end of the text, a newline or the end of a sentence, or
wherever the reader says. What was not explored is the residual: leaves and residual add up to one.
"""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import exp

from misspoke.lm.protocol import Path, Want
from misspoke.search.tree import Search, TokenTree

_BATCH = 8
"""Prefixes asked for at once: a later answer may make the last of them needless."""
_IMPOSSIBLE = -1e9
"""Log-probabilities below this are tokens that a table rules out."""

Read = Callable[[str, bool], str | None]
"""The answer that a text gives once it has ended, else None; `True`: nothing follows the text."""


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """How far an answer search goes."""

    nodes: int = 24
    """Nodes at the most that no other search on this tree has computed."""
    top: int = 24
    """Children looked at behind each node."""
    residual: float = 0.05
    """Enough is known when this much, or less, is left unexplored."""
    floor: float = 2e-3
    """Prefixes less probable than this are left unexplored."""
    max_tokens: int = 32
    """A longer answer is cut there."""


@dataclass(slots=True)
class Found:
    """One answer: its probability so far, and the most probable path that writes it."""

    prob: float = 0.0
    best: float = 0.0
    path: Path = ()

    def add(self, prob: float, path: Path) -> None:
        """Another path that writes it."""
        self.prob += prob
        if prob > self.best:
            self.best, self.path = prob, path


@dataclass(frozen=True, slots=True)
class Answers:
    """Distinct answers with their probabilities, the most probable first, and the rest."""

    found: tuple[tuple[str, float], ...]
    residual: float
    paths: Mapping[str, Found] = field(default_factory=dict)
    """The answers in the order of their most probable paths."""
    frontier: float = 0.0
    """No path that was not read to its end is more probable than this."""
    expanded: int = 0
    """Prefixes that were read beside those of the emitted answer."""


Enough = Callable[[Mapping[str, Found], float], bool]
"""Whether to stop, given the answers so far and the frontier (see `Answers`)."""


def answer_search(
    tree: TokenTree,
    root: Path,
    emitted: Path,
    read: Read,
    limits: AnswerLimits,
    enough: Enough = lambda _found, _frontier: False,
) -> Search[Answers]:
    """Searches the answers behind `root`; the emitted one is always among them.

    One answer's tokenisations, and its ways to end, are pooled.
    """
    state = _Frontier(tree, root, emitted, read, limits)
    walk = [emitted[:end] for end in range(len(root), max(len(emitted), len(root) + 1))]
    yield {path: Want(top=limits.top) for path in walk}
    state.follow(walk)
    spent = expanded = 0
    while state.heap and spent < limits.nodes and state.residual > limits.residual:
        if enough(state.leaves, state.frontier):
            break
        batch = _take(state.heap, limits.nodes - spent)
        spent += sum(path not in tree for path, _ in batch)
        expanded += len(batch)
        yield {path: Want(top=limits.top) for path, _ in batch}
        for path, prob in batch:
            state.expand(path, prob)
    found = sorted(
        ((answer, leaf.prob) for answer, leaf in state.leaves.items()),
        key=lambda entry: (-entry[1], entry[0]),
    )
    return Answers(tuple(found), state.residual, by_path(state.leaves), state.frontier, expanded)


def by_path(leaves: Mapping[str, Found]) -> dict[str, Found]:
    """The answers in the order of their most probable paths: no later find can come before one.

    That holds for those above the frontier; see `Answers`.
    """
    return dict(sorted(leaves.items(), key=lambda entry: (-entry[1].best, entry[0])))


class _Frontier:
    """What an answer search has reached: leaves, open prefixes, and what it gave up."""

    def __init__(
        self, tree: TokenTree, root: Path, emitted: Path, read: Read, limits: AnswerLimits
    ) -> None:
        self.tree, self.root, self.emitted = tree, root, emitted
        self.read, self.limits = read, limits
        self.leaves: dict[str, Found] = {}
        self.heap: list[tuple[float, Path]] = []
        self._read_off = 0.0
        self._given_up = 0.0
        """The most that a path among the pruned ones can have."""
        self._emitted_probs = {root: 1.0}

    @property
    def residual(self) -> float:
        """Probability that no leaf holds."""
        return max(0.0, 1 - self._read_off)

    @property
    def frontier(self) -> float:
        """No path that was not read to its end is more probable than this."""
        return max(self._given_up, -self.heap[0][0] if self.heap else 0.0)

    def follow(self, walk: list[Path]) -> None:
        """Expands the emitted answer's prefixes, as far as its answer goes."""
        for path in walk:
            if path in self._emitted_probs:  # else the answer has ended before
                self.expand(path, self._emitted_probs[path])

    def expand(self, path: Path, prob: float) -> None:
        """Looks at the children of a path."""
        top = self.tree[path].top
        for token, logprob in top[: self.limits.top]:
            if logprob > _IMPOSSIBLE:
                self._reach((*path, token), prob * exp(logprob))
        seen = sum(exp(logprob) for _, logprob in top[: self.limits.top])
        least = exp(top[: self.limits.top][-1][1]) if top else 1.0
        self._give_up(prob * min(least, max(0.0, 1 - seen)))

    def _reach(self, path: Path, prob: float) -> None:
        text = self.tree.data(path, len(self.root)).decode(errors="replace")
        final = not self.tree.token_bytes[path[-1]]
        cut = path == self.emitted or len(path) - len(self.root) >= self.limits.max_tokens
        answer = self.read(text, final or cut)
        if answer is not None:
            self._read_off += prob
            self.leaves.setdefault(answer, Found()).add(prob, path)
        elif path == self.emitted[: len(path)]:
            self._emitted_probs[path] = prob
        elif prob >= self.limits.floor:
            heapq.heappush(self.heap, (-prob, path))
        else:
            self._give_up(prob)

    def _give_up(self, prob: float) -> None:
        self._given_up = max(self._given_up, prob)


def _take(heap: list[tuple[float, Path]], most: int) -> list[tuple[Path, float]]:
    """The most probable prefix, and those at least half as probable."""
    batch: list[tuple[Path, float]] = []
    least = -heap[0][0] / 2
    while heap and -heap[0][0] >= least and len(batch) < min(most, _BATCH):
        prob, path = heapq.heappop(heap)
        batch.append((path, -prob))
    return batch

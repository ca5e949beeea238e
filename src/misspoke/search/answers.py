"""Answer search: best-first over answer strings, with exact probabilities.

A leaf is an answer that has ended: at the end of the text, a newline or the end of a sentence.
What was not explored is the residual: leaves and residual add up to one.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from math import exp

from misspoke.lm.protocol import Path, Want
from misspoke.search.tree import Search, TokenTree

_BATCH = 8
"""Prefixes asked for at once: a later answer may make the last of them needless."""
_IMPOSSIBLE = -1e9
"""Log-probabilities below this are tokens that a table rules out."""


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """How far an answer search goes."""

    nodes: int = 24
    """Nodes at the most that no other search has computed."""
    top: int = 24
    """Children looked at behind each node."""
    residual: float = 0.05
    """Enough is known when this much, or less, is left unexplored."""
    floor: float = 2e-3
    """Prefixes less probable than this are left unexplored."""
    max_tokens: int = 32
    """A longer answer is cut there."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Distinct answers with their probabilities, the most probable first, and the rest."""

    found: tuple[tuple[str, float], ...]
    residual: float


def answer_search(
    tree: TokenTree,
    root: Path,
    emitted: Path,
    ended: Callable[[str], int | None],
    limits: AnswerLimits,
) -> Search[Answers]:
    """Searches the answers behind `root`; the emitted one is always among them.

    `ended(text)` is the place at which the answer in a text ends, or None. One answer's
    tokenisations, and its ways to end, are pooled.
    """
    leaves: dict[str, float] = {}
    heap: list[tuple[float, Path]] = []
    emitted_probs = {root: 1.0}

    def reach(path: Path, prob: float) -> None:
        text = tree.data(path, len(root)).decode(errors="replace")
        at = len(text) if not tree.token_bytes[path[-1]] else ended(text)
        if at is None and (path == emitted or len(path) - len(root) >= limits.max_tokens):
            at = len(text)
        if at is not None:
            answer = text[:at].strip()
            leaves[answer] = leaves.get(answer, 0.0) + prob
        elif path == emitted[: len(path)]:
            emitted_probs[path] = prob
        elif prob >= limits.floor:
            heapq.heappush(heap, (-prob, path))

    def expand(path: Path, prob: float) -> None:
        for token, logprob in tree[path].top[: limits.top]:
            if logprob > _IMPOSSIBLE:
                reach((*path, token), prob * exp(logprob))

    walk = [emitted[:end] for end in range(len(root), max(len(emitted), len(root) + 1))]
    yield {path: Want(top=limits.top) for path in walk}
    for path in walk:
        if path in emitted_probs:  # else the answer has ended before
            expand(path, emitted_probs[path])
    spent = 0
    while heap and spent < limits.nodes and 1 - sum(leaves.values()) > limits.residual:
        batch = _take(heap, limits.nodes - spent)
        spent += sum(path not in tree for path, _ in batch)
        yield {path: Want(top=limits.top) for path, _ in batch}
        for path, prob in batch:
            expand(path, prob)
    found = sorted(leaves.items(), key=lambda leaf: (-leaf[1], leaf[0]))
    return Answers(tuple(found), max(0.0, 1 - sum(leaves.values())))


def _take(heap: list[tuple[float, Path]], most: int) -> list[tuple[Path, float]]:
    """The most probable prefix, and those at least half as probable."""
    batch: list[tuple[Path, float]] = []
    least = -heap[0][0] / 2
    while heap and -heap[0][0] >= least and len(batch) < min(most, _BATCH):
        prob, path = heapq.heappop(heap)
        batch.append((path, -prob))
    return batch

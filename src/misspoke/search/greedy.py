"""The greedy answer: the most probable token, step by step."""

from collections.abc import Callable
from dataclasses import dataclass

from misspoke.lm.protocol import Path, Want
from misspoke.search.tree import Search, TokenTree


@dataclass(frozen=True, slots=True)
class Greedy:
    """What the greedy decoder emitted, the token that ended it included."""

    tokens: Path
    logprobs: tuple[float, ...]
    entropies: tuple[float | None, ...]
    margin: float
    """The smallest lead of a winner over the second, in log-probability, at any step."""


def greedy(
    tree: TokenTree,
    want: Callable[[Path], Want],
    stop: Callable[[Path], bool],
    max_tokens: int,
    start: Path = (),
) -> Search[Greedy]:
    """Follows the most probable token until the text ends, `stop` says so, or `max_tokens`.

    `want` adds what else is worth knowing of a distribution on the greedy path. Paths are counted
    from behind `start`.
    """
    path: Path = ()
    logprobs: list[float] = []
    entropies: list[float | None] = []
    margin = float("inf")
    while len(path) < max_tokens:
        place = (*start, *path)
        yield {place: Want(top=2, entropy=True) | want(path)}
        node = tree[place]
        (token, logprob), *others = node.top
        if others:
            margin = min(margin, logprob - others[0][1])
        path = (*path, token)
        logprobs.append(logprob)
        entropies.append(node.entropy)
        if not tree.token_bytes[token] or stop(path):
            break
    return Greedy(path, tuple(logprobs), tuple(entropies), margin)

"""The most probable of given answers, without reading more of them than it takes."""

import heapq
from collections.abc import Mapping

from misspoke.lm.protocol import Path, Want
from misspoke.search import Search, TokenTree

_RULED_OUT = -1e9
"""Of a token that the model did not name."""


def most_probable(tree: TokenTree, spelled: Mapping[str, Path]) -> Search[str]:
    """The answer whose canonical tokens have the highest summed log-probability.

    Best first: a beginning is never less probable than what goes on from it, so that the first
    whole answer to come up is the most probable one. Of two answers of which one begins the other
    the longer cannot win. Of equal ones the first by name.
    """
    opened: dict[Path, dict[int, None]] = {}
    whole: dict[Path, str] = {}
    for answer in sorted(spelled, reverse=True):
        path = spelled[answer]
        whole[path] = answer
        for at, token in enumerate(path):
            opened.setdefault(path[:at], {})[token] = None
    heap: list[tuple[float, str, Path]] = [(0.0, "", ())]
    while True:
        surprise, _, path = heapq.heappop(heap)
        if path in whole:
            return whole[path]
        yield {path: Want(tokens=frozenset(opened[path]))}
        found = tree[path].logprobs
        for token in opened[path]:
            longer = (*path, token)
            cost = surprise - found.get(token, _RULED_OUT)
            heapq.heappush(heap, (cost, whole.get(longer, ""), longer))

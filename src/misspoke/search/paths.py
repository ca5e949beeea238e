"""Log-probabilities of given continuations along their canonical tokens, as peers define them."""

from collections.abc import Sequence

from misspoke.lm.protocol import Path, Want
from misspoke.search.tree import Search, TokenTree


def path_logprobs(tree: TokenTree, paths: Sequence[Path]) -> Search[list[float]]:
    """The summed log-probability of each path; shared prefixes are forwarded once.

    All prefixes are asked for at once: the model sees one tree, in one round.
    """
    wanted: dict[Path, set[int]] = {}
    for path in paths:
        for at, token in enumerate(path):
            wanted.setdefault(path[:at], set()).add(token)
    yield {prefix: Want(tokens=frozenset(tokens)) for prefix, tokens in wanted.items()}
    return [sum(tree[path[:at]].logprobs[token] for at, token in enumerate(path)) for path in paths]

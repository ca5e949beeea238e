"""Compliance mass: the probability that a reply opens as an instruction asks.

Over all tokenisations, and not by the first token alone: "A" begins "Answer:" and much else. What
is settled is the lower bound; the openings that are still undecided make the upper one.
"""

from math import exp

import numpy as np

from misspoke.concepts import Vocabulary
from misspoke.concepts.instructions import Automaton
from misspoke.lm.protocol import Path, Want
from misspoke.records import Interval
from misspoke.search.tree import Search, TokenTree


def compliance_mass(
    tree: TokenTree,
    root: Path,
    automaton: Automaton,
    vocabulary: Vocabulary,
    *,
    epsilon: float,
    budget: int,
) -> Search[Interval]:
    """Narrows the probability that the reply behind `root` complies to within `epsilon`.

    At most `budget` distributions are read. For instructions that a reply's opening decides
    (`decided_first`); for others almost every token leaves it undecided.
    """
    lower = left = 0.0
    frontier = [(1.0, root, automaton.start)]
    while frontier and budget and left + sum(prob for prob, _, _ in frontier) > epsilon:
        budget -= 1
        prob, path, state = max(frontier)
        frontier.remove((prob, path, state))
        fates = automaton.fates(state, vocabulary)
        undecided = np.flatnonzero(~(fates.violating.mask | fates.settling.mask)).tolist()
        yield {path: Want(tokens=frozenset(undecided), sets=frozenset({fates.settling}))}
        found = tree[path]
        lower += prob * found.set_probs[fates.settling]
        left += prob * found.unrevealed
        for token in undecided:
            if token in found.logprobs and (after := prob * exp(found.logprobs[token])):
                data = tree.token_bytes[token] or b""
                frontier.append((after, (*path, token), automaton.advance(state, data)))
    upper = lower + left + sum(prob for prob, _, _ in frontier)
    return Interval(min(lower, 1.0), min(upper, 1.0))

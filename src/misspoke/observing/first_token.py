"""First-token P-mass, literal and content, read off a token tree (docs/measures.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

from misspoke.lm import NextTokens, Path
from misspoke.observing.starts import Openers, Starts
from misspoke.records import Interval
from misspoke.search import TokenTree

OPENERS = 2
"""The most tokens of an opener path."""


@dataclass(frozen=True, slots=True)
class FirstToken:
    """What first-token masses need besides a tree: the forms and where the answer begins."""

    starts: Starts
    openers: Openers
    forms: tuple[str, ...]
    prompt_end: bytes
    root: Path

    def tokens(self, tree: TokenTree, path: Path) -> frozenset[int]:
        """S: the first tokens of the forms behind the prompt and `path`, opener tokens included."""
        return self.starts.behind(self.prompt_end + tree.data(path), self.forms)

    def is_opener_path(self, path: Path) -> bool:
        """Whether a path is the root and at most `OPENERS` tokens that read as openers."""
        behind = path[len(self.root) :]
        return (
            path[: len(self.root)] == self.root
            and len(behind) <= OPENERS
            and self.openers.are(behind)
        )

    def content_start(self, emitted: Path) -> int:
        """The place among the emitted tokens of the first behind the root that is no opener."""
        at = len(self.root)
        while at < len(emitted) and emitted[at] in self.openers.tokens:
            at += 1
        return at

    def content(self, tree: TokenTree) -> Interval:
        """P1 = Σ_o p(o | x) · Σ_{v∈S(o)} p(v | x, o), over opener paths of at most two tokens.

        The upper bound adds the opener paths behind which S was not asked for, and what a model
        hides.
        """
        lower = unread = 0.0
        for path, prob in self._opener_paths(tree):
            wanted = self.tokens(tree, path) - self.openers.tokens
            node = tree.get(path)
            if node is None or not tree.read(path, wanted):
                unread += prob
                continue
            lower += prob * sum(_prob(node, t) for t in wanted)
            unread += prob * node.unrevealed
        return Interval(min(lower, 1.0), min(lower + unread, 1.0))

    def tempered(self, tree: TokenTree) -> list[tuple[float, float, float]]:
        """(temperature, P1, entropy) for each temperature that was asked for at the root."""
        found: list[tuple[float, float, float]] = []
        for place, at_root in enumerate(tree[self.root].tempered):
            mass = 0.0
            for path, prob in self._opener_paths(tree, place):
                node = tree.get(path)
                if node is not None and place < len(node.tempered):
                    of = node.tempered[place].logprobs
                    wanted = self.tokens(tree, path) - self.openers.tokens
                    mass += prob * sum(exp(of[t]) for t in wanted if t in of)
            found.append((at_root.temperature, min(mass, 1.0), at_root.entropy))
        return found

    def _opener_paths(
        self, tree: TokenTree, place: int | None = None
    ) -> Iterator[tuple[Path, float]]:
        """Every opener path with its probability; those behind a path not read are left out."""
        level: list[tuple[Path, float]] = [(self.root, 1.0)]
        for depth in range(OPENERS + 1):
            yield from level
            if depth < OPENERS:
                level = [
                    ((*path, token), prob * p)
                    for path, prob in level
                    if (node := tree.get(path)) is not None
                    for token in self.openers.behind(path[len(self.root) :])
                    if (p := _prob(node, token, place)) > 0
                ]


def _prob(node: NextTokens, token: int, place: int | None = None) -> float:
    if place is None:
        logprob = node.logprobs.get(token)
    else:
        logprob = node.tempered[place].logprobs.get(token) if place < len(node.tempered) else None
    return 0.0 if logprob is None else exp(logprob)

"""First-token pooling, as the paper sketches it: pool the first tokens, then go on greedily."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import exp

from misspoke.concepts.equivalence import Classes
from misspoke.decoding.decoder import finished
from misspoke.decoding.desk import TOP, Desk
from misspoke.decoding.greedy import walk
from misspoke.decoding.sameness import ByRules, Sameness
from misspoke.lm import Want
from misspoke.records import Interval
from misspoke.records.decoding import AnswerClass, Decoded
from misspoke.search import Inquiry, TokenTree


@dataclass(frozen=True, slots=True)
class FirstToken:
    """Pools the most probable first tokens by meaning, and goes on from the heaviest pool's best.

    Yeom et al. 2026 leave open how many tokens and by what likeness. Here two tokens are one if
    their texts are equivalent answers but for case ("St" and "Saint", " ring" and " Ring").
    """

    name: str = "first-token"
    top: int = TOP
    sameness: Sameness = field(default_factory=ByRules)

    def decode(self, desk: Desk) -> Inquiry[Decoded]:
        """The greedy answer behind the heaviest pool's most probable token."""
        tree = desk.tree
        yield {(tree, ()): Want(top=self.top)}
        pools = _pools(tree, self.top, self.sameness.predicate(desk))
        start = pools[0].tokens
        found = yield from walk(desk, start)
        prob = found.prob * pools[0].forms[0][1]
        said = AnswerClass(((found.answer, prob),), prob, pools[0].score, tokens=found.tokens)
        unseen = max(0.0, 1 - sum(pool.prob for pool in pools))
        belief = Interval(prob, 1.0)
        return (yield from finished(desk, (said, *pools[1:]), belief, unseen, certified=False))


def _pools(tree: TokenTree, top: int, same_text: Callable[[str, str], bool]) -> list[AnswerClass]:
    """The most probable first tokens by meaning, the heaviest pool first."""
    first = tree[()].top[:top]
    texts = {
        token: tree.data((token,)).decode(errors="backslashreplace").strip() for token, _ in first
    }
    joined = Classes(lambda a, b: a.casefold() == b.casefold() or same_text(a, b))
    pools: dict[int, list[tuple[int, float]]] = {}
    for token, logprob in first:
        pools.setdefault(joined.join(texts[token]), []).append((token, exp(logprob)))
    made = []
    for members in pools.values():
        mass = sum(prob for _, prob in members)
        forms = tuple((texts[token], prob) for token, prob in members)
        made.append(AnswerClass(forms, mass, mass, tokens=(members[0][0],)))
    return sorted(made, key=lambda pool: -pool.prob)

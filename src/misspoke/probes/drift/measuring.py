"""What is measured where a question is put at one turn: on a branch that leaves no trace."""

from dataclasses import dataclass
from itertools import groupby
from math import isinf

from misspoke.lm import Path
from misspoke.lm.protocol import Span, Want
from misspoke.probes.drift.stepping import both
from misspoke.probes.drift.thread import Asked, Thread
from misspoke.probes.drift.unit import Unit
from misspoke.probes.talk import common
from misspoke.records import Interval
from misspoke.records.drift import TurnProbe
from misspoke.records.heard import Heard
from misspoke.search import Inquiry, greedy, on
from misspoke.search.compliance import compliance_mass
from misspoke.search.contrast import beside, contrast_greedy
from misspoke.search.tree import Place, Search, TokenTree

EPSILON = 0.01
"""A compliance mass is settled when no more than this is open."""
BUDGET = 4
"""The most distributions that are read for it."""

Reply = tuple[Path, tuple[float, ...]]
"""The tokens of a reply, the one that ended it included, and their log-probabilities."""


@dataclass(frozen=True, slots=True)
class Probed:
    """A probe, and what an audit computes again."""

    probe: TurnProbe
    heard: Heard
    prompt: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a probe stands."""

    turn: int
    asked: Asked
    reminded: bool
    without: Asked | None = None
    """The same without the instruction, for the KL."""
    span: Span | None = None
    """The instruction's tokens in the prompt, for the attention."""
    against: Asked | None = None
    """The same without the instruction, for replies under a contrast."""
    weight: float = 0.0


def measure(unit: Unit, spot: Spot) -> Inquiry[Probed]:
    """Puts the probe, reads the reply, and what rules compliance out along a compliant one."""
    said = both(_reply(unit, spot), _hazards(unit, spot.asked.place))
    looked = both(_beside(spot), both(_attention(unit, spot), _mass(unit, spot.asked.place)))
    ((reply, logprobs), hazards), (kl, ((share, even), mass)) = yield from both(said, looked)
    ended = unit.ended(reply)
    text = unit.read(reply)
    tree, path = spot.asked.place
    probe = TurnProbe(
        turn=spot.turn,
        message=spot.asked.message,
        reply=text,
        ended=ended,
        complied=unit.complied(reply, ended),
        on_topic=unit.on_topic(text),
        compliance_mass=mass,
        hazards=tuple(hazards),
        kl=kl,
        attention=share,
        attention_even=even,
        context_tokens=len(spot.asked.tokens),
        reminded=spot.reminded,
    )
    return Probed(probe, Heard(tree.context.tokens + path, reply, logprobs), spot.asked.text)


def reply_to(
    unit: Unit, asked: Asked, against: Asked | None, weight: float, most: int
) -> Inquiry[Reply]:
    """The model's reply: greedy, or under a contrast with another prompt."""
    if against is not None:
        found = yield from contrast_greedy(asked.place, against.place, weight, unit.stops, most)
        return found.tokens, found.logprobs
    tree, path = asked.place
    said = yield from on(tree, greedy(tree, _nothing, unit.stops, most, start=path))
    return said.tokens, said.logprobs


def _nothing(_: Path) -> Want:
    return Want()


def _reply(unit: Unit, spot: Spot) -> Inquiry[Reply]:
    """As long as is planned, and as long again where that does not decide it."""
    most = unit.plan.probe_tokens
    asked, against = spot.asked, spot.against
    tokens, logprobs = yield from reply_to(unit, asked, against, spot.weight, most)
    if not unit.ended(tokens) and unit.complied(tokens, False) is None:
        behind = _behind(asked, tokens)
        other = None if against is None else _behind(against, tokens)
        more, their = yield from reply_to(unit, behind, other, spot.weight, most)
        tokens, logprobs = tokens + more, logprobs + their
    return tokens, logprobs


def _behind(asked: Asked, tokens: Path) -> Asked:
    tree, path = asked.place
    return Asked((tree, path + tokens), asked.text, asked.tokens + tokens, asked.message)


def _hazards(unit: Unit, place: Place) -> Inquiry[list[float]]:
    """Along the compliant reply: the mass of the tokens that rule compliance out."""
    tree, start = place
    return (yield from on(tree, _along(unit, tree, start)))


def _along(unit: Unit, tree: TokenTree, start: Path) -> Search[list[float]]:
    if not unit.reveals:
        return []
    sets = unit.violations()
    paths = [start + unit.compliant[:at] for at in range(len(sets))]
    yield {path: Want(sets=frozenset({s})) for path, s in zip(paths, sets, strict=True)}
    return [tree[path].set_probs[s] for path, s in zip(paths, sets, strict=True)]


def _mass(unit: Unit, place: Place) -> Inquiry[Interval | None]:
    """The probability of a compliant opening, where the opening decides."""
    if not unit.decided_first:
        return None
    tree, start = place
    return (
        yield from on(
            tree,
            compliance_mass(
                tree, start, unit.automaton, unit.vocabulary, epsilon=EPSILON, budget=BUDGET
            ),
        )
    )


def _beside(spot: Spot) -> Inquiry[float | None]:
    """KL of the first token's distribution from the one without the instruction, in nats."""
    if spot.without is None:
        return None
    tree, path = spot.asked.place
    key, ask = beside(spot.asked.place, spot.without.place)
    yield ask
    found = tree[path].beside.get(key)
    return None if found is None or isinf(found.kl) else found.kl


def _attention(unit: Unit, spot: Spot) -> Inquiry[tuple[float, float] | tuple[None, None]]:
    """The instruction's share of the attention on tokens that write something, and of those tokens.

    Those that begin a text and its messages are left out: much attention rests there whatever is
    said.
    """
    if spot.span is None:
        return None, None
    tree, path = spot.asked.place
    written = _written(unit, spot.asked.tokens)
    yield {spot.asked.place: Want(shares=frozenset({spot.span, *written}))}
    found = tree[path].shares
    if spot.span not in found:
        return None, None
    start, stop = spot.span
    count = sum(stop - start for start, stop in written)
    return found[spot.span] / sum(found[span] for span in written), (stop - start) / count


def _written(unit: Unit, tokens: Path) -> list[Span]:
    """The runs of tokens that write something."""
    runs = groupby(range(len(tokens)), key=lambda at: bool(unit.vocabulary.token_bytes[tokens[at]]))
    places = [list(run) for writes, run in runs if writes]
    return [(run[0], run[-1] + 1) for run in places]


def span_of(thread: Thread, asked: Asked, said: str) -> Span | None:
    """The tokens of a text where it first stands in a prompt; None where it does not."""
    at = asked.text.find(said)
    if at < 0:
        return None
    encode = thread.talker.lm.tokenizer.encode
    start = len(common(asked.tokens, encode(asked.text[:at])))
    stop = len(common(asked.tokens, encode(asked.text[: at + len(said)])))
    return (start, stop) if stop > start else None

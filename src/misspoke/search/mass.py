"""String mass: the probability that the text lies in an event, over all tokenisations.

Best-first search of the token tree against the event's automaton. What is decided is the lower
bound; the prefixes that are still open make the upper one (measures.md §1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp

from misspoke.concepts import Event, Scan, Scanner, State
from misspoke.lm.protocol import NextTokens, Path, Want
from misspoke.records import Interval
from misspoke.search.tree import Search, TokenTree


@dataclass(frozen=True, slots=True)
class Open:
    """A prefix whose membership is not decided."""

    prob: float
    path: Path
    state: State
    accepted: int | None
    """The form it belongs to, where only the closed variant is open."""


@dataclass(frozen=True, slots=True)
class StringMass:
    """What a search found: decided masses per form, and what is still open."""

    event: Event
    lower: tuple[float, ...]
    """Per form, of the event."""
    closed: tuple[float, ...]
    """Per form, of the closed variant."""
    open: tuple[Open, ...]
    unrevealed: float
    """Mass of tokens that the model did not name: any form may own it."""
    spent: bool
    """Whether the budget ended the search."""
    nodes: int
    """Distributions that were read."""

    def interval(self, forms: int) -> Interval:
        """Bounds of the mass of a set of forms, given as a bit mask."""
        low = sum(mass for i, mass in enumerate(self.lower) if forms >> i & 1)
        high = low + self.unrevealed
        high += sum(
            o.prob for o in self.open if o.accepted is None and self.event.reach(o.state) & forms
        )
        return Interval(min(low, 1.0), min(high, 1.0))

    def closed_interval(self, forms: int) -> Interval:
        """Bounds of the closed variant's mass."""
        low = sum(mass for i, mass in enumerate(self.closed) if forms >> i & 1)
        high = low + self.unrevealed
        high += sum(o.prob for o in self.open if self.event.reach(o.state) & forms)
        return Interval(min(low, 1.0), min(high, 1.0))

    @property
    def gold(self) -> Interval:
        """Bounds of the event's mass: the string P-mass."""
        return self.interval(self.event.gold_mask)

    @property
    def emitted(self) -> Interval:
        """Bounds of the emitted class's mass, gold excluded."""
        return self.interval(((1 << len(self.event.forms)) - 1) & ~self.event.gold_mask)


class _Ledger:
    """The running sums of one search."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.lower = [0.0] * len(event.forms)
        self.closed = [0.0] * len(event.forms)
        self.unrevealed = 0.0

    def book(self, form: int | None, closed: bool, prob: float) -> None:
        if form is not None:
            self.lower[form] += prob
            if closed:
                self.closed[form] += prob

    def expand(self, node: Open, scan: Scan, found: NextTokens) -> list[Open]:
        """Books what is decided behind a prefix; returns what is open behind it."""
        event, known = self.event, found.logprobs
        opened: list[Open] = []
        named = 0.0
        for token, (form, closed) in scan.final.items():
            prob = node.prob * exp(known[token]) if token in known else 0.0
            named += prob
            self._settle(node, form, closed, prob)
        for token, state in scan.live.items():
            prob = node.prob * exp(known[token]) if token in known else 0.0
            named += prob
            if prob:
                accepted = event.accepted(state)
                if accepted is not None and node.accepted is None:
                    self.lower[accepted] += prob
                opened.append(Open(prob, (*node.path, token), state, accepted))
        for tokens, form, closed in scan.sets:
            prob = node.prob * found.set_probs[tokens]
            prob -= sum(
                node.prob * exp(known[t])
                for t in scan.tokens
                if t in known and t in tokens
            )
            prob = max(prob, 0.0)
            named += prob
            self._settle(node, form, closed, prob)
        hidden = node.prob * found.unrevealed
        self.unrevealed += hidden
        if scan.otherwise is not None:
            self.book(scan.otherwise, False, max(0.0, node.prob - named - hidden))
        return opened

    def _settle(self, node: Open, form: int | None, closed: bool, prob: float) -> None:
        if node.accepted is None:
            self.book(form, closed, prob)
        elif closed and form is not None:
            self.closed[form] += prob


def string_mass(
    tree: TokenTree,
    root: Path,
    event: Event,
    scanner: Scanner,
    *,
    epsilon: float,
    budget: int,
    enrich: Callable[[Path], Want] = lambda _: Want(),
) -> Search[StringMass]:
    """Narrows the masses of an event behind `root` until each is known to within `epsilon`.

    That holds for the event, its closed variant and the emitted class. At most `budget`
    distributions are read. `enrich` adds what else is worth knowing of a distribution.
    """
    ledger = _Ledger(event)
    frontier = [Open(1.0, root, event.start, None)]
    nodes = 0
    spent = False
    while batch := _needed(event, frontier, epsilon):
        if nodes + len(batch) > budget:
            batch = batch[: budget - nodes]
            spent = True
            if not batch:
                break
        nodes += len(batch)
        scans = [scanner.scan(event, node.state) for node in batch]
        yield {
            node.path: _want(scan) | enrich(node.path)
            for node, scan in zip(batch, scans, strict=True)
        }
        taken = {node.path for node in batch}
        frontier = [node for node in frontier if node.path not in taken]
        for node, scan in zip(batch, scans, strict=True):
            frontier += ledger.expand(node, scan, tree[node.path])
        if spent:
            break
    return StringMass(
        event,
        tuple(ledger.lower),
        tuple(ledger.closed),
        tuple(frontier),
        ledger.unrevealed,
        spent,
        nodes,
    )


def _want(scan: Scan) -> Want:
    return Want(
        tokens=frozenset(scan.tokens), sets=frozenset(tokens for tokens, _, _ in scan.sets)
    )


def _needed(event: Event, frontier: list[Open], epsilon: float) -> list[Open]:
    """The prefixes that must be read whatever comes: the fewest that leave at most `epsilon` open.

    Reading a prefix can only uncover open mass, never close another's, so none of them is read in
    vain; the searches for the event, the closed variant and the emitted class share them.
    """
    emitted = ~event.gold_mask
    open_gold = [n for n in frontier if n.accepted is None and event.reach(n.state) & event.gold_mask]
    open_closed = [n for n in frontier if event.reach(n.state) & event.gold_mask]
    open_emitted = [n for n in frontier if n.accepted is None and event.reach(n.state) & emitted]
    needed: dict[Path, Open] = {}
    for nodes in (open_gold, open_closed, open_emitted):
        nodes.sort(key=lambda node: -node.prob)
        rest = sum(node.prob for node in nodes)
        for node in nodes:
            if rest <= epsilon:
                break
            needed[node.path] = node
            rest -= node.prob
    return sorted(needed.values(), key=lambda node: -node.prob)

"""String mass: the probability that the text lies in an event, over all tokenisations.

Best-first search of the token tree against the event's automaton. What is decided is the lower
bound; the prefixes that are still open make the upper one (docs/measures.md).
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
    reach: int
    """The forms that it may come to belong to, as a bit mask."""
    accepted: bool
    """Whether that is settled and only the closed variant is open."""


@dataclass(frozen=True, slots=True)
class StringMass:
    """What a search found: decided masses per form, and what is still open."""

    event: Event
    lower: tuple[float, ...]
    """Per form, of the event."""
    closed: tuple[float, ...]
    """Per form, of the closed variant."""
    open: dict[tuple[int, bool], float]
    """What is undecided, by the forms that may own it, and whether only for the closed variant."""
    unrevealed: float
    """Mass of tokens that the model did not name: any form may own it."""
    spent: bool
    """Whether the budget ended the search."""
    nodes: int
    """Distributions that were read."""
    booked: dict[Path, float]
    """Gold mass decided directly behind each prefix that was read."""

    def below(self, path: Path) -> float:
        """Lower bound of the gold mass behind a prefix."""
        return sum(mass for at, mass in self.booked.items() if at[: len(path)] == path)

    def interval(self, forms: int) -> Interval:
        """Bounds of the mass of a set of forms, given as a bit mask."""
        low = sum(mass for i, mass in enumerate(self.lower) if forms >> i & 1)
        high = low + self.unrevealed
        high += sum(
            prob for (reach, accepted), prob in self.open.items() if reach & forms and not accepted
        )
        return Interval(min(low, 1.0), min(high, 1.0))

    def closed_interval(self, forms: int) -> Interval:
        """Bounds of the closed variant's mass."""
        low = sum(mass for i, mass in enumerate(self.closed) if forms >> i & 1)
        high = low + self.unrevealed
        high += sum(prob for (reach, _), prob in self.open.items() if reach & forms)
        return Interval(min(low, 1.0), min(high, 1.0))

    @property
    def gold(self) -> Interval:
        """Bounds of the event's mass: the string P-mass."""
        return self.interval(self.event.gold_mask)

    @property
    def emitted(self) -> Interval:
        """Bounds of the emitted class's mass, gold excluded."""
        return self.interval(((1 << len(self.event.forms)) - 1) & ~self.event.gold_mask)


_DUST = 1e-5
"""Prefixes less probable than this share of epsilon are left undecided at once."""


class _Ledger:
    """The running sums of one search."""

    def __init__(self, event: Event, dust: float) -> None:
        self.event = event
        self.dust = dust
        self.open: dict[tuple[int, bool], float] = {}
        self.lower = [0.0] * len(event.forms)
        self.closed = [0.0] * len(event.forms)
        self.unrevealed = 0.0
        self.booked: dict[Path, float] = {}

    def book(self, form: int | None, closed: bool, prob: float) -> None:
        if form is not None:
            self.lower[form] += prob
            if closed:
                self.closed[form] += prob

    def expand(self, node: Open, scan: Scan, found: NextTokens) -> list[Open]:
        """Books what is decided behind a prefix; returns what is open behind it."""
        event, known = self.event, found.logprobs
        before = sum(self.lower[: len(event.gold)])
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
                form = event.accepted(state)
                if form is not None and not node.accepted:
                    self.lower[form] += prob
                after = Open(prob, (*node.path, token), state, event.reach(state), form is not None)
                if prob < self.dust:
                    self.leave(after)
                else:
                    opened.append(after)
        for tokens, form, closed in scan.sets:
            prob = node.prob * found.set_probs[tokens]
            prob -= sum(
                node.prob * exp(known[t]) for t in scan.tokens if t in known and t in tokens
            )
            prob = max(prob, 0.0)
            named += prob
            self._settle(node, form, closed, prob)
        hidden = node.prob * found.unrevealed
        self.unrevealed += hidden
        if scan.otherwise is not None and not node.accepted:
            self.book(scan.otherwise, False, max(0.0, node.prob - named - hidden))
        self.booked[node.path] = sum(self.lower[: len(event.gold)]) - before
        return opened

    def leave(self, node: Open) -> None:
        """Leaves a prefix undecided for good."""
        owner = node.reach, node.accepted
        self.open[owner] = self.open.get(owner, 0.0) + node.prob

    def _settle(self, node: Open, form: int | None, closed: bool, prob: float) -> None:
        if not node.accepted:
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
    ledger = _Ledger(event, dust=epsilon * _DUST)
    frontier = [Open(1.0, root, event.start, event.reach(event.start), False)]
    nodes = 0
    spent = False
    while batch := _needed(ledger, frontier, epsilon):
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
    for node in frontier:
        ledger.leave(node)
    return StringMass(
        event,
        tuple(ledger.lower),
        tuple(ledger.closed),
        ledger.open,
        ledger.unrevealed,
        spent,
        nodes,
        ledger.booked,
    )


def _want(scan: Scan) -> Want:
    return Want(tokens=frozenset(scan.tokens), sets=frozenset(tokens for tokens, _, _ in scan.sets))


def _needed(ledger: _Ledger, frontier: list[Open], epsilon: float) -> list[Open]:
    """The prefixes that must be read whatever comes: the fewest that leave at most `epsilon` open.

    Reading a prefix can only uncover open mass, never close another's, so none of them is read in
    vain; the searches for the event, the closed variant and the emitted class share them.
    """
    frontier.sort(key=lambda node: -node.prob)
    gold = ledger.event.gold_mask
    needed: dict[Path, Open] = {}
    for forms, closed in ((gold, False), (gold, True), (~gold, False)):
        nodes = [n for n in frontier if n.reach & forms and (closed or not n.accepted)]
        rest = sum(node.prob for node in nodes)
        rest += sum(
            prob
            for (reach, accepted), prob in ledger.open.items()
            if reach & forms and (closed or not accepted)
        )
        for node in nodes:
            if rest <= epsilon:
                break
            needed[node.path] = node
            rest -= node.prob
    return sorted(needed.values(), key=lambda node: -node.prob)

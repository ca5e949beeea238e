"""Which tokens keep a text inside an event's reach: an event's automaton over a whole vocabulary.

The naive way feeds every token's bytes to the automaton. Here the automaton walks the byte trie
of the vocabulary instead, and only where the two still agree; what stands behind a complete form
(a boundary is about 10⁵ tokens) is the same for all forms, and is worked out once a vocabulary.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from misspoke.concepts.boundary import DECIDED, Phase, Tail, read_byte, read_end
from misspoke.concepts.event import DEAD, Event, Item, State
from misspoke.concepts.vocabulary import Vocabulary
from misspoke.records.token_set import TokenSet


@dataclass(frozen=True, slots=True)
class Scan:
    """What each token does to a text in one state of an event.

    `final`: tokens that decide, with the form and whether in the closed variant; form None: out.
    `live`: tokens after which it is open, with the state. `sets`: large sets that decide, less the
    tokens named in `final` and `live`. All other tokens lead out of the event, or, if `otherwise`
    is a form, to that form.
    """

    final: dict[int, tuple[int | None, bool]]
    live: dict[int, State]
    sets: tuple[tuple[TokenSet, int, bool], ...]
    otherwise: int | None

    @property
    def tokens(self) -> tuple[int, ...]:
        """The tokens whose probabilities are needed one by one."""
        return (*self.final, *self.live)


@dataclass(frozen=True, slots=True)
class _TailTable:
    """What each token does behind a complete form; tokens not named lead out of the event."""

    closed: TokenSet
    open: TokenSet
    live: dict[int, Tail]


class Scanner:
    """Scans states of events over one vocabulary; tables and scans are kept."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._tails: dict[Tail, _TailTable] = {}
        self._scans: WeakKeyDictionary[Event, dict[State, Scan]] = WeakKeyDictionary()

    def scan(self, event: Event, state: State) -> Scan:
        """What each token of the vocabulary does to a text in `state`."""
        known = self._scans.setdefault(event, {})
        found = known.get(state)
        if found is None:
            found = known[state] = self._scan(event, state)
        return found

    def _scan(self, event: Event, state: State) -> Scan:
        behind = frozenset(item for item in state if isinstance(item, tuple))
        undecided = [item for item in behind if item[0][0] not in DECIDED]
        otherwise = next((item[1] for item in behind if item[0][0] in DECIDED), None)
        final: dict[int, tuple[int | None, bool]] = {}
        live: dict[int, State] = {}
        sets: tuple[tuple[TokenSet, int, bool], ...] = ()
        alone = len(undecided) == 1
        base: State = behind if alone or not undecided else DEAD
        if alone:
            tail, form = undecided[0]
            table = self._tail(tail)
            sets = ((table.closed, form, form < len(event.gold)), (table.open, form, False))
            for token, tail_after in table.live.items():
                live[token] = event.settle({(tail_after, form), *(behind - {undecided[0]})})
        live.update(self._walk(event, state, base, guided=alone or not undecided))
        if len(undecided) > 1:
            live.update(dict.fromkeys(self.vocabulary.ends.ids.tolist(), event.end(state)))
        for token in [token for token, after in live.items() if event.decided(after)]:
            after = live.pop(token)
            final[token] = (event.accepted(after), event.closed(after))
        return Scan(final, live, sets, otherwise)

    def _walk(
        self, event: Event, state: State, base: State, guided: bool
    ) -> Iterator[tuple[int, State]]:
        """The tokens after which the text stands elsewhere than it would without the trie part."""
        vocabulary = self.vocabulary
        stack = [(b"", 0, len(vocabulary.sorted), state, base, guided)]
        while stack:
            prefix, low, high, at, at_base, by_trie = stack.pop()
            steps = event.outgoing(at) if by_trie else vocabulary.next_bytes(len(prefix), low, high)
            for byte in steps:
                longer = prefix + bytes([byte])
                start, end = vocabulary.narrow(longer, low, high)
                if start == end:
                    continue
                after, after_base = event.step(at, byte), event.step(at_base, byte)
                if after == after_base:
                    continue
                if event.decided(after):
                    for place in range(start, end):
                        yield vocabulary.ids[place], after
                    continue
                place = start
                while place < end and len(vocabulary.sorted[place]) == len(longer):
                    yield vocabulary.ids[place], after
                    place += 1
                if place < end:
                    same = _behind(after) == _behind(after_base)
                    stack.append((longer, place, end, after, after_base, same))

    def _tail(self, tail: Tail) -> _TailTable:
        known = self._tails.get(tail)
        if known is None:
            known = self._tails[tail] = self._read_tail(tail)
        return known

    def _read_tail(self, tail: Tail) -> _TailTable:
        vocabulary = self.vocabulary
        closed: list[int] = []
        opened: list[int] = []
        live: dict[int, Tail] = {}
        decided = {Phase.CLOSED: closed, Phase.OPEN: opened}
        stack = [(0, 0, len(vocabulary.sorted), tail)]
        while stack:
            depth, low, high, at = stack.pop()
            for byte in vocabulary.next_bytes(depth, low, high):
                prefix = vocabulary.sorted[high - 1][:depth] + bytes([byte])
                start, end = vocabulary.narrow(prefix, low, high)
                after = read_byte(at, byte)
                if after is None:
                    continue
                if after[0] in DECIDED:
                    decided[after[0]].extend(vocabulary.ids[start:end])
                    continue
                place = start
                while place < end and len(vocabulary.sorted[place]) == len(prefix):
                    live[vocabulary.ids[place]] = after
                    place += 1
                if place < end:
                    stack.append((len(prefix), place, end, after))
        ending = read_end(tail)
        if ending is not None:
            decided[ending].extend(int(token) for token in vocabulary.ends.ids)
        size = len(vocabulary)
        return _TailTable(TokenSet(closed, size), TokenSet(opened, size), live)


def _behind(state: State) -> frozenset[Item]:
    return frozenset(item for item in state if isinstance(item, tuple))

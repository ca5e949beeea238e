"""The event that everything rests on, as an automaton over bytes (measures.md §1).

*The text, after optional openers, begins with a form and then a boundary.* Forms come in two
classes: gold, and the emitted answer's. A text belongs to gold if any gold form fits, else to the
emitted class if one of its forms does; within a class, to the form whose boundary comes first.

A state is a frozen set of items, each a place that the reading may be in:
an int is a node of the trie over openers and forms, a pair `(tail, form)` stands behind a
complete form. The empty state is dead: nothing that follows can bring the text into the event.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from misspoke.concepts.boundary import ACCEPTED, DECIDED, Phase, Tail, read, read_byte, read_end
from misspoke.concepts.text import OPENER_ARTICLES, OPENER_BLANKS, OPENER_MARKS, needs_boundary

Item = int | tuple[Tail, int]
State = frozenset[Item]

DEAD: State = frozenset()
_ROOT = 0
"""Between openers: the state in which a text begins."""
_ARTICLE = 1
"""Behind an article: a blank leads back to the root."""


@dataclass(slots=True)
class _Node:
    children: dict[int, int] = field(default_factory=dict)
    form: int | None = None
    opener: bool = False
    article: bool = False
    reach: int = 0


class Event:
    """The automaton of a list of gold forms and, if given, of emitted forms.

    Forms are texts without openers. `forms` lists gold first, then emitted; items and masses name
    a form by its place there. Emitted forms that stand among the gold ones are left out.
    """

    def __init__(self, gold: Sequence[str], emitted: Sequence[str] = ()) -> None:
        self.gold = tuple(dict.fromkeys(gold))
        held = set(self.gold)
        self.emitted = tuple(form for form in dict.fromkeys(emitted) if form not in held)
        self.forms = self.gold + self.emitted
        self.gold_mask = (1 << len(self.gold)) - 1
        self._all = (1 << len(self.forms)) - 1
        self._nodes = [_Node(), _Node()]
        self._steps: dict[tuple[State, int], State] = {}
        self._reaches: dict[State, int] = {}
        self._add_openers()
        for index, form in enumerate(self.forms):
            if not self._covered(form, held):
                self._nodes[self._path(_ROOT, form, 1 << index)].form = index
        self.start: State = frozenset({_ROOT})

    def step(self, state: State, byte: int) -> State:
        """The state after one more byte."""
        if not state:
            return state
        known = self._steps.get((state, byte))
        if known is None:
            known = self.settle(self._moves(state, byte))
            self._steps[state, byte] = known
        return known

    def advance(self, state: State, data: bytes) -> State:
        """The state after more bytes."""
        for byte in data:
            if not state or self.decided(state):
                break
            state = self.step(state, byte)
        return state

    def end(self, state: State) -> State:
        """The decided (or dead) state at the end of the text."""
        items: set[Item] = set()
        for item in state:
            if isinstance(item, tuple) and (phase := read_end(item[0])) is not None:
                items.add(((phase, b""), item[1]))
        return self.settle(items)

    def decided(self, state: State) -> bool:
        """Whether nothing that follows can change what the text belongs to."""
        return not state or (len(state) == 1 and _is_decided(next(iter(state))))

    def accepted(self, state: State) -> int | None:
        """The form that the text is known to belong to; None while it is open, or dead."""
        if len(state) != 1:
            return None
        item = next(iter(state))
        return item[1] if isinstance(item, tuple) and item[0][0] in ACCEPTED else None

    def closed(self, state: State) -> bool:
        """Whether the text is known to lie in the closed variant."""
        return len(state) == 1 and _phase(next(iter(state))) is Phase.CLOSED

    def reach(self, state: State) -> int:
        """The forms, as a bit mask, that the text may still come to belong to."""
        mask = self._reaches.get(state)
        if mask is None:
            mask = 0
            for item in state:
                mask |= self._reach(item)
            self._reaches[state] = mask
        return mask

    def holds(self, text: str) -> int | None:
        """The form that a whole text belongs to, or None: the event, read character by character."""
        return self.accepted(self.end(self.advance(self.start, text.encode())))

    def at_root(self, state: State) -> bool:
        """Whether only openers have been read."""
        return _ROOT in state or _ARTICLE in state

    def outgoing(self, state: State) -> set[int]:
        """The bytes with which the trie part of a state goes on."""
        found: set[int] = set()
        for item in state:
            if isinstance(item, int):
                found.update(self._nodes[item].children)
        return found

    def _reach(self, item: Item) -> int:
        if isinstance(item, tuple):
            return 1 << item[1]
        return self._all if item in (_ROOT, _ARTICLE) else self._nodes[item].reach

    def _moves(self, state: State, byte: int) -> set[Item]:
        items: set[Item] = set()
        for item in state:
            if isinstance(item, tuple):
                tail = read_byte(item[0], byte)
                if tail is not None:
                    items.add((tail, item[1]))
            elif (child := self._nodes[item].children.get(byte)) is not None:
                items.update(self._arrive(child))
        return items

    def _arrive(self, index: int) -> Iterable[Item]:
        node = self._nodes[index]
        if node.children:
            yield index
        if node.opener:
            yield _ROOT
        if node.article:
            yield _ARTICLE
        if node.form is not None:
            yield ((_first_phase(self.forms[node.form]), b""), node.form)

    def settle(self, items: set[Item]) -> State:
        """Drops what can no longer matter: gold before emitted, the first boundary before later."""
        won = [i for i in items if isinstance(i, tuple) and i[0][0] in ACCEPTED]
        if not won:
            return frozenset(items)
        gold = [i for i in won if i[1] < len(self.gold)]
        if gold:
            return frozenset({min(gold, key=self._shortest)})
        rivals = {i for i in items if self._reach(i) & self.gold_mask}
        form = min(won, key=self._shortest)[1]
        return frozenset(rivals | {((Phase.OPEN, b""), form)})

    def _shortest(self, item: Item) -> tuple[int, int]:
        form = item[1] if isinstance(item, tuple) else 0
        return len(self.forms[form]), form

    def _add_openers(self) -> None:
        for mark in (*OPENER_BLANKS, *OPENER_MARKS):
            self._nodes[self._path(_ROOT, mark, self._all)].opener = True
        for blank in OPENER_BLANKS:
            self._nodes[self._path(_ARTICLE, blank, self._all)].opener = True
        for article in OPENER_ARTICLES:
            for spelling in {article, article.capitalize(), article.upper()}:
                self._nodes[self._path(_ROOT, spelling, self._all)].article = True

    def _covered(self, form: str, gold: set[str]) -> bool:
        """Whether every text that begins with `form` lies in the event of a shorter gold form."""
        for length in range(1, len(form)):
            if form[:length] in gold:
                phase: Phase | None = _first_phase(form[:length])
                for char in form[length:]:
                    phase = None if phase is None else read(phase, char)
                if phase is Phase.DOT or phase in ACCEPTED:
                    return True
        return False

    def _path(self, root: int, text: str, reach: int) -> int:
        at = root
        for byte in text.encode():
            child = self._nodes[at].children.get(byte)
            if child is None:
                child = len(self._nodes)
                self._nodes.append(_Node())
                self._nodes[at].children[byte] = child
            at = child
            self._nodes[at].reach |= reach
        return at


def _first_phase(form: str) -> Phase:
    """Where the reading stands when `form` is complete: some scripts need no boundary."""
    return Phase.BOUNDARY if needs_boundary(form) else Phase.CLOSING


def _phase(item: Item) -> Phase | None:
    return item[0][0] if isinstance(item, tuple) else None


def _is_decided(item: Item) -> bool:
    return _phase(item) in DECIDED

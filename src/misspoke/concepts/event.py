"""The event that everything rests on, as an automaton over bytes (docs/measures.md).

*The text, after optional openers, begins with a form and then a boundary.* Forms come in two
classes: gold, and the emitted answer's. A text belongs to gold if any gold form fits, else to the
emitted class if one of its forms does; within a class, to the form whose boundary comes first.

A state is a frozen set of items, each a place that the reading may be in:
an int is a node of the trie over openers and forms, a pair `(tail, form)` stands behind a
complete form. The empty state is dead: nothing that follows can bring the text into the event.
A pair with a decided tail is the *mark* of the form that the text belongs to; what stands beside a
gold mark can only bring the text into the closed variant, what stands beside an emitted mark can
still claim it for gold.
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
_OPEN_MARK: Tail = (Phase.OPEN, b"")
_COVERING = frozenset({Phase.DOT, Phase.CLOSING, Phase.CLOSING_DOT, Phase.CLOSED})


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
        return not state or (len(state) == 1 and _mark(state) is not None)

    def accepted(self, state: State) -> int | None:
        """The form that the text is known to belong to; None while it is open, or dead."""
        mark = _mark(state)
        if mark is None or (mark >= len(self.gold) and len(state) > 1):
            return None
        return mark

    def closed(self, state: State) -> bool:
        """Whether the text is known to lie in the closed variant."""
        return any(isinstance(item, tuple) and item[0][0] is Phase.CLOSED for item in state)

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
        """The form that a whole text belongs to, or None."""
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
        """Marks the form that a boundary was seen for, and drops what can no longer matter."""
        tails = [item for item in items if isinstance(item, tuple)]
        won = [form for tail, form in tails if tail[0] in ACCEPTED]
        if not won:
            return frozenset(items)
        rivals = {i for i in items if self._reach(i) & self.gold_mask and not _is_decided(i)}
        gold = [form for form in won if form < len(self.gold)]
        if not gold:
            return frozenset(rivals | {_marked(self._label(tails, won), Phase.OPEN)})
        label = self._label(tails, gold)
        if any(tail[0] is Phase.CLOSED for tail, form in tails if form < len(self.gold)):
            return frozenset({_marked(label, Phase.CLOSED)})
        return frozenset(rivals | {_marked(label, Phase.OPEN)})

    def _label(self, tails: Sequence[tuple[Tail, int]], won: Sequence[int]) -> int:
        """The form that was marked before; else the shortest."""
        before = [form for tail, form in tails if tail == _OPEN_MARK and form in won]
        return min(before or won, key=lambda form: (len(self.forms[form]), form))

    def _add_openers(self) -> None:
        for mark in (*OPENER_BLANKS, *OPENER_MARKS):
            self._nodes[self._path(_ROOT, mark, self._all)].opener = True
        for blank in OPENER_BLANKS:
            self._nodes[self._path(_ARTICLE, blank, self._all)].opener = True
        for article in OPENER_ARTICLES:
            for spelling in {article, article.capitalize(), article.upper()}:
                self._nodes[self._path(_ROOT, spelling, self._all)].article = True

    def _covered(self, form: str, gold: set[str]) -> bool:
        """Whether a shorter gold form holds all that `form` does, as "St" holds "St."."""
        for length in range(1, len(form)):
            if form[:length] in gold:
                phase: Phase | None = _first_phase(form[:length])
                for char in form[length:]:
                    phase = None if phase is None else read(phase, char)
                if phase in _COVERING:
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


def _marked(form: int, phase: Phase) -> Item:
    return ((phase, b""), form)


def _mark(state: State) -> int | None:
    """The form that a state's mark names, if it has one."""
    for item in state:
        if isinstance(item, tuple) and _is_decided(item):
            return item[1]
    return None


def _is_decided(item: Item) -> bool:
    return isinstance(item, tuple) and item[0][0] in DECIDED

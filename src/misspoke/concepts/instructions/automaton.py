"""A rule over bytes and over a whole vocabulary: which tokens doom a reply, which settle it.

Characters that a rule reads alike are one column of the automaton's table, [states, columns],
which is filled where it is needed; then all tokens of a vocabulary are read at once, character by
character.
"""

from collections.abc import Hashable
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from misspoke.concepts.instructions.characters import Spelling, spelling
from misspoke.concepts.instructions.rule import Rule, traits
from misspoke.concepts.text import NEWLINES
from misspoke.concepts.utf8 import read_utf8
from misspoke.concepts.vocabulary import Vocabulary
from misspoke.records.token_set import TokenSet

DOOMED = 0
SETTLED = 1
START = 2
_UNKNOWN = -1
_UNREADABLE = "\ufffd"


class _Place(NamedTuple):
    begun: bool
    """Whether anything but blanks was read."""
    at: Hashable
    pending: bytes
    """The bytes of a character that is not complete."""


class Fates(NamedTuple):
    """The tokens that decide, behind one state: after all others both may still come."""

    violating: TokenSet
    """No compliant reply begins so."""
    settling: TokenSet
    """Every reply that begins so complies."""


class Automaton:
    """A rule as a table; a state is a number.

    Blanks in front of a reply and behind it do not count, and an empty reply does nothing that is
    asked. With `one_line` a newline ends the reply, as in a transcript. `doomed` and `settled` are
    exact between characters; within one that is not complete, they are those before it.
    """

    def __init__(self, rule: Rule, *, one_line: bool = False) -> None:
        self._rule = rule
        self._one_line = one_line
        self._apart = frozenset(rule.alphabet) | frozenset(NEWLINES)
        start = _Place(False, rule.start, b"")
        self._places = [start, start, start]  # nobody asks for the places of the decided states
        self._numbers = {start: START}
        self._columns: dict[Hashable, int] = {}
        self._samples: list[str] = []
        self._table = np.full((64, 32), _UNKNOWN, dtype=np.int32)
        self._table[DOOMED], self._table[SETTLED] = DOOMED, SETTLED
        self._known: WeakKeyDictionary[Vocabulary, npt.NDArray[np.int32]] = WeakKeyDictionary()
        self._fates: WeakKeyDictionary[Vocabulary, dict[int, Fates]] = WeakKeyDictionary()
        self._sets: WeakKeyDictionary[Vocabulary, dict[bytes, TokenSet]] = WeakKeyDictionary()

    @property
    def start(self) -> int:
        """The state before a reply."""
        return START

    def advance(self, state: int, data: bytes) -> int:
        """The state after more bytes."""
        for byte in data:
            if state in (DOOMED, SETTLED):
                break
            state = self._step(state, byte)
        return state

    def doomed(self, state: int) -> bool:
        """Whether no compliant reply begins so."""
        return state == DOOMED

    def settled(self, state: int) -> bool:
        """Whether every reply that begins so complies."""
        return state == SETTLED

    def may_end(self, state: int) -> bool:
        """Whether the reply complies if it ends here."""
        state = self._whole(state)
        if state in (DOOMED, SETTLED):
            return state == SETTLED
        place = self._places[state]
        return place.begun and self._rule.may_end(place.at)

    def fates(self, state: int, vocabulary: Vocabulary) -> Fates:
        """The tokens that decide behind a state; those of a vocabulary that end the text do."""
        known = self._fates.setdefault(vocabulary, {})
        if state not in known:
            after = self._read_tokens(state, vocabulary)
            after[vocabulary.ends.ids] = SETTLED if self.may_end(state) else DOOMED
            known[state] = Fates(
                self._set(vocabulary, after == DOOMED), self._set(vocabulary, after == SETTLED)
            )
        return known[state]

    def violating(self, state: int, vocabulary: Vocabulary) -> TokenSet:
        """The tokens after which no compliant reply exists; ends where the reply may not end."""
        return self.fates(state, vocabulary).violating

    def settling(self, state: int, vocabulary: Vocabulary) -> TokenSet:
        """The tokens after which every reply complies; ends where the reply may end."""
        return self.fates(state, vocabulary).settling

    def _step(self, state: int, byte: int) -> int:
        place = self._places[state]
        chars, pending = read_utf8(place.pending, byte)
        at = self._number(place._replace(pending=b""))
        for char in chars:
            at = self._read(at, self._column(char))
        if not pending or at in (DOOMED, SETTLED):
            return at
        return self._number(self._places[at]._replace(pending=pending))

    def _whole(self, state: int) -> int:
        """The state where the character that is not complete will not be completed."""
        place = self._places[state]
        if not place.pending:
            return state
        return self._read(self._number(place._replace(pending=b"")), self._column(_UNREADABLE))

    def _read(self, state: int, column: int) -> int:
        """The state after one more character, of one that is between characters."""
        after = int(self._table[state, column])
        if after == _UNKNOWN:
            after = self._number(self._after(self._places[state], self._samples[column]))
            self._table[state, column] = after
        return after

    def _after(self, place: _Place, char: str) -> _Place | int:
        if self._one_line and char in NEWLINES:
            return SETTLED if place.begun and self._rule.may_end(place.at) else DOOMED
        if not place.begun and char.isspace():
            return place
        at = self._rule.read(place.at, char)
        if self._rule.doomed(at):
            return DOOMED
        return SETTLED if self._rule.settled(at) else _Place(True, at, b"")

    def _number(self, place: _Place | int) -> int:
        if isinstance(place, int):
            return place
        number = self._numbers.get(place)
        if number is None:
            number = self._numbers[place] = len(self._places)
            self._places.append(place)
            if number == len(self._table):
                self._table = _grown(self._table, axis=0)
        return number

    def _column(self, char: str) -> int:
        """The column of the characters that the rule reads as this one."""
        apart = not self._apart.isdisjoint(char.casefold())
        key = char if apart else traits(char)
        column = self._columns.get(key)
        if column is None:
            column = self._columns[key] = len(self._samples)
            self._samples.append(char)
            if column == self._table.shape[1]:
                self._table = _grown(self._table, axis=1)
                self._table[DOOMED], self._table[SETTLED] = DOOMED, SETTLED
        return column

    def _read_tokens(self, state: int, vocabulary: Vocabulary) -> npt.NDArray[np.int32]:
        """The state after each token, [vocabulary]; any after those that end the text."""
        spelled = spelling(vocabulary)
        columns = self._columns_of(vocabulary, spelled)
        at = np.full(len(vocabulary), self._whole(state), dtype=np.int32)
        for ids, chars in spelled.places:
            at[ids] = self._read_all(at[ids], columns[chars])
        if self._places[state].pending:
            for token in spelled.odd:
                at[token] = self.advance(state, vocabulary.token_bytes[token] or b"")
        return at

    def _columns_of(self, vocabulary: Vocabulary, spelled: Spelling) -> npt.NDArray[np.int32]:
        known = self._known.get(vocabulary)
        if known is None:
            columns = [self._column(char) for char in spelled.chars]
            known = self._known[vocabulary] = np.array(columns, dtype=np.int32)
        return known

    def _read_all(
        self, states: npt.NDArray[np.int32], columns: npt.NDArray[np.int32]
    ) -> npt.NDArray[np.int32]:
        after = self._table[states, columns]
        unknown = after == _UNKNOWN
        if unknown.any():
            width = len(self._samples)
            pairs = np.bincount(states[unknown] * width + columns[unknown])
            for pair in np.flatnonzero(pairs).tolist():
                self._read(*divmod(pair, width))
            after = self._table[states, columns]
        return after

    def _set(self, vocabulary: Vocabulary, mask: npt.NDArray[np.bool_]) -> TokenSet:
        """The same set for the same tokens, whatever the state: backends keep its mask."""
        known = self._sets.setdefault(vocabulary, {})
        key = np.packbits(mask).tobytes()
        if key not in known:
            known[key] = TokenSet(np.flatnonzero(mask).tolist(), len(vocabulary))
        return known[key]


def _grown(table: npt.NDArray[np.int32], axis: int) -> npt.NDArray[np.int32]:
    return np.concatenate([table, np.full_like(table, _UNKNOWN)], axis=axis)

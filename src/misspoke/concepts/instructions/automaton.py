"""A rule over bytes and over a whole vocabulary: which tokens doom a reply, which settle it.

The automaton's table, [states, 256], is filled where it is needed; then all tokens of a vocabulary
are read at once, byte by byte.
"""

from collections.abc import Hashable
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from misspoke.concepts.instructions.rule import Rule
from misspoke.concepts.text import NEWLINES
from misspoke.concepts.utf8 import read_utf8
from misspoke.concepts.vocabulary import Vocabulary
from misspoke.records.token_set import TokenSet

DOOMED = 0
SETTLED = 1
START = 2
_UNKNOWN = -1


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
    """A rule as a table over bytes; a state is a number.

    Blanks in front of a reply and behind it do not count, and an empty reply does nothing that is
    asked. With `one_line` a newline ends the reply, as in a transcript. `doomed` and `settled` are
    exact between characters; within one that is not complete, they are those before it.
    """

    def __init__(self, rule: Rule, *, one_line: bool = False) -> None:
        self._rule = rule
        self._one_line = one_line
        nowhere = _Place(True, None, b"")
        self._places = [nowhere, nowhere, _Place(False, rule.start, b"")]
        self._numbers = {self._places[START]: START}
        self._table = np.full((64, 256), _UNKNOWN, dtype=np.int32)
        self._table[DOOMED], self._table[SETTLED] = DOOMED, SETTLED
        self._fates: WeakKeyDictionary[Vocabulary, dict[int, Fates]] = WeakKeyDictionary()
        self._sets: WeakKeyDictionary[Vocabulary, dict[bytes, TokenSet]] = WeakKeyDictionary()

    @property
    def start(self) -> int:
        """The state before a reply."""
        return START

    def step(self, state: int, byte: int) -> int:
        """The state after one more byte."""
        after = int(self._table[state, byte])
        if after == _UNKNOWN:
            after = self._number(self._after(self._places[state], byte))
            self._table[state, byte] = after
        return after

    def advance(self, state: int, data: bytes) -> int:
        """The state after more bytes."""
        for byte in data:
            if state in (DOOMED, SETTLED):
                break
            state = self.step(state, byte)
        return state

    def doomed(self, state: int) -> bool:
        """Whether no compliant reply begins so."""
        return state == DOOMED

    def settled(self, state: int) -> bool:
        """Whether every reply that begins so complies."""
        return state == SETTLED

    def may_end(self, state: int) -> bool:
        """Whether the reply complies if it ends here."""
        if state in (DOOMED, SETTLED):
            return state == SETTLED
        begun, at, pending = self._places[state]
        if pending:
            at = self._rule.read(at, "\ufffd")
            return self._rule.settled(at) or self._rule.may_end(at)
        return begun and self._rule.may_end(at)

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

    def _after(self, place: _Place, byte: int) -> _Place | int:
        begun, at, pending = place
        chars, pending = read_utf8(pending, byte)
        for char in chars:
            if self._one_line and char in NEWLINES:
                return SETTLED if begun and self._rule.may_end(at) else DOOMED
            if not begun and char.isspace():
                continue
            begun, at = True, self._rule.read(at, char)
            if self._rule.doomed(at):
                return DOOMED
            if self._rule.settled(at):
                return SETTLED
        return _Place(begun, at, pending)

    def _number(self, place: _Place | int) -> int:
        if isinstance(place, int):
            return place
        number = self._numbers.get(place)
        if number is None:
            number = self._numbers[place] = len(self._places)
            self._places.append(place)
            if number == len(self._table):
                more = np.full_like(self._table, _UNKNOWN)
                self._table = np.concatenate([self._table, more])
        return number

    def _read_tokens(self, state: int, vocabulary: Vocabulary) -> npt.NDArray[np.int32]:
        """The state after each token, [vocabulary]; `state` after those that end the text."""
        spelled = _spelled(vocabulary)
        at = np.full(len(vocabulary), state, dtype=np.int32)
        for ids, values in spelled:
            before = at[ids]
            after = self._table[before, values]
            unknown = after == _UNKNOWN
            if unknown.any():
                pairs = np.unique(before[unknown].astype(np.int64) * 256 + values[unknown])
                for pair in pairs.tolist():
                    self.step(*divmod(pair, 256))
                after = self._table[before, values]
            at[ids] = after
        return at

    def _set(self, vocabulary: Vocabulary, mask: npt.NDArray[np.bool_]) -> TokenSet:
        """The same set for the same tokens, whatever the state: backends keep its mask."""
        known = self._sets.setdefault(vocabulary, {})
        key = np.packbits(mask).tobytes()
        if key not in known:
            known[key] = TokenSet(np.flatnonzero(mask).tolist(), len(vocabulary))
        return known[key]


_Spelled = list[tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]]
_SPELLED: WeakKeyDictionary[Vocabulary, _Spelled] = WeakKeyDictionary()


def _spelled(vocabulary: Vocabulary) -> _Spelled:
    """For each position, the tokens that have a byte there, and the bytes."""
    known = _SPELLED.get(vocabulary)
    if known is None:
        pieces = [piece or b"" for piece in vocabulary.token_bytes]
        lengths = np.array([len(piece) for piece in pieces], dtype=np.int64)
        starts = np.cumsum(lengths) - lengths
        data = np.frombuffer(b"".join(pieces), dtype=np.uint8)
        known = []
        for place in range(int(lengths.max(initial=0))):
            ids = np.flatnonzero(lengths > place)
            known.append((ids, data[starts[ids] + place]))
        _SPELLED[vocabulary] = known
    return known

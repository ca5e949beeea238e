"""Rules about characters and phrases: which may stand, and what begins and ends a reply."""

from collections.abc import Callable
from typing import NamedTuple

from misspoke.concepts.instructions.rule import Finder, Rule
from misspoke.concepts.text import is_word_char


class _Seen(NamedTuple):
    bad: bool
    good: bool


class Characters(Rule):
    """No character is `bad`, and at least one is `good`."""

    start = _Seen(False, False)

    def __init__(
        self, bad: Callable[[str], bool], good: Callable[[str], bool], alphabet: str = ""
    ) -> None:
        self._bad, self._good = bad, good
        self.alphabet = alphabet.casefold()

    def read(self, at: _Seen, char: str) -> _Seen:
        """A place says what has been seen."""
        return _Seen(self._bad(char), at.good or self._good(char))

    def may_end(self, at: _Seen) -> bool:
        """Once a good one stands there."""
        return at.good and not at.bad

    def doomed(self, at: _Seen) -> bool:
        """With the first bad one."""
        return at.bad


class Begins(Rule):
    """The reply begins with a phrase; where that ends in a letter, the word ends there too."""

    start = 0

    def __init__(self, phrase: str) -> None:
        self._phrase = phrase
        self.alphabet = phrase.casefold()
        self._word = is_word_char(phrase[-1])
        self._settled = len(phrase) + self._word

    def read(self, at: int, char: str) -> int:
        """A place counts the characters of the phrase; -1 is doomed."""
        if at == len(self._phrase):
            return -1 if is_word_char(char) else at + 1
        return at + 1 if char == self._phrase[at] else -1

    def may_end(self, at: int) -> bool:
        """Once the phrase stands there."""
        return at >= len(self._phrase)

    def doomed(self, at: int) -> bool:
        """With the first other character."""
        return at < 0

    def settled(self, at: int) -> bool:
        """Once the phrase has ended."""
        return at == self._settled


class Holds(Rule):
    """A phrase stands somewhere in the reply."""

    start = 0

    def __init__(self, phrase: str) -> None:
        self._finder = Finder(phrase)
        self.alphabet = phrase.casefold()

    def read(self, at: int, char: str) -> int:
        """A place is the finder's."""
        return self._finder.read(at, char)

    def may_end(self, at: int) -> bool:
        """Once the phrase stands there."""
        return self.settled(at)

    def doomed(self, at: int) -> bool:  # noqa: ARG002
        """Never: the phrase may still come."""
        return False

    def settled(self, at: int) -> bool:
        """Once the phrase stands there."""
        return at == len(self._finder.phrase)


class _Inside(NamedTuple):
    opened: int
    """Characters of the opening phrase that were read; -1 is doomed."""
    found: int = 0
    """The place of the finder of the closing phrase."""
    filled: int = 0
    """Characters read behind the opening phrase that are no blanks, as far as they matter."""
    closed: bool = False
    """Whether the closing phrase stands last, behind something else."""


class Wrapped(Rule):
    """The reply begins with `opening`, ends with `closing`, and between them is no mere blank."""

    def __init__(self, opening: str, closing: str) -> None:
        self.start = _Inside(0)
        self._opening = opening
        self._finder = Finder(closing)
        self.alphabet = (opening + closing).casefold()
        self._needed = 1 + sum(not char.isspace() for char in closing)

    def read(self, at: _Inside, char: str) -> _Inside:
        """First the opening, then the finder of the closing."""
        if at.opened < len(self._opening):
            return _Inside(at.opened + 1 if char == self._opening[at.opened] else -1)
        found = self._finder.read(at.found, char)
        blank = char.isspace()
        filled = min(at.filled + (not blank), self._needed)
        whole = found == len(self._finder.phrase) and filled == self._needed
        return _Inside(at.opened, found, filled, whole or (at.closed and blank))

    def may_end(self, at: _Inside) -> bool:
        """Where the closing phrase stands last."""
        return at.closed

    def doomed(self, at: _Inside) -> bool:
        """With the first character that does not open it."""
        return at.opened < 0

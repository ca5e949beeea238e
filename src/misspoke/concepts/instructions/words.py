"""Rules about words, sentences and their number."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from misspoke.concepts.instructions.rule import Rule
from misspoke.concepts.text import is_word_char

SENTENCE_ENDS = ".!?"


class _Reading(NamedTuple):
    word: str | None
    """The word so far, where it begins a word that matters; None for any other."""
    wanted: int
    """Wanted words that were read, as far as they matter."""
    bad: bool
    told: bool
    """Whether one of them was telling."""


class Words(Rule):
    """No word is one of `unwanted`, and at least `times` of them are of `wanted`.

    Of these one at least is `telling`, where such are given; they are among the wanted. A word is a
    run of letters, digits and combining marks; case does not matter.
    """

    def __init__(
        self,
        wanted: Iterable[str],
        times: int,
        unwanted: Iterable[str],
        telling: Collection[str] = (),
    ) -> None:
        self._wanted = frozenset(word.casefold() for word in wanted)
        self._unwanted = frozenset(word.casefold() for word in unwanted)
        self._times = times
        self._telling = frozenset(word.casefold() for word in telling)
        self.start = _Reading("", 0, False, not telling)
        self.alphabet = frozenset("".join(self._wanted | self._unwanted))
        self._beginnings = {
            word[:end] for word in self._wanted | self._unwanted for end in range(1, len(word) + 1)
        }

    def read(self, at: _Reading, char: str) -> _Reading:
        """A word is judged when it is over."""
        if not is_word_char(char):
            return self._over(at)
        if at.word is None:
            return at
        word = at.word + char.casefold()
        return at._replace(word=word if word in self._beginnings else None)

    def may_end(self, at: _Reading) -> bool:
        """Where the word that was begun may be over."""
        over = self._over(at)
        return not over.bad and over.told and over.wanted >= self._times

    def doomed(self, at: _Reading) -> bool:
        """Once an unwanted word is over."""
        return at.bad

    def settled(self, at: _Reading) -> bool:
        """Once the wanted words are over, where no word is unwanted."""
        return not self._unwanted and at.told and at.wanted >= self._times

    def _over(self, at: _Reading) -> _Reading:
        wanted = min(self._times, at.wanted + (at.word in self._wanted))
        return _Reading("", wanted, at.word in self._unwanted, at.told or at.word in self._telling)


class _Counted(NamedTuple):
    words: int
    inside: bool


class AtMost(Rule):
    """At most so many words, which are what blanks separate."""

    start = _Counted(0, False)

    def __init__(self, most: int) -> None:
        self._most = most

    def read(self, at: _Counted, char: str) -> _Counted:
        """Counts a word with its first character."""
        if char.isspace():
            return _Counted(at.words, False)
        return _Counted(at.words + (not at.inside), True)

    def may_end(self, at: _Counted) -> bool:
        """As long as they are few enough."""
        return not self.doomed(at)

    def doomed(self, at: _Counted) -> bool:
        """With the first word too many."""
        return at.words > self._most


class _Sentence(NamedTuple):
    marked: bool
    """Whether a mark that ends sentences stands last, blanks left aside."""
    blank: bool
    """Whether a blank does."""
    bad: bool


class OneSentence(Rule):
    """A mark of `SENTENCE_ENDS` stands last, and none stands before a blank within."""

    start = _Sentence(False, False, False)
    alphabet = SENTENCE_ENDS

    def read(self, at: _Sentence, char: str) -> _Sentence:
        """What follows a mark and a blank is another sentence."""
        if char.isspace():
            return _Sentence(at.marked, True, False)
        return _Sentence(char in SENTENCE_ENDS, False, at.marked and at.blank)

    def may_end(self, at: _Sentence) -> bool:
        """Behind a mark."""
        return at.marked and not at.bad

    def doomed(self, at: _Sentence) -> bool:
        """With the first character of another sentence."""
        return at.bad


class _Initial(NamedTuple):
    awaited: bool
    """Whether the word's first letter is still to come."""
    bad: bool


class Initials(Rule):
    """The first letter of every word is no small one; words are what blanks separate."""

    start = _Initial(True, False)

    def read(self, at: _Initial, char: str) -> _Initial:
        """The first letter decides a word."""
        if char.isspace():
            return self.start
        if at.awaited and char.isalpha():
            return _Initial(False, char.islower())
        return at

    def may_end(self, at: _Initial) -> bool:
        """Anywhere."""
        return not at.bad

    def doomed(self, at: _Initial) -> bool:
        """With the first small initial."""
        return at.bad

"""What an instruction asks of a reply's text, read character by character."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable
from typing import Any

from misspoke.concepts.text import is_word_char


class Rule(ABC):
    """An automaton over the characters of a reply, from its first that is no blank on.

    A place is where the reading stands. `doomed` and `settled` are exact: no reply, or every
    reply, that begins with what was read does what is asked.
    """

    start: Hashable
    alphabet: Collection[str] = ()
    """The characters, in small letters, that are told apart; all others that have the same
    `traits` are read alike."""

    @abstractmethod
    def read(self, at: Any, char: str) -> Hashable:
        """The place after one more character, of a place that is neither doomed nor settled."""

    @abstractmethod
    def may_end(self, at: Any) -> bool:
        """Whether the reply does what is asked if it ends here, blanks behind it left aside."""

    @abstractmethod
    def doomed(self, at: Any) -> bool:
        """Whether nothing that follows can make the reply do what is asked."""

    def settled(self, at: Any) -> bool:  # noqa: ARG002
        """Whether the reply does what is asked whatever follows."""
        return False


def traits(char: str) -> Hashable:
    """What rules ask of characters, beside which one it is."""
    return (
        char.isspace(),
        char.isupper(),
        char.islower(),
        char.isalpha(),
        is_word_char(char),
        char < " ",
    )


class Finder:
    """Where in a text a phrase stands complete (Knuth, Morris & Pratt 1977)."""

    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        self._back = [0] * (len(phrase) + 1)
        for end in range(2, len(phrase) + 1):
            self._back[end] = self.read(self._back[end - 1], phrase[end - 1])

    def read(self, at: int, char: str) -> int:
        """The length of the longest beginning of the phrase that the text now ends with."""
        while at and (at == len(self.phrase) or self.phrase[at] != char):
            at = self._back[at]
        return at + 1 if self.phrase[at] == char else 0

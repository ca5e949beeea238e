"""Equivalence of answers by rules alone: two answers are one if they are spellings of each other.

Everything rests on `key`: answers are equivalent exactly if their keys are equal, so that the
relation is reflexive, symmetric and transitive by construction, and every surface form of an
answer has its key.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from misspoke.concepts.abbreviations import CASED
from misspoke.concepts.folding import pieces
from misspoke.concepts.text import canonical, canonical_of_pieces, tidy

_FUNCTION_WORDS = """
    all and any are but can did for had has her him his how its may nor not now off our out own
    she the too was who why you
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words of three letters that an answer in capitals ("Who", "May") must not be mistaken for."""


def case_matters(word: str) -> bool:
    """Whether a one-word answer means something else in another case.

    True of capitals in one or two letters or digits (the symbols Na, Co and CO, K, He, which are
    also words), of capitals after the first of three (H2O, WHO), and of capitalised function words.
    """
    folded = word.casefold()
    if word == folded or len(word) > 3:
        return False
    return len(word) <= 2 or word[1:] != word[1:].lower() or folded in FUNCTION_WORDS


@lru_cache(maxsize=16384)
def key(text: str) -> str:
    """Give the key of an answer: equal keys, one answer.

    It is the canonical text, except for symbols, whose case is kept: the keys of "Co", "CO" and
    "co" differ. It is idempotent.
    """
    plain = pieces(tidy(text))
    wording = canonical_of_pieces(plain, text)
    if len(plain) == 1:
        symbol = plain[0]
        if case_matters(symbol) and symbol not in CASED and wording == symbol.casefold():
            return symbol
    return wording


def equivalent(a: str, b: str) -> bool:
    """Whether two answers are spellings of one answer, by rules alone."""
    return key(a) == key(b)


class Classes:
    """Classes of answers under the joining rule, as answers come in.

    A string joins the first class all of whose members are equivalent to it, and otherwise opens
    the next one. Classes are never rearranged: under a predicate that is not transitive no chains
    form.
    """

    def __init__(self, equivalent: Callable[[str, str], bool] = equivalent) -> None:
        self.members: list[list[str]] = []
        self._equivalent = equivalent

    def join(self, string: str) -> int:
        """The index of the class that a string joins."""
        for index, others in enumerate(self.members):
            if all(self._equivalent(string, other) for other in others):
                others.append(string)
                return index
        self.members.append([string])
        return len(self.members) - 1


def classes(
    strings: Sequence[str], equivalent: Callable[[str, str], bool] = equivalent
) -> list[int]:
    """Give each string, in the order given (of falling probability), the index of its class."""
    joined = Classes(equivalent)
    return [joined.join(string) for string in strings]


def token_f1(a: str, b: str) -> float:
    """Give the F1 of two answers' canonical words, as bags: 2 · shared / (words of a + of b).

    It lies in [0, 1]; it is 0 where either answer has no words.
    """
    left, right = canonical(a).split(), canonical(b).split()
    remaining = list(right)
    shared = 0
    for word in left:
        if word in remaining:
            remaining.remove(word)
            shared += 1
    return 2 * shared / (len(left) + len(right)) if shared else 0.0


def contains(a: str, b: str) -> bool:
    """Whether the canonical words of `b` stand as one run in those of `a`."""
    inner = canonical(b)
    return bool(inner) and f" {inner} " in f" {canonical(a)} "


def near(a: str, b: str) -> bool:
    """Whether two answers are so alike that their judgement should be audited by hand."""
    return token_f1(a, b) >= 0.5 or contains(a, b) or contains(b, a)

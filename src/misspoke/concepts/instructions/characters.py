"""A vocabulary's tokens as characters, so that all of them can be read at once."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from misspoke.concepts.utf8 import read_utf8
from misspoke.concepts.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Spelling:
    """What a vocabulary's tokens write."""

    chars: tuple[str, ...]
    """Every character that stands in a token."""
    places: tuple[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]], ...]
    """For each place in a token: the tokens that have a character there, and its index."""
    odd: tuple[int, ...]
    """The tokens that are no whole characters: `places` has them as they read between characters,
    without one that they leave incomplete."""


_KNOWN: WeakKeyDictionary[Vocabulary, Spelling] = WeakKeyDictionary()


def spelling(vocabulary: Vocabulary) -> Spelling:
    """The spelling of a vocabulary; worked out once."""
    known = _KNOWN.get(vocabulary)
    if known is None:
        known = _KNOWN[vocabulary] = _read(vocabulary)
    return known


def _read(vocabulary: Vocabulary) -> Spelling:
    texts: list[str] = []
    odd: list[int] = []
    for token, data in enumerate(vocabulary.token_bytes):
        try:
            texts.append((data or b"").decode())
        except UnicodeDecodeError:
            texts.append(_whole(data or b""))
            odd.append(token)
    chars = tuple(sorted(set("".join(texts))))
    index = {char: number for number, char in enumerate(chars)}
    numbers = np.array([index[char] for text in texts for char in text], dtype=np.int32)
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    places = []
    for place in range(int(lengths.max(initial=0))):
        ids = np.flatnonzero(lengths > place)
        places.append((ids.astype(np.int32), numbers[starts[ids] + place]))
    return Spelling(chars, tuple(places), tuple(odd))


def _whole(data: bytes) -> str:
    text, pending = "", b""
    for byte in data:
        chars, pending = read_utf8(pending, byte)
        text += chars
    return text

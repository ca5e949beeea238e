"""The byte trie over a vocabulary, as a sorted list: a prefix is a range, a child a part of it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from misspoke.records.token_set import TokenSet


class Vocabulary:
    """Every token's bytes, in byte order; tokens without bytes end the text.

    `token_bytes[i]` is token i's bytes, or None (or b"") for a token that ends the text.
    """

    def __init__(self, token_bytes: Sequence[bytes | None]) -> None:
        self.token_bytes = tuple(token_bytes)
        self.ends = TokenSet([i for i, b in enumerate(token_bytes) if not b], len(token_bytes))
        order = sorted((b, i) for i, b in enumerate(token_bytes) if b)
        self.sorted = [b for b, _ in order]
        self.ids = [i for _, i in order]

    def __len__(self) -> int:
        return len(self.token_bytes)

    def narrow(self, prefix: bytes, low: int, high: int) -> tuple[int, int]:
        """The part of the range [low, high) whose tokens begin with `prefix`."""
        start = bisect_left(self.sorted, prefix, low, high)
        if start == high or not self.sorted[start].startswith(prefix):
            return start, start
        after = _successor(prefix)
        end = high if after is None else bisect_left(self.sorted, after, start, high)
        return start, end

    def next_bytes(self, depth: int, low: int, high: int) -> Iterator[int]:
        """The distinct bytes at `depth` in a range whose tokens share their first `depth` bytes."""
        while low < high and len(self.sorted[low]) == depth:
            low += 1
        while low < high:
            token = self.sorted[low]
            yield token[depth]
            after = _successor(token[: depth + 1])
            low = high if after is None else bisect_left(self.sorted, after, low, high)


def _successor(prefix: bytes) -> bytes | None:
    """The least byte string above every one that begins with `prefix`; None if there is none."""
    for i in range(len(prefix) - 1, -1, -1):
        if prefix[i] < 0xFF:
            return prefix[:i] + bytes([prefix[i] + 1])
    return None

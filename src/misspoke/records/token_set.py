"""A set of tokens, as searches name it to a language model."""

from collections.abc import Sequence

import numpy as np


class TokenSet:
    """A fixed set of token ids whose mass can be asked for at once.

    Known by its identity, so that a backend can keep its mask on the device.
    """

    __slots__ = ("__weakref__", "ids", "mask")

    def __init__(self, ids: Sequence[int], size: int) -> None:
        self.ids = np.unique(np.asarray(ids, dtype=np.int64))
        self.mask = np.zeros(size, dtype=np.bool_)
        self.mask[self.ids] = True

    def __contains__(self, token: int) -> bool:
        return bool(self.mask[token])

    def __len__(self) -> int:
        return len(self.ids)

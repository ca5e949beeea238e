"""The token trees of the questions in flight, as rows and columns of one set of buffers.

Each question has a row; each distinct prefix behind its header has a column there. A child sees
what its parent sees, and itself. The bookkeeping is kept in arrays, apart from the model.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from misspoke.lm.protocol import Context, Path, Request


@dataclass(slots=True)
class Slot:
    """One question's row: the column of each prefix behind the prompt."""

    row: int
    columns: dict[Path, int] = field(default_factory=dict)
    used: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """New tokens to forward together, of questions that share a header."""

    header: Path
    rows: npt.NDArray[np.int64]
    """[N] the row of each new token."""
    columns: npt.NDArray[np.int64]
    """[N] its column."""
    tokens: npt.NDArray[np.int64]
    """[N]"""


class Forest:
    """Which prefix has which row and column, which columns each may see, and their positions."""

    def __init__(self) -> None:
        self.slots: dict[Context, Slot] = {}
        self.rows = 0
        self.capacity = 0
        self.visible = np.zeros((0, 0, 0), dtype=np.bool_)
        """[rows, capacity, capacity]"""
        self.positions = np.zeros((0, 0), dtype=np.int64)
        """[rows, capacity]"""
        self._free: list[int] = []

    def holds(self, context: Context, path: Path) -> bool:
        """Whether a prefix has a column already."""
        slot = self.slots.get(context)
        return slot is not None and path in slot.columns

    def spot(self, context: Context, path: Path) -> tuple[int, int]:
        """The row and the column of a prefix that was planted."""
        slot = self.slots[context]
        return slot.row, slot.columns[path]

    def plant(self, requests: Sequence[Request]) -> tuple[list[list[int]], list[int]]:
        """Gives every prefix that is needed a column.

        Returns, for each new token, [row, column, parent column, token, position, context index],
        and how many tokens each request added.
        """
        new: list[list[int]] = []
        added: list[int] = []
        for index, request in enumerate(requests):
            slot = self.slots.get(request.context)
            before = len(new)
            if slot is None:
                slot = self._admit(request.context)
                base = len(request.context.header)
                for at, token in enumerate(request.context.suffix):
                    new.append([slot.row, at, at - 1, token, base + at, index])
                slot.used = len(request.context.suffix)
                slot.columns[()] = slot.used - 1
            self._grow_path(slot, request, index, new)
            added.append(len(new) - before)
        return new, added

    def _grow_path(self, slot: Slot, request: Request, index: int, new: list[list[int]]) -> None:
        path = request.path
        known = len(path)
        while path[:known] not in slot.columns:
            known -= 1
        base = len(request.context.header) + len(request.context.suffix)
        for at in range(known, len(path)):
            parent = slot.columns[path[:at]]
            slot.columns[path[: at + 1]] = slot.used
            new.append([slot.row, slot.used, parent, path[at], base + at, index])
            slot.used += 1

    def spread(self, new: Sequence[Sequence[int]]) -> None:
        """Works out what the new tokens see; the buffers must be large enough."""
        visible = self.visible
        for row, column, parent, _, position, _ in new:
            if parent >= 0:
                visible[row, column] = visible[row, parent]
            else:
                visible[row, column] = False
            visible[row, column, column] = True
            self.positions[row, column] = position

    def reserve(self) -> bool:
        """Enlarges the arrays to what the slots need; whether that was necessary."""
        columns = max((slot.used for slot in self.slots.values()), default=0)
        if self.rows <= len(self.visible) and columns <= self.capacity:
            return False
        capacity = self.capacity
        if columns > capacity:
            capacity = max(64, -(-columns * 5 // 4 // 32) * 32)
        rows = max(self.rows, len(self.visible))
        visible = np.zeros((rows, capacity, capacity), dtype=np.bool_)
        visible[: len(self.visible), : self.capacity, : self.capacity] = self.visible
        positions = np.zeros((rows, capacity), dtype=np.int64)
        positions[: len(self.positions), : self.capacity] = self.positions
        self.visible, self.positions, self.capacity = visible, positions, capacity
        return True

    def release(self, contexts: Iterable[Context]) -> None:
        """Frees the rows of these contexts."""
        for context in contexts:
            slot = self.slots.pop(context, None)
            if slot is not None:
                self._free.append(slot.row)
        self._free.sort(reverse=True)

    def _admit(self, context: Context) -> Slot:
        if self._free:
            row = self._free.pop()
        else:
            row = self.rows
            self.rows += 1
        slot = self.slots[context] = Slot(row)
        return slot

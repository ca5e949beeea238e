"""states.npy: the hidden states of a run's rows, beside answers.parquet.

A plain NumPy file of float16, shape [rows, layers, width]. Row i is the i-th id of the run; all
zeros where a row has no states. A row's states stand at a place of their own, so rows may come in
any order, and nothing is moved when the run is finished. They stand there before the row does: a
killed process leaves no row without its states. A power cut may, in a run that is not finished.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from misspoke.records import UserError
from misspoke.runs.files import STATES, move_into_place, temporary, write_at

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_BYTES = 2
"""Of a float16."""


def read_states(folder: Path, rows: int) -> npt.NDArray[np.float16] | None:
    """The stored states [rows, layers, width], read-only and mapped into memory; None without them.

    Raises:
        UserError: the file is damaged, or holds another number of rows.
    """
    path = folder / STATES
    return _mapped(path, rows) if path.exists() else None


class StatesFile:
    """states.npy of a run that is being written; made when the first states are given.

    Only one process may hold it. Keeps where the states of each id stand, once there are any.
    """

    def __init__(self, folder: Path, ids: Sequence[str]) -> None:
        self._path = folder / STATES
        self._ids = ids
        self._places: dict[str, int] = {}
        self._shape = (0, 0)
        self._start = 0
        self._file: int | None = None

    def reopen(self) -> None:
        """Go on with the file of a former process, if there is one.

        Raises:
            UserError: the file is damaged, or holds another number of rows.
            OSError: it cannot be opened.
        """
        if self._path.exists():
            self._open()

    def write(self, row_id: str, states: npt.ArrayLike | None) -> None:
        """Store the states [layers, width] of one row, or that it has none.

        Values beyond float16's range are clipped to it.

        Raises:
            ValueError: a value is NaN, or the shape is not [layers, width] as that of other rows.
            OSError: the disk is full or broken.
        """
        if states is None:
            if self._file is not None:
                self._clear(self._file, self._place(row_id))
            return
        packed = _packed(states)
        file = self._file
        if file is None:
            self._make(*packed.shape)
            file = self._open()
        if packed.shape != self._shape:
            raise ValueError(
                f"hidden states of shape {packed.shape} given to a run of {self._shape}"
            )
        write_at(file, packed.tobytes(), self._place(row_id))

    def sync(self) -> None:
        """Make the states safe from a power cut; raises OSError where that fails."""
        if self._file is not None:
            os.fsync(self._file)

    def close(self) -> None:
        """Sync and close; raises OSError where the sync fails, and has closed all the same."""
        try:
            self.sync()
        finally:
            file, self._file = self._file, None
            if file is not None:
                os.close(file)

    def _make(self, layers: int, width: int) -> None:
        """A file of zeros, which take no room on the disk before they are written over."""
        import numpy as np

        aside, shape = temporary(self._path), (len(self._ids), layers, width)
        header = {"descr": "<f2", "fortran_order": False, "shape": shape}
        try:
            with aside.open("wb") as file:
                np.lib.format.write_array_header_1_0(file, header)
                file.truncate(file.tell() + len(self._ids) * layers * width * _BYTES)
            move_into_place(aside, self._path)
        finally:
            aside.unlink(missing_ok=True)

    def _open(self) -> int:
        stored = _mapped(self._path, len(self._ids))
        self._start, self._shape = stored.offset, stored.shape[1:]
        self._places = {row_id: place for place, row_id in enumerate(self._ids)}
        self._file = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        return self._file

    def _place(self, row_id: str) -> int:
        return self._start + self._places[row_id] * self._size

    @property
    def _size(self) -> int:
        """Bytes of a row."""
        layers, width = self._shape
        return layers * width * _BYTES

    def _clear(self, file: int, place: int) -> None:
        """Remove what a killed process may have left for a row that it did not store."""
        nothing = bytes(self._size)
        if os.pread(file, self._size, place) != nothing:
            write_at(file, nothing, place)


def _packed(states: npt.ArrayLike) -> npt.NDArray[np.float16]:
    import numpy as np

    given = np.asarray(states)
    if given.ndim != 2 or not given.size:
        raise ValueError(f"hidden states of shape {given.shape}, not [layers, width]")
    if np.isnan(given).any():
        raise ValueError("hidden states hold NaN")
    most = float(np.finfo(np.float16).max)
    return given.clip(-most, most).astype("<f2")


def _mapped(path: Path, rows: int) -> Any:
    """The file as a memmap; raises UserError where it is not what a run of so many rows stores."""
    import numpy as np

    try:
        stored = np.lib.format.open_memmap(path, mode="r")
    except Exception as error:  # what stands in a damaged header may fail anywhere
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise _unfit(path, reason) from error
    if stored.dtype != np.float16 or stored.ndim != 3 or not stored.flags.c_contiguous:
        raise _unfit(path, f"it holds {stored.dtype} of shape {stored.shape}")
    if len(stored) != rows:
        raise _unfit(path, f"it holds {len(stored)} rows, not {rows}")
    return stored


def _unfit(path: Path, why: str) -> UserError:
    return UserError(
        f"{path}: cannot be used ({why}); run again in another folder, or delete it to do without "
        "the hidden states of the rows that are done"
    )

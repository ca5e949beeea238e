"""The columns of a run that its summary needs, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.outcomes import (
    COMMITMENT_FAILURE,
    KNOWLEDGE_GAP,
    OUTCOMES,
    UNDETERMINED,
    Bools,
    Floats,
    outcomes_array,
)
from misspoke.measures import cluster_codes
from misspoke.records import UserError

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True, slots=True)
class Bounds:
    """Masses of many rows as intervals, both (n,)."""

    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True)
class Rows:
    """What every part of a summary reads: the judgements and masses of n rows."""

    frame: "polars.DataFrame"
    correct: Bools
    abstained: Bools
    alias_gap: Bools
    several_groups: Bools
    string: Bounds
    first: Bounds
    literal: Bounds
    gold: Bounds
    emitted: Bounds
    clusters: NDArray[np.int64]
    """Codes of the relations; a row without one is a cluster of its own."""

    @property
    def n(self) -> int:
        """The number of rows."""
        return len(self.correct)

    @property
    def wrong(self) -> Bools:
        """Neither right nor abstained."""
        return ~self.correct & ~self.abstained

    def floats(self, column: str) -> Floats:
        """A column of numbers, NaN where it is null."""
        return floats(self.frame, column)

    def outcomes(self, mass: Bounds, tau: float) -> NDArray[np.int8]:
        """The outcome of each row, as a place in `OUTCOMES`."""
        return outcomes_array(self.correct, self.abstained, mass.lower, mass.upper, tau)


FAILURE = OUTCOMES.index(COMMITMENT_FAILURE)
GAP = OUTCOMES.index(KNOWLEDGE_GAP)
OPEN = OUTCOMES.index(UNDETERMINED)


def read_rows(frame: "polars.DataFrame") -> Rows:
    """Read the columns that every part needs; a missing one is a `UserError`."""
    literal = floats(frame, "p_mass_first_literal")
    return Rows(
        frame=frame,
        correct=_flags(frame, "correct"),
        abstained=_flags(frame, "abstained"),
        alias_gap=_flags(frame, "alias_gap"),
        several_groups=_flags(frame, "several_groups"),
        string=bounds(frame, "p_mass"),
        first=Bounds(floats(frame, "p_mass_first"), floats(frame, "p_mass_first_upper")),
        literal=Bounds(literal, literal),
        gold=bounds(frame, "gold_mass"),
        emitted=bounds(frame, "emitted_mass"),
        clusters=cluster_codes(_column(frame, "relation").to_list()),
    )


def floats(frame: "polars.DataFrame", name: str) -> Floats:
    """A column of numbers (n,), NaN where it is null."""
    import polars

    return _column(frame, name).cast(polars.Float64).to_numpy()


def bounds(frame: "polars.DataFrame", name: str) -> Bounds:
    """The interval that the columns `name_lower` and `name_upper` hold."""
    return Bounds(floats(frame, f"{name}_lower"), floats(frame, f"{name}_upper"))


def _flags(frame: "polars.DataFrame", name: str) -> Bools:
    return _column(frame, name).to_numpy().astype(np.bool_)


def _column(frame: "polars.DataFrame", name: str) -> "polars.Series":
    require(frame, [name])
    return frame[name]


def require(frame: "polars.DataFrame", names: Sequence[str]) -> None:
    """Raise a `UserError` that names the first column that is not there."""
    for name in names:
        if name not in frame.columns:
            raise UserError(
                f"the rows lack the column {name!r}: read them from a run's answers.parquet, "
                "or make the run again with this version of misspoke"
            )

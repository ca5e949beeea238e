"""The columns of a run that its summary needs, as arrays.

A column of numbers is read when it is asked for, and lists (candidates, forms) some rows at a time:
a summary needs a few hundred bytes a row, however much a row holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

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


class Source(Protocol):
    """Where rows are read from: a run folder, or a frame in memory."""

    def columns(self, names: Sequence[str]) -> "polars.DataFrame":
        """These columns of all rows; raises UserError where one is missing."""
        ...

    def batches(self, names: Sequence[str]) -> "Iterator[polars.DataFrame]":
        """These columns, some rows after others; raises UserError where one is missing."""
        ...

    def states(self) -> NDArray[np.float16] | None:
        """The hidden states (n, layers, width), zeros where a row has none; None of no row."""
        ...


@dataclass(frozen=True, slots=True)
class InMemory:
    """A frame as a `Source`."""

    whole: "polars.DataFrame"

    def columns(self, names: Sequence[str]) -> "polars.DataFrame":
        """These columns; raises UserError where one is missing."""
        require(self.whole, names)
        return self.whole.select(names)

    def batches(self, names: Sequence[str]) -> "Iterator[polars.DataFrame]":
        """These columns in one piece; raises UserError where one is missing."""
        yield self.columns(names)

    def states(self) -> None:
        """None: a frame holds no hidden states."""
        return


@dataclass(frozen=True, slots=True)
class Bounds:
    """Masses of many rows as intervals, both (n,)."""

    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True)
class Rows:
    """What every part of a summary reads: the judgements and masses of n rows."""

    source: Source
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
        """A column of numbers (n,), NaN where it is null."""
        return floats(self.source.columns([column]), column)

    def bounds(self, name: str) -> Bounds:
        """The interval that the columns `name_lower` and `name_upper` hold."""
        return bounds(self.source.columns([f"{name}_lower", f"{name}_upper"]), name)

    def batches(self, *columns: str) -> "Iterator[tuple[slice, polars.DataFrame]]":
        """Columns of some rows after others, and where these rows stand among the n."""
        start = 0
        for batch in self.source.batches(columns):
            yield slice(start, start + batch.height), batch
            start += batch.height

    def outcomes(self, mass: Bounds, tau: float) -> NDArray[np.int8]:
        """The outcome of each row, as a place in `OUTCOMES`."""
        return outcomes_array(self.correct, self.abstained, mass.lower, mass.upper, tau)


FAILURE = OUTCOMES.index(COMMITMENT_FAILURE)
GAP = OUTCOMES.index(KNOWLEDGE_GAP)
OPEN = OUTCOMES.index(UNDETERMINED)


_FLAGS = ("correct", "abstained", "alias_gap", "several_groups")
_MASSES = ("p_mass", "gold_mass", "emitted_mass")
_NUMBERS = (
    "p_mass_first",
    "p_mass_first_upper",
    "p_mass_first_literal",
    "top_form_by_rules_prob",
)


def read_rows(frame: "polars.DataFrame | Source") -> Rows:
    """Read the columns that every part needs; a missing one is a `UserError`."""
    import polars

    source = InMemory(frame) if isinstance(frame, polars.DataFrame) else frame
    ends = [f"{mass}_{end}" for mass in _MASSES for end in ("lower", "upper")]
    read = source.columns([*_FLAGS, *ends, *_NUMBERS, "relation"])
    relations = cast("Sequence[str | None]", read["relation"])  # text by text, not all at once
    first = Bounds(floats(read, "p_mass_first"), floats(read, "p_mass_first_upper"))
    return Rows(
        source=source,
        correct=_flags(read, "correct"),
        abstained=_flags(read, "abstained"),
        alias_gap=_flags(read, "alias_gap"),
        several_groups=_flags(read, "several_groups"),
        string=bounds(read, "p_mass"),
        first=first,
        literal=_literal(read, first),
        gold=bounds(read, "gold_mass"),
        emitted=bounds(read, "emitted_mass"),
        clusters=cluster_codes(relations),
    )


def _literal(read: "polars.DataFrame", first: Bounds) -> Bounds:
    """The literal first-token P-mass (n,) of rows whose content first-token P-mass is `first`.

    It is measured, but where a row was judged again without the model (docs/aliases.md), which
    alone leaves `top_form_by_rules_prob` null. There it leaves out how new names begin. The same
    tokens widened the content mass, so the width of that is at least as much.
    """
    lower = floats(read, "p_mass_first_literal")
    renamed = np.isnan(floats(read, "top_form_by_rules_prob"))
    widened = np.where(first.upper < 1, lower + (first.upper - first.lower), 1.0)
    return Bounds(lower, np.where(renamed, np.minimum(widened, 1.0), lower))


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

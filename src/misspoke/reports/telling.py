"""Choosing rows: those that say most, first; read a batch after another, in flat memory."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from misspoke.diagnosis import OUTCOMES, outcomes_array

if TYPE_CHECKING:
    import polars

    from misspoke.runs import Run

_JUDGED_BY = ("correct", "abstained", "p_mass_lower", "p_mass_upper")

FAILURES_FIRST = (
    "commitment_failure",
    "undetermined",
    "knowledge_gap",
    "abstained",
    "correct",
)


def judged(run: "Run", columns: Sequence[str], tau: float) -> "Iterator[polars.DataFrame]":
    """Some columns of a run, some rows after others, with their `place` and `outcome` at τ.

    Raises:
        UserError: the run is not finished, or its rows cannot be read.
    """
    import polars as pl

    start = 0
    for batch in run.batches(list(dict.fromkeys((*columns, *_JUDGED_BY)))):
        places = pl.Series("place", np.arange(start, start + batch.height), dtype=pl.Int64)
        names = [OUTCOMES[code] for code in _codes(batch, tau)]
        outcomes = pl.Series("outcome", names, dtype=pl.Enum(FAILURES_FIRST))
        yield batch.with_columns(places, outcomes)
        start += batch.height


def most_telling(run: "Run", columns: Sequence[str], tau: float, count: int) -> "polars.DataFrame":
    """The commitment failures of the highest P-mass, those without alias gap first.

    Raises:
        UserError: as `judged`.
    """
    import polars as pl

    batches = judged(run, ["id", "alias_gap", *columns], tau)
    failures = (batch.filter(pl.col("outcome") == "commitment_failure") for batch in batches)
    return leading(failures, {"alias_gap": False, "p_mass_lower": True, "id": False}, count)


def leading(
    batches: "Iterator[polars.DataFrame]", by: dict[str, bool], count: int
) -> "polars.DataFrame":
    """The first `count` rows of all batches, sorted by some columns: `by` says which descend."""
    import polars as pl

    kept = pl.DataFrame()
    for batch in batches:
        rows = pl.concat([kept, batch]) if kept.width else batch
        kept = rows.sort(list(by), descending=list(by.values())).head(count)
    return kept


def _codes(rows: "polars.DataFrame", tau: float) -> "np.ndarray[tuple[int], np.dtype[np.int8]]":
    columns = (rows[name].to_numpy() for name in _JUDGED_BY)
    correct, abstained, lower, upper = columns
    return outcomes_array(correct.astype(np.bool_), abstained.astype(np.bool_), lower, upper, tau)

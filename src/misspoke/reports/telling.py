"""The failures of a run that say most: the model believed in the right answer most strongly."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

    from misspoke.runs import Run

COLUMNS = (
    "id",
    "question",
    "answer",
    "correct",
    "abstained",
    "alias_gap",
    "cause",
    "top_form",
    "p_mass_lower",
    "p_mass_upper",
    "winner_prob",
)
"""The columns of a run that lists of rows show."""


def shown_columns(run: "Run") -> "polars.DataFrame":
    """The few columns that lists of rows show, of all rows.

    Raises:
        UserError: the run is not finished, or its rows cannot be read.
    """
    return run.frame().select(COLUMNS)


def most_telling(rows: "polars.DataFrame", tau: float, count: int) -> "polars.DataFrame":
    """The commitment failures of the highest P-mass, those without alias gap first."""
    import polars as pl

    failed = ~pl.col("correct") & ~pl.col("abstained") & (pl.col("p_mass_lower") >= tau)
    return (
        rows.filter(failed)
        .sort("alias_gap", "p_mass_lower", "id", descending=[False, True, False])
        .head(count)
    )

"""The causes of a run's commitment failures, judged anew from the stored masses."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.causes import CAUSES, cause
from misspoke.diagnosis.outcomes import Floats
from misspoke.diagnosis.rows import FAILURE, Bounds, Rows
from misspoke.records import Interval

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True, slots=True)
class Causes:
    """Commitment failures by cause, at the summary's τ."""

    curated: dict[str, int]
    """Gold with all aliases given."""
    by_rules: dict[str, int]
    """Gold closed by the same rules as the emitted answer, and no more."""


def count_causes(rows: Rows, tau: float) -> Causes:
    """Count the commitment failures by the string mass at τ by their causes."""
    by_rules = rows.bounds("gold_mass_by_rules")
    return Causes(
        curated=_counts(row_causes(rows, tau)),
        by_rules=_counts(_causes(rows, tau, by_rules, rows.floats("top_form_by_rules_prob"))),
    )


def row_causes(rows: Rows, tau: float) -> NDArray[np.object_]:
    """Name the cause of each row (n,) that is a commitment failure by the string mass at τ.

    Gold is taken with all aliases given. Other rows have "".
    """
    return _causes(rows, tau, rows.gold, rows.floats("top_form_prob"))


def _causes(rows: Rows, tau: float, gold: Bounds, top: Floats) -> NDArray[np.object_]:
    """The same with another `gold`; `top` (n,) is the lower bound of its heaviest form."""
    masses = (gold, rows.emitted, _top_forms(rows, top), rows.bounds("emitted_form_mass"))
    names = np.full(rows.n, "", dtype=object)
    for row in np.flatnonzero(rows.outcomes(rows.string, tau) == FAILURE).tolist():
        names[row] = cause(*(_interval(mass, row) for mass in masses))
    return names


def _counts(names: NDArray[np.object_]) -> dict[str, int]:
    return {name: int((names == name).sum()) for name in CAUSES}


def _top_forms(rows: Rows, top: Floats) -> Bounds:
    """The intervals of the forms whose lower bound is `top` (n,), from `form_masses`.

    A row without such a form has [top, top], and one without a top form has [0, 0].
    """
    lower = np.nan_to_num(top)
    upper = lower.copy()
    for within, batch in rows.batches("form_masses"):
        places, found = _uppers(batch, top[within])
        upper[within][places] = found
    return Bounds(lower, upper)


def _uppers(batch: "polars.DataFrame", top: Floats) -> tuple[NDArray[np.intp], Floats]:
    """The rows of a batch with a form of the lower bound `top`, and that form's upper bound."""
    import polars

    found = (
        batch.lazy()
        .with_columns(top=polars.Series(top))
        .with_row_index("row")
        .explode("form_masses")
        .unnest("form_masses")
        .filter(polars.col("lower") == polars.col("top"))
        .group_by("row")
        .agg(polars.col("upper").max())
        .collect()
    )
    return found["row"].to_numpy().astype(np.intp), found["upper"].to_numpy()


def _interval(mass: Bounds, row: int) -> Interval:
    return Interval(float(mass.lower[row]), float(mass.upper[row]))

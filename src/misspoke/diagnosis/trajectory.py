"""Along the greedy answer: from which step on does the right answer's mass tell right from wrong?

The content first-token P-mass at steps before and after the answer step t_c, as in Yeom et al.
2026, arXiv 2605.22007: before the answer begins there should be nothing to see.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from misspoke.diagnosis.judged import LEAST
from misspoke.diagnosis.outcomes import Floats
from misspoke.diagnosis.resampled import area_of
from misspoke.diagnosis.rows import Rows
from misspoke.measures import Spread

if TYPE_CHECKING:
    import polars

OFFSETS = tuple(range(-3, 6))
"""Steps from t_c on."""


@dataclass(frozen=True, slots=True)
class TrajectoryPoint:
    """The mass at one step; all but the numbers of rows is None with fewer than 30 of either."""

    offset: int
    """The step less t_c."""
    n_correct: int
    """Right rows whose answer has this step: not before the first, nor behind `answer_end`."""
    n_wrong: int
    auroc: float | None = None
    """The chance that a right row has more mass here than a wrong one."""
    interval: Spread | None = None
    mean_correct: float | None = None
    mean_wrong: float | None = None


def trajectory(rows: Rows, seed: int) -> tuple[TrajectoryPoint, ...]:
    """Tell right from wrong rows by the mass at each of `OFFSETS`; abstentions are left out."""
    masses = np.full((len(OFFSETS), rows.n), np.nan)
    for within, batch in rows.batches("trajectory", "answer_step", "answer_end"):
        masses[:, within] = _masses(batch)
    return tuple(
        _point(rows, offset, mass, seed) for offset, mass in zip(OFFSETS, masses, strict=True)
    )


def _point(rows: Rows, offset: int, mass: Floats, seed: int) -> TrajectoryPoint:
    judged = (rows.wrong | rows.correct) & np.isfinite(mass)
    found, right = mass[judged], rows.correct[judged]
    counts = int(right.sum()), int((~right).sum())
    if min(counts) < LEAST:
        return TrajectoryPoint(offset, *counts)
    area = area_of(found, right, rows.clusters[judged], seed)
    means = float(found[right].mean()), float(found[~right].mean())
    return TrajectoryPoint(offset, *counts, area.value, area.interval, *means)


def _masses(batch: "polars.DataFrame") -> Floats:
    """The mass at each of `OFFSETS` (k, n) of the rows of a batch, NaN where there is no step."""
    import polars

    masses, step = polars.col("trajectory"), polars.col("answer_step")
    there = [
        polars.when((step + offset >= 1) & (step + offset <= polars.col("answer_end")))
        .then(masses.list.get(step + offset - 1, null_on_oob=True))
        .cast(polars.Float64)
        .alias(str(offset))
        for offset in OFFSETS
    ]
    return batch.select(there).to_numpy().T

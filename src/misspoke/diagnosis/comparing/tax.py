"""The alignment tax: one line a run of what tuning may pay for its gains."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.comparing.paired import Level
from misspoke.diagnosis.comparing.pairing import Places
from misspoke.diagnosis.comparing.quantities import (
    ACCURACY,
    FAILURES_PER_QUESTION,
    FAILURES_PER_WRONG,
    WRONG_WINNER,
)
from misspoke.diagnosis.comparing.temperatures import Curves, read_curves
from misspoke.diagnosis.confidence import sequence_probs
from misspoke.diagnosis.contrast import LEAST
from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.diagnosis.rows import Rows
from misspoke.measures import (
    Brier,
    Spread,
    bootstrap,
    bootstrap_mean,
    equal_mass_ece,
    isotonic_brier,
)

if TYPE_CHECKING:
    import polars

FLOOR = 1e-6
"""A gold mass below this counts as this much: one row of none would outweigh all others."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far an answer's own probability tells whether it is right; abstentions left out."""

    n: int
    ece: float | None
    """Over 15 bins of equal counts; None with fewer than 30 right or wrong answers."""
    brier: Brier | None
    """With its parts by isotonic regression."""


@dataclass(frozen=True, slots=True)
class Diversity:
    """How many different answers a model has to a question."""

    n: int
    effective: float | None
    """Mean of exp(entropy of meanings): a lower bound, what is unexplored being taken as more of
    the heaviest meaning."""
    interval: Spread | None
    residual: float | None
    """Mean probability that is unexplored."""


@dataclass(frozen=True, slots=True)
class Sharpness:
    """The temperature T* at which gold is most probable: over 1, the model is too sharp."""

    n: int
    temperature: float | None
    interval: Spread | None
    edge: bool
    """It lies at an end of the grid: the best one may lie beyond."""


@dataclass(frozen=True, slots=True)
class Tax:
    """A run's line of the table."""

    accuracy: Level
    calibration: Calibration
    diversity: Diversity
    wrong_winner_prob: Level
    failures_per_wrong: Level
    failures_per_question: Level
    sharpness: Sharpness


@dataclass(frozen=True, slots=True)
class Costs:
    """What the table needs of a run, for n questions."""

    correct: Bools
    answered: Bools
    confidence: Floats
    """Probability of the answer's tokens together, as in the summary; NaN where it is unknown."""
    effective: Floats
    residual: Floats
    curves: Curves | None

    def at(self, places: Places) -> "Costs":
        """The rows at some places."""
        curves = self.curves
        return Costs(
            self.correct[places],
            self.answered[places],
            self.confidence[places],
            self.effective[places],
            self.residual[places],
            curves and Curves(curves.grid, curves.mass[places], curves.entropy[places]),
        )


def read_costs(rows: Rows) -> Costs:
    """Read what the table needs of a run."""
    effective = np.full(rows.n, np.nan)
    for within, batch in rows.batches("candidates", "residual"):
        effective[within] = _effective(batch)
    return Costs(
        correct=rows.correct,
        answered=~rows.abstained,
        confidence=sequence_probs(rows),
        effective=effective,
        residual=rows.floats("residual"),
        curves=read_curves(rows),
    )


def tax(costs: Costs, found: Mapping[str, Level], clusters: NDArray[np.int64], seed: int) -> Tax:
    """Give a run's line; `found` are its levels by quantity."""
    return Tax(
        accuracy=found[ACCURACY],
        calibration=_calibration(costs),
        diversity=_diversity(costs, clusters, seed),
        wrong_winner_prob=found[WRONG_WINNER],
        failures_per_wrong=found[FAILURES_PER_WRONG],
        failures_per_question=found[FAILURES_PER_QUESTION],
        sharpness=sharpness(costs.curves, clusters, seed),
    )


def sharpness(curves: Curves | None, clusters: NDArray[np.int64], seed: int) -> Sharpness:
    """Find the temperature that maximises the mean log of the gold mass.

    The best temperature of the grid, moved by the parabola in log T through it and its neighbours.
    """
    if curves is None:
        return Sharpness(0, None, None, edge=False)
    known = curves.known
    n = int(known.sum())
    if n < LEAST:
        return Sharpness(n, None, None, edge=False)
    logs = np.log(np.maximum(curves.mass[known], FLOOR))

    def best(sums: Floats) -> Floats:
        return fitted(curves.grid, sums)[:, None]

    [interval] = bootstrap(logs, best, clusters=clusters[known], seed=seed)
    total = logs.sum(axis=0)
    edge = int(total.argmax()) in (0, len(total) - 1)
    return Sharpness(n, float(fitted(curves.grid, total[None])[0]), interval, edge=edge)


def fitted(grid: Floats, scores: Floats) -> Floats:
    """The temperatures (r,) of the greatest scores (r, g), between those of the grid (g,)."""
    logs = np.log(grid)
    top = np.clip(scores.argmax(axis=1), 1, len(grid) - 2)
    rows = np.arange(len(scores))
    left, here, right = (scores[rows, top + step] for step in (-1, 0, 1))
    before, after = logs[top] - logs[top - 1], logs[top + 1] - logs[top]
    rise, fall = (here - left) / before, (right - here) / after
    bend = (fall - rise) / (before + after)
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = -(rise * after + fall * before) / (before + after) / (2 * bend)
    moved = np.where(bend < 0, moved, 0.0)
    found = np.exp(logs[top] + np.clip(moved, -before, after))
    ends = scores.argmax(axis=1)
    found = np.where(ends == 0, grid[0], found)
    result: Floats = np.where(ends == len(grid) - 1, grid[-1], found)
    return result


def least_entropy(masses: Floats, rest: float) -> float:
    """The least entropy, in nats, of masses and a rest that may belong to any of them.

    Entropy is concave: it is least where the rest is more of the heaviest.
    """
    if not len(masses):
        return 0.0
    held = masses.astype(np.float64).copy()
    held[held.argmax()] += max(0.0, rest)
    held = held[held > 0]
    return float(-(held * np.log(held)).sum()) + 0.0


def _effective(batch: "polars.DataFrame") -> Floats:
    """exp(least entropy) of the candidates' meanings (n,); NaN where there is no candidate."""
    import polars

    masses = (
        batch.lazy()
        .with_row_index("row")
        .select("row", "residual", "candidates")
        .explode("candidates")
        .unnest("candidates")
        .drop_nulls("meaning")
        .group_by("row", "meaning")
        .agg(polars.col("prob").sum(), polars.col("residual").first())
        .group_by("row")
        .agg("prob", polars.col("residual").first())
        .collect()
    )
    found = np.full(batch.height, np.nan)
    for row, probs, rest in masses.select("row", "prob", "residual").iter_rows():
        found[row] = np.exp(least_entropy(np.array(probs), rest))
    return found


def _calibration(costs: Costs) -> Calibration:
    among = costs.answered & np.isfinite(costs.confidence)
    n = int(among.sum())
    probs, right = np.clip(costs.confidence[among], 0.0, 1.0), costs.correct[among]
    if min(int(right.sum()), int((~right).sum())) < LEAST:
        return Calibration(n, None, None)
    return Calibration(n, equal_mass_ece(probs, right), isotonic_brier(probs, right))


def _diversity(costs: Costs, clusters: NDArray[np.int64], seed: int) -> Diversity:
    known = np.isfinite(costs.effective)
    n = int(known.sum())
    if n < LEAST:
        return Diversity(n, None, None, None)
    values = costs.effective[known]
    return Diversity(
        n=n,
        effective=float(values.mean()),
        interval=bootstrap_mean(values, clusters=clusters[known], seed=seed),
        residual=float(costs.residual[known].mean()),
    )

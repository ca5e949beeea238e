"""A row's distribution at other temperatures, from what was stored of it at six of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from misspoke.diagnosis.outcomes import Floats
from misspoke.diagnosis.rows import Rows

if TYPE_CHECKING:
    import polars

STEPS = 24
"""Temperatures between two of the grid at which curves are evaluated."""
MOST_TOKENS = 1 << 20
"""No vocabulary has more."""


@dataclass(frozen=True, slots=True)
class Curves:
    """The tempered masses of n rows at the g temperatures of the grid; NaN where not measured."""

    grid: Floats
    """(g,), rising; 1 is among them."""
    mass: Floats
    """Content first-token P-mass (n, g)."""
    entropy: Floats
    """Entropy at the answer step, in nats (n, g)."""

    @property
    def at_one(self) -> int:
        """The place of temperature 1 in the grid."""
        return int(np.flatnonzero(self.grid == 1.0)[0])

    @property
    def known(self) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """The rows (n,) that were measured at all temperatures."""
        return np.asarray(np.isfinite(self.mass).all(axis=1) & np.isfinite(self.entropy).all(1))


def read_curves(rows: Rows) -> Curves | None:
    """Read the column `tempered`; None where no row has it, or it lacks temperature 1."""
    found: dict[float, tuple[Floats, Floats]] = {}
    for within, batch in rows.batches("tempered"):
        for temperature, places, mass, entropy in _points(batch):
            held = found.setdefault(temperature, (np.full(rows.n, np.nan), np.full(rows.n, np.nan)))
            held[0][within][places] = mass
            held[1][within][places] = entropy
    if 1.0 not in found or len(found) < 2:
        return None
    grid = sorted(found)
    masses, entropies = zip(*(found[temperature] for temperature in grid), strict=True)
    return Curves(np.array(grid), np.column_stack(masses), np.column_stack(entropies))


def _points(batch: "polars.DataFrame") -> "list[tuple[float, Floats, Floats, Floats]]":
    """The rows of a batch by temperature: their places, masses and entropies."""
    points = (
        batch.lazy()
        .with_row_index("row")
        .explode("tempered")
        .unnest("tempered")
        .drop_nulls("temperature")
        .collect()
    )
    return [
        (
            round(float(str(name)), 6),
            held["row"].to_numpy(),
            held["p_mass_first"].to_numpy(),
            held["entropy"].cast(float).to_numpy(),
        )
        for (name,), held in points.group_by("temperature")
    ]


def finer(grid: Floats) -> Floats:
    """The grid with `STEPS` temperatures in each of its gaps, evenly spaced in their logarithms."""
    parts = [
        np.geomspace(low, high, STEPS, endpoint=False) for low, high in pairwise(grid.tolist())
    ]
    return np.concatenate([*parts, grid[-1:]])


def between(grid: Floats, values: Floats, temperatures: Floats) -> Floats:
    """Interpolate values (n, g) to other temperatures (t,): (n, t).

    By monotone cubics (Fritsch and Carlson 1980) in log T: where values rise over the grid, they
    rise between its points. Exact on the grid.
    """
    from scipy.interpolate import PchipInterpolator

    found: Floats = PchipInterpolator(np.log(grid), values, axis=1)(np.log(temperatures))
    return found


def log_partition(grid: Floats, entropy: Floats, temperature: float) -> tuple[Floats, Floats]:
    """Bound log Σ p^(1/T) over the whole vocabulary, for rows of entropies (n, g): lower, upper.

    With H(t) the entropy at temperature t, log Σ p^(1/T) = (1/T) ∫₁ᵀ H(t) dt, for the left side is
    the free energy, whose derivative is the entropy. H rises with t, so that sums over the gaps of
    the grid, by the entropies at their ends, bound the integral from both sides.
    """
    low, high = sorted((1.0, temperature))
    least = most = np.zeros(len(entropy))
    for place, (start, end) in enumerate(pairwise(grid.tolist())):
        length = min(end, high) - max(start, low)
        if length > 0:
            least = least + length * entropy[:, place]
            most = most + length * entropy[:, place + 1]
    if temperature >= 1:
        return least / temperature, most / temperature
    return -most / temperature, -least / temperature


def tempered_winner(
    winner: Floats, top: Sequence[Floats], curves: Curves, temperature: float
) -> tuple[Floats, Floats]:
    """Bound the probability at a temperature of tokens whose probability at 1 is `winner` (n,).

    `top` holds the most probable tokens' probabilities of each row, the greatest first; what is
    beyond them adds up to the rest r, each at most the least of them, m. p^(1/T) over the sum of
    such powers: over the known ones it is exact; over the rest it is at most (T ≤ 1) or at least
    (T ≥ 1) r · m^(1/T − 1), at most (T ≥ 1) V^(1 − 1/T) · r^(1/T) for V tokens, and the entropies
    bound the whole sum from both sides.
    """
    power = 1 / temperature
    known = np.array([float((probs**power).sum()) for probs in top])
    rest = np.array([max(0.0, 1.0 - float(probs.sum())) for probs in top])
    smallest = np.array([float(probs[-1]) if len(probs) else 1.0 for probs in top])
    filled = np.zeros(len(rest))  # where the least is 0, nothing is beyond
    held = smallest > 0
    filled[held] = rest[held] * smallest[held] ** (power - 1)
    low, high = log_partition(curves.grid, curves.entropy, temperature)
    least = np.maximum(np.exp(low), known + (filled if temperature >= 1 else 0.0))
    even = MOST_TOKENS ** (1 - power) * rest**power
    most = np.minimum(np.exp(high), known + (filled if temperature <= 1 else even))
    raised = winner**power
    return np.minimum(1.0, raised / np.maximum(most, least)), np.minimum(1.0, raised / least)

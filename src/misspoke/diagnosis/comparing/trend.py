"""Whether a rate rises with size: over three runs or more of one family and role."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.comparing.kinds import alike_in_size
from misspoke.diagnosis.comparing.pairing import Side
from misspoke.diagnosis.comparing.quantities import (
    FAILURES_PER_QUESTION,
    FAILURES_PER_WRONG,
    FAILURES_PER_WRONG_LITERAL,
    WRONG_WINNER,
    Quantity,
)
from misspoke.diagnosis.comparing.swaps import shuffle_test
from misspoke.diagnosis.contrast import LEAST
from misspoke.diagnosis.outcomes import Floats
from misspoke.measures import Spread, bootstrap, holm
from misspoke.measures.bootstrap import divide

SIZES = 3
"""Fewer sizes make no trend."""
QUANTITIES = (
    FAILURES_PER_WRONG,
    FAILURES_PER_WRONG_LITERAL,
    FAILURES_PER_QUESTION,
    WRONG_WINNER,
)
"""What a trend is asked of."""


@dataclass(frozen=True, slots=True)
class Slope:
    """How a rate changes with size."""

    quantity: str
    values: tuple[float | None, ...]
    """Of each run, the smallest model first; None of fewer than 30 questions."""
    slope: float | None
    """By least squares, for each factor e of the parameters; None where a value lacks."""
    interval: Spread | None
    p: float | None
    """Two-sided, by permuting the runs' labels within relations; of the studentised slope."""
    holm_p: float | None
    """Corrected for all trends of the comparison."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A family of sizes that were asked in one way."""

    family: str
    role: str
    runs: tuple[int, ...]
    """Places of the runs, the smallest model first."""
    parameters: tuple[int, ...]
    slopes: tuple[Slope, ...]


def trends(
    sides: Sequence[Side],
    found: Sequence[Mapping[str, Quantity]],
    clusters: NDArray[np.int64],
    seed: int,
) -> tuple[Trend, ...]:
    """Give the trend of each family and role that has three sizes asked in one way, or more."""
    made = []
    for (family, role), places in _families(sides).items():
        sizes = [sides[place].lineage.parameters or 0 for place in places]
        slopes = tuple(
            _slope([found[place][name] for place in places], sizes, clusters, seed)
            for name in QUANTITIES
        )
        made.append(Trend(family, role, tuple(places), tuple(sizes), slopes))
    return _corrected(made)


def _families(sides: Sequence[Side]) -> dict[tuple[str, str], list[int]]:
    """The runs by family and role, by size: of one style and arithmetic, each size once."""
    held: dict[tuple[str, str, str, str], list[int]] = {}
    for place, side in enumerate(sides):
        line = side.lineage
        if line.family and line.role and line.parameters and line.checkpoint is None:
            held.setdefault((line.family, line.role, side.asked, side.dtype), []).append(place)
    found: dict[tuple[str, str], list[int]] = {}
    for (family, role, *_), places in held.items():
        ordered = _by_size(sides, places)
        if len(ordered) >= SIZES and len(ordered) > len(found.get((family, role), ())):
            found[family, role] = ordered
    return found


def _by_size(sides: Sequence[Side], places: Sequence[int]) -> list[int]:
    """The runs with the smallest model first; of sizes that are near each other, the first run."""
    found: list[list[int]] = []
    for place in sorted(places, key=lambda place: sides[place].lineage.parameters or 0):
        if found and alike_in_size(sides[found[-1][0]], sides[place]):
            found[-1].append(place)
        else:
            found.append([place])
    return [min(near) for near in found]


def _slope(
    found: Sequence[Quantity], sizes: Sequence[int], clusters: NDArray[np.int64], seed: int
) -> Slope:
    values = tuple(one.value if one.n >= LEAST else None for one in found)
    if None in values:
        return Slope(found[0].name, values, None, None, None, None)
    weights = slope_weights(sizes)
    tops = np.column_stack([one.top for one in found])
    bottoms = np.column_stack([one.bottom for one in found]).astype(np.float64)

    def slopes(sums: Floats) -> Floats:
        top, bottom = np.split(sums, 2, axis=1)
        return (divide(top, bottom) @ weights)[:, None]

    [interval] = bootstrap(np.hstack([tops, bottoms]), slopes, clusters=clusters, seed=seed)
    slope = float(np.array(values, dtype=np.float64) @ weights)
    p = shuffle_test(tops, bottoms, weights, clusters, seed)
    return Slope(found[0].name, values, slope, interval, p, p)


def slope_weights(sizes: Sequence[int]) -> Floats:
    """The weights whose sum with values is their least-squares slope on log size."""
    logs = np.log(np.asarray(sizes, dtype=np.float64))
    centred = logs - logs.mean()
    weights: Floats = centred / (centred**2).sum()
    return weights


def _corrected(made: Sequence[Trend]) -> tuple[Trend, ...]:
    """The trends with all their p-values corrected together."""
    tested = [slope.p for trend in made for slope in trend.slopes if slope.p is not None]
    left = iter(holm(tested))
    return tuple(
        replace(
            trend,
            slopes=tuple(
                replace(slope, holm_p=next(left)) if slope.p is not None else slope
                for slope in trend.slopes
            ),
        )
        for trend in made
    )

"""What a probe measures: sums over units, so that one bootstrap and one paired test serve all.

A measure is Σ tops / Σ bottoms over its units (questions, or conversations). A rate has tops of 0
and 1, a mean has bottoms of 1, and a unit that does not count has a bottom of 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.comparing.swaps import grouped, swap_test
from misspoke.measures.bootstrap import Floats, bootstrap, cluster_codes, divide, n_units

Unit = Literal["share", "nats", "tokens", "tokens a point", "points"]
"""Of what a figure is: a share is between 0 and 1, points are a difference of shares."""
Better = Literal["lower", "higher"]

FEWEST = 30
"""With fewer units that count no figure is given, only their number."""
_SURE = 0.05
FEW_CLUSTERS = 10
"""With fewer clusters intervals are Student's over them: resamples of so few do not vary enough."""

Codes = NDArray[np.int64]
"""The number of each unit's cluster."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit adds to a measure."""

    id: str
    cluster: str | None
    """What it is drawn with: its relation, or its instruction."""
    top: float
    bottom: float = 1.0


@dataclass(frozen=True, slots=True)
class Measure:
    """Something measured over the units of a run."""

    key: str
    """Its name in summaries and comparisons: "yields.pressure"."""
    says: str
    """In plain words: "right answers given up under pressure"."""
    unit: Unit
    parts: tuple[Part, ...]
    better: Better | None = None
    """Which way is better; None where neither is."""
    fewest: int = FEWEST


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure's value with its 95% interval; both None where too few units count."""

    key: str
    says: str
    unit: Unit
    value: float | None
    interval: tuple[float, float] | None
    n: int
    """Units that count."""
    better: Better | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure less another over the units that both have; None where too few count."""

    value: float | None
    interval: tuple[float, float] | None
    p: float | None
    """Two-sided, by exchanging the two within clusters."""
    n: int


def figure(measure: Measure, seed: int = 0) -> Figure:
    """The value of a measure and its interval by the bootstrap over clusters."""
    parts = [part for part in measure.parts if part.bottom]
    value = interval = None
    if len(parts) >= measure.fewest:
        columns = _columns(parts)
        value = _ratio(columns.sum(axis=0)[None]).item()
        clusters = cluster_codes([part.cluster for part in parts])
        interval = _interval(columns, clusters, measure.unit, seed)
    return Figure(
        measure.key, measure.says, measure.unit, value, interval, len(parts), measure.better
    )


def difference(one: Measure, other: Measure, seed: int = 0) -> Difference:
    """`one` less `other` on the units that both have; paired, and drawn together.

    A unit that counts on one side alone stays in that side's ratio; `n` is of those that count on
    both.
    """
    pairs = _paired(one.parts, other.parts)
    n = sum(1 for mine, yours in pairs if mine.bottom and yours.bottom)
    if n < max(one.fewest, other.fewest):
        return Difference(None, None, None, n)
    mine, yours = (_columns(side) for side in zip(*pairs, strict=True))
    both = np.hstack([mine, yours])
    clusters = cluster_codes([part.cluster for part, _ in pairs])
    unit = "points" if one.unit == "share" else one.unit
    return Difference(
        _ratio(both.sum(axis=0)[None]).item(),
        _interval(both, clusters, unit, seed),
        swap_test(mine, yours, _exchanged(clusters), seed),
        n,
    )


def few_clusters(names: Iterable[str | None], called: str) -> str:
    """What few clusters mean for the figures, in a sentence; nothing where there are enough."""
    count = len({name for name in names if name is not None})
    if not 2 <= count < FEW_CLUSTERS:
        return ""
    least = 2 / 2**count
    remark = f"There are only {count} {called}: intervals over them are Student's, and wide"
    if least <= _SURE:
        return f"{remark}."
    return f"{remark}, and no remedy can be settled: p is {least:.2g} at least."


def _paired(one: Iterable[Part], other: Iterable[Part]) -> list[tuple[Part, Part]]:
    yours: Mapping[str, Part] = {part.id: part for part in other}
    return [(part, yours[part.id]) for part in one if part.id in yours]


def _columns(parts: Iterable[Part]) -> Floats:
    return np.array([(part.top, part.bottom) for part in parts], dtype=np.float64)


def _ratio(sums: Floats) -> Floats:
    """From sums (r, 2) the ratio, from (r, 4) the first less the second; (r, 1)."""
    one, *other = (divide(sums[:, at], sums[:, at + 1]) for at in range(0, sums.shape[1], 2))
    gap: Floats = one - other[0] if other else one
    return gap[:, None]


def _interval(
    columns: Floats, clusters: Codes, unit: Unit, seed: int
) -> tuple[float, float] | None:
    """The 95% interval of `_ratio` of the sums of columns (n, 2) or (n, 4)."""
    if not grouped(clusters) or n_units(len(columns), clusters) >= FEW_CLUSTERS:
        return bootstrap(columns, _ratio, clusters=clusters, seed=seed)[0]
    ends = _by_student(columns, clusters)
    if ends is None or unit not in ("share", "points"):
        return ends
    low, high = ends
    return max(low, 0.0 if unit == "share" else -1.0), min(high, 1.0)


def _by_student(columns: Floats, clusters: Codes) -> tuple[float, float] | None:
    """Student's interval over G clusters, with G − 1 degrees of freedom.

    The ratio is linear in the sums nearby, so that each cluster's residual from it is what it adds.
    """
    from scipy.special import stdtrit

    sums = np.column_stack([np.bincount(clusters, column) for column in columns.T])
    total = sums.sum(axis=0)
    value = _ratio(total[None]).item()
    if np.isnan(value):
        return None
    apart = np.zeros(len(sums))
    for at, sign in zip(range(0, sums.shape[1], 2), (1.0, -1.0), strict=False):
        own = total[at] / total[at + 1]
        apart += sign * (sums[:, at] - own * sums[:, at + 1]) / total[at + 1]
    count = len(sums)
    half = float(stdtrit(count - 1, 0.975) * (count / (count - 1) * (apart**2).sum()) ** 0.5)
    return value - half, value + half


def _exchanged(clusters: Codes) -> Codes:
    """What is exchanged: clusters where there are some, else units."""
    return clusters if grouped(clusters) else np.zeros(len(clusters), dtype=np.int64)

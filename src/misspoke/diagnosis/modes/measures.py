"""What a probe measures: sums over units, so that one bootstrap and one paired test serve all.

A measure is Σ tops / Σ bottoms over its units (questions, or conversations). A rate has tops of 0
and 1, a mean has bottoms of 1, and a unit that does not count has a bottom of 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from misspoke.diagnosis.comparing.swaps import grouped, swap_test
from misspoke.measures.bootstrap import Floats, bootstrap_ratio, cluster_codes

Unit = Literal["share", "nats", "tokens", "tokens a point", "points"]
"""Of what a figure is: a share is between 0 and 1, points are a difference of shares."""
Better = Literal["lower", "higher"]

FEWEST = 30
"""With fewer units that count no figure is given, only their number."""


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
        tops, bottoms = _columns(parts).T
        value = float(tops.sum() / bottoms.sum())
        clusters = cluster_codes([part.cluster for part in parts])
        interval = bootstrap_ratio(tops, bottoms, clusters=clusters, seed=seed)
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
    clusters = cluster_codes([part.cluster for part, _ in pairs])
    return Difference(
        _gap(np.hstack([mine, yours]).sum(axis=0)[None]).item(),
        _gap_interval(mine, yours, clusters, seed),
        swap_test(mine, yours, _exchanged(clusters), seed),
        n,
    )


def _paired(one: Iterable[Part], other: Iterable[Part]) -> list[tuple[Part, Part]]:
    yours: Mapping[str, Part] = {part.id: part for part in other}
    return [(part, yours[part.id]) for part in one if part.id in yours]


def _columns(parts: Iterable[Part]) -> Floats:
    return np.array([(part.top, part.bottom) for part in parts], dtype=np.float64)


def _gap(sums: Floats) -> Floats:
    """The difference of the two ratios, from the sums (r, 4) of resamples."""
    with np.errstate(divide="ignore", invalid="ignore"):
        gap: Floats = sums[:, 0] / sums[:, 1] - sums[:, 2] / sums[:, 3]
    return gap[:, None]


def _gap_interval(
    mine: Floats, yours: Floats, clusters: "np.ndarray[tuple[int], np.dtype[np.int64]]", seed: int
) -> tuple[float, float] | None:
    from misspoke.measures.bootstrap import bootstrap

    return bootstrap(np.hstack([mine, yours]), _gap, clusters=clusters, seed=seed)[0]


def _exchanged(
    clusters: "np.ndarray[tuple[int], np.dtype[np.int64]]",
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """What is exchanged: clusters where there are some, else units."""
    return clusters if grouped(clusters) else np.zeros(len(clusters), dtype=np.int64)

"""Figures of detectors with their intervals, all from the same resamples of the judged rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.measures import Ranking, Spread, Tally, areas, bootstrap_weights, n_units, spread

RESAMPLES = 500

Figures: TypeAlias = Callable[[Floats], Mapping[str, Floats]]
"""From weights (r, m), how often each judged row was drawn, to figures (r,) by name, NaN where
one is not defined. The names are the same for all weights."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of the rows as they are, and its 95% interval over resamples."""

    value: float | None = None
    interval: Spread | None = None


def estimates(
    parts: Sequence[Figures], clusters: NDArray[np.int64], seed: int
) -> list[dict[str, Estimate]]:
    """Take the figures of each part from the rows, and from resamples of their clusters (m,).

    A resample is drawn once for all parts, so that their figures are paired.
    """
    m = len(clusters)
    units = n_units(m, clusters)
    values = [part(np.ones((1, m))) for part in parts]
    drawn: list[dict[str, list[Floats]]] = [{name: [] for name in found} for found in values]
    if any(drawn):
        for weights in bootstrap_weights(m, clusters=clusters, resamples=RESAMPLES, seed=seed):
            for part, kept in zip(parts, drawn, strict=True):
                if kept:
                    for name, figures in part(weights).items():
                        kept[name].append(figures)
    return [
        {name: _estimate(found[name], np.concatenate(kept[name]), units) for name in found}
        for found, kept in zip(values, drawn, strict=True)
    ]


def area_of(values: Floats, positive: Bools, clusters: NDArray[np.int64], seed: int) -> Estimate:
    """The area under the ROC curve of `values` (m,), higher where `positive` (m,)."""
    ranking = Ranking.of(values)

    def figures(weights: Floats) -> dict[str, Floats]:
        return {"area": areas(Tally.of(ranking, positive, weights))}

    return estimates([figures], clusters, seed)[0]["area"]


def _estimate(value: Floats, resampled: Floats, units: int) -> Estimate:
    number = float(value[0])
    return Estimate() if np.isnan(number) else Estimate(number, spread(resampled, units))

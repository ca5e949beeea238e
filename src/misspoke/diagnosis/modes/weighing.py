"""Whether a remedy mends more than it breaks: both differences over the same units."""

import numpy as np

from misspoke.diagnosis.modes.measures import Figure, Measure, Part, figure
from misspoke.measures.bootstrap import divide

Pair = tuple[Measure, Measure]
"""A measure with the remedy, and without."""
_SIGNS = np.array((1.0, -1.0, -1.0, 1.0))


def net(gain: Pair, loss: Pair, seed: int = 0) -> Figure:
    """What a remedy gains less what it loses, each a difference of ratios, with its interval.

    Units are paired by id over all four measures. The interval is that of what each unit adds to
    the whole nearby, where the ratios are linear in the sums (the delta method). Value and
    interval are None where a ratio is not defined, or too few units count.
    """
    sides = [{part.id: part for part in one.parts} for one in (*gain, *loss)]
    units = [
        [side[name] for side in sides] for name in sides[0] if all(name in side for side in sides)
    ]
    units = [parts for parts in units if any(part.bottom for part in parts)]
    tops = np.array([[part.top for part in parts] for parts in units]).reshape(-1, 4)
    bottoms = np.array([[part.bottom for part in parts] for parts in units]).reshape(-1, 4)
    whole = bottoms.sum(axis=0)
    ratios = divide(tops.sum(axis=0), whole)
    if np.isnan(ratios).any():
        return Figure("net", "gained less lost", "points", None, None, len(units))
    adds = len(units) * ((tops - ratios * bottoms) / whole) @ _SIGNS + ratios @ _SIGNS
    parts = (
        Part(one.id, one.cluster, float(value))
        for (one, *_), value in zip(units, adds, strict=True)
    )
    fewest = max(one.fewest for one in (*gain, *loss))
    return figure(Measure("net", "gained less lost", "points", tuple(parts), fewest=fewest), seed)

"""Which rows of a run a page holds, where it cannot hold all."""

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]


def failures_and_sample(failed: NDArray[np.bool_], most: int) -> Places:
    """The places of all failures and of an even sample of the others, `most` in all, in order.

    Failures are never thinned: more of them than `most` leave no room for others.
    """
    failures, others = np.flatnonzero(failed), np.flatnonzero(~failed)
    return np.sort(np.append(failures, evenly(others, max(0, most - failures.size))))


def evenly(places: Places, most: int) -> Places:
    """At most so many of the places, at even distances: the same ones every time."""
    if places.size <= most:
        return places
    return places[np.arange(most) * places.size // max(most, 1)]

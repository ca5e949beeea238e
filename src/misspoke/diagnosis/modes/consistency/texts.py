"""Figures of inconsistency as texts, always with their intervals."""

from misspoke.diagnosis.modes.measures import Difference, Figure
from misspoke.diagnosis.modes.standing import signed


def share(found: Figure | Difference) -> str:
    """`12% [9–15%]`; without a value that it is not settled, and of how many units."""
    if found.value is None:
        return f"a share that is not settled (n = {found.n:,})"
    low, high = found.interval or (found.value, found.value)
    return f"{100 * found.value:.0f}% [{100 * low:.0f}–{100 * high:.0f}%]"


def points(found: Figure | Difference) -> str:
    """`+1.2 points [−0.5 to +3.0]`; without a value only of how many units."""
    if found.value is None:
        return f"n = {found.n:,}"
    low, high = found.interval or (found.value, found.value)
    return f"{_signed(found.value)} points [{_signed(low)} to {_signed(high)}]"


def settled(found: Figure | Difference) -> bool:
    """Whether the interval lies on one side of 0."""
    return found.interval is not None and (found.interval[0] > 0 or found.interval[1] < 0)


def _signed(value: float) -> str:
    return signed(100 * value, 1)

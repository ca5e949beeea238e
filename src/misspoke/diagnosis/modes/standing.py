"""What may be said of a figure that should be above 0: more, no more, or not settled."""

from typing import Literal

from misspoke.diagnosis.modes.measures import Figure

Standing = Literal["unknown", "more", "no more", "open"]
"""Unknown: too few units. More: the whole interval is above 0. No more: its upper end is small.
Open: anything else."""

POINTS = 0.05
"""A difference of shares that is surely smaller than this is none."""
NATS = 0.25
"""A difference of log-odds that is surely smaller than this is none."""
_NONE_OF = 3.0
"""Of n units, none: at most 3/n at 95% (the rule of three)."""


def standing(one: Figure) -> Standing:
    """How a figure stands to 0."""
    ends = bounds(one)
    if one.value is None:
        return "unknown"
    if ends is None:
        return "open"
    low, high = ends
    if low > 0:
        return "more"
    return "no more" if high < (NATS if one.unit == "nats" else POINTS) else "open"


def bounds(one: Figure) -> tuple[float, float] | None:
    """The ends of its interval; None where there is none.

    Where all units are alike, resampling gives an interval of no width. So many units may still
    hide a share: then the upper end is that of the rule of three, towards the other side of 0 too
    for a difference.
    """
    if one.interval is None:
        return None
    low, high = one.interval
    if one.unit == "nats" or low < high or not one.n:
        return low, high
    hidden = _NONE_OF / one.n
    if one.unit == "share":
        return max(0.0, low - hidden), min(1.0, high + hidden)
    return max(-1.0, low - hidden), min(1.0, high + hidden)


def surely_under(one: Figure, most: float) -> bool:
    """Whether the whole interval is below a bound; False where there is none."""
    ends = bounds(one)
    return one.value is not None and ends is not None and ends[1] < most


def share(one: Figure) -> str:
    """A share in per cent with its interval: "25% [17–33%]"."""
    if one.value is None:
        return f"(too few: {one.n})"
    low, high = bounds(one) or (one.value, one.value)
    return f"{100 * one.value:.0f}% [{100 * low:.0f}–{100 * high:.0f}%]"


def points(one: Figure) -> str:
    """A difference of shares with its interval: "12 [−2 to 30]"."""
    if one.value is None:
        return f"(too few: {one.n})"
    low, high = bounds(one) or (one.value, one.value)
    return _signs(f"{100 * one.value:.0f} [{100 * low:.0f} to {100 * high:.0f}]")


def nats(one: Figure) -> str:
    """Log-odds with their interval: "0.50 nats [0.25 to 0.75]"."""
    if one.value is None:
        return f"(too few: {one.n})"
    low, high = bounds(one) or (one.value, one.value)
    return _signs(f"{one.value:.2f} nats [{low:.2f} to {high:.2f}]")


def signed(value: float, digits: int = 0) -> str:
    """A difference with its sign, a true minus; 0 has none."""
    text = f"{value:+.{digits}f}".replace("-", "−")
    return text if text.strip("+−0.") else text[1:]


def _signs(text: str) -> str:
    return text.replace("-0.00", "0.00").replace("-0 ", "0 ").replace("-0]", "0]").replace("-", "−")

"""Figures of a summary as they stand in a sentence, with counts, and 95% intervals in brackets."""

from collections.abc import Sequence
from typing import TypeAlias

from misspoke.diagnosis.advice.record import FEW, Figures
from misspoke.measures import wilson

Pair: TypeAlias = tuple[float, float]


def counted(count: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 question, 2 questions."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def share(value: float) -> str:
    """A share in per cent; to a tenth within ten of either end, and `<0.1%`, not 0%, of a few."""
    percent = 100 * value
    if 0 < percent < 0.05:
        return "<0.1%"
    if 99.95 <= percent < 100:
        return ">99.9%"
    return f"{percent:.1f}%" if 0 < percent < 9.95 or 90.05 < percent < 100 else f"{percent:.0f}%"


def points(value: float) -> str:
    """A difference of shares in percentage points, without its sign: 3.8 points."""
    return f"{abs(100 * value):.1f} points"


def between(ends: Sequence[float]) -> str:
    """Shares by their bounds: `2.2–7.7%`; once, where they read the same."""
    low, high = share(ends[0]), share(ends[1])
    return low if low == high else f"{low[:-1]}–{high}"


def spread(rate: Figures) -> Pair | None:
    """A rate's 95% interval; Wilson's where none or all of the rows count.

    There the bootstrap gives an interval of no width, however few the rows. Wilson's takes
    questions to be independent.
    """
    top, bottom = rate["numerator"], rate["denominator"]
    if not bottom:
        return None
    if top in (0, bottom):
        return wilson(top, bottom)
    interval = rate["interval"]
    return None if interval is None else (float(interval[0]), float(interval[1]))


def complement(rate: Figures) -> Figures:
    """The rate of what a rate does not count; its interval is the other's, turned round."""
    interval = rate["interval"]
    return {
        "numerator": rate["denominator"] - rate["numerator"],
        "denominator": rate["denominator"],
        "value": None if rate["value"] is None else 1 - rate["value"],
        "interval": None if interval is None else (1 - interval[1], 1 - interval[0]),
    }


def of(rate: Figures) -> str:
    """A rate with its counts and 95% interval, `66 of 1,519 (4.3% [2.2–7.7%])`.

    Of fewer than `FEW` rows the counts alone.
    """
    text = f"{rate['numerator']:,} of {rate['denominator']:,}"
    return text if rate["denominator"] < FEW else f"{text} ({bare(rate)})"


def bare(rate: Figures) -> str:
    """A rate and its 95% interval without the counts: `4.3% [2.2–7.7%]`."""
    ends = spread(rate)
    return share(rate["value"]) + ("" if ends is None else f" [{between(ends)}]")


def bounds(pair: Figures) -> str:
    """A rate that undetermined rows leave open, by both of its ends where they differ."""
    lower, upper = pair["lower"], pair["upper"]
    return of(lower) if lower == upper else f"{of(lower)} to {of(upper)}"


def figure(value: float, interval: Sequence[float]) -> str:
    """A figure with its 95% interval, to two decimals: `0.91 [0.86–0.94]`."""
    return f"{value:.2f} [{interval[0]:.2f}–{interval[1]:.2f}]"

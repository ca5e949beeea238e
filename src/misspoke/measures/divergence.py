"""How much answers change with something: the Jensen–Shannon divergence of several distributions.

JSD = H(mean) − mean H, in nats, is the information that an answer gives of which distribution it
was drawn from. It is 0 where all are equal, and log K at most.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misspoke.measures.bootstrap import Floats
from misspoke.records import Interval

ROUNDS = 200
CLOSE = 1e-4
"""Bounds are not brought nearer to what they bound than this, in nats."""


def entropy(shares: ArrayLike) -> Floats:
    """−Σ p log p along the last axis, in nats; 0 log 0 is 0. Nothing is renormalised."""
    p = np.asarray(shares, dtype=np.float64)
    logs: Floats = np.log(np.where(p > 0, p, 1.0))
    total: Floats = 0.0 - (p * logs).sum(axis=-1)
    return total


def divergence(shares: ArrayLike) -> Floats:
    """The Jensen–Shannon divergence of distributions (…, K, classes), weighted alike."""
    p = np.asarray(shares, dtype=np.float64)
    gap: Floats = np.maximum(0.0, entropy(p.mean(axis=-2)) - entropy(p).mean(axis=-1))
    return gap


def divergence_bounds(found: ArrayLike) -> Interval:
    """Bounds of the divergence of distributions of which only a part was found.

    `found` is (K, classes): in each row masses that add up to 1 at most; what is missing may lie in
    any class, known or not. The upper bound is reached where what is missing in each row is answers
    that no other row gives: by the data processing inequality nothing can tell the rows further
    apart. For the lower one the missing mass is laid out so that the rows are as alike as they can
    be: the divergence is convex in it, and the bound is what the linearisation at the place that
    was reached proves.
    """
    known = np.asarray(found, dtype=np.float64)
    missing = np.maximum(0.0, 1.0 - known.sum(axis=1))
    apart = np.hstack([known, np.diag(missing)])
    return Interval(_least(known, missing), float(divergence(apart)))


def _least(known: Floats, missing: Floats) -> float:
    """A lower bound of the divergence over all ways to lay out the missing mass."""
    base = np.hstack([known, np.zeros((len(known), 1))])  # splitting what is unknown adds only
    laid = base + missing[:, None] / base.shape[1]
    best = 0.0
    for _ in range(ROUNDS):
        laid = _levelled(base, missing, laid.mean(axis=0))
        value = float(divergence(laid))
        best = max(best, value - _gap(base, missing, laid))
        if value - best < CLOSE:
            break
    return min(best, float(divergence(laid)))


def _levelled(base: Floats, missing: Floats, mean: Floats) -> Floats:
    """Rows (K, classes) with what each misses laid out as near to a mean as can be (in KL).

    Like water: each class is filled up to one level, counted in parts of its mean.
    """
    heights = np.divide(base, mean, out=np.full_like(base, np.inf), where=mean > 0)
    order = np.argsort(heights, axis=1, kind="stable")
    widths = np.cumsum(np.take_along_axis(np.broadcast_to(mean, base.shape), order, axis=1), axis=1)
    held = np.cumsum(np.take_along_axis(base, order, axis=1), axis=1) + missing[:, None]
    with np.errstate(over="ignore"):  # a class of hardly any mean is filled last
        levels = np.divide(held, widths, out=np.full_like(base, np.inf), where=widths > 0)
    under = levels >= np.take_along_axis(heights, order, axis=1)
    last = base.shape[1] - 1 - np.argmax(under[:, ::-1], axis=1)
    level = levels[np.arange(len(base)), last]
    filled: Floats = np.where(missing[:, None] > 0, np.maximum(base, level[:, None] * mean), base)
    return filled


def _gap(base: Floats, missing: Floats, laid: Floats) -> float:
    """How far the divergence can be below that of `laid`, by its linearisation there."""
    mean = laid.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(laid > 0, np.log(laid / mean), -np.inf)
    slope[:, mean == 0] = 0.0
    least = np.where(missing > 0, slope.min(axis=1), 0.0)
    if np.isinf(least).any():
        return float("inf")
    moved = np.where(laid > base, (laid - base) * np.where(np.isfinite(slope), slope, 0.0), 0.0)
    return float((moved.sum(axis=1) - missing * least).sum() / len(base))


def tally(answers: Sequence[Sequence[int]]) -> Floats:
    """Shares (K, classes) of the answers in each of K groups of the same size."""
    classes, places = np.unique(np.asarray(answers), return_inverse=True)
    codes = places.reshape(len(answers), -1)
    counts = np.stack([np.bincount(row, minlength=len(classes)) for row in codes])
    shares: Floats = counts / codes.shape[1]
    return shares


def shuffled_divergences(
    answers: Sequence[Sequence[int]], shuffles: int, rng: np.random.Generator
) -> Floats:
    """The divergence (shuffles,) of K groups of n answers each, once who said which is shuffled.

    That is what sampling alone makes of one distribution: n answers a group are never quite alike.
    """
    groups, size = len(answers), len(answers[0])
    _, places = np.unique(np.asarray(answers), return_inverse=True)
    codes: NDArray[np.int64] = places.reshape(-1)
    dealt = rng.permuted(np.tile(codes, (shuffles, 1)), axis=1).reshape(shuffles, groups, size)
    classes = int(codes.max()) + 1
    counts = np.zeros((shuffles, groups, classes))
    which = np.indices(dealt.shape)
    np.add.at(counts, (which[0], which[1], dealt), 1.0)
    return divergence(counts / size)

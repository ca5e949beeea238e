"""The control for a base model and its instruct sibling: the base model, only made as sharp.

Temperature changes every probability and no ranking: greedy says the same at any temperature. So
what a temperature explains of the sibling's sharpness is no effect on what the model says, and
where greedy answers differ, something else than temperature differs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.comparing.sharp import Sharp
from misspoke.diagnosis.comparing.temperatures import (
    between,
    finer,
    tempered_winner,
)
from misspoke.diagnosis.contrast import LEAST
from misspoke.diagnosis.outcomes import Floats
from misspoke.measures import Spread, bootstrap
from misspoke.measures.bootstrap import divide

NO_COLUMN = "no tempered masses are stored"
TOO_FEW = f"fewer than {LEAST} questions have tempered masses in both runs"
NO_MATCH = "no temperature of the grid gives the base model the instruct model's mean entropy"


@dataclass(frozen=True, slots=True)
class Sampled:
    """What sampling the first content token would give, in expectation."""

    accuracy: float
    """Mean content first-token P-mass."""
    n_known: int
    """Questions whose content first-token P-mass is at least τ at temperature 1."""
    misfire: float | None
    """Mean of 1 − P over them."""


@dataclass(frozen=True, slots=True)
class Winner:
    """The mean probability of wrong winners that no opener precedes."""

    n: int
    value: float | None
    """None of fewer than 30."""
    upper: float | None
    """Both are bounds: what is beyond the stored tokens is not known."""


@dataclass(frozen=True, slots=True)
class Tempered:
    """The base model at the temperature at which it is as sharp as its sibling."""

    n: int
    """Questions with tempered masses in both runs."""
    reason: str | None
    """Why there is no such temperature; else None."""
    base_entropy: float | None = None
    """Mean entropy at the answer step, in nats, at temperature 1."""
    instruct_entropy: float | None = None
    temperature: float | None = None
    """At which the base model's mean entropy is the instruct model's."""
    temperature_interval: Spread | None = None
    base: Sampled | None = None
    base_tempered: Sampled | None = None
    instruct: Sampled | None = None
    winner_base: Winner | None = None
    winner_base_tempered: Winner | None = None
    winner_instruct: Winner | None = None
    beyond: Spread | None = None
    """Wrong-winner probability: instruct less tempered base, by the bounds of the latter."""
    beyond_interval: Spread | None = None
    """95% interval of it, from the lower end of the least to the upper end of the greatest."""
    left_out: int = 0
    """Wrong winners of the base model behind an opener: their probability cannot be tempered."""


def tempered(
    base: Sharp | None, instruct: Sharp | None, clusters: NDArray[np.int64], seed: int
) -> Tempered:
    """Compare an instruct model with its base model at the temperature that makes it as sharp."""
    if base is None or instruct is None:
        return _nothing(NO_COLUMN)
    both = base.curves.known & instruct.curves.known
    n = int(both.sum())
    if n < LEAST:
        return _nothing(TOO_FEW, n)
    places = np.flatnonzero(both)
    base, instruct, clusters = base.at(places), instruct.at(places), clusters[places]
    ends = float(base.now.mean()), float(instruct.now.mean())
    fine = finer(base.curves.grid)
    entropy = between(base.curves.grid, base.curves.entropy, fine)
    if np.isnan(_matched(fine, entropy.mean(axis=0)[None], np.array(ends[1:]))[0]):
        return _nothing(NO_MATCH, n, ends)
    return _compared(base, instruct, fine, entropy, clusters, seed, ends)


def _compared(
    base: Sharp,
    instruct: Sharp,
    fine: Floats,
    entropy: Floats,
    clusters: NDArray[np.int64],
    seed: int,
    ends: tuple[float, float],
) -> Tempered:
    columns, steps = _columns(base, instruct, fine, entropy), len(fine)

    def statistics(sums: Floats) -> Floats:
        return _statistics(sums, fine, steps)

    spreads = bootstrap(columns, statistics, clusters=clusters, seed=seed)
    temperature, mass, misfire, low, high, sibling = _statistics(
        columns.sum(axis=0)[None], fine, steps
    )[0, :6].tolist()
    n_wrong = int(base.wrong.sum())
    enough = min(n_wrong, int(instruct.wrong.sum())) >= LEAST
    return Tempered(
        n=len(columns),
        reason=None,
        base_entropy=ends[0],
        instruct_entropy=ends[1],
        temperature=temperature,
        temperature_interval=spreads[0],
        base=_sampled(base),
        base_tempered=Sampled(
            mass, int(base.known.sum()), misfire if base.known.sum() >= LEAST else None
        ),
        instruct=_sampled(instruct),
        winner_base=_winner(n_wrong, _at_one(base)),
        winner_base_tempered=_winner(n_wrong, low, high),
        winner_instruct=_winner(int(instruct.wrong.sum()), sibling),
        beyond=(sibling - high, sibling - low) if enough else None,
        beyond_interval=_hull(spreads[6], spreads[7]) if enough else None,
        left_out=int(base.behind_opener.sum()),
    )


def _columns(base: Sharp, instruct: Sharp, fine: Floats, entropy: Floats) -> Floats:
    """Sums of these give every statistic: for t temperatures (n, 4 t + 5).

    Entropy, mass and both bounds of the wrong winner at each; then the number of rows, of known and
    of wrong ones, the sibling's entropy, and its wrong winners' probability and number.
    """
    mass = between(base.curves.grid, base.curves.mass, fine)
    low, high = _tempered_winners(base, fine)
    ones = np.ones((len(mass), 1))
    known, wrong = base.known[:, None], base.wrong[:, None]
    sibling = instruct.wrong[:, None]
    return np.hstack(
        [
            *(entropy, mass, mass * known, low, high),
            *(ones, known, wrong, instruct.now[:, None]),
            *(np.where(sibling, instruct.winner[:, None], 0.0), sibling),
        ]
    )


def _statistics(sums: Floats, fine: Floats, steps: int) -> Floats:
    """From sums of `_columns` (r, 8): T, mass, misfire, winner's bounds, the sibling's, gaps."""
    entropy, mass, held, low, high, rest = np.split(sums, [steps * k for k in range(1, 6)], axis=1)
    n, known, wrong, sibling_entropy, sibling, n_sibling = rest.T
    found = _matched(fine, divide(entropy, n[:, None]), divide(sibling_entropy, n))
    least, most = divide(_read(fine, low, found), wrong), divide(_read(fine, high, found), wrong)
    winner = divide(sibling, n_sibling)
    return np.column_stack(
        [
            found,
            divide(_read(fine, mass, found), n),
            1 - divide(_read(fine, held, found), known),
            least,
            most,
            winner,
            winner - most,
            winner - least,
        ]
    )


def _matched(fine: Floats, entropy: Floats, wanted: Floats) -> Floats:
    """The temperatures (r,) at which rising entropies (r, t) are the wanted ones (r,).

    By bisection between the temperatures (t,), and a straight line in log T within the last gap;
    NaN beyond them.
    """
    found = np.full(len(entropy), np.nan)
    for place, (curve, value) in enumerate(zip(entropy, wanted, strict=True)):
        if not curve[0] <= value <= curve[-1]:
            continue
        after = min(max(1, int(np.searchsorted(curve, value))), len(curve) - 1)
        gap = curve[after] - curve[after - 1]
        part = (value - curve[after - 1]) / gap if gap > 0 else 0.0
        start, end = np.log(fine[after - 1]), np.log(fine[after])
        found[place] = np.exp(start + part * (end - start))
    return found


def _read(fine: Floats, values: Floats, at: Floats) -> Floats:
    """The values (r, t) read at a temperature each (r,): a straight line in log T in each gap."""
    after = np.clip(np.searchsorted(fine, at), 1, len(fine) - 1)
    rows = np.arange(len(values))
    start, end = np.log(fine[after - 1]), np.log(fine[after])
    part = (np.log(at) - start) / (end - start)
    read: Floats = (1 - part) * values[rows, after - 1] + part * values[rows, after]
    return read


def _tempered_winners(base: Sharp, fine: Floats) -> tuple[Floats, Floats]:
    """Bounds of the wrong winners' probability at each temperature, both (n, t); 0 elsewhere."""
    low = np.zeros((len(base.wrong), len(fine)))
    high = np.zeros_like(low)
    places = np.flatnonzero(base.wrong)
    held = base.at(places)
    for column, temperature in enumerate(fine.tolist()):
        bounds = tempered_winner(held.winner, held.top, held.curves, temperature)
        low[places, column], high[places, column] = bounds
    return low, high


def _sampled(sharp: Sharp) -> Sampled:
    mass = sharp.curves.mass[:, sharp.curves.at_one]
    n = int(sharp.known.sum())
    misfire = float(1 - mass[sharp.known].mean()) if n >= LEAST else None
    return Sampled(float(mass.mean()), n, misfire)


def _at_one(sharp: Sharp) -> float:
    return float(sharp.winner[sharp.wrong].mean()) if sharp.wrong.any() else float("nan")


def _winner(n: int, value: float, upper: float | None = None) -> Winner:
    if n < LEAST:
        return Winner(n, None, None)
    return Winner(n, value, value if upper is None else upper)


def _hull(one: Spread | None, other: Spread | None) -> Spread | None:
    if one is None or other is None:
        return None
    return one[0], other[1]


def _nothing(reason: str, n: int = 0, ends: tuple[float, float] | None = None) -> Tempered:
    base, instruct = ends or (None, None)
    return Tempered(n, reason, base_entropy=base, instruct_entropy=instruct)

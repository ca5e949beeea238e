"""Dispersion: is the right answer's mass spread thinner where it loses than where it wins?

The contrast of Yeom et al. 2026, arXiv 2605.22007: commitment failures against correct answers,
both with a P-mass of at least τ. The outcome forces a part of it, for a right form that loses to
a wrong one holds less than min(P, 1 − P); so it is also given within bins of P, beside that cap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.null import Null, nulls
from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.diagnosis.rows import FAILURE, Rows
from misspoke.measures import Spread, WelchT, bootstrap_differences, cohens_d, welch_t

_AT_ONCE = 1 << 18
"""Values that are contrasted with one draw of resamples: more would be held in memory."""

LEAST = 30
"""A contrast with fewer rows on either side gives its numbers of rows and nothing else."""

EDGES = (0.35, 0.5, 0.75, 1.0)
"""Where the bins of P-mass end; the first begins at τ, and the last holds 1."""

MEASURES = (
    "top_form_prob",
    "top_form_share",
    "effective_forms",
    "top_first_token_prob",
    "top_first_token_share",
    "effective_first_tokens",
)
"""The columns that are contrasted: of the strings, then of the literal first tokens."""

_CAPPED = {"capped top_form_prob": "string", "capped top_first_token_prob": "literal"}
"""Absolute probabilities with the right rows' values capped, and the mass that caps them."""


@dataclass(frozen=True, slots=True)
class BeyondCap:
    """A contrast in which right rows hold no more than they could have held had they lost."""

    value: float
    """Mean of the failures less the mean of min(value, P, 1 − P) of the right rows."""
    interval: Spread | None


@dataclass(frozen=True, slots=True)
class Contrast:
    """One measure in failures against correct answers; differences are failures − correct."""

    n_failures: int
    n_correct: int
    mean_failures: float | None = None
    mean_correct: float | None = None
    difference: float | None = None
    interval: Spread | None = None
    welch: WelchT | None = None
    d: float | None = None
    """Cohen's d, by the pooled standard deviation."""
    beyond_cap: BeyondCap | None = None
    """Of the absolute probabilities alone: shares and effective numbers have no such cap."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The contrasts among the rows whose string P-mass (lower bound) lies in [low, high)."""

    low: float
    high: float
    """Belongs to the cell where it is 1."""
    n_failures: int
    n_correct: int
    cap: float | None
    """Mean of min(P, 1 − P) over the failures, P their string P-mass."""
    cap_literal: float | None
    """The same, P their literal first-token P-mass."""
    contrasts: dict[str, Contrast]
    null: dict[str, Null | None] | None = None
    """By measure, what P-mass alone forces; None of bins, which are narrow in P themselves."""


@dataclass(frozen=True, slots=True)
class Dispersion:
    """The dispersion contrast over all rows at or above τ, and by bins of P-mass."""

    overall: Cell
    bins: tuple[Cell, ...]


def dispersion(rows: Rows, tau: float, seed: int) -> Dispersion:
    """Contrast failures with correct answers, both with a string P-mass of at least τ."""
    edges = (tau, *(edge for edge in EDGES if edge > tau))
    limits = [(tau, 1.0), *pairwise(edges)]
    contrasts: list[dict[str, Contrast]] = [{} for _ in limits]
    null: dict[str, Null | None] = {}
    columns = (*MEASURES, *_CAPPED)
    together = max(1, _AT_ONCE // max(1, rows.n))
    for start in range(0, len(columns), together):
        names = columns[start : start + together]
        values = np.column_stack([_values(rows, name) for name in names])
        for found, (low, high) in zip(contrasts, limits, strict=True):
            failed, compared = _compared(rows, tau, low, high)
            made = _contrasts(values[compared], failed[compared], rows.clusters[compared], seed)
            found |= dict(zip(names, made, strict=True))
        null |= _nulls(rows, tau, names, values, contrasts[0], seed)
    overall, *bins = (
        _cell(rows, tau, low, high, _with_caps(found))
        for found, (low, high) in zip(contrasts, limits, strict=True)
    )
    return Dispersion(replace(overall, null=null), tuple(bins))


def _values(rows: Rows, name: str) -> Floats:
    """A column (n,) that is contrasted; of a capped one, right rows' values are cut at the cap."""
    if name not in _CAPPED:
        return rows.floats(name)
    values = rows.floats(name.removeprefix("capped "))
    mass = (rows.string if _CAPPED[name] == "string" else rows.literal).lower
    return np.where(rows.correct, np.minimum(values, np.minimum(mass, 1 - mass)), values)


def _with_caps(found: dict[str, Contrast]) -> dict[str, Contrast]:
    """The contrasts of `MEASURES`, each with what is left of it beyond its cap."""
    contrasts = {}
    for name in MEASURES:
        capped = found.get(f"capped {name}", Contrast(0, 0))
        left = capped.difference
        beyond = None if left is None else BeyondCap(left, capped.interval)
        contrasts[name] = replace(found[name], beyond_cap=beyond)
    return contrasts


def _nulls(
    rows: Rows,
    tau: float,
    names: Sequence[str],
    values: Floats,
    contrasts: Mapping[str, Contrast],
    seed: int,
) -> dict[str, Null | None]:
    """What P-mass forces of those columns of `values` (n, m) that are measures."""
    measures = [name for name in names if name in MEASURES]
    failed, compared = _compared(rows, tau, tau, 1.0)
    made = nulls(
        values[compared][:, : len(measures)],
        failed[compared],
        rows.string.lower[compared],
        [contrasts[name].difference for name in measures],
        seed,
    )
    return dict(zip(measures, made, strict=True))


def _compared(rows: Rows, tau: float, low: float, high: float) -> tuple[Bools, Bools]:
    """The failures whose P-mass lies in a cell (n,), and these with the correct rows of it."""
    mass = rows.string.lower
    inside = (mass >= low) & ((mass < high) | (high >= 1))
    failed = inside & (rows.outcomes(rows.string, tau) == FAILURE)
    return failed, failed | (inside & rows.correct)


def _cell(rows: Rows, tau: float, low: float, high: float, contrasts: dict[str, Contrast]) -> Cell:
    failed, compared = _compared(rows, tau, low, high)
    return Cell(
        low=low,
        high=high,
        n_failures=int(failed.sum()),
        n_correct=int(compared.sum() - failed.sum()),
        cap=_cap(rows.string.lower[failed]),
        cap_literal=_cap(rows.literal.lower[failed]),
        contrasts=contrasts,
    )


def _cap(mass: Floats) -> float | None:
    return float(np.minimum(mass, 1 - mass).mean()) if len(mass) >= LEAST else None


def _contrasts(
    values: Floats, failed: Bools, clusters: NDArray[np.int64], seed: int
) -> list[Contrast]:
    """Contrast each column of `values` (n, m), NaN where a row lacks it."""
    if min(failed.sum(), (~failed).sum()) < LEAST:
        spreads: tuple[Spread | None, ...] = (None,) * values.shape[1]
    else:
        spreads = bootstrap_differences(values, failed, clusters=clusters, seed=seed)
    contrasts = []
    for column, spread in zip(values.T, spreads, strict=True):
        known = np.isfinite(column)
        contrasts.append(_contrast(column[failed & known], column[~failed & known], spread))
    return contrasts


def _contrast(failures: Floats, correct: Floats, interval: Spread | None) -> Contrast:
    if min(failures.size, correct.size) < LEAST:
        return Contrast(failures.size, correct.size)
    means = float(failures.mean()), float(correct.mean())
    return Contrast(
        n_failures=failures.size,
        n_correct=correct.size,
        mean_failures=means[0],
        mean_correct=means[1],
        difference=means[0] - means[1],
        interval=interval,
        welch=welch_t(failures, correct),
        d=cohens_d(failures, correct),
    )

"""What other decoders would do with the same beliefs: sampling, and emitting the heaviest class."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.diagnosis.rates import Rate, rate
from misspoke.diagnosis.rows import Bounds, Rows

TEMPERATURES = (0.3, 0.7, 1.0)

MeanBounds: TypeAlias = tuple[float, float]
"""A mean of masses that are intervals: the mean of their lower and of their upper bounds."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """What sampling at a temperature would give, in expectation over its draws."""

    temperature: float
    mass: str
    """`string`: exact; `first`: by the content first token, right as soon as it begins right."""
    n: int
    """Rows whose mass at this temperature is known."""
    expected_accuracy: MeanBounds | None
    """Mean of P over the rows."""
    expected_error: MeanBounds | None
    """Mean of 1 − P over the rows."""
    n_known: int
    """Those of the rows whose P-mass of the same kind, at temperature 1, is at least τ."""
    expected_misfire: MeanBounds | None
    """Mean of 1 − P over them."""


@dataclass(frozen=True, slots=True)
class ConceptArgmax:
    """What always emitting the heaviest class of answers would give."""

    accuracy: Rate
    """Questions whose heaviest class is gold."""
    misfire: Rate
    """Questions with a string P-mass of at least τ whose heaviest class is not gold."""


@dataclass(frozen=True, slots=True)
class References:
    """The two references, beside what greedy decoding did."""

    greedy_error: Rate
    """Questions not answered right, abstentions among them: what 1 − P is the reference of."""
    sampling: tuple[Sampling, ...]
    concept_argmax: ConceptArgmax


def references(rows: Rows, leads: Bools, tau: float, seed: int) -> References:
    """Give both references, and the error of the greedy answers; `leads` those of `gold_leads`."""
    everything = np.ones(rows.n, dtype=np.bool_)
    known = rows.string.lower >= tau
    sampled = [
        _sampling(temperature, "first", Bounds(mass, mass), rows.first.lower >= tau)
        for temperature, mass in zip(TEMPERATURES, _tempered(rows), strict=True)
    ]
    return References(
        greedy_error=rate(rows, ~rows.correct, everything, seed),
        sampling=(*sampled, _sampling(1.0, "string", rows.string, known)),
        concept_argmax=ConceptArgmax(
            accuracy=rate(rows, leads, everything, seed),
            misfire=rate(rows, known & ~leads, known, seed),
        ),
    )


def _tempered(rows: Rows) -> list[Floats]:
    """Content first-token P-mass (n,) at each of `TEMPERATURES`; NaN where it was not measured."""
    import polars

    masses = [np.full(rows.n, np.nan) for _ in TEMPERATURES]
    for within, batch in rows.batches("tempered"):
        points = (
            batch.lazy()
            .with_row_index("row")
            .explode("tempered")
            .unnest("tempered")
            .select("row", "temperature", "p_mass_first")
            .collect()
        )
        for temperature, mass in zip(TEMPERATURES, masses, strict=True):
            held = points.filter((polars.col("temperature") - temperature).abs() < 1e-6)
            mass[within][held["row"].to_numpy()] = held["p_mass_first"].to_numpy()
    return masses


def _sampling(temperature: float, kind: str, mass: Bounds, known: Bools) -> Sampling:
    measured = np.isfinite(mass.lower)
    chosen = measured & known
    return Sampling(
        temperature=temperature,
        mass=kind,
        n=int(measured.sum()),
        expected_accuracy=mean_bounds(mass.lower, mass.upper, measured),
        expected_error=mean_bounds(1 - mass.upper, 1 - mass.lower, measured),
        n_known=int(chosen.sum()),
        expected_misfire=mean_bounds(1 - mass.upper, 1 - mass.lower, chosen),
    )


def mean_bounds(lower: Floats, upper: Floats, among: Bools) -> MeanBounds | None:
    """Give the means of both ends (n,) of an interval over the rows `among`; None of no rows."""
    if not among.any():
        return None
    return float(lower[among].mean()), float(upper[among].mean())

"""A run in numbers: everything that its table, its report and `summary.json` show."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from misspoke.diagnosis.aspects import (
    Cost,
    Detection,
    Inflation,
    Sharpening,
    cost,
    detection,
    inflation,
    sharpening,
)
from misspoke.diagnosis.cause_counts import Causes, count_causes
from misspoke.diagnosis.contrast import Dispersion, dispersion
from misspoke.diagnosis.leads import gold_leads_wrong
from misspoke.diagnosis.outcomes import (
    COMMITMENT_FAILURE,
    TAU,
    TAUS,
    UNDETERMINED,
    Bools,
)
from misspoke.diagnosis.plain import plain
from misspoke.diagnosis.rates import Headline, Rate, headline, outcome_counts, rate
from misspoke.diagnosis.references import References, references
from misspoke.diagnosis.rows import Bounds, Rows, read_rows

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True, slots=True)
class Abstained:
    """Refusals and empty answers."""

    count: int
    knowing: int
    """Those with a string P-mass of at least τ."""


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """The outcomes at one threshold."""

    tau: float
    counts: dict[str, int]
    failures_per_wrong_lower: float | None
    """Undetermined rows taken as no failures; None where no answer is wrong."""
    failures_per_wrong_upper: float | None
    """Undetermined rows taken as failures."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """The outcomes at every threshold of `TAUS`, by each kind of mass."""

    string: tuple[SweepPoint, ...]
    first: tuple[SweepPoint, ...]
    literal: tuple[SweepPoint, ...]


@dataclass(frozen=True, slots=True)
class Headlines:
    """The headline rates of all rows, and of rows that are less open to doubt."""

    all_rows: Headline
    without_alias_gap: Headline
    """Without the wrong rows whose answer resembles a right one."""
    one_group: Headline
    """Rows with a single right answer."""
    several_groups: Headline


@dataclass(frozen=True, slots=True)
class Flags:
    """Flags on wrong rows."""

    lost_midway: Rate
    """Wrong answers that begin on a gold form's path and leave it."""
    alias_gap: Rate
    """Wrong answers that resemble a right one."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A run's figures at one τ; `docs/summary.md` explains each key."""

    n: int
    tau: float
    seed: int
    accuracy: Rate
    abstained: Abstained
    rates: Headlines
    sweep: Sweep
    causes: Causes
    flags: Flags
    references: References
    dispersion: Dispersion
    sharpening: Sharpening
    inflation: Inflation
    detection: Detection
    cost: Cost

    def to_dict(self) -> dict[str, Any]:
        """Give the summary as plain JSON values: no tuples, no NaN."""
        values: dict[str, Any] = plain(self)
        return values


def summarise(frame: "polars.DataFrame", tau: float = TAU, seed: int = 0) -> Summary:
    """Summarise the rows of a run's answers.parquet at a threshold τ, without the model.

    The outcomes and causes are judged anew from the stored masses. `seed` fixes the bootstrap. A
    column that is missing raises `UserError`.
    """
    rows = read_rows(frame)
    rates = _headlines(rows, tau, seed)
    return Summary(
        n=rows.n,
        tau=tau,
        seed=seed,
        accuracy=rates.all_rows.accuracy,
        abstained=Abstained(
            count=int(rows.abstained.sum()),
            knowing=int((rows.abstained & (rows.string.lower >= tau)).sum()),
        ),
        rates=rates,
        sweep=Sweep(
            _sweep(rows, rows.string), _sweep(rows, rows.first), _sweep(rows, rows.literal)
        ),
        causes=count_causes(rows, tau),
        flags=Flags(
            lost_midway=rate(rows, rows.wrong & (rows.floats("lost_midway") > 0), rows.wrong, seed),
            alias_gap=rate(rows, rows.wrong & rows.alias_gap, rows.wrong, seed),
        ),
        references=references(rows, tau, seed),
        dispersion=dispersion(rows, tau, seed),
        sharpening=sharpening(rows),
        inflation=inflation(rows, tau, seed),
        detection=detection(rows),
        cost=cost(rows),
    )


def _headlines(rows: Rows, tau: float, seed: int) -> Headlines:
    proper = gold_leads_wrong(rows)

    def among(chosen: Bools) -> Headline:
        return headline(rows, tau, seed, chosen, proper)

    return Headlines(
        all_rows=among(np.ones(rows.n, dtype=np.bool_)),
        without_alias_gap=among(~rows.alias_gap),
        one_group=among(~rows.several_groups),
        several_groups=among(rows.several_groups),
    )


def _sweep(rows: Rows, mass: Bounds) -> tuple[SweepPoint, ...]:
    everything = np.ones(rows.n, dtype=np.bool_)
    wrong = int(rows.wrong.sum())
    points = []
    for tau in TAUS:
        counts = outcome_counts(rows, mass, tau, everything)
        least = counts[COMMITMENT_FAILURE]
        most = least + counts[UNDETERMINED]
        lower, upper = (least / wrong, most / wrong) if wrong else (None, None)
        points.append(SweepPoint(tau, counts, lower, upper))
    return tuple(points)

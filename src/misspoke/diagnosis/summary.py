"""A run in numbers: everything that its table, its report and `summary.json` show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from misspoke.diagnosis.artefacts import CONTENT, LITERAL
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
from misspoke.diagnosis.confidence import Confidence, confidence
from misspoke.diagnosis.contrast import Dispersion, dispersion
from misspoke.diagnosis.detectors import Detectors, evaluate
from misspoke.diagnosis.leads import Leads, gold_leads
from misspoke.diagnosis.outcomes import TAU, Bools
from misspoke.diagnosis.plain import plain
from misspoke.diagnosis.rates import Headline, Rate, headline, rate
from misspoke.diagnosis.references import References, references
from misspoke.diagnosis.rows import Rows, Source, read_rows
from misspoke.diagnosis.scores import FREE, chosen, probed
from misspoke.diagnosis.thresholds import Misfire, Sweep, misfires, sweep
from misspoke.diagnosis.trajectory import TrajectoryPoint, trajectory
from misspoke.diagnosis.unconfirmed import Unconfirmed, unconfirmed
from misspoke.measures import n_units

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True, slots=True)
class Abstained:
    """Refusals and empty answers."""

    count: int
    knowing: int
    """Those with a string P-mass of at least τ."""


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
class FirstTokenFailures:
    """The commitment failures by first tokens, held against the string mass."""

    literal: Unconfirmed
    first: Unconfirmed


@dataclass(frozen=True, slots=True)
class Summary:
    """A run's figures at one τ; `docs/summary.md` explains each key."""

    n: int
    clusters: int
    """What is drawn for an interval: relations where there are two at least, else questions; a
    question without a relation is one of its own."""
    tau: float
    seed: int
    accuracy: Rate
    abstained: Abstained
    rates: Headlines
    sweep: Sweep
    misfire: tuple[Misfire, ...]
    """By threshold, as `sweep`."""
    causes: Causes
    flags: Flags
    references: References
    dispersion: Dispersion
    sharpening: Sharpening
    inflation: Inflation
    unconfirmed: FirstTokenFailures
    confidence: Confidence
    trajectory: tuple[TrajectoryPoint, ...]
    """By the distance from the answer step."""
    detection: Detection
    detectors: Detectors | None
    """None where no detector was asked for."""
    cost: Cost

    def to_dict(self) -> dict[str, Any]:
        """Give the summary as plain JSON values: no tuples, no NaN."""
        values: dict[str, Any] = plain(self)
        return values


def summarise(
    rows: "polars.DataFrame | Source",
    tau: float = TAU,
    seed: int = 0,
    detectors: Sequence[str] = FREE,
    layers: Sequence[int] = (),
) -> Summary:
    """Summarise the rows of a run's answers.parquet at a threshold τ, without the model.

    `rows` is a frame or a run; of a run only the columns that are needed are read, and lists a
    batch of rows at a time. The outcomes and causes are judged anew from the stored masses. `seed`
    fixes the bootstrap. `detectors` are names as `scores.chosen` takes them, and `layers` the
    numbers of the layers whose hidden states the run holds.

    Raises:
        UserError: a column is missing, a detector is not known, or the hidden states do not belong
            to the run.
    """
    return _summary(read_rows(rows), tau, seed, chosen(detectors), layers)


def _summary(
    rows: Rows, tau: float, seed: int, detectors: Sequence[str], layers: Sequence[int]
) -> Summary:
    led = gold_leads(rows)
    rates = _headlines(rows, led, tau, seed)
    return Summary(
        n=rows.n,
        clusters=n_units(rows.n, rows.clusters),
        tau=tau,
        seed=seed,
        accuracy=rates.all_rows.accuracy,
        abstained=Abstained(
            count=int(rows.abstained.sum()),
            knowing=int((rows.abstained & (rows.string.lower >= tau)).sum()),
        ),
        rates=rates,
        sweep=sweep(rows, seed),
        misfire=misfires(rows, led.leads, seed),
        causes=count_causes(rows, tau),
        flags=Flags(
            lost_midway=rate(rows, rows.wrong & (rows.floats("lost_midway") > 0), rows.wrong, seed),
            alias_gap=rate(rows, rows.wrong & rows.alias_gap, rows.wrong, seed),
        ),
        references=references(rows, led.leads, tau, seed),
        dispersion=dispersion(rows, tau, seed),
        sharpening=sharpening(rows),
        inflation=inflation(rows, tau, seed),
        unconfirmed=FirstTokenFailures(
            literal=unconfirmed(rows, LITERAL, tau, seed),
            first=unconfirmed(rows, CONTENT, tau, seed),
        ),
        confidence=confidence(rows, tau, seed),
        trajectory=trajectory(rows, seed),
        detection=detection(rows),
        detectors=_detectors(rows, tau, seed, detectors, layers),
        cost=cost(rows),
    )


def _headlines(rows: Rows, led: Leads, tau: float, seed: int) -> Headlines:
    proper = led.surely, led.possibly

    def among(chosen: Bools) -> Headline:
        return headline(rows, tau, seed, chosen, proper)

    return Headlines(
        all_rows=among(np.ones(rows.n, dtype=np.bool_)),
        without_alias_gap=among(~rows.alias_gap),
        one_group=among(~rows.several_groups),
        several_groups=among(rows.several_groups),
    )


def _detectors(
    rows: Rows, tau: float, seed: int, names: Sequence[str], layers: Sequence[int]
) -> Detectors | None:
    if not names:
        return None
    states = rows.source.states() if probed(names) else None
    return evaluate(rows, names, states, layers, tau, seed)

"""Runs of the same questions, compared: all that the terminal, the page and the JSON show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.comparing.claims import Answers, claims, verdict
from misspoke.diagnosis.comparing.examples import Example, examples
from misspoke.diagnosis.comparing.kinds import PAIR, Kind, kind_of, overall, pairs_of
from misspoke.diagnosis.comparing.paired import HEADLINE, Level, Paired, corrected, levels, paired
from misspoke.diagnosis.comparing.pairing import Places, Side, labels, shared
from misspoke.diagnosis.comparing.published import Beside, Conditions, Ours, beside, conditions
from misspoke.diagnosis.comparing.published import measured as by_the_paper
from misspoke.diagnosis.comparing.quantities import Quantity, quantities
from misspoke.diagnosis.comparing.sharp import Sharp, read_sharp
from misspoke.diagnosis.comparing.swaps import grouped
from misspoke.diagnosis.comparing.tax import Costs, Tax, read_costs, tax
from misspoke.diagnosis.comparing.tempering import Tempered, tempered
from misspoke.diagnosis.comparing.trend import Trend, trends
from misspoke.diagnosis.outcomes import TAU, TAUS, Floats
from misspoke.diagnosis.plain import plain
from misspoke.diagnosis.rows import FAILURE, OPEN, Rows, read_rows
from misspoke.measures import RESAMPLES
from misspoke.records.lineage import Lineage


@dataclass(frozen=True, slots=True)
class Sweep:
    """A run's commitment failures per wrong answer at one threshold."""

    tau: float
    n: int
    failures: int
    at_most: int
    """With the undetermined ones."""


@dataclass(frozen=True, slots=True)
class RunFigures:
    """One run by itself, over the common questions."""

    label: str
    folder: str
    model: str
    lineage: Lineage
    form: str
    shots: int
    asked: str
    dtype: str
    questions: str
    left_out: int
    """Its questions that another run lacks."""
    levels: dict[str, Level]
    sweep: tuple[Sweep, ...]
    tax: Tax
    conditions: Conditions
    """Where they match the published ones."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Run b against run a."""

    a: int
    b: int
    kind: Kind
    answers: Answers
    differences: dict[str, Any]
    transitions: dict[str, dict[str, int]]
    claims: tuple[str, ...]
    """Significant headline differences, ascribed to what the kind allows; else none."""
    tempered: Tempered | None
    """Of a base model and its instruct sibling."""
    verdict: str | None
    """What of their difference a temperature explains."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison of runs of questions."""

    n: int
    """Questions that all runs hold."""
    grouped: bool
    """Whether they come in relations: these are drawn and exchanged, and else questions."""
    tau: float
    seed: int
    resamples: int
    kind: str
    """That of all pairs, or mixed."""
    tested: tuple[str, ...]
    """The quantities of the headline tests, corrected together over all pairs."""
    runs: tuple[RunFigures, ...]
    pairs: tuple[Pair, ...]
    trends: tuple[Trend, ...]
    published: tuple[Beside, ...]
    examples: tuple[Example, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the comparison as plain JSON values: no tuples, no NaN."""
        values: dict[str, Any] = plain(self)
        return values


@dataclass(frozen=True, slots=True)
class _Read:
    """A run at the common questions, in their order."""

    quantities: dict[str, Quantity]
    codes: NDArray[np.int8]
    mass: tuple[Floats, Floats]
    correct: "NDArray[np.bool_]"
    answers: list[str]
    sweep: tuple[Sweep, ...]
    costs: Costs
    sharp: Sharp | None
    published: dict[str, Ours]


def compare(sides: Sequence[Side], *, tau: float = TAU, seed: int = 0) -> Compared:
    """Compare runs on the questions that all of them hold, without the model.

    Raises:
        UserError: as `shared`, or rows cannot be read.
    """
    common = shared(sides)
    chosen = pairs_of(sides)
    siblings = {place for pair in chosen for place in pair if _are_siblings(sides, pair)}
    read = [
        _read(side, places, tau, sharp=place in siblings)
        for place, (side, places) in enumerate(zip(sides, common.places, strict=True))
    ]
    differences = corrected([_paired(read[a], read[b], common.clusters, seed) for a, b in chosen])
    pairs = tuple(
        _pair(sides, read, (a, b), found, common.clusters, seed)
        for (a, b), found in zip(chosen, differences, strict=True)
    )
    named = labels(sides)
    return Compared(
        n=common.n,
        grouped=grouped(common.clusters),
        tau=tau,
        seed=seed,
        resamples=RESAMPLES,
        kind=overall([pair.kind for pair in pairs]),
        tested=HEADLINE,
        runs=tuple(
            _figures(label, side, left_out, one, common.clusters, seed)
            for label, side, left_out, one in zip(named, sides, common.left_out, read, strict=True)
        ),
        pairs=pairs,
        trends=trends(sides, [one.quantities for one in read], common.clusters, seed),
        published=beside([one.published for one in read]),
        examples=examples(sides, common, [one.codes for one in read], [one.mass for one in read]),
    )


def _are_siblings(sides: Sequence[Side], pair: tuple[int, int]) -> bool:
    """Whether a pair is a base model and its instruct sibling."""
    return kind_of(sides[pair[0]], sides[pair[1]]).name == PAIR


def _read(side: Side, places: Places, tau: float, *, sharp: bool) -> _Read:
    """Read a run; what tempering needs of it only if it is `sharp`."""
    rows = read_rows(side.source)
    found = quantities(rows, tau)
    among = np.zeros(rows.n, dtype=np.bool_)
    among[places] = True
    tempering = read_sharp(rows, tau) if sharp else None
    return _Read(
        quantities={name: one.at(places) for name, one in found.items()},
        codes=rows.outcomes(rows.string, tau)[places],
        mass=(rows.string.lower[places], rows.string.upper[places]),
        correct=rows.correct[places],
        answers=side.source.columns(["answer"])["answer"][places].to_list(),
        sweep=tuple(_swept(rows, threshold, among) for threshold in TAUS),
        costs=read_costs(rows).at(places),
        sharp=None if tempering is None else tempering.at(places),
        published=by_the_paper(rows, among),
    )


def _swept(rows: Rows, tau: float, among: "NDArray[np.bool_]") -> Sweep:
    codes = rows.outcomes(rows.string, tau)[among]
    failures = int((codes == FAILURE).sum())
    wrong = int((rows.wrong & among).sum())
    return Sweep(tau, wrong, failures, failures + int((codes == OPEN).sum()))


def _paired(a: _Read, b: _Read, clusters: NDArray[np.int64], seed: int) -> Paired:
    return paired(a.quantities, b.quantities, (a.codes, b.codes), clusters, seed)


def _pair(
    sides: Sequence[Side],
    read: Sequence[_Read],
    places: tuple[int, int],
    found: Paired,
    clusters: NDArray[np.int64],
    seed: int,
) -> Pair:
    a, b = places
    kind = kind_of(sides[a], sides[b])
    answers = _answers(read[a], read[b])
    control = None
    if kind.name == PAIR:
        control = tempered(read[a].sharp, read[b].sharp, clusters, seed)
    return Pair(
        a=a,
        b=b,
        kind=kind,
        answers=answers,
        differences=dict(found.differences),
        transitions=found.transitions,
        claims=claims(kind, found),
        tempered=control,
        verdict=None if control is None else verdict(answers, control),
    )


def _answers(a: _Read, b: _Read) -> Answers:
    differ = sum(one != other for one, other in zip(a.answers, b.answers, strict=True))
    return Answers(len(a.answers), differ, int((a.correct != b.correct).sum()))


def _figures(
    label: str,
    side: Side,
    left_out: int,
    read: _Read,
    clusters: NDArray[np.int64],
    seed: int,
) -> RunFigures:
    found = levels(read.quantities, clusters, seed)
    return RunFigures(
        label=label,
        folder=side.folder,
        model=side.model,
        lineage=side.lineage,
        form=side.form,
        shots=side.shots,
        asked=side.asked,
        dtype=side.dtype,
        questions=side.questions,
        left_out=left_out,
        levels=found,
        sweep=read.sweep,
        tax=tax(read.costs, found, clusters, seed),
        conditions=conditions(side),
    )

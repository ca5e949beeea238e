"""Probes of one kind compared: every measure, paired by unit, b less a."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from misspoke.diagnosis.comparing.claims import ALPHA
from misspoke.diagnosis.comparing.pairing import check_once
from misspoke.diagnosis.modes.catalogue import mode
from misspoke.diagnosis.modes.measures import Difference, Figure, Measure, difference, figure
from misspoke.diagnosis.plain import plain
from misspoke.measures import holm
from misspoke.records import UserError

KIND = "probes"
ASKED = {
    "sycophancy": "question",
    "premises": "direct",
    "drift": "instruction",
    "consistency": "question",
}
"""The column that says what a row is about: rows of one id are of one unit only if it is equal."""


@dataclass(frozen=True, slots=True)
class ProbeSide:
    """A probe that is compared."""

    folder: str
    manifest: Mapping[str, Any]
    rows: Sequence[Any]


@dataclass(frozen=True, slots=True)
class ProbeFigures:
    """One probe by itself, on all its units."""

    folder: str
    model: str
    questions: str
    units: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class MeasureGap:
    """One measure of two probes, on their common units."""

    key: str
    a: Figure
    b: Figure
    difference: Difference
    """b less a, by units that count in both runs or in one: docs/comparing.md."""
    holm_p: float | None
    """Corrected for all measures of all pairs."""
    told_apart: bool
    """The corrected p-value is under 0.05, and the interval leaves out 0."""


@dataclass(frozen=True, slots=True)
class ProbePair:
    """Two probes on the units that both hold."""

    a: int
    """Place of the run."""
    b: int
    common: int
    only_a: int
    only_b: int
    unlike: tuple[str, ...]
    """What else differs between them: "style.form: chat against text"."""
    gaps: tuple[MeasureGap, ...]
    one_sided: tuple[str, ...]
    """Measures that only one of them has, or that are of other turns there."""


@dataclass(frozen=True, slots=True)
class ProbesCompared:
    """A comparison of probes."""

    kind: str
    mode: str
    """What was probed."""
    seed: int
    runs: tuple[ProbeFigures, ...]
    pairs: tuple[ProbePair, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the comparison as plain JSON values: no tuples, no NaN."""
        values: dict[str, Any] = plain(self)
        return values


def compare_probes(sides: Sequence[ProbeSide], *, seed: int = 0) -> ProbesCompared:
    """Compare probes, all of one kind, each with each, on the units that both hold.

    Raises:
        UserError: there are fewer than two, one is given twice, they have no unit in common, or an
            id stands for something else in another run.
    """
    if len(sides) < 2:
        raise UserError("a comparison takes two different runs or more; name each run once")
    check_once([side.folder for side in sides])
    probed: str = sides[0].manifest["settings"]["kind"]
    pairs = [_pair(probed, sides, a, b, seed) for a, b in combinations(range(len(sides)), 2)]
    return ProbesCompared(
        kind=KIND,
        mode=probed,
        seed=seed,
        runs=tuple(_alone(probed, side, seed) for side in sides),
        pairs=_corrected(pairs),
    )


def _alone(probed: str, side: ProbeSide, seed: int) -> ProbeFigures:
    settings = side.manifest["settings"]
    return ProbeFigures(
        folder=side.folder,
        model=settings["model"]["name"],
        questions=settings["questions"]["name"],
        units=len(side.rows),
        figures=tuple(figure(one, seed) for one in mode(probed).measures(side.rows)),
    )


def _pair(probed: str, sides: Sequence[ProbeSide], a: int, b: int, seed: int) -> ProbePair:
    mine, yours = _common(probed, sides[a], sides[b])
    one, other = _by_key(probed, mine), _by_key(probed, yours)
    gaps = []
    both = [key for key in one if key in other and one[key].says == other[key].says]
    for key in both:
        found = difference(other[key], one[key], seed)
        a_figure, b_figure = figure(one[key], seed), figure(other[key], seed)
        gaps.append(MeasureGap(key, a_figure, b_figure, found, None, told_apart=False))
    return ProbePair(
        a=a,
        b=b,
        common=len(mine),
        only_a=len(sides[a].rows) - len(mine),
        only_b=len(sides[b].rows) - len(yours),
        unlike=tuple(_unlike(sides[a].manifest["settings"], sides[b].manifest["settings"])),
        gaps=tuple(gaps),
        one_sided=tuple(key for key in {**one, **other} if key not in both),
    )


def _by_key(probed: str, rows: Sequence[Any]) -> dict[str, Measure]:
    return {one.key: one for one in mode(probed).measures(rows)}


def _common(probed: str, a: ProbeSide, b: ProbeSide) -> tuple[list[Any], list[Any]]:
    """The rows of the units that both hold, in a's order."""
    column = ASKED[probed]
    theirs = {row.id: row for row in b.rows}
    mine = [row for row in a.rows if row.id in theirs]
    if not mine:
        raise UserError(f"{a.folder} and {b.folder}: have no {column} in common; compare others")
    for row in mine:
        if getattr(row, column) != getattr(theirs[row.id], column):
            raise UserError(
                f"{b.folder}: {row.id!r} is another {column} than in {a.folder}; compare runs that "
                "were made of the same file"
            )
    return mine, [theirs[row.id] for row in mine]


def _unlike(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[str]:
    """The settings in which two runs differ, their models and the size of their sets apart."""
    mine, yours = dict(_flat(a)), dict(_flat(b))
    for name in {**mine, **yours}:
        if not name.startswith(("model.", "questions.")) and mine.get(name) != yours.get(name):
            yield f"{name}: {mine.get(name)} against {yours.get(name)}"


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _corrected(pairs: Sequence[ProbePair]) -> tuple[ProbePair, ...]:
    """The pairs with p-values by Holm for all of their measures together."""
    tested = [gap.difference.p for pair in pairs for gap in pair.gaps]
    left = iter(holm([p for p in tested if p is not None]))
    return tuple(replace(pair, gaps=tuple(_told(gap, left) for gap in pair.gaps)) for pair in pairs)


def _told(gap: MeasureGap, corrected: Iterator[float]) -> MeasureGap:
    if gap.difference.p is None:
        return gap
    p = next(corrected)
    interval = gap.difference.interval
    apart = interval is not None and not interval[0] <= 0 <= interval[1]
    return replace(gap, holm_p=p, told_apart=apart and p < ALPHA)

"""Contests of decoders, side by side; and decoders of one model against each other across them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.comparing.claims import ALPHA
from misspoke.diagnosis.comparing.paired import MCNEMAR, SWAP
from misspoke.diagnosis.comparing.pairing import check_once
from misspoke.diagnosis.comparing.swaps import grouped, swap_test
from misspoke.diagnosis.contrast import LEAST
from misspoke.diagnosis.decoders import Verdicts, judge
from misspoke.diagnosis.outcomes import Bools
from misspoke.diagnosis.plain import plain
from misspoke.measures import Spread, bootstrap_mean, cluster_codes, holm, mcnemar
from misspoke.records import UserError
from misspoke.records.trial import Trial

GREEDY = "greedy"
Clusters: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ContestSide:
    """A contest that is compared."""

    folder: str
    manifest: Mapping[str, Any]
    trials: Iterable[Trial]


@dataclass(frozen=True, slots=True)
class ContestFigures:
    """One contest, judged by itself."""

    folder: str
    model: str
    questions: str
    form: str
    shots: int
    verdicts: Verdicts
    holm_p: dict[str, float]
    """By decoder: McNemar against greedy, corrected for all decoders of all contests."""


@dataclass(frozen=True, slots=True)
class Duel:
    """Decoder b against decoder a, of two contests of one model, on their common questions."""

    a: int
    """Place of the contest."""
    a_decoder: str
    b: int
    b_decoder: str
    n: int
    gained: int
    """Questions that b has right and a has not."""
    lost: int
    difference: float | None
    """Accuracy of b less that of a; None of fewer than 30 questions."""
    interval: Spread | None
    test: str
    """Swap: by exchanging both decoders within relations; or McNemar, where there are none."""
    p: float
    holm_p: float
    """Corrected for all duels."""
    told_apart: bool
    """The corrected p-value is under 0.05, and the interval leaves out 0."""


@dataclass(frozen=True, slots=True)
class DecodersCompared:
    """A comparison of contests."""

    kind: str
    seed: int
    runs: tuple[ContestFigures, ...]
    duels: tuple[Duel, ...]
    notes: tuple[str, ...]
    """Why some contests meet in no duel."""

    def to_dict(self) -> dict[str, Any]:
        """Give the comparison as plain JSON values: no tuples, no NaN."""
        values: dict[str, Any] = plain(self)
        return values


@dataclass(slots=True)
class _Kept:
    """What duels need of the trials that pass through to the judge."""

    decoders: tuple[str, ...]
    rows: dict[str, tuple[str, tuple[tuple[str, ...], ...], str | None, tuple[bool, ...]]]
    """By id: question, gold, relation, and which decoders are right."""

    def through(self, trials: Iterable[Trial]) -> Iterator[Trial]:
        """The trials, kept as they pass."""
        for trial in trials:
            if not trial.primed:
                self.decoders = tuple(one.decoder for one in trial.decodings)
                rights = tuple(one.right for one in trial.decodings)
                self.rows[trial.id] = (trial.question, trial.gold, trial.relation, rights)
            yield trial


def compare_decoders(sides: Sequence[ContestSide], *, seed: int = 0) -> DecodersCompared:
    """Judge each contest against its own greedy decoder, and decoders of one model in duels.

    Raises:
        UserError: there are fewer than two contests, or one is given twice.
    """
    if len(sides) < 2:
        raise UserError("a comparison takes two different runs or more; name each run once")
    check_once([side.folder for side in sides])
    kept = [_Kept((), {}) for _ in sides]
    judged = [
        judge(held.through(side.trials), seed=seed) for side, held in zip(sides, kept, strict=True)
    ]
    duels, notes = [], []
    for a in range(len(sides)):
        for b in range(a + 1, len(sides)):
            reason = _unfit(sides[a], kept[a], sides[b], kept[b])
            if reason:
                notes.append(reason)
            else:
                duels += _duels(a, kept[a], b, kept[b], seed)
    return DecodersCompared(
        kind="decoders",
        seed=seed,
        runs=_figures(sides, judged),
        duels=_corrected(duels),
        notes=tuple(notes),
    )


def _figures(
    sides: Sequence[ContestSide], judged: Sequence[Verdicts]
) -> tuple[ContestFigures, ...]:
    """The contests, with the p-values of all of them corrected together."""
    tested = [
        (place, verdict.decoder, verdict.mcnemar_p)
        for place, verdicts in enumerate(judged)
        for verdict in verdicts.decoders[1:]
    ]
    corrected: list[dict[str, float]] = [{} for _ in sides]
    for (place, name, _), p in zip(tested, holm([p for *_, p in tested]), strict=True):
        corrected[place][name] = p
    return tuple(
        ContestFigures(
            folder=side.folder,
            model=str(side.manifest["settings"]["model"]["name"]),
            questions=str(side.manifest["settings"]["questions"]["name"]),
            form=str(side.manifest["settings"]["style"]["form"]),
            shots=int(side.manifest["settings"]["style"]["shots"]),
            verdicts=verdicts,
            holm_p=found,
        )
        for side, verdicts, found in zip(sides, judged, corrected, strict=True)
    )


def _unfit(a: ContestSide, kept_a: _Kept, b: ContestSide, kept_b: _Kept) -> str:
    """Why decoders of two contests cannot be held against each other; empty where they can."""
    both = f"{a.folder} and {b.folder}"
    prints = [side.manifest["settings"]["model"].get("fingerprint") for side in (a, b)]
    if not prints[0] or prints[0] != prints[1]:
        return f"{both}: different models, so that their decoders are not held against each other"
    if not _common(kept_a, kept_b):
        return f"{both}: no question in common with equal text and right answers"
    return ""


def _common(a: _Kept, b: _Kept) -> list[str]:
    """The ids of the questions that both hold, with equal text and right answers."""
    return [
        row_id
        for row_id, row in a.rows.items()
        if row_id in b.rows and row[:2] == b.rows[row_id][:2]
    ]


def _duels(a: int, kept_a: _Kept, b: int, kept_b: _Kept, seed: int) -> list[Duel]:
    """All decoders of one contest against all of the other, but greedy against greedy."""
    ids = _common(kept_a, kept_b)
    clusters = cluster_codes([kept_a.rows[row_id][2] for row_id in ids])
    rights = [
        np.array([kept.rows[row_id][3] for row_id in ids], dtype=np.bool_)
        for kept in (kept_a, kept_b)
    ]
    found = []
    for left, name in enumerate(kept_a.decoders):
        for right, other in enumerate(kept_b.decoders):
            if name == other == GREEDY:
                continue
            one, two = rights[0][:, left], rights[1][:, right]
            found.append(_duel((a, name), one, (b, other), two, clusters, seed))
    return found


def _duel(
    a: tuple[int, str], one: Bools, b: tuple[int, str], two: Bools, clusters: Clusters, seed: int
) -> Duel:
    """Two decoders on n questions: which are right, both (n,)."""
    gained, lost = int((two & ~one).sum()), int((one & ~two).sum())
    change, told = two.astype(np.float64) - one, len(one) >= LEAST
    test, p = MCNEMAR, mcnemar(gained, lost)
    if grouped(clusters):
        ones = np.ones(len(one))
        ends = [np.column_stack([right, ones]) for right in (one, two)]
        test, p = SWAP, swap_test(ends[0], ends[1], clusters, seed) or 1.0
    return Duel(
        a=a[0],
        a_decoder=a[1],
        b=b[0],
        b_decoder=b[1],
        n=len(one),
        gained=gained,
        lost=lost,
        difference=float(change.mean()) if told else None,
        interval=bootstrap_mean(change, clusters=clusters, seed=seed) if told else None,
        test=test,
        p=p,
        holm_p=p,
        told_apart=False,
    )


def _corrected(duels: Sequence[Duel]) -> tuple[Duel, ...]:
    """The duels with their p-values corrected together, and which are told apart."""
    corrected = holm([duel.p for duel in duels])
    return tuple(
        replace(duel, holm_p=p, told_apart=p < ALPHA and _leaves_out_0(duel.interval))
        for duel, p in zip(duels, corrected, strict=True)
    )


def _leaves_out_0(interval: Spread | None) -> bool:
    return interval is not None and not interval[0] <= 0 <= interval[1]

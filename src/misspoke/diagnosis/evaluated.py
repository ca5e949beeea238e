"""One detector on the judged rows that it measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from misspoke.diagnosis.ceiling import recall_cells, recall_figures
from misspoke.diagnosis.judged import KINDS, WRONG, Cell, Judged, Scored
from misspoke.diagnosis.outcomes import Floats
from misspoke.diagnosis.resampled import Estimate, Figures
from misspoke.measures import (
    Brier,
    Spread,
    Tally,
    areas,
    augrc,
    brier,
    equal_mass_ece,
    group_folds,
    isotonic_out_of_fold,
    kind_areas,
    prr,
    risk_coverage,
)

BASE = "sequence_logprob"
"""The detector that all others are held against."""

POINTS = 100
"""The most points of a risk–coverage curve that are kept."""

_AREA = "area of "
_AGAINST = "against"


@dataclass(frozen=True, slots=True)
class Area:
    """AUROC of wrong rows of one kind against the right ones."""

    n: int
    auroc: float | None
    """None where there are fewer than 30 rows of the kind, or fewer than 30 right ones."""
    interval: Spread | None


@dataclass(frozen=True, slots=True)
class Against:
    """A detector's AUROC less that of `BASE`, on the rows that both measured."""

    n: int
    difference: float | None
    interval: Spread | None
    """From the same resamples for both."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Shares of rows that are accepted, the least doubtful first, and the wrong among them."""

    coverage: tuple[float, ...]
    risk: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A detector, or an oracle, on the judged rows that it measured."""

    name: str
    n: int
    n_missing: int
    missing: dict[str, int]
    """The judged rows that it did not measure, by reason."""
    cost: float | None
    """Mean tokens beyond the greedy answer; None of an oracle, or where nothing was measured."""
    auroc: float | None
    auroc_interval: Spread | None
    prr: float | None
    prr_interval: Spread | None
    augrc: float | None
    augrc_interval: Spread | None
    recall: Cell
    """Of all wrong rows."""
    ece: float | None
    """Of P(wrong) by isotonic regression out of fold; None with fewer than 30 rows of a class, or
    where not every row can be fitted from other relations."""
    brier: Brier | None
    """Of the same probabilities."""
    curve: Curve
    against: Against | None
    """None of `BASE` itself."""
    kinds: dict[str, Cell]
    areas: dict[str, Area]


@dataclass(slots=True)
class Base:
    """The detector that all are held against, and its areas in the resamples last asked about.

    Most detectors measured the rows that it did, and ask for the same areas one after another.
    """

    scored: Scored
    _weights: Floats | None = None
    _areas: dict[bytes, Floats] = field(default_factory=dict)

    def areas(self, there: Scored, weights: Floats) -> Floats:
        """Its AUROC (r,) on some of its rows, `there`."""
        if weights is not self._weights:
            self._weights, self._areas = weights, {}
        rows = there.known.tobytes()
        if rows not in self._areas:
            self._areas[rows] = areas(there.tally(weights))
        return self._areas[rows]


def figures_of(scored: Scored, base: Base) -> Figures:
    """What is resampled of a detector, against the base, as figures of all judged rows."""
    kinds = [kind for kind in KINDS if scored.countable(scored.kinds[kind])]
    common, base_there = _common(scored, base.scored)

    def figures(weights: Floats) -> dict[str, Floats]:
        tally = scored.tally(weights)
        found = {"auroc": areas(tally), "prr": prr(tally), "augrc": augrc(tally)}
        found |= recall_figures(scored, (WRONG, *KINDS), tally)
        found |= {_AREA + kind: area for kind, area in _areas_of(scored, kinds, tally).items()}
        if scored.name != base.scored.name:
            mine = found["auroc"] if common.k == scored.k else areas(common.tally(weights))
            found[_AGAINST] = mine - base.areas(base_there, weights)
        return found

    return figures


def evaluated(
    scored: Scored,
    base: Scored,
    judged: Judged,
    found: Mapping[str, Estimate],
    missing: dict[str, int],
    cost: float | None,
) -> Evaluated:
    """Put a detector's figures together: `found` is what `figures_of` led to."""
    auroc, ratio, area = found["auroc"], found["prr"], found["augrc"]
    recall, *cells = recall_cells(scored, (WRONG, *KINDS), found)
    ece, score = _calibration(scored, judged)
    return Evaluated(
        name=scored.name,
        n=scored.k,
        n_missing=judged.m - scored.k,
        missing=missing,
        cost=cost,
        auroc=auroc.value,
        auroc_interval=auroc.interval,
        prr=ratio.value,
        prr_interval=ratio.interval,
        augrc=area.value,
        augrc_interval=area.interval,
        recall=recall,
        ece=ece,
        brier=score,
        curve=_curve(scored),
        against=_against(scored, base, found),
        kinds=dict(zip(KINDS, cells, strict=True)),
        areas={kind: _area(scored, kind, found) for kind in KINDS},
    )


def _areas_of(scored: Scored, kinds: Sequence[str], tally: Tally) -> dict[str, Floats]:
    """The areas (r,) of each kind against the right rows, all in one pass."""
    if not kinds:
        return {}
    shares = kind_areas(tally, np.stack([scored.kinds[kind] for kind in kinds]))
    return dict(zip(kinds, shares.T, strict=True))


def _common(scored: Scored, base: Scored) -> tuple[Scored, Scored]:
    """Both on the rows that both measured."""
    return (
        scored.among(np.isin(scored.known, base.known, assume_unique=True)),
        base.among(np.isin(base.known, scored.known, assume_unique=True)),
    )


def _against(scored: Scored, base: Scored, found: Mapping[str, Estimate]) -> Against | None:
    if scored.name == base.name:
        return None
    common, _ = _common(scored, base)
    return Against(common.k, found[_AGAINST].value, found[_AGAINST].interval)


def _area(scored: Scored, kind: str, found: Mapping[str, Estimate]) -> Area:
    estimate = found.get(_AREA + kind, Estimate())
    return Area(int(scored.kinds[kind].sum()), estimate.value, estimate.interval)


def _calibration(scored: Scored, judged: Judged) -> tuple[float | None, Brier | None]:
    """The calibration of P(wrong) that the doubts give, fitted on other relations.

    None where they cannot be fitted for every row: the rows left would be of other classes.
    """
    enough = scored.countable(scored.wrong) and bool(np.isfinite(scored.doubts).all())
    folds = group_folds(judged.clusters[scored.known]) if enough else None
    if folds is None:
        return None, None
    probs = isotonic_out_of_fold(scored.doubts, scored.wrong, folds)
    return equal_mass_ece(probs, scored.wrong), brier(probs, scored.wrong)


def _curve(scored: Scored) -> Curve:
    """The risk–coverage curve at no more than `POINTS` of its points, the last among them."""
    coverage, risk = risk_coverage(scored.ranking, scored.wrong)
    kept = np.unique(np.linspace(0, len(coverage) - 1, POINTS).round().astype(np.intp))
    if not len(coverage):
        return Curve((), ())
    return Curve(tuple(coverage[kept].tolist()), tuple(risk[kept].tolist()))

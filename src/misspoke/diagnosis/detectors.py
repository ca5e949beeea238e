"""How well detectors tell wrong answers from right ones, and which wrong ones they do not see."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.ceiling import Ceiling, bin_figures, ceiling, in_bins
from misspoke.diagnosis.evaluated import BASE, Base, Evaluated, evaluated, figures_of
from misspoke.diagnosis.judged import KINDS, Judged, Scored, judged, score
from misspoke.diagnosis.outcomes import Floats
from misspoke.diagnosis.probing import Probe, Probing, layer_curve, layer_figures, probe
from misspoke.diagnosis.resampled import RESAMPLES, estimates
from misspoke.diagnosis.rows import Rows
from misspoke.diagnosis.scores import DETECTORS, STATES, doubts, probed

ORACLE_P_MASS = "oracle_p_mass"
ORACLE_LEAD = "oracle_lead"
"""Doubts that know the right answer: no detectors, but what the model's own beliefs can tell."""

UNMEASURED = "not measured"
UNFITTED = "too few answers to fit a probe"
"""Why there is no doubt where the row itself does not say why."""


@dataclass(frozen=True, slots=True)
class Detectors:
    """All detectors on a run's judged rows: the wrong and the right ones."""

    n_wrong: int
    n_correct: int
    resamples: int
    kinds: dict[str, int]
    """Wrong rows by kind; a row is of several, or where masses straddle τ of none."""
    table: tuple[Evaluated, ...]
    oracles: tuple[Evaluated, ...]
    probe: Probe | None
    """None where no probe was asked for, or the run has no hidden states."""
    ceiling: Ceiling


def evaluate(
    rows: Rows,
    names: Sequence[str],
    states: NDArray[np.float16] | None,
    layers: Sequence[int],
    tau: float,
    seed: int,
) -> Detectors:
    """Evaluate the detectors of some names, as `chosen` gives them, on a run's judged rows.

    `states` (n, layers, width) are the run's hidden states, and `layers` the numbers of these
    layers. Kinds of wrong answers are those at τ; `seed` fixes the bootstrap.

    Raises:
        UserError: a column is missing, or the states do not belong to the run.
    """
    among = judged(rows, tau)
    probing = _probed(rows, among, names, states, layers)
    found = doubts(rows, dict.fromkeys((BASE, *names))) | (probing.table if probing else {})
    base = score(BASE, found[BASE], among)
    scored = [score(name, found.get(name, np.full(rows.n, np.nan)), among) for name in names]
    every = [*scored, *(score(name, values, among) for name, values in _oracles(rows).items())]
    bins = in_bins(rows.floats("content_winner_prob")[among.places])
    within = [one.among(inside[one.known]) for one in every for inside in bins]
    against = Base(base)
    parts = [
        *(figures_of(one, against) for one in every),
        *map(bin_figures, within),
        *([layer_figures(probing, among)] if probing else []),
    ]
    taken = estimates(parts, among.clusters, seed)
    reasons = _reasons(rows, names, probing)
    table = [
        evaluated(one, base, among, told, _missing(one, among, reasons), _cost(rows, one, among))
        for one, told in zip(every, taken[: len(every)], strict=True)
    ]
    overall = {one.name: one.kinds for one in table}
    return Detectors(
        n_wrong=int(among.wrong.sum()),
        n_correct=int((~among.wrong).sum()),
        resamples=RESAMPLES,
        kinds={kind: int(among.kinds[kind].sum()) for kind in KINDS},
        table=tuple(table[: len(scored)]),
        oracles=tuple(table[len(scored) :]),
        probe=layer_curve(probing, taken[-1]) if probing else None,
        ceiling=ceiling(among, bins, overall, within, taken[len(every) :]),
    )


def _probed(
    rows: Rows,
    among: Judged,
    names: Sequence[str],
    states: NDArray[np.float16] | None,
    layers: Sequence[int],
) -> Probing | None:
    """The probes, where one is asked for and the run has states."""
    return None if states is None or not probed(names) else probe(rows, among, states, layers)


def _oracles(rows: Rows) -> dict[str, Floats]:
    return {
        ORACLE_P_MASS: -rows.string.lower,
        ORACLE_LEAD: rows.floats("rival_mass") - rows.gold.lower,
    }


def _reasons(
    rows: Rows, names: Sequence[str], probing: Probing | None
) -> dict[str, NDArray[np.object_]]:
    """For each thing that a detector of `names` needs, why each row (n,) might lack it."""
    needs = {need for name in names if (need := DETECTORS[name].needs)}
    reasons = {need: np.full(rows.n, UNMEASURED, dtype=object) for need in needs}
    if probing:
        reasons[STATES][probing.usable] = UNFITTED
    for within, batch in rows.batches("missing") if needs else ():
        for place, lacks in enumerate(batch["missing"].to_list(), within.start):
            for one in lacks or ():
                if one["what"] in needs:
                    reasons[one["what"]][place] = one["reason"]
    return reasons


def _missing(
    one: Scored, among: Judged, reasons: Mapping[str, NDArray[np.object_]]
) -> dict[str, int]:
    """The judged rows without a doubt by reason, the most frequent first."""
    lacking = np.delete(among.places, one.known)
    needs = DETECTORS[one.name].needs if one.name in DETECTORS else None
    told = reasons[needs][lacking].tolist() if needs else [UNMEASURED] * len(lacking)
    return dict(Counter(told).most_common())


def _cost(rows: Rows, one: Scored, among: Judged) -> float | None:
    """Mean tokens beyond the greedy answer, of the rows that the detector measured."""
    if one.name not in DETECTORS or not one.k:
        return None
    column = DETECTORS[one.name].cost
    return float(rows.floats(column)[among.places[one.known]].mean()) if column else 0.0

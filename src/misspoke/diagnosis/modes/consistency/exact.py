"""How far the probabilities of answers change with the wording, without sampling."""

from collections.abc import Callable, Sequence

import numpy as np

from misspoke.diagnosis.modes.consistency.counting import Ratio, measure
from misspoke.diagnosis.modes.measures import Measure
from misspoke.measures.bootstrap import Floats
from misspoke.measures.divergence import divergence, divergence_bounds, entropy
from misspoke.records.consistency import ConsistencyRow

KNOWN = 0.05
"""A mass that is less well known is not used: its question is in no divergence of being right."""


def mass_measures(
    every: Sequence[ConsistencyRow], single: Sequence[ConsistencyRow]
) -> tuple[Measure, ...]:
    """Of being right, of all questions; of answers, of those with one right answer."""
    bounds = {row.id: divergence_bounds(found_masses(row)) for row in single}

    def of_right(share: bool) -> Callable[[ConsistencyRow], Ratio]:
        def ratio(row: ConsistencyRow) -> Ratio:
            masses = right_masses(row)
            if masses is None:
                return None
            bottom = float(entropy(masses.mean(axis=0))) if share else 1.0
            return float(divergence(masses)), bottom

        return ratio

    return (
        measure(
            every,
            "divergence.right",
            "divergence of being right (JSD of the mass of right answers)",
            of_right(share=False),
            unit="nats",
            better="lower",
        ),
        measure(
            every,
            "divergence.right.share",
            "of the uncertainty about being right, what is due to the wording",
            of_right(share=True),
            better="lower",
        ),
        measure(
            single,
            "divergence.least",
            "divergence of the answers, at least",
            lambda row: (bounds[row.id].lower, 1.0),
            unit="nats",
        ),
        measure(
            single,
            "divergence.most",
            "divergence of the answers, at most",
            lambda row: (bounds[row.id].upper, 1.0),
            unit="nats",
        ),
        measure(
            single,
            "divergence.share",
            "of the answers' uncertainty, what is due to the wording (the rest as one answer)",
            _share_of_wording,
            better="lower",
        ),
        measure(
            single,
            "unexplored",
            "probability of answers that the search did not find",
            lambda row: (sum(w.residual for w in row.wordings) / len(row.wordings), 1.0),
        ),
    )


def _share_of_wording(row: ConsistencyRow) -> Ratio:
    """JSD and the entropy of the mean, all that was not found taken as one answer."""
    masses = found_masses(row)
    rest = np.maximum(0.0, 1 - masses.sum(axis=1))
    whole = np.column_stack([masses, rest])
    return float(divergence(whole)), float(entropy(whole.mean(axis=0)))


def found_masses(row: ConsistencyRow) -> Floats:
    """The mass that was found of each class (columns) behind each wording (rows)."""
    meanings = sorted({one.meaning for wording in row.wordings for one in wording.options})
    place = {meaning: at for at, meaning in enumerate(meanings)}
    masses = np.zeros((len(row.wordings), len(meanings)))
    for at, wording in enumerate(row.wordings):
        for one in wording.options:
            masses[at, place[one.meaning]] += one.prob
    return masses


def right_masses(row: ConsistencyRow) -> Floats | None:
    """The mass of right and of other answers (K, 2); None where it is not known well enough.

    It is the middle of its bounds.
    """
    masses = [wording.p_mass for wording in row.wordings]
    if max(mass.width for mass in masses) > KNOWN:
        return None
    right = np.array([(mass.lower + mass.upper) / 2 for mass in masses])
    return np.column_stack([right, 1 - right])

"""How a concept's mass is spread over its forms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Concentration:
    """The strongest form's part in a concept's mass.

    The published figure for the strongest form does not say whether it is absolute or a share
    (Yeom et al. 2026, arXiv 2605.22007); both are given.
    """

    index: int
    """The strongest form's place among the masses; the first of equals."""
    top: float
    """Its mass: an absolute probability."""
    share: float
    """Its mass over the sum of all masses, in (0, 1]."""
    effective: float
    """Effective number of forms, exp(−Σ s ln s) over the shares s; from 1 to the forms' number."""


def concentrate(masses: Sequence[float]) -> Concentration | None:
    """Say how concentrated the masses of one concept's forms are.

    `masses` are probabilities (≥ 0), one a form, that need not add up to one. None where they add
    up to nothing.
    """
    values = np.asarray(masses, dtype=np.float64)
    total = float(values.sum())
    if not total > 0:
        return None
    shares = values / total
    held = shares[shares > 0]
    index = int(values.argmax())
    entropy = -float(held @ np.log(held))
    return Concentration(index, float(values[index]), float(shares[index]), float(np.exp(entropy)))

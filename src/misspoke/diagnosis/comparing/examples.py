"""The questions on which runs differ most: one is right, another held the answer and is not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.comparing.pairing import Places, Shared, Side
from misspoke.diagnosis.outcomes import CORRECT, OUTCOMES, Floats
from misspoke.diagnosis.rows import FAILURE

SHOWN = 200
_RIGHT = OUTCOMES.index(CORRECT)


@dataclass(frozen=True, slots=True)
class Said:
    """What one run made of a question."""

    answer: str
    outcome: str
    p_mass_lower: float
    p_mass_upper: float


@dataclass(frozen=True, slots=True)
class Example:
    """A question on which runs differ."""

    id: str
    question: str
    gold: tuple[str, ...]
    """A spelling of each right answer."""
    said: tuple[Said, ...]
    """By each run."""


def order(codes: Sequence[NDArray[np.int8]], masses: Sequence[Floats]) -> Places:
    """The questions on which runs differ, those that differ most first; all arrays are (n,).

    `codes` are outcomes by run. First where one run is right and another misspoke, then where one
    is right and another not, then other differences of outcome; within each by how far the runs'
    P-masses lie apart, and then as they come.
    """
    held, mass = np.stack(codes), np.stack(masses)
    right = (held == _RIGHT).any(axis=0)
    failed = (held == FAILURE).any(axis=0)
    rank = np.where(right & failed, 0, np.where(right & (held != _RIGHT).any(axis=0), 1, 2))
    apart = mass.max(axis=0) - mass.min(axis=0)
    places = np.lexsort((-apart, rank))
    differs = (held != held[0]).any(axis=0)
    found: Places = places[differs[places]].astype(np.int64)
    return found


def examples(
    sides: Sequence[Side],
    common: Shared,
    codes: Sequence[NDArray[np.int8]],
    masses: Sequence[tuple[Floats, Floats]],
) -> tuple[Example, ...]:
    """The first of these questions with what each run said; all arrays are of the common ones."""
    chosen = order(codes, [lower for lower, _ in masses])[:SHOWN]
    asked = sides[0].source.columns(["question", "gold"])[common.places[0][chosen]]
    answers = [
        side.source.columns(["answer"])["answer"][places[chosen]].to_list()
        for side, places in zip(sides, common.places, strict=True)
    ]
    found = []
    for row, place in enumerate(chosen.tolist()):
        said = tuple(
            Said(
                answers[run][row],
                OUTCOMES[int(codes[run][place])],
                float(masses[run][0][place]),
                float(masses[run][1][place]),
            )
            for run in range(len(sides))
        )
        gold = tuple(group[0] for group in asked["gold"][row].to_list() if len(group))
        found.append(Example(common.ids[place], asked["question"][row], gold, said))
    return tuple(found)

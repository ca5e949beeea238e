"""What the samples of a row say of wording against sampling.

Two answers drawn from one wording differ too. What wording does is what two answers to different
wordings differ more.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from misspoke.measures.bootstrap import Floats
from misspoke.measures.divergence import divergence, shuffled_divergences, tally
from misspoke.records.consistency import ConsistencyRow, Reply

SHUFFLES = 400


@dataclass(frozen=True, slots=True)
class Drawn:
    """The samples of the wordings of one question."""

    within: float | None
    """Share of pairs of answers to one wording that are one, unbiased; None of one sample each."""
    between: float
    """The same of two answers to different wordings."""
    divergence: float
    """Jensen–Shannon divergence of the wordings' shares, in nats; sampling alone makes it > 0."""
    shuffled: Floats
    """The same, (SHUFFLES,), once which sample is an answer to which wording is shuffled."""
    control: float | None
    """The same of as many samples of the first wording; None where they were not drawn."""


def drawn(row: ConsistencyRow) -> Drawn | None:
    """What the samples say, the same at each look; None without samples."""
    groups = [[one.meaning for one in wording.samples] for wording in row.wordings]
    size = len(groups[0])
    if not size:
        return None
    counts = tally(groups) * size
    sums = counts.sum(axis=0)
    same_all, same_within = float((sums**2).sum()), float((counts**2).sum())
    k = len(groups)
    pairs = k * size * (size - 1)
    rng = np.random.default_rng(list(row.id.encode()))
    alone = [*groups[0], *(one.meaning for one in row.control)]
    split = [alone[i * size : (i + 1) * size] for i in range(k)]
    return Drawn(
        within=(same_within - k * size) / pairs if pairs else None,
        between=(same_all - same_within) / (k * (k - 1) * size**2),
        divergence=float(divergence(tally(groups))),
        shuffled=shuffled_divergences(groups, SHUFFLES, rng),
        control=float(divergence(tally(split))) if len(alone) == k * size else None,
    )


def vote(replies: Sequence[Reply]) -> Reply:
    """The answer that most give; of equal ones the first. Refusals have no vote beside answers."""
    said = [one for one in replies if not one.abstained] or list(replies)
    votes = Counter(one.meaning for one in said)
    return max(said, key=lambda one: votes[one.meaning])


def samples_of_all(row: ConsistencyRow) -> list[Reply]:
    """The samples of all wordings, a round of them at a time."""
    rounds = zip(*(wording.samples for wording in row.wordings), strict=True)
    return [one for drawn_at_once in rounds for one in drawn_at_once]


def samples_of_one(row: ConsistencyRow) -> list[Reply]:
    """As many samples of the first wording."""
    return [*row.wordings[0].samples, *row.control]

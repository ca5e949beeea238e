"""Is it the meaning that helps? Pooling by meaning against as many merges made at random.

Any merge of classes moves votes, and may by chance move them to a right answer. So the control
merges as many classes of the same candidates as pooling did, but pairs drawn by lot.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.ballots import Ballot, ballot
from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.diagnosis.plain import plain
from misspoke.measures import Spread
from misspoke.records.trial import Trial

DRAWS = 200
"""How often the merges are drawn."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a way of choosing among the candidates changes against greedy; means over draws."""

    recovered: float
    """Questions that greedy does not get right, and this does."""
    recovered_interval: Spread | None
    """From the 2.5% to the 97.5% point over the draws; None where nothing is drawn."""
    damaged: float
    """Questions that greedy gets right, and this does not."""
    damaged_interval: Spread | None
    net: float
    """recovered − damaged."""
    net_interval: Spread | None


@dataclass(frozen=True, slots=True)
class MergeControl:
    """Three ways of choosing a string from the same candidates."""

    n: int
    """Questions that are judged."""
    merged: int
    """Questions in which pooling by meaning merged anything."""
    merges: int
    """Merges in all of them."""
    draws: int
    seed: int
    string: Tally
    """The most probable string: no merges."""
    random: Tally
    """The heaviest class's most probable string, after as many merges of pairs drawn by lot."""
    meaning: Tally
    """The heaviest class's most probable string, classes by meaning."""
    p: float
    """One-sided: how often random merges would net at least as much as those by meaning."""

    def to_dict(self) -> dict[str, Any]:
        """Give the control as plain JSON values."""
        values: dict[str, Any] = plain(self)
        return values


def random_merges(trials: Iterable[Trial], *, draws: int = DRAWS, seed: int = 0) -> MergeControl:
    """Hold pooling by meaning against random merges of the same candidates; primed rows left out.

    A row's d distinct strings of c classes are d classes of one string each, of which pairs drawn
    evenly are merged d − c times. Raises UserError where a row's first decoder is not greedy.
    """
    return control([ballot(trial) for trial in trials if not trial.primed], draws, seed)


def control(ballots: list[Ballot], draws: int, seed: int) -> MergeControl:
    """Give `random_merges` of ballots that are read already."""
    rng = np.random.default_rng(seed)
    greedy = np.array([one.greedy_right for one in ballots], dtype=np.bool_)
    string = np.array([one.right[:1].any() for one in ballots], dtype=np.bool_)
    meaning = np.array([one.right[by_meaning(one)].any() for one in ballots], dtype=np.bool_)
    merges = np.array([one.merges for one in ballots], dtype=np.int64)
    right = np.tile(string, (draws, 1))
    for place in np.flatnonzero(merges):
        one = ballots[place]
        right[:, place] = one.right[random_winners(one.prob, int(merges[place]), draws, rng)]
    drawn = right.sum(axis=1) - greedy.sum()
    net = int(meaning.sum()) - int(greedy.sum())
    return MergeControl(
        n=len(ballots),
        merged=int((merges > 0).sum()),
        merges=int(merges.sum()),
        draws=draws,
        seed=seed,
        string=_tally(string[None], greedy),
        random=_tally(right, greedy),
        meaning=_tally(meaning[None], greedy),
        p=float((1 + (drawn >= net).sum()) / (1 + draws)),
    )


def by_meaning(one: Ballot) -> NDArray[np.intp]:
    """The place (1,) of the heaviest class's most probable string; (0,) without candidates."""
    if not len(one.prob):
        return np.zeros(0, dtype=np.intp)
    heaviest = np.bincount(one.concept, one.prob).argmax()
    return np.flatnonzero(one.concept == heaviest)[:1]


def random_winners(
    prob: Floats, merges: int, draws: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Merge random pairs of strings, and then of classes; the winning string's place (draws,).

    `prob` (k,) falls, k > merges. Among equal classes the first wins, as it does without merges.
    """
    strings, rows = len(prob), np.arange(draws)
    mass = np.tile(prob, (draws, 1))
    best = np.tile(np.arange(strings), (draws, 1))
    for classes in range(strings, strings - merges, -1):
        # Two different classes: the second is drawn from the others. The first of the two takes
        # both, and the last class takes the place that the second leaves.
        one = rng.integers(classes, size=draws)
        other = (one + rng.integers(1, classes, size=draws)) % classes
        kept, gone, last = np.minimum(one, other), np.maximum(one, other), classes - 1
        mass[rows, kept] += mass[rows, gone]
        best[rows, kept] = np.minimum(best[rows, kept], best[rows, gone])
        mass[rows, gone], best[rows, gone] = mass[:, last], best[:, last]
    left = mass[:, : strings - merges]
    heaviest = left == left.max(axis=1, keepdims=True)
    places: NDArray[np.int64] = np.where(heaviest, best[:, : strings - merges], strings)
    winners: NDArray[np.int64] = places.min(axis=1)
    return winners


def _tally(right: Bools, greedy: Bools) -> Tally:
    """Count the changes of draws (draws, n) against greedy (n,)."""
    recovered = (right & ~greedy).sum(axis=1)
    damaged = (~right & greedy).sum(axis=1)
    several = len(right) > 1
    means = []
    for counts in (recovered, damaged, recovered - damaged):
        low, high = np.quantile(counts, (0.025, 0.975))
        means.append((float(counts.mean()), (float(low), float(high)) if several else None))
    return Tally(*means[0], *means[1], *means[2])

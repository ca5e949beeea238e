"""Rows to measures: agreement, rightness, and how far probabilities change with the wording."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np

from misspoke.diagnosis.modes.consistency.drawn import (
    Drawn,
    drawn,
    samples_of_all,
    samples_of_one,
    vote,
)
from misspoke.diagnosis.modes.consistency.remedies import remedy_measures
from misspoke.diagnosis.modes.measures import Better, Measure, Part, Unit
from misspoke.measures.bootstrap import Floats
from misspoke.measures.divergence import divergence, divergence_bounds, entropy
from misspoke.records import Interval
from misspoke.records.consistency import ConsistencyRow, Reply

Ratio = tuple[float, float] | None
"""What a row adds above and below; None where it does not count."""
KNOWN = 0.05
"""A mass that is less well known is not used."""


def judged(rows: Sequence[ConsistencyRow]) -> list[ConsistencyRow]:
    """The rows whose prompts give no right answer away."""
    return [row for row in rows if not row.primed]


def functional(rows: Sequence[ConsistencyRow]) -> list[ConsistencyRow]:
    """Those of them with one right answer: where two answers differ, one of them is wrong."""
    return [row for row in judged(rows) if not row.several_right]


def measures(rows: Sequence[ConsistencyRow]) -> tuple[Measure, ...]:
    """Every figure, with stable keys."""
    every, single = judged(rows), functional(rows)
    return (
        *_agreement(single),
        *_rightness(every),
        *_sampling(single),
        *_masses(every, single),
        *_votes(every),
        *_of_example(every, single),
        *_choosing(every, single),
        *remedy_measures(every),
    )


def measure(
    rows: Sequence[ConsistencyRow],
    key: str,
    says: str,
    ratio: Callable[[ConsistencyRow], Ratio],
    *,
    unit: Unit = "share",
    better: Better | None = None,
) -> Measure:
    """A measure of rows; those that do not count add nothing."""
    parts = []
    for row in rows:
        top, bottom = ratio(row) or (0.0, 0.0)
        parts.append(Part(row.id, row.relation, top, bottom))
    return Measure(key, says, unit, tuple(parts), better)


def greedy(row: ConsistencyRow) -> list[Reply]:
    """The greedy reply to each wording."""
    return [wording.reply for wording in row.wordings]


def with_example(row: ConsistencyRow) -> list[Reply]:
    """The same with one more example in the prompt; empty without."""
    return [one.with_example for one in row.wordings if one.with_example is not None]


def agreeing(replies: Sequence[Reply]) -> Ratio:
    """The share of pairs that give one answer, of the pairs of replies that give any."""
    said = [one.meaning for one in replies if not one.abstained]
    pairs = list(combinations(said, 2))
    return (sum(a == b for a, b in pairs) / len(pairs), 1.0) if pairs else None


def alike(replies: Sequence[Reply]) -> Ratio:
    """The share of pairs that are both right or both not: unbiased for p² + (1 − p)²."""
    n, right = len(replies), sum(one.right for one in replies)
    return ((comb(right, 2) + comb(n - right, 2)) / comb(n, 2), 1.0) if n > 1 else None


def all_one_and_wrong(replies: Sequence[Reply]) -> bool:
    """Whether every reply gives the same answer, and none is right."""
    meanings = {one.meaning for one in replies}
    return len(meanings) == 1 and not any(one.right or one.abstained for one in replies)


@lru_cache(maxsize=4096)
def sampled(row: ConsistencyRow) -> Drawn | None:
    """What the samples of a row say, once a row."""
    return drawn(row, 0)


def found_masses(row: ConsistencyRow) -> Floats:
    """The mass that was found of each class (columns) behind each wording (rows)."""
    meanings = sorted({one.meaning for wording in row.wordings for one in wording.options})
    place = {meaning: at for at, meaning in enumerate(meanings)}
    masses = np.zeros((len(row.wordings), len(meanings)))
    for at, wording in enumerate(row.wordings):
        for one in wording.options:
            masses[at, place[one.meaning]] += one.prob
    return masses


@lru_cache(maxsize=4096)
def bounds(row: ConsistencyRow) -> Interval:
    """Of the divergence of the answers' probabilities."""
    return divergence_bounds(found_masses(row))


def right_masses(row: ConsistencyRow) -> Floats | None:
    """The mass of right and of other answers (K, 2); None where it is not known well enough."""
    masses = [wording.p_mass for wording in row.wordings]
    if max(mass.width for mass in masses) > KNOWN:
        return None
    right = np.array([(mass.lower + mass.upper) / 2 for mass in masses])
    return np.column_stack([right, 1 - right])


def _agreement(single: Sequence[ConsistencyRow]) -> tuple[Measure, ...]:
    return (
        measure(
            single,
            "agreement",
            "pairs of wordings that get one answer",
            lambda row: agreeing(greedy(row)),
            better="higher",
        ),
        measure(
            single,
            "wrong.alike",
            "the same wrong answer to every wording",
            lambda row: (float(all_one_and_wrong(greedy(row))), 1.0),
        ),
    )


def _rightness(every: Sequence[ConsistencyRow]) -> tuple[Measure, ...]:
    return (
        measure(
            every,
            "accuracy.asked",
            "right answers to the question as it was asked",
            lambda row: (float(greedy(row)[0].right), 1.0),
            better="higher",
        ),
        measure(
            every,
            "accuracy.all",
            "right answers, over all wordings",
            lambda row: (sum(r.right for r in greedy(row)) / len(row.wordings), 1.0),
            better="higher",
        ),
        measure(
            every,
            "right.everywhere",
            "right in every wording",
            lambda row: (float(all(r.right for r in greedy(row))), 1.0),
            better="higher",
        ),
        measure(
            every,
            "right.somewhere",
            "right in some wording",
            lambda row: (float(any(r.right for r in greedy(row))), 1.0),
        ),
        measure(
            every,
            "right.alike",
            "pairs of wordings that are both right or both not (paraphrastic consistency)",
            lambda row: alike(greedy(row)),
            better="higher",
        ),
        measure(
            every,
            "abstained",
            "replies that give no answer",
            lambda row: (sum(r.abstained for r in greedy(row)) / len(row.wordings), 1.0),
        ),
    )


def _sampling(single: Sequence[ConsistencyRow]) -> tuple[Measure, ...]:
    def of(value: Callable[[Drawn], float | None]) -> Callable[[ConsistencyRow], Ratio]:
        def ratio(row: ConsistencyRow) -> Ratio:
            found = sampled(row)
            number = None if found is None else value(found)
            return None if number is None else (number, 1.0)

        return ratio

    return (
        measure(
            single,
            "sampled.within",
            "two samples to one wording give one answer",
            of(lambda one: one.within),
        ),
        measure(
            single,
            "sampled.between",
            "two samples to different wordings give one answer",
            of(lambda one: None if one.within is None else one.between),
        ),
        measure(
            single,
            "wording",
            "agreement that is lost to the wording, beyond sampling",
            of(lambda one: None if one.within is None else one.within - one.between),
            unit="points",
            better="lower",
        ),
        measure(
            single,
            "divergence.sampled",
            "divergence of the samples to different wordings (JSD)",
            of(lambda one: one.divergence),
            unit="nats",
        ),
        measure(
            single,
            "divergence.shuffled",
            "the same with the wordings shuffled: what sampling alone makes",
            of(lambda one: float(one.shuffled.mean())),
            unit="nats",
        ),
        measure(
            single,
            "divergence.control",
            "the same of as many samples to one wording",
            of(lambda one: one.control),
            unit="nats",
        ),
        measure(
            single,
            "divergence.beyond",
            "divergence beyond sampling: sampled less shuffled",
            of(lambda one: one.divergence - float(one.shuffled.mean())),
            unit="nats",
            better="lower",
        ),
    )


def _masses(
    every: Sequence[ConsistencyRow], single: Sequence[ConsistencyRow]
) -> tuple[Measure, ...]:
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
            lambda row: (bounds(row).lower, 1.0),
            unit="nats",
        ),
        measure(
            single,
            "divergence.most",
            "divergence of the answers, at most",
            lambda row: (bounds(row).upper, 1.0),
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


def _votes(every: Sequence[ConsistencyRow]) -> tuple[Measure, ...]:
    def right(pick: Callable[[ConsistencyRow], list[Reply]]) -> Callable[[ConsistencyRow], Ratio]:
        def ratio(row: ConsistencyRow) -> Ratio:
            one, both = samples_of_one(row), samples_of_all(row)
            if not both or len(one) != len(both):
                return None
            return float(vote(pick(row)).right), 1.0

        return ratio

    return (
        measure(
            every,
            "vote.one",
            "right by vote of the samples to one wording",
            right(samples_of_one),
            better="higher",
        ),
        measure(
            every,
            "vote.all",
            "right by vote of as many samples, spread over the wordings",
            right(samples_of_all),
            better="higher",
        ),
    )


def _of_example(
    every: Sequence[ConsistencyRow], single: Sequence[ConsistencyRow]
) -> tuple[Measure, ...]:
    return (
        measure(
            single,
            "example.agreement",
            "pairs of wordings that get one answer, with one more example in the prompt",
            lambda row: agreeing(with_example(row)),
            better="higher",
        ),
        measure(
            every,
            "example.accuracy.all",
            "right answers over all wordings, with one more example in the prompt",
            lambda row: (
                (sum(r.right for r in with_example(row)) / len(row.wordings), 1.0)
                if with_example(row)
                else None
            ),
            better="higher",
        ),
    )


def _choosing(
    every: Sequence[ConsistencyRow], single: Sequence[ConsistencyRow]
) -> tuple[Measure, ...]:
    def chosen(row: ConsistencyRow) -> list[Reply]:
        return [one.choice for one in row.wordings if one.choice is not None]

    return (
        measure(
            single,
            "choice.agreement",
            "pairs of wordings that choose the same of the given answers (ParaRel's consistency)",
            lambda row: agreeing(chosen(row)),
            better="higher",
        ),
        measure(
            every,
            "choice.accuracy",
            "right choices, over all wordings",
            lambda row: (
                (sum(r.right for r in chosen(row)) / len(row.wordings), 1.0)
                if chosen(row)
                else None
            ),
            better="higher",
        ),
    )

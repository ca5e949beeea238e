"""Rows to measures: agreement, rightness, and how far probabilities change with the wording."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

from misspoke.diagnosis.modes.consistency.counting import Ratio, measure
from misspoke.diagnosis.modes.consistency.drawn import Drawn, drawn
from misspoke.diagnosis.modes.consistency.exact import mass_measures
from misspoke.diagnosis.modes.consistency.remedies import remedy_measures
from misspoke.diagnosis.modes.consistency.sampling import sampling_measures, vote_measures
from misspoke.diagnosis.modes.measures import Measure
from misspoke.records.consistency import ConsistencyRow, Reply


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows that figures are made of."""

    every: Sequence[ConsistencyRow]
    """Those whose prompts give no right answer away."""
    single: Sequence[ConsistencyRow]
    """Those of them with one right answer: where two answers differ, one of them is wrong."""
    drawn: Mapping[str, Drawn]
    """What the samples of the latter say, by id; empty without samples."""

    @classmethod
    def of(cls, rows: Sequence[ConsistencyRow]) -> "Judged":
        """Leaves out what cannot be judged."""
        every = [row for row in rows if not row.primed]
        single = [row for row in every if not row.several_right]
        samples = {row.id: drawn(row) for row in single}
        return cls(every, single, {id: one for id, one in samples.items() if one is not None})


def measures(rows: Sequence[ConsistencyRow]) -> tuple[Measure, ...]:
    """Every figure, with stable keys."""
    return measures_of(Judged.of(rows))


def measures_of(rows: Judged) -> tuple[Measure, ...]:
    """Every figure of rows that are sorted."""
    every, single = rows.every, rows.single
    return (
        *_agreement(single),
        *_rightness(every),
        *sampling_measures(single, rows.drawn),
        *mass_measures(every, single),
        *vote_measures(every),
        *_of_example(every, single),
        *_choosing(every, single),
        *remedy_measures(every),
    )


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


def both_right(replies: Sequence[Reply]) -> Ratio:
    """Of the pairs that give different answers, those that are both right; None without such.

    Both are shares of all pairs that give any answer, so that each question counts as it does in
    the agreement.
    """
    pairs = list(combinations([one for one in replies if not one.abstained], 2))
    differ = [(a, b) for a, b in pairs if a.meaning != b.meaning]
    right = sum(a.right and b.right for a, b in differ)
    return (right / len(pairs), len(differ) / len(pairs)) if differ else None


def alike(replies: Sequence[Reply]) -> Ratio:
    """The share of pairs that are both right or both not: unbiased for p² + (1 − p)²."""
    n, right = len(replies), sum(one.right for one in replies)
    return ((comb(right, 2) + comb(n - right, 2)) / comb(n, 2), 1.0) if n > 1 else None


def all_one_and_wrong(replies: Sequence[Reply]) -> bool:
    """Whether every reply gives the same answer, and none is right."""
    meanings = {one.meaning for one in replies}
    return len(meanings) == 1 and not any(one.right or one.abstained for one in replies)


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
            "differ.right",
            "of the pairs that differ, both right (other names of the one right answer)",
            lambda row: both_right(greedy(row)),
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

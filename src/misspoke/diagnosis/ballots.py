"""What the search found for a question, with gold in hand: the headroom of any decoder."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.measures import Spread, wilson
from misspoke.records import UserError
from misspoke.records.trial import Decoding, Trial

GREEDY = "greedy"
"""The name of the decoder that all others are held against: the first of every row."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """The k candidates of a row, each string once, the most probable first."""

    prob: Floats
    right: Bools
    concept: NDArray[np.int64]
    """Codes of their classes, from 0, in the order of the classes' most probable strings."""
    residual: float
    greedy_right: bool

    @property
    def merges(self) -> int:
        """By how many the classes are fewer than the strings."""
        return len(self.prob) - len(np.unique(self.concept))


@dataclass(frozen=True, slots=True)
class Share:
    """A share of questions."""

    numerator: int
    denominator: int
    value: float | None
    """numerator / denominator; None where the denominator is 0."""
    interval: Spread | None
    """95% interval by Wilson's score."""


@dataclass(frozen=True, slots=True)
class Headroom:
    """What a decoder could recover of the questions that greedy does not get right."""

    found: Share
    """A right string is among the candidates."""
    leads: Share
    """The right strings, pooled as one class, outweigh every class of wrong ones."""
    leads_surely: Share
    """They do so by more than the search left unexplored."""


def greedy_of(trial: Trial) -> Decoding:
    """The greedy decoding of a row; raises UserError where it is not the first one."""
    if not trial.decodings or trial.decodings[0].decoder != GREEDY:
        raise UserError(
            f"question {trial.id!r}: its first decoder is not {GREEDY!r}, which the others are held"
            " against; run again with greedy among the decoders"
        )
    return trial.decodings[0]


def ballot(trial: Trial) -> Ballot:
    """Read the candidates of a row; a string that is there twice counts with both probabilities.

    Raises UserError where the row's first decoder is not greedy.
    """
    greedy = greedy_of(trial)
    probs: dict[str, float] = {}
    for candidate in trial.candidates:
        probs[candidate.answer] = probs.get(candidate.answer, 0.0) + candidate.prob
    first = {candidate.answer: candidate for candidate in reversed(trial.candidates)}
    order = sorted(probs, key=lambda answer: -probs[answer])
    codes: dict[int, int] = {}
    concepts = [codes.setdefault(first[answer].concept, len(codes)) for answer in order]
    return Ballot(
        prob=np.array([probs[answer] for answer in order], dtype=np.float64),
        right=np.array([first[answer].right for answer in order], dtype=np.bool_),
        concept=np.array(concepts, dtype=np.int64),
        residual=trial.residual,
        greedy_right=greedy.right,
    )


def share(count: int, total: int) -> Share:
    """Count a share."""
    return Share(count, total, count / total if total else None, wilson(count, total))


def headroom(ballots: Sequence[Ballot]) -> Headroom:
    """Say what could be recovered of the rows that greedy does not get right."""
    leads = [_lead(one) for one in ballots if not one.greedy_right]
    return Headroom(
        found=share(sum(lead is not None for lead, _ in leads), len(leads)),
        leads=share(sum(lead is not None and lead > 0 for lead, _ in leads), len(leads)),
        leads_surely=share(
            sum(lead is not None and lead > residual for lead, residual in leads), len(leads)
        ),
    )


def _lead(one: Ballot) -> tuple[float | None, float]:
    """By how much all right strings outweigh the heaviest wrong class; None without a right one.

    With it what the search left unexplored. A class that holds right and wrong strings counts with
    its wrong ones.
    """
    if not one.right.any():
        return None, one.residual
    wrong = np.bincount(one.concept[~one.right], one.prob[~one.right], minlength=1)
    return float(one.prob[one.right].sum() - wrong.max()), one.residual

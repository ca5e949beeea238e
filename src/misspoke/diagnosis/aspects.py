"""The smaller parts of a summary: sharpening, inflation, detection, cost."""

from dataclasses import dataclass

import numpy as np

from misspoke.diagnosis.outcomes import Floats
from misspoke.diagnosis.rates import RateBounds, rate_bounds
from misspoke.diagnosis.rows import FAILURE, GAP, Bounds, Rows
from misspoke.measures import auroc

VISIBLE = 0.01
"""A string P-mass below this gives no inflation of its own: the ratio would be noise."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean, and the number of rows behind it."""

    n: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Sharpening:
    """How sure the model is of a wrong token, and how sure once it is on a right path."""

    wrong_winner_prob: Mean
    """Probability of the first content token, over wrong answers that begin wrong."""
    on_path_entropy_1: Mean
    """Nats, after one token on a gold path, along the greedy one."""
    on_path_entropy_2: Mean
    """After two tokens."""
    on_path_entropy_1_weighted: Mean
    """After one token, weighted by the probability of the paths."""
    on_path_entropy_2_weighted: Mean


@dataclass(frozen=True, slots=True)
class Inflation:
    """How much the content first token over-credits the model, against the string."""

    ratio_of_means: float | None
    """Mean first-token P-mass over mean string P-mass, lower bounds."""
    median_ratio: float | None
    """Median of the rows' own ratios, over rows with a string P-mass of at least 0.01."""
    n_median: int
    first_unconfirmed: RateBounds
    """Commitment failures by the content first token that are none by the string."""
    literal_unconfirmed: RateBounds
    """Commitment failures by the literal first tokens that are none by the string."""


@dataclass(frozen=True, slots=True)
class Detection:
    """AUROC of −P against hallucination, P the lower bound: wrong against correct rows."""

    n_wrong: int
    n_correct: int
    string: float | None
    first: float | None
    literal: float | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What the measurement took, and where it is to be taken with care."""

    forward_tokens: int
    """The rows' own; the header that all prompts share comes on top."""
    forward_tokens_mean: float | None
    mass_nodes_mean: float | None
    """Distributions that the string mass of a row read."""
    near_ties: int
    """Rows whose top two tokens nearly tie at some step."""
    budget_spent: int
    """Rows whose string mass was not narrowed as far as asked."""


def sharpening(rows: Rows) -> Sharpening:
    """Average what tells how sharp the model's choices are."""
    begins_right = rows.floats("content_winner_is_gold") > 0
    winner = rows.floats("content_winner_prob")
    return Sharpening(
        wrong_winner_prob=_mean(winner[rows.wrong & ~begins_right]),
        on_path_entropy_1=_mean(rows.floats("on_path_entropy_1")),
        on_path_entropy_2=_mean(rows.floats("on_path_entropy_2")),
        on_path_entropy_1_weighted=_mean(rows.floats("on_path_entropy_1_weighted")),
        on_path_entropy_2_weighted=_mean(rows.floats("on_path_entropy_2_weighted")),
    )


def inflation(rows: Rows, tau: float, seed: int) -> Inflation:
    """Compare the content first-token mass with the string mass."""
    string, first = rows.string.lower, rows.first.lower
    total = float(string.sum())
    visible = string >= VISIBLE
    return Inflation(
        ratio_of_means=float(first.sum()) / total if total > 0 else None,
        median_ratio=float(np.median(first[visible] / string[visible])) if visible.any() else None,
        n_median=int(visible.sum()),
        first_unconfirmed=_unconfirmed(rows, rows.first, tau, seed),
        literal_unconfirmed=_unconfirmed(rows, rows.literal, tau, seed),
    )


def detection(rows: Rows) -> Detection:
    """Judge each P-mass as a detector of wrong answers; abstentions are left out."""
    wrong, judged = rows.wrong, rows.wrong | rows.correct

    def area(mass: Bounds) -> float | None:
        return auroc(-mass.lower[judged], wrong[judged])

    return Detection(
        n_wrong=int(wrong.sum()),
        n_correct=int(rows.correct.sum()),
        string=area(rows.string),
        first=area(rows.first),
        literal=area(rows.literal),
    )


def cost(rows: Rows) -> Cost:
    """Add up what the rows took."""
    tokens = rows.floats("forward_tokens")
    return Cost(
        forward_tokens=int(tokens.sum()),
        forward_tokens_mean=_mean(tokens).value,
        mass_nodes_mean=_mean(rows.floats("mass_nodes")).value,
        near_ties=int(rows.floats("near_tie").sum()),
        budget_spent=int(rows.floats("budget_spent").sum()),
    )


def _unconfirmed(rows: Rows, mass: Bounds, tau: float, seed: int) -> RateBounds:
    """The failures by `mass` whose string mass is below τ for certain, or may be."""
    failures = rows.outcomes(mass, tau) == FAILURE
    by_string = rows.outcomes(rows.string, tau)
    least, most = failures & (by_string == GAP), failures & (by_string != FAILURE)
    return rate_bounds(rows, (least, most), (failures, failures), seed)


def _mean(values: Floats) -> Mean:
    known = values[np.isfinite(values)]
    return Mean(known.size, float(known.mean()) if known.size else None)

"""The divergence against its definition, its bounds against all that they must hold."""

from itertools import permutations
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misspoke.measures.divergence import (
    divergence,
    divergence_bounds,
    entropy,
    shuffled_divergences,
    tally,
)

seeds = st.integers(0, 10**6)


def by_kl(rows: np.ndarray) -> float:
    """The mean Kullback–Leibler divergence from the mean: the other way to write it."""
    mean = rows.mean(axis=0)
    return float(
        np.mean([sum(p * log(p / m) for p, m in zip(row, mean, strict=True) if p) for row in rows])
    )


def some_found(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Masses that were found, (K, classes), with what is missing in each row."""
    draw = np.random.default_rng(seed)
    rows, classes = draw.integers(2, 5), draw.integers(1, 5)
    whole = draw.dirichlet(np.full(classes + 1, 0.6), size=rows)[:, :classes]
    found = whole * (draw.random((rows, classes)) > 0.3)
    return found, 1 - found.sum(axis=1)


@given(seeds)
def test_it_is_the_mean_divergence_from_the_mean(seed: int) -> None:
    rows = np.random.default_rng(seed).dirichlet(np.full(5, 0.4), size=4)
    assert divergence(rows) == pytest.approx(by_kl(rows), abs=1e-12)
    assert 0 <= divergence(rows) <= log(4) + 1e-12


def test_equal_rows_have_none_and_separate_rows_all() -> None:
    assert divergence([[0.2, 0.8]] * 3) == pytest.approx(0, abs=1e-15)
    assert divergence(np.eye(4)) == pytest.approx(log(4))
    assert entropy([0.5, 0.5, 0.0]) == pytest.approx(log(2))


@given(seeds)
def test_whatever_is_missing_the_bounds_hold(seed: int) -> None:
    found, missing = some_found(seed)
    bounds = divergence_bounds(found)
    draw = np.random.default_rng(seed + 1)
    for _ in range(20):
        unknown = draw.integers(1, 4)
        shape = (len(found), found.shape[1] + unknown)
        laid = np.array([draw.dirichlet(np.full(shape[1], draw.choice([0.1, 1]))) for _ in found])
        whole = np.hstack([found, np.zeros((len(found), unknown))]) + missing[:, None] * laid
        assert bounds.lower - 1e-9 <= divergence(whole) <= bounds.upper + 1e-9


def least_by_descent(found: np.ndarray, missing: np.ndarray) -> float:
    """The least divergence by exponentiated gradient descent on what the missing mass is shared to.

    The divergence is convex in it, so that there is no other valley to end in.
    """
    base = np.hstack([found, np.zeros((len(found), 1))])
    shares = np.full(base.shape, 1 / base.shape[1])
    for _ in range(1000):
        rows = base + missing[:, None] * shares
        shares = np.maximum(shares * rows.mean(axis=0) / rows, 1e-300)
        shares /= shares.sum(axis=1, keepdims=True)
    return float(divergence(base + missing[:, None] * shares))


@given(seeds)
def test_the_lower_bound_is_close_to_the_least(seed: int) -> None:
    found, missing = some_found(seed)
    least = least_by_descent(found, missing)
    assert least - 5e-4 <= divergence_bounds(found).lower <= least + 1e-9


def test_the_upper_bound_is_reached_by_answers_that_no_other_gives() -> None:
    bounds = divergence_bounds([[0.5], [0.5]])
    assert bounds.upper == pytest.approx(0.5 * log(2))
    assert bounds.lower == pytest.approx(0, abs=1e-4)


def test_nothing_missing_leaves_one_value() -> None:
    rows = np.array([[0.9, 0.1], [0.3, 0.7]])
    bounds = divergence_bounds(rows)
    assert bounds.lower == pytest.approx(by_kl(rows), abs=1e-9)
    assert bounds.upper == pytest.approx(by_kl(rows), abs=1e-9)


def test_shuffling_is_all_ways_to_deal_the_answers() -> None:
    answers = [[0, 0], [0, 1], [1, 2]]
    flat = [one for group in answers for one in group]
    every = [
        float(divergence(tally([deal[:2], deal[2:4], deal[4:]]))) for deal in permutations(flat)
    ]
    drawn = shuffled_divergences(answers, 4000, np.random.default_rng(0))
    assert drawn.mean() == pytest.approx(np.mean(every), abs=0.01)
    assert set(np.round(drawn, 9)) == set(np.round(every, 9))


def test_samples_of_one_distribution_diverge_as_much_as_shuffled_ones() -> None:
    draw = np.random.default_rng(1)
    gaps = []
    for _ in range(400):
        answers = draw.choice(4, p=[0.4, 0.3, 0.2, 0.1], size=(5, 4)).tolist()
        shuffled = shuffled_divergences(answers, 60, draw)
        gaps.append(float(divergence(tally(answers))) - shuffled.mean())
    error = np.std(gaps) / len(gaps) ** 0.5
    assert abs(np.mean(gaps)) < 3 * error

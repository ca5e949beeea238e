"""Uncertainty scores, against plain formulas and scipy."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import logsumexp

from misspoke.measures import (
    class_entropy,
    normalised_entropy,
    semantic_entropy,
    sequence_surprise,
    token_surprise,
)

PROBS = st.lists(st.floats(1e-9, 1), min_size=1, max_size=12)
SAMPLES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from("abcde"), st.floats(-60, 0)),
    min_size=1,
    max_size=10,
)


@given(PROBS)
def test_surprise_is_the_log_of_the_product(probs: list[float]) -> None:
    logs = [math.log(prob) for prob in probs]
    assert sequence_surprise(logs) == pytest.approx(-math.log(math.prod(probs)), abs=1e-12)
    perplexity = math.prod(probs) ** (-1 / len(probs))
    assert math.exp(token_surprise(logs)) == pytest.approx(perplexity)


def test_surprise_by_hand() -> None:
    logs = [math.log(0.5), math.log(0.25)]
    assert sequence_surprise(logs) == pytest.approx(3 * math.log(2))
    assert token_surprise(logs) == pytest.approx(1.5 * math.log(2))
    assert math.copysign(1, sequence_surprise([0.0])) == 1
    assert sequence_surprise([0.0, -math.inf]) == token_surprise([-math.inf]) == math.inf


def test_no_tokens_were_not_measured() -> None:
    assert math.isnan(sequence_surprise([]))
    assert math.isnan(token_surprise([]))


@given(PROBS)
def test_normalised_entropy_agrees_with_scipy(probs: list[float]) -> None:
    found = normalised_entropy(probs)
    if len(probs) < 2:
        assert found is None
        return
    assert found == pytest.approx(stats.entropy(probs) / math.log(len(probs)), abs=1e-9)
    assert found is not None
    assert 0 <= found <= 1 + 1e-12


def test_normalised_entropy_by_hand() -> None:
    assert normalised_entropy([0.01] * 5) == pytest.approx(1)
    assert normalised_entropy([0.3, 0.0]) == 0
    assert normalised_entropy([0.6]) is None
    assert normalised_entropy([]) is None
    assert normalised_entropy([0.0, 0.0]) is None


@given(PROBS, st.integers(0, 50))
def test_class_entropy_agrees_with_scipy(weights: list[float], pieces: int) -> None:
    """The rest is so many more classes, each of one piece."""
    piece = min(weights) / 2 if min(weights) > 0 else 1e-3
    total = math.fsum(weights) + pieces * piece
    masses = [weight / total for weight in weights]
    wanted = stats.entropy([*weights, *[piece] * pieces])
    found = class_entropy(masses, pieces * piece / total, piece / total)
    assert found == pytest.approx(wanted, abs=1e-9)
    assert class_entropy([*masses, *[piece / total] * pieces]) == pytest.approx(wanted, abs=1e-9)


def test_class_entropy_by_hand() -> None:
    assert class_entropy([0.5, 0.5]) == pytest.approx(math.log(2))
    assert class_entropy([0.5], 0.5, 0.25) == pytest.approx(1.5 * math.log(2))
    assert class_entropy([0.5, 0.0]) == pytest.approx(math.log(2) / 2)  # not renormalised
    assert class_entropy([], 1.0, 1e-3) == pytest.approx(math.log(1000))  # nothing is known
    assert class_entropy([1.0], -1e-12, 1e-3) == 0
    assert math.copysign(1, class_entropy([])) == 1


@given(st.lists(st.floats(-30, 0), min_size=1, max_size=10), st.data())
def test_semantic_entropy_of_distinct_texts(logprobs: list[float], data: st.DataObject) -> None:
    """All texts distinct: the class of each sample has the sum of its members' probabilities."""
    n = len(logprobs)
    classes = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    wanted = -np.mean(
        [
            logsumexp([lp for c, lp in zip(classes, logprobs, strict=True) if c == k])
            for k in classes
        ]
    )
    assert semantic_entropy(classes, range(n), logprobs) == pytest.approx(wanted, abs=1e-9)


@given(SAMPLES)
def test_semantic_entropy_counts_a_repeat_once_in_its_class(
    rows: list[tuple[int, str, float]],
) -> None:
    logprob_of = {(meaning, text): logprob for meaning, text, logprob in reversed(rows)}
    height = {
        meaning: math.fsum(math.exp(lp) for (c, _), lp in logprob_of.items() if c == meaning)
        for meaning, _, _ in rows
    }
    drawn = Counter(meaning for meaning, _, _ in rows)
    wanted = -sum(times * math.log(height[meaning]) for meaning, times in drawn.items()) / len(rows)
    found = semantic_entropy(*zip(*rows, strict=True))
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_semantic_entropy_by_hand() -> None:
    logs = [math.log(0.5), math.log(0.5), math.log(0.25)]
    found = semantic_entropy([1, 1, 2], ["paris", "paris", "rome"], logs)
    assert found == pytest.approx((2 * math.log(2) + math.log(4)) / 3)
    merged = semantic_entropy([1, 1, 1], ["paris", "paris", "it is paris"], logs)
    assert merged == pytest.approx(-math.log(0.75))
    assert semantic_entropy([], [], []) is None


def test_semantic_entropy_of_what_a_float_cannot_hold() -> None:
    long = semantic_entropy([0, 0], ["a", "b"], [-2000.0, -2000.0])
    assert long == pytest.approx(2000 - math.log(2))
    assert semantic_entropy([0], ["a"], [-math.inf]) == math.inf


def test_semantic_entropy_wants_equal_lengths() -> None:
    with pytest.raises(ValueError, match="shorter"):
        semantic_entropy([0, 1], ["a"], [-1.0, -1.0])


def test_semantic_entropy_estimates_the_entropy_of_the_classes() -> None:
    """With every text among many samples, the mean is the entropy of the classes' masses."""
    rng = np.random.default_rng(0)
    probs = np.array([0.4, 0.2, 0.1, 0.2, 0.1])
    meaning = np.array([0, 0, 1, 2, 2])
    drawn = rng.choice(5, size=20_000, p=probs)
    found = semantic_entropy(meaning[drawn].tolist(), drawn.tolist(), np.log(probs)[drawn].tolist())
    assert found == pytest.approx(class_entropy([0.6, 0.1, 0.3]), abs=0.02)

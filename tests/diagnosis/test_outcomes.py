"""Outcomes, one by one and by the column."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misspoke.diagnosis import OUTCOMES, TAU, TAUS, outcome, outcomes_array
from misspoke.records import Interval

MASS = st.floats(0, 1) | st.sampled_from(TAUS)
ROW = st.tuples(st.booleans(), st.booleans(), MASS, MASS)


@pytest.mark.parametrize(
    ("correct", "abstained", "lower", "upper", "wanted"),
    [
        (True, True, 0.0, 0.0, "correct"),
        (False, True, 0.9, 0.9, "abstained"),
        (False, False, 0.2, 0.3, "commitment_failure"),
        (False, False, 0.1, 0.2, "undetermined"),
        (False, False, 0.1, 0.1999, "knowledge_gap"),
        (False, False, 0.1, 0.9, "undetermined"),
    ],
)
def test_outcomes(correct: bool, abstained: bool, lower: float, upper: float, wanted: str) -> None:
    assert outcome(correct, abstained, Interval(lower, upper)) == wanted


def test_the_threshold_is_exact() -> None:
    below = float(np.nextafter(TAU, 0))
    assert outcome(False, False, Interval(below, below)) == "knowledge_gap"


def test_the_sweep_holds_the_default() -> None:
    assert TAU in TAUS
    assert (TAUS[0], TAUS[-1], len(TAUS)) == (0.05, 0.5, 10)


@given(st.lists(ROW, max_size=20), st.sampled_from(TAUS))
def test_the_columns_agree_with_the_rows(
    rows: list[tuple[bool, bool, float, float]], tau: float
) -> None:
    rows = [(c, a, min(x, y), max(x, y)) for c, a, x, y in rows]
    correct, abstained = (np.array([row[i] for row in rows], dtype=np.bool_) for i in (0, 1))
    lower, upper = (np.array([row[i] for row in rows], dtype=np.float64) for i in (2, 3))
    found = outcomes_array(correct, abstained, lower, upper, tau)
    wanted = [outcome(c, a, Interval(low, up), tau) for c, a, low, up in rows]
    assert [OUTCOMES[code] for code in found] == wanted

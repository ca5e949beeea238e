"""How concentrated masses are."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from misspoke.measures import concentrate

MASSES = st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=20).filter(
    lambda masses: sum(masses) > 1e-6
)


@pytest.mark.parametrize("masses", [[], [0.0], [0.0, 0.0]])
def test_no_mass_has_no_concentration(masses: list[float]) -> None:
    assert concentrate(masses) is None


def test_the_papers_example() -> None:
    found = concentrate([0.13, 0.24, 0.12])
    assert found is not None
    assert (found.index, found.top) == (1, 0.24)
    assert found.share == pytest.approx(0.24 / 0.49)
    assert 2 < found.effective < 3


@pytest.mark.parametrize("forms", [1, 2, 7])
def test_even_masses_count_as_many_forms_as_there_are(forms: int) -> None:
    found = concentrate([0.05] * forms + [0.0])
    assert found is not None
    assert found.index == 0
    assert found.effective == pytest.approx(forms)


@given(MASSES)
def test_it_agrees_with_the_plain_formula(masses: list[float]) -> None:
    found = concentrate(masses)
    assert found is not None
    total = math.fsum(masses)
    entropy = -math.fsum(m / total * math.log(m / total) for m in masses if m > 0)
    assert found.top == max(masses) == masses[found.index]
    assert found.share == pytest.approx(max(masses) / total)
    assert found.effective == pytest.approx(math.exp(entropy))


@given(MASSES)
def test_it_lies_within_its_bounds(masses: list[float]) -> None:
    found = concentrate(masses)
    assert found is not None
    assert 1 - 1e-9 <= found.effective <= len(masses) + 1e-9
    assert found.share * found.effective >= 1 - 1e-9

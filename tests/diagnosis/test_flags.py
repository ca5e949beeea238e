"""Flags on wrong rows."""

import pytest

from misspoke.diagnosis import alias_gap


@pytest.mark.parametrize(
    ("answer", "forms", "wanted"),
    [
        ("George Orwell", ["Orwell", "Eric Blair"], True),
        ("Tchaikovsky Pyotr", ["Pyotr Ilyich Tchaikovsky"], True),
        ("Moscow", ["Saint Basil's Cathedral", "Pokrovsky Cathedral"], False),
        ("Moscow", [], False),
    ],
)
def test_alias_gap(answer: str, forms: list[str], wanted: bool) -> None:
    assert alias_gap(answer, forms) is wanted

"""Equivalence of answers by rules, and the joining rule of classes."""

from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from misspoke.concepts.equivalence import (
    case_matters,
    classes,
    contains,
    equivalent,
    key,
    near,
    token_f1,
)
from misspoke.concepts.folding import has_content
from misspoke.concepts.surface import closure

LISTED = """
    Na NA na US us U.S. Who WHO who The the St. Saint Louis one ONE 1 A a B. J. K. Rowling UK LA la
    La DC dc D.C. and & É é Zürich Co CO H2O h2o İ ß 東京 - New York City 2 hundred thousand
"""
WORDS = LISTED.split()
ANSWER = st.text(max_size=12) | st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)

SAME = [
    ("Paris", "PARIS"),
    ("Paris", " paris."),
    ("The Beatles", "Beatles"),
    ("São Tomé and Príncipe", "Sao Tome & Principe"),
    ("N'Djamena", "N’Djamena"),
    ("N'Djamena", "Ndjamena"),
    ("Guinea-Bissau", "guinea bissau"),
    ("St. Petersburg", "Saint Petersburg"),
    ("United States", "U.S.A."),
    ("the United States of America", "USA"),
    ("US", "U.S."),
    ("UK", "United Kingdom"),
    ("Washington, D.C.", "Washington DC"),
    ("New York City", "NYC"),
    ("J. K. Rowling", "JK Rowling"),
    ("J. R. R. Tolkien", "J.R.R. Tolkien"),
    ("twenty-one", "21"),
    ("1,000", "one thousand"),
    ("First World War", "1st World War"),
    ("Mount Everest", "Mt. Everest"),
    ("Martin Luther King Jr.", "Martin Luther King, Junior"),
    ("yen", "Yen"),
    ("ONE", "one"),
    ("Zürich", "Zurich"),
]
DIFFERENT = [
    ("Mongolia", "Mongolian"),
    ("New York", "New York City"),
    ("Moscow", "Moscow Kremlin"),
    ("Co", "CO"),
    ("Co", "co"),
    ("He", "he"),
    ("US", "us"),
    ("WHO", "who"),
    ("Who", "who"),
    ("1.5", "15"),
    ("1.5", "1,5"),
    ("1,500", "1.500"),
    ("-5", "5"),
    ("A+", "A-"),
    ("A-", "A"),
    ("C", "C++"),
    ("C#", "C++"),
    ("10²", "102"),
    ("Guinea", "Guinea-Bissau"),
    ("Niger", "Nigeria"),
    ("Congo", "DR Congo"),
    ("Republic of the Congo", "Democratic Republic of the Congo"),
    ("Adam Smith", "Adam Lambert"),
    ("Washington", "Washington, D.C."),
    ("La Paz", "Los Angeles Paz"),
    ("America", "United States"),
    ("Po", "Poe"),
    ("5%", "5"),
    ("1984", "19 84"),
    ("first", "one"),
    ("ハ", "バ"),
    ("St", "Saint"),
    ("Milne", "A. A. Milne"),
    ("", "a"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_spellings_of_one_answer(a: str, b: str) -> None:
    assert equivalent(a, b)
    assert equivalent(b, a)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_different_answers(a: str, b: str) -> None:
    assert not equivalent(a, b)
    assert not equivalent(b, a)


@given(ANSWER)
@example("A.B.")
def test_the_key_is_idempotent(text: str) -> None:
    assert key(key(text)) == key(text)
    if has_content(text):
        assert key(text)


@given(ANSWER, ANSWER)
def test_equivalence_is_reflexive_and_symmetric(a: str, b: str) -> None:
    assert equivalent(a, a)
    assert equivalent(a, b) == equivalent(b, a)


@given(ANSWER, ANSWER)
def test_answers_that_share_a_form_are_equivalent(a: str, b: str) -> None:
    shared = {form.text for form in closure(a)} & {form.text for form in closure(b)}
    if shared:
        assert equivalent(a, b)


def test_different_answers_share_no_form() -> None:
    answers = sorted({text for pair in DIFFERENT for text in pair})
    for a, b in combinations(answers, 2):
        if not equivalent(a, b):
            assert not {form.text for form in closure(a)} & {form.text for form in closure(b)}


@pytest.mark.parametrize("word", ["Na", "CO", "K", "H2O", "WHO", "Who", "May", "3D", "Да"])
def test_case_matters_in(word: str) -> None:
    assert case_matters(word)


@pytest.mark.parametrize("word", ["na", "Yen", "yen", "Iron", "UNESCO", "who", "12", "東京", ""])
def test_case_does_not_matter_in(word: str) -> None:
    assert not case_matters(word)


def test_classes_by_rules() -> None:
    answers = ["Paris", "Lyon", "paris", "the Lyon", "Nice", "PARIS"]
    assert classes(answers) == [0, 1, 0, 1, 2, 0]
    assert classes([]) == []


def test_classes_form_no_chains() -> None:
    def close(a: str, b: str) -> bool:
        return abs(int(a) - int(b)) <= 1

    assert classes(["1", "2", "3", "4"], close) == [0, 0, 1, 1]
    assert classes(["2", "1", "3", "4"], close) == [0, 0, 1, 1]
    assert classes(["1", "3", "2"], close) == [0, 1, 0]


PREDICATES = st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)))


@given(st.lists(st.integers(0, 7), max_size=10), PREDICATES)
def test_the_joining_rule(numbers: list[int], pairs: set[tuple[int, int]]) -> None:
    def related(a: str, b: str) -> bool:
        return a == b or (int(a), int(b)) in pairs or (int(b), int(a)) in pairs

    strings = [str(number) for number in numbers]
    found = classes(strings, related)
    for index, string in enumerate(strings):
        for label in range(max(found[:index], default=-1) + 1):
            members = [s for s, c in zip(strings[:index], found[:index], strict=True) if c == label]
            joins = all(related(string, member) for member in members)
            assert joins == (label == found[index]) or label > found[index]
        assert found[index] <= max(found[:index], default=-1) + 1
    for length in range(len(strings)):
        assert classes(strings[:length], related) == found[:length]


@given(st.lists(ANSWER, max_size=6))
def test_classes_by_rules_are_the_classes_of_the_key(strings: list[str]) -> None:
    found = classes(strings)
    for (a, x), (b, y) in combinations(zip(strings, found, strict=True), 2):
        assert (x == y) == (key(a) == key(b))


@pytest.mark.parametrize(
    ("a", "b", "f1"),
    [
        ("Adam Smith", "Adam Lambert", 0.5),
        ("Paris", "the Paris", 1.0),
        ("Paris", "Lyon", 0.0),
        ("New York", "New York City", 0.8),
        ("la la land", "la land", 0.8),
        ("", "", 0.0),
        ("...", "Paris", 0.0),
    ],
)
def test_token_f1(a: str, b: str, f1: float) -> None:
    assert token_f1(a, b) == pytest.approx(f1)
    assert token_f1(b, a) == pytest.approx(f1)


@given(ANSWER, ANSWER)
def test_token_f1_lies_between_0_and_1(a: str, b: str) -> None:
    assert 0.0 <= token_f1(a, b) <= 1.0
    if key(a) == key(b) and has_content(a):
        assert token_f1(a, b) == 1.0


def test_containment_is_of_whole_words() -> None:
    assert contains("New York City", "york city")
    assert contains("New York City", "New York City")
    assert not contains("New York", "New York City")
    assert not contains("Nigeria", "Niger")
    assert not contains("New York City", "New City")
    assert not contains("Paris", "")


def test_near_answers() -> None:
    assert near("Moscow Kremlin", "Moscow")
    assert near("Moscow", "The Moscow Kremlin in Red Square")
    assert near("Adam Smith", "Adam Lambert")
    assert not near("Niger", "Nigeria")
    assert not near("", "Paris")

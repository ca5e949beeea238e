"""The bundled atlas is what its tables say, and what a careful reader would expect."""

import re
import subprocess
import sys
import unicodedata
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest

from misspoke.questions import available, load

ATLAS = load("atlas")
BY_ID = {question.id: question for question in ATLAS.questions}
GENERATOR = Path(__file__).parents[2] / "tools/atlas/make_atlas.py"


def folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def has_words(text: str, phrase: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(folded(phrase))}(?!\w)", folded(text)) is not None


def test_the_generator_makes_the_bundled_file(tmp_path: Path) -> None:
    made = tmp_path / "atlas.jsonl"
    subprocess.run([sys.executable, str(GENERATOR), "--output", str(made)], check=True)
    bundled = files("misspoke.questions") / "data" / "atlas.jsonl"
    assert made.read_bytes() == bundled.read_bytes()


def test_it_is_the_frozen_version() -> None:
    """Whoever changes a question gives the set a new version, and its new hash."""
    (info,) = available()
    assert ATLAS.sha256 == info.sha256
    assert info.version == 1


def test_it_reads_without_a_remark() -> None:
    assert ATLAS.skipped == ()
    assert ATLAS.notices == ()


def test_no_question_is_asked_twice() -> None:
    assert len({question.question for question in ATLAS.questions}) == len(ATLAS.questions)
    assert len(BY_ID) == len(ATLAS.questions)


def test_a_small_part_has_every_relation() -> None:
    relations = {question.relation for question in ATLAS.questions}
    assert {question.relation for question in load("atlas", n=100).questions} == relations


def test_rows_are_well_formed() -> None:
    for question in ATLAS.questions:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", question.id), question.id
        assert question.question.endswith("?"), question.id
        assert ",?" not in question.question, question.id
        assert question.stem is not None, question.id
        assert question.stem[0].isupper() or question.stem[0] == '"', question.id
        assert question.stem[-1].isalpha(), question.id


def test_every_row_has_one_right_answer_and_its_names() -> None:
    for question in ATLAS.questions:
        (names,) = question.answers
        assert not isinstance(names, str), question.id
        assert len(set(names)) == len(names), question.id


def test_distractors_are_wrong() -> None:
    for question in ATLAS.questions:
        assert len(set(question.distractors)) == 3, question.id
        for wrong, right in product(question.distractors, question.all_answers()):
            assert folded(wrong) not in folded(right), question.id
            assert folded(right) not in folded(wrong), question.id


def test_neither_question_nor_stem_gives_the_answer_away() -> None:
    for question in ATLAS.questions:
        for answer in question.all_answers():
            assert not has_words(question.question, answer), question.id
            assert not has_words(question.stem or "", answer), question.id


def test_stems_name_the_subject() -> None:
    for question in ATLAS.questions:
        if question.relation == "landmark_name":
            continue  # asked in free words
        words = set(re.findall(r"\w+", folded(question.question)))
        kept = words & set(re.findall(r"\w+", folded(question.stem or "")))
        subject = question.id.removeprefix(f"{question.relation}-".replace("_", "-"))
        assert {word for word in subject.split("-") if word in words} <= kept, question.id


@pytest.mark.parametrize(
    "word", ["I", "In", "As", "At", "He", "No", "Be", "Am", "All", "Top", "Try", "Mad"]
)
def test_no_answer_is_a_word_that_opens_a_sentence(word: str) -> None:
    every = {folded(answer) for q in ATLAS.questions for answer in q.all_answers()}
    assert folded(word) not in every


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("capital-australia", "Canberra"),
        ("capital-ukraine", "Kyiv"),
        ("capital-ukraine", "Kiev"),
        ("capital-united-states", "Washington"),
        ("capital-united-states", "Washington, D.C."),
        ("capital-mongolia", "Ulan Bator"),
        ("capital-chad", "Ndjamena"),
        ("capital-kazakhstan", "Nur-Sultan"),
        ("currency-china", "yuan"),
        ("currency-china", "Chinese yuan"),
        ("currency-china", "renminbi"),
        ("currency-china", "RMB"),
        ("currency-australia", "dollar"),
        ("currency-australia", "AUD"),
        ("currency-malaysia", "Malaysian ringgit"),
        ("currency-malaysia", "MYR"),
        ("currency-senegal", "CFA franc"),
        ("currency-united-kingdom", "pound sterling"),
        ("continent-vietnam", "Southeast Asia"),
        ("language-iran", "Farsi"),
        ("symbol-sodium", "Na"),
        ("symbol-tungsten", "W"),
        ("author-war-and-peace", "Lev Tolstoy"),
        ("author-adventures-of-huckleberry-finn", "Samuel Clemens"),
        ("author-crime-and-punishment", "Fyodor Dostoyevsky"),
        ("painter-night-watch", "Rembrandt van Rijn"),
        ("composer-swan-lake", "Peter Tchaikovsky"),
        ("landmark-city-statue-of-liberty", "New York"),
        ("landmark-name-saint-basils-cathedral", "Saint Basil's Cathedral"),
        ("landmark-name-saint-basils-cathedral", "Cathedral of Vasily the Blessed"),
        ("landmark-name-saint-basils-cathedral", "Pokrovsky Cathedral"),
    ],
)
def test_a_known_name_is_right(row: str, name: str) -> None:
    assert folded(name) in map(folded, BY_ID[row].all_answers())


@pytest.mark.parametrize(
    "left_out",
    [
        "capital-israel",
        "capital-south-africa",
        "capital-bolivia",
        "capital-luxembourg",
        "capital-mexico",
        "capital-singapore",
        "currency-zimbabwe",
        "continent-turkey",
        "symbol-iodine",
    ],
)
def test_disputed_and_leaking_items_are_left_out(left_out: str) -> None:
    assert left_out not in BY_ID


def test_a_wrong_name_never_begins_with_a_right_one() -> None:
    for question in ATLAS.questions:
        if question.relation == "currency":
            continue  # "franc" is right for many, and so begins no wrong name of interest
        right = [folded(answer) for answer in question.all_answers()]
        others = {
            folded(other.all_answers()[0])
            for other in ATLAS.questions
            if other.relation == question.relation
        }
        for wrong in others.difference(right):
            assert not any(re.match(rf"{re.escape(name)}(?!\w)", wrong) for name in right), wrong

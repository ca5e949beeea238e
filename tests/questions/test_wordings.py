"""Every question of the atlas can be put in other words that ask the same."""

import json
import re
import unicodedata
from importlib.resources import files
from pathlib import Path

import pytest

from misspoke.questions import load
from misspoke.questions.wordings import relations, worded
from misspoke.records import Question

ATLAS = load("atlas").questions
WORDED = {question.id: worded(question) for question in ATLAS}
BY_ID = {question.id: question for question in ATLAS}
FORMS = json.loads(
    (files("misspoke.questions") / "data" / "wordings.json").read_text(encoding="utf-8")
)


def folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def has_words(text: str, phrase: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(folded(phrase))}(?!\w)", folded(text)) is not None


def names_in(question: str) -> set[str]:
    """Words with a capital and numbers, but for the word that opens the question."""
    return set(re.findall(r"(?<!\w)[A-ZÀ-Þ]\w+|(?<!\w)\d\w*", question.partition(" ")[2]))


def test_every_relation_of_the_atlas_has_wordings() -> None:
    assert set(relations()) == {question.relation for question in ATLAS}


def test_every_row_has_at_least_eight_wordings_and_its_own_comes_first() -> None:
    for question in ATLAS:
        first, *others = WORDED[question.id]
        assert first == question.question
        assert len(others) >= 7, question.id


def test_no_wording_is_that_of_two_rows_or_comes_twice() -> None:
    every = [wording for wordings in WORDED.values() for wording in wordings]
    assert len(set(every)) == len(every)


def test_no_wording_gives_an_answer_or_a_distractor_away() -> None:
    for question in ATLAS:
        said = [
            text
            for text in (*question.all_answers(), *question.distractors)
            if not has_words(question.question, text)
        ]
        for wording in WORDED[question.id][1:]:
            assert not [text for text in said if has_words(wording, text)], (question.id, wording)


def test_wordings_are_sentences() -> None:
    for question in ATLAS:
        for wording in WORDED[question.id]:
            assert wording[0].isupper() or wording[0] == '"', wording
            assert wording.endswith(("?", ".")), wording
            assert not re.search(r"[{}]|  |,,|\.\.|\?\?|, ?[?.]|\s[?.,]", wording), wording
            asks = wording.split()[0] not in {"Name", "Give", "Tell"}
            assert wording.endswith("?") is asks, wording


def test_wordings_keep_what_the_question_is_about() -> None:
    for question in ATLAS:
        for wording in WORDED[question.id][1:]:
            missing = names_in(question.question) - set(re.findall(r"\w+", wording)) - {"Solar"}
            assert missing <= {"System"}, (wording, missing)


def test_wordings_differ_in_shape() -> None:
    for relation, forms in FORMS.items():
        for form in forms:
            openings = [wording.split()[0] for wording in form["wordings"]]
            assert len(set(openings)) >= 6, relation
            assert openings.count("Tell") <= 1, relation


def test_a_currency_is_asked_for_in_one_sense() -> None:
    """What is in use, and what is so by law, are other questions in some countries."""
    for question in ATLAS:
        if question.relation == "currency":
            for wording in WORDED[question.id]:
                said = set(re.findall(r"\w+", wording.lower()))
                assert not said & {"use", "used", "uses", "pay", "spend", "official", "legal"}
                assert "currency of" in wording or re.search(r"\b(have|has)\b", wording), wording


def test_no_wording_calls_for_more_than_the_answer_behind_a_stem_that_ends_in_is() -> None:
    """What it is called is answered by "called the dinar", which is not read as the dinar."""
    for relation in ("capital", "currency", "language", "landmark_name", "currency_code"):
        for form in FORMS[relation]:
            said = " ".join(form["wordings"])
            assert not re.search(r"\b(call|called|known?|named|termed)\b", said), relation


def test_every_row_that_is_asked_in_free_words_has_its_part() -> None:
    """No part is left over from a question that the atlas does not ask."""
    asked = {question.question for question in ATLAS}
    for forms in FORMS.values():
        for form in forms:
            assert set(form.get("rows", {})) <= asked


@pytest.mark.parametrize(
    ("row", "wording"),
    [
        ("capital-bahamas", "The Bahamas has which city as its capital?"),
        ("capital-of-washington-d-c", "Name the country whose capital is Washington, D.C."),
        ("capital-of-washington-d-c", "What country is Washington, D.C., the capital of?"),
        ("inventor-triode-or-audion", "By whom was the triode, or Audion, invented?"),
        ("event-year-titanic-sank", "The Titanic sank in which year?"),
        (
            "event-year-euro-notes-and-coins-introduced",
            "Name the year in which euro notes and coins were introduced.",
        ),
        (
            "event-year-nelson-mandela-died",
            "What year was it when Nelson Mandela died?",
        ),
        ("planet-red-planet", "Of all the planets, which one is known as the Red Planet?"),
        ("landmark-name-matterhorn", "Name the pyramid-shaped mountain that towers over Zermatt."),
    ],
)
def test_a_wording(row: str, wording: str) -> None:
    assert wording in WORDED[row]


def test_the_docs_show_what_is_made() -> None:
    text = (Path(__file__).parents[2] / "docs/wordings.md").read_text(encoding="utf-8")
    code = text[text.index("# ('") : text.index(", …)")]
    assert tuple(re.findall(r"'(.+?)'", code)) == WORDED[ATLAS[0].id][:4]


def test_a_questions_own_wordings_win() -> None:
    own = Question(
        "What is the capital of Malta?",
        ["Valletta"],
        relation="capital",
        wordings=["Malta's capital?", "What is the capital of Malta?", "Malta's capital?"],
    )
    assert worded(own) == ("What is the capital of Malta?", "Malta's capital?")


@pytest.mark.parametrize(
    "alone",
    [
        Question("What is the capital of Malta?", ["Valletta"]),
        Question("What is the capital of Malta?", ["Valletta"], relation="seat"),
        Question("Malta's capital, please?", ["Valletta"], relation="capital"),
        Question("Which hill in Rome was first?", ["Palatine"], relation="landmark_name"),
        Question("In which year did Mao die?", ["1976"], relation="event_year"),
        Question("In which year did Mao die?", ["1976"], relation="event_year", stem="Mao died in"),
    ],
)
def test_a_question_that_the_atlas_would_ask_otherwise_stands_alone(alone: Question) -> None:
    assert worded(alone) == (alone.question,)


def test_a_name_is_never_taken_for_a_pattern() -> None:
    odd = Question("What is the capital of {x}\\1?", ["Nowhere"], relation="capital")
    assert "Name the capital of {x}\\1." in worded(odd)

"""Reading an answer while it is being said: what opens it, where it ends, and that this stays."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from misspoke.concepts.reading import close_reader, read_whole
from misspoke.concepts.text import answer_end

QUESTION = "What is the capital of Honduras?"
STEM = "The capital of Honduras is"


def read(text: str, final: bool = False) -> str | None:
    return close_reader(QUESTION, STEM)(text, final)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (" Paris.", "Paris"),
        (" It is Paris.", "Paris"),
        (" The capital of Honduras is Tegucigalpa.", "Tegucigalpa"),
        (" The capital is the Paris.", "Paris"),
        (" **Paris**\n", "Paris"),
        (" It is located in Paris.", "Paris"),
        (" Tegucigalpa is the capital of Honduras.", "Tegucigalpa"),
    ],
)
def test_openers_and_echoes_are_skipped(text: str, answer: str) -> None:
    assert read(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        "Paris, which", "Paris (", "Paris – the", "Paris - the", "Paris — the", "Paris; the",
        "Paris: the", "Paris is a", "Paris was a", "Paris who ", "Paris and it ", "Paris, and",
        "Paris [", "Paris\n", "Paris. ", "Paris!",
    ],
)  # fmt: skip
def test_the_answer_ends_with_its_head(text: str) -> None:
    assert read(text) == "Paris"


@pytest.mark.parametrize(
    "text",
    [
        "July 4, 1776", "1,000", "1.5", "Washington, D.C.", "Washington, D. C.",
        "Martin Luther King, Jr.", "Apple, Inc", "Henry, III", "Saint-Denis", "A:B", "St. Louis",
        "Jean-Paul Sartre", "Trinidad and Tobago", "J. K. Rowling", "Paris,", "Paris, ",
    ],
)  # fmt: skip
def test_what_belongs_to_an_answer_does_not_end_it(text: str) -> None:
    assert read(text) is None
    assert read(text, True) == text.rstrip(", ")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("July 4, 1776, when", "July 4, 1776"),
        ("1776, when", "1776"),
        ("1,000 people is a", "1,000 people"),
        ("Washington, D.C. is a", "Washington, D.C."),
        ("Washington, D.C., the", "Washington, D.C."),
        ("Martin Luther King, Jr., a", "Martin Luther King, Jr."),
        ("Washington, Delaware", "Washington"),
        ("Paris, Italy", "Paris"),
        ("Paris, Los Angeles", "Paris"),
    ],
)
def test_an_answer_with_a_comma_goes_as_far_as_it_should(text: str, answer: str) -> None:
    assert read(text) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (" 東京。日本の", "東京"),
        (" Москва, столица", "Москва"),
        (" القاهرة (مصر)", "القاهرة"),
        (" ירושלים\n", "ירושלים"),
        (" กรุงเทพ – เมือง", "กรุงเทพ"),
    ],
)
def test_every_script_is_read(text: str, answer: str) -> None:
    assert read(text) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [("", ""), (" ", ""), (" **", ""), ("It is", ""), (' "', ""), ("The", "The"), (" the ", "the")],
)
def test_where_nothing_is_said_there_is_no_answer(text: str, answer: str) -> None:
    assert read(text) is None
    assert read(text, True) == answer


def test_a_bracket_that_opens_the_answer_does_not_end_it() -> None:
    assert read("(Paris) is a") == "(Paris)"


PIECES = (
    "The", " the", " capital", " city", " of", " Honduras", "It", " it", " that", " which", " by",
    " is", " was", " located", " in", " and", " is", ",", ", ", ".", ". ", ":", " -", " –", "(",
    "[", ";", "\n", "\r", "!", "。", " ", "\u00a0", '"', "*", " Paris", "D", "C", "J", "r", "I",
    "n", "c", "L", "t", "d", "St", "No", "4", "1776", "1", "東京", "القاهرة", "é", "'", "…", "sl",
    "a",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=10).map("".join) | st.text(max_size=12)
QUESTIONS = (
    QUESTION,
    "Which is it: the city that is the capital, and which of them was in Honduras by 4?",
    "Paris, France?",
)


@settings(max_examples=2000, deadline=None)
@given(texts, texts, st.sampled_from(QUESTIONS))
@example("Washington, D", ".C. is", QUESTION)
@example("King, J", "r. was", QUESTION)
@example("Apple, I", "nc.", QUESTION)
@example("Paris,\n", "which", QUESTION)
@example("4,\n", "x", QUESTION)
@example("Honduras. It", " is Paris.", QUESTION)
@example("It is\n", "located in Paris.", QUESTION)
@example("The capital, x", " is it", "What is the capital x?")
@example("It is the which ", "of Paris.", QUESTIONS[1])
def test_what_is_read_stays_when_more_is_said(text: str, more: str, question: str) -> None:
    reader = close_reader(question, None)
    answer = reader(text, False)
    if answer is not None:
        assert reader(text, True) == answer
        assert reader(text + more, False) == answer
        assert reader(text + more, True) == answer


def test_the_order_of_reading_does_not_matter() -> None:
    text = "Honduras. It is Paris."
    forwards, at_once = close_reader(QUESTION, None), close_reader(QUESTION, None)
    steps = [forwards(text[:end], False) for end in range(len(text) + 1)]
    assert steps[-1] == at_once(text, False) == "Honduras"


@settings(max_examples=300, deadline=None)
@given(texts, st.sampled_from(QUESTIONS))
def test_a_whole_text_always_reads_as_something(text: str, question: str) -> None:
    assert close_reader(question, None)(text, True) is not None


@settings(max_examples=300, deadline=None)
@given(texts)
def test_the_whole_answer_goes_to_the_end_of_its_sentence(text: str) -> None:
    end = answer_end(text)
    assert read_whole(text, True) == text[:end].strip()
    assert read_whole(text, False) == (None if end is None else text[:end].strip())

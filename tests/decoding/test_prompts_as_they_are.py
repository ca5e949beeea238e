"""Prompts that are given as they are: the question in them, and what cannot be made of them."""

import pytest
from endings import Endings
from tables import model

from misspoke.decoding.catalogue import DECODERS, by_name
from misspoke.decoding.decode import decode
from misspoke.decoding.desk import question_span
from misspoke.decoding.speaker import Speaker
from misspoke.records import UserError
from misspoke.records.decoding import Asked

QUESTION = "Who wrote Emma?"


def author() -> Endings:
    return Endings({
        f"{QUESTION}\nAnswer:": {" Scott": 0.45, " Jane Austen": 0.3, " Austen": 0.25},
    })  # fmt: skip


@pytest.mark.parametrize("name", [name for name in DECODERS if "paraphrases" not in name])
def test_a_prompt_says_what_its_question_says(name: str) -> None:
    lm = author()
    asked = decode(lm, Asked(QUESTION), by_name(name))
    given = decode(lm, Speaker.of(lm).question_prompt(QUESTION), by_name(name))
    assert given.answer == asked.answer
    assert given.classes == asked.classes


def test_equivalence_sees_the_question_of_a_prompt() -> None:
    lm = author()
    assert decode(lm, f"Question: {QUESTION}\nAnswer:").answer == "Jane Austen"


@pytest.mark.parametrize(
    ("prompt", "question"),
    [
        ("Question: Who?\nAnswer:", "Who?"),
        ("Question: A?\nAnswer: B\n\nQuestion: Who was it?\nAnswer:", "Who was it?"),
        ("Q: Who?\nA:", "Who?"),
        ("user\nWho was it?\nmodel\n", "Who was it?"),
        ("The capital of France is", "The capital of France is"),
        ("\n\nWho?\n", "Who?"),
        ("Question:\nAnswer:", "Question:\nAnswer:"),
    ],
)
def test_the_question_is_found_in_the_last_paragraph(prompt: str, question: str) -> None:
    start, end = question_span(prompt)
    assert prompt[start:end] == question


def test_paraphrases_need_a_question() -> None:
    with pytest.raises(UserError, match="needs a question to reword"):
        decode(author(), f"Question: {QUESTION}\nAnswer:", by_name("paraphrases"))


@pytest.mark.parametrize("empty", ["", "  \n ", Asked(" ")])
def test_an_empty_prompt_is_one_line(empty: str | Asked) -> None:
    with pytest.raises(UserError, match="is empty; give"):
        decode(author(), empty)


REFUSED = {"asc", "self-consistency", "sample-pooling"}


@pytest.mark.parametrize("name", DECODERS)
def test_a_model_that_hides_tokens_is_served_or_refused_in_one_line(name: str) -> None:
    lm = model({(): {" Rome": 0.5, " Oslo": 0.4, " Bern": 0.1}}, reveals=2)
    if name in REFUSED or "pmi" in name or "channel" in name:
        with pytest.raises(UserError, match="shows only its 2 most probable tokens"):
            decode(lm, Asked("Q?"), by_name(name))
    else:
        found = decode(lm, Asked("Q?"), by_name(name))
        assert found.answer == "Rome"
        assert found.belief.upper >= 0.5

"""The answer step, on answers of a chat model that were labelled by hand."""

import json
import re
from pathlib import Path

import pytest

from misspoke.concepts.answer_step import answer_start
from misspoke.concepts.text import strip_openers

ROOT = Path(__file__).parents[2]


def is_found(row: dict[str, str | int | None]) -> bool:
    text = str(row["text"])
    start = answer_start(text, str(row["question"]), str(row["stem"]))
    return strip_openers(text[start:]) == strip_openers(text[int(row["begins"] or 0) :])


@pytest.mark.parametrize(
    ("place", "sample"), [(0, "answer_steps.jsonl"), (1, "answer_steps_fresh.jsonl")]
)
def test_the_docs_say_how_often_the_rule_is_right(place: int, sample: str) -> None:
    lines = (Path(__file__).parent / sample).read_text(encoding="utf-8").splitlines()
    answering = [row for row in map(json.loads, lines) if row["begins"] is not None]
    found = sum(is_found(row) for row in answering)
    page = (ROOT / "docs" / "answer-step.md").read_text(encoding="utf-8")
    claims = re.findall(r"\*\*(\d+) of (\d+)\*\*", page)
    assert (str(found), str(len(answering))) == claims[place]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (" Tegucigalpa.", " Tegucigalpa."),
        ("The capital of Honduras is Tegucigalpa.", " Tegucigalpa."),
        ("It is Tegucigalpa.", " Tegucigalpa."),
        ("The capital is the city of Tegucigalpa.", " the city of Tegucigalpa."),
        ("Tegucigalpa is the capital of Honduras.", "Tegucigalpa is the capital of Honduras."),
        ("Honduras's capital is Tegucigalpa.", "Honduras's capital is Tegucigalpa."),
    ],
)
def test_what_counts_as_an_echo(text: str, answer: str) -> None:
    start = answer_start(text, "What is the capital of Honduras?", None)
    assert text[start:] == answer

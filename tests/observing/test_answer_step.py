"""The answer step, on a hundred answers of a chat model that were labelled by hand."""

import json
import re
from pathlib import Path

import pytest

from misspoke.concepts.text import strip_openers
from misspoke.observing.answer_step import answer_start

ROOT = Path(__file__).parents[2]
LABELLED = [
    json.loads(line)
    for line in (Path(__file__).parent / "answer_steps.jsonl").read_text().splitlines()
]


def is_found(row: dict[str, str | int | None]) -> bool:
    text = str(row["text"])
    start = answer_start(text, str(row["question"]), str(row["stem"]))
    return strip_openers(text[start:]) == strip_openers(text[int(row["begins"] or 0) :])


def test_the_docs_say_how_often_the_rule_is_right() -> None:
    answering = [row for row in LABELLED if row["begins"] is not None]
    found = sum(is_found(row) for row in answering)
    claim = re.search(
        r"\*\*(\d+) of (\d+)\*\*", (ROOT / "docs" / "answer-step.md").read_text(encoding="utf-8")
    )
    assert claim is not None
    assert (found, len(answering)) == (int(claim[1]), int(claim[2]))


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

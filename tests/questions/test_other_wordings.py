"""Other wordings of a question: a field of every format, and no change to what has none."""

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from misspoke.questions import load
from misspoke.questions.sets import as_fields, fingerprint
from misspoke.records import Question, UserError

WORDINGS = ["Which city is Australia's capital?", "Name the capital of Australia."]
ROW: dict[str, Any] = {
    "question": "What is the capital of Australia?",
    "answers": ["Canberra"],
    "wordings": WORDINGS,
}


def write(path: Path, row: dict[str, Any]) -> str:
    match path.suffix:
        case ".jsonl":
            path.write_text(json.dumps(row), encoding="utf-8")
        case ".csv":
            with path.open("w", encoding="utf-8", newline="") as file:
                cells = [json.dumps(v) if isinstance(v, list) else v for v in row.values()]
                csv.writer(file).writerows([list(row), cells])
        case ".parquet":
            pl.DataFrame({name: [value] for name, value in row.items()}).write_parquet(path)
    return str(path)


@pytest.mark.parametrize("name", ["q.jsonl", "q.csv", "q.parquet"])
def test_every_format_has_them(tmp_path: Path, name: str) -> None:
    [question] = load(write(tmp_path / name, ROW)).questions
    assert question.wordings == tuple(WORDINGS)
    again = load(write(tmp_path / "again.jsonl", as_fields(question)))
    assert again.questions == (question,)


def test_a_cell_of_plain_text_is_one_wording(tmp_path: Path) -> None:
    [question] = load(write(tmp_path / "q.csv", {**ROW, "wordings": WORDINGS[0]})).questions
    assert question.wordings == (WORDINGS[0],)


def test_repeats_and_the_question_itself_are_left_out(tmp_path: Path) -> None:
    given = [WORDINGS[0], f" {ROW['question']} ", WORDINGS[0], WORDINGS[1]]
    [question] = load(write(tmp_path / "q.jsonl", {**ROW, "wordings": given})).questions
    assert question.wordings == tuple(WORDINGS)


def test_the_hash_of_questions_without_any_is_as_it_was() -> None:
    plain = Question("Who?", ["Me"], id="q")
    assert "wordings" not in as_fields(plain)
    known = "11318da9953989673051668ddd0e2d510b520f38a024e0706900d87c48d9b6f1"
    assert fingerprint([plain]) == known
    assert fingerprint([plain]) != fingerprint([Question("Who?", ["Me"], id="q", wordings=["W?"])])


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("Which?", "'wordings' is a text, not a list; put it in [ ]"),
        ([7], "'wordings' holds a number; put each wording in quotes"),
        (["  "], "'wordings' is blank; give the text that is asked"),
    ],
)
def test_what_is_no_wording_is_named(tmp_path: Path, given: object, line: str) -> None:
    with pytest.raises(UserError) as refused:
        load(write(tmp_path / "q.jsonl", {**ROW, "wordings": given}))
    assert line in str(refused.value)

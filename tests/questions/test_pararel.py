"""ParaRel-style files: facts to questions, and every mistake its one line."""

import json
from pathlib import Path
from typing import Any

import pytest

from misspoke.questions.pararel import is_pararel, load_pararel
from misspoke.records import UserError

CAPITAL = {
    "relation": "P36",
    "patterns": [
        "The capital of [X] is [Y]",
        "[X],  whose capital is [Y].",
        "[Y] is [X]'s capital",
    ],
    "candidates": ["Rome", "Paris", "La Paz", "Sucre"],
    "facts": [["Italy", "Rome"], ["France", "Paris"], ["Bolivia", "La Paz"], ["Bolivia", "Sucre"]],
}


def written(folder: Path, *rows: object) -> str:
    path = folder / "facts.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return str(path)


def test_facts_become_questions_in_the_filled_patterns(tmp_path: Path) -> None:
    found = load_pararel(written(tmp_path, CAPITAL))
    italy, _, bolivia = found.questions
    assert italy.question == "The capital of Italy is"
    assert italy.wordings == ("Italy, whose capital is",)
    assert italy.answers == (("Rome",),)
    assert italy.distractors == ("Paris", "La Paz", "Sucre")
    assert italy.relation == "P36"
    assert bolivia.answers == (("La Paz",), ("Sucre",))
    assert bolivia.distractors == ("Rome", "Paris")
    assert "1 patterns do not end in [Y]" in found.notices[0]


def test_a_part_is_spread_over_the_file(tmp_path: Path) -> None:
    other = {**CAPITAL, "relation": "P37"}
    found = load_pararel(written(tmp_path, CAPITAL, other), n=2)
    assert [question.relation for question in found.questions] == ["P36", "P37"]
    whole = load_pararel(written(tmp_path, CAPITAL, other))
    assert len({question.id for question in whole.questions}) == 6
    assert whole.sha256 != found.sha256


def test_such_files_are_known_by_their_first_row(tmp_path: Path) -> None:
    assert is_pararel(written(tmp_path, CAPITAL))
    assert not is_pararel(written(tmp_path, {"question": "Who?", "answers": ["Ann"]}))
    assert not is_pararel("atlas")
    assert not is_pararel("~no-such-user/facts.jsonl")
    assert not is_pararel(str(tmp_path / "none.jsonl"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"patterns": ["The capital is [Y]"]}, "patterns 0: must hold \\[X\\] once"),
        ({"facts": [["Italy"]]}, "facts 0: must be a subject and an object"),
        ({"facts": [["Italy", ""]]}, "facts 0 1: is blank"),
        ({"facts": "Italy"}, "facts: "),
        ({"relation": None}, "relation: "),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    path = written(tmp_path, CAPITAL, {**CAPITAL, "relation": "P37", **change})
    with pytest.raises(UserError, match=f"facts.jsonl:2: {says}") as error:
        load_pararel(path)
    assert "\n" not in str(error.value)


def test_a_relation_stands_once(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"facts\.jsonl:2: relation 'P36' is already on line 1"):
        load_pararel(written(tmp_path, CAPITAL, CAPITAL))


def test_a_file_without_usable_patterns_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, {**CAPITAL, "patterns": ["[Y] is [X]'s capital"]})
    with pytest.raises(UserError, match="holds no fact"):
        load_pararel(path)
    with pytest.raises(UserError, match="cannot be read"):
        load_pararel(str(tmp_path / "none.jsonl"))

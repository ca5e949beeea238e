"""The bundled false premises are well-formed pairs, and a user's own get one clear line."""

import json
import re
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from misspoke.questions.premises import load_premises, premises
from misspoke.records import UserError
from misspoke.records.premise import Loaded, Premise

BUNDLED = premises()
DOCS = Path(__file__).parents[2] / "docs/premises.md"
ROW: dict[str, Any] = {
    "id": "capital-of-malta",
    "kind": "place",
    "direct": "What is the capital of Malta?",
    "answers": ["Valletta"],
    "false": {
        "question": "Why is Mdina the capital of Malta?",
        "premise": "Mdina is the capital of Malta",
        "said": "Mdina",
        "reject": "Mdina is not the capital of Malta.",
        "accept": "Mdina is the capital of Malta because",
    },
    "true": {
        "question": "Why is Valletta the capital of Malta?",
        "premise": "Valletta is the capital of Malta",
        "said": "Valletta",
        "reject": "Valletta is not the capital of Malta.",
        "accept": "Valletta is the capital of Malta because",
    },
}


def has_words(text: str, phrase: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(phrase.casefold())}(?!\w)", text.casefold()) is not None


def sides(premise: Premise) -> tuple[Loaded, Loaded]:
    return premise.false, premise.true


def with_blank(text: str, said: str) -> str:
    """The text with a blank for what the two sides say differently, without capitals."""
    return text.casefold().replace(said.casefold(), "{}")


def test_there_are_enough_of_enough_kinds() -> None:
    assert len(BUNDLED) >= 120
    kinds = Counter(premise.kind for premise in BUNDLED)
    assert len(kinds) >= 6
    assert min(kinds.values()) >= 5


def test_nothing_is_asked_twice() -> None:
    every = [question for p in BUNDLED for question in (p.direct, *(s.question for s in sides(p)))]
    assert len(set(every)) == len(every)
    assert len({premise.id for premise in BUNDLED}) == len(BUNDLED)


def test_no_question_of_a_false_premise_gives_the_fact_away() -> None:
    for premise in BUNDLED:
        for answer in premise.answers:
            opened = premise.stem or ""
            for text in (premise.direct, opened, premise.false.question, premise.false.accept):
                assert not has_words(text, answer), (premise.id, answer)
            assert not has_words(opened, premise.false.said), premise.id


def test_the_direct_question_does_not_name_the_error() -> None:
    for premise in BUNDLED:
        assert not has_words(premise.direct, premise.false.said), premise.id
        assert premise.false.said.casefold() not in map(str.casefold, premise.answers), premise.id


def test_the_true_side_says_the_answer() -> None:
    for premise in BUNDLED:
        assert any(has_words(premise.true.said, answer) for answer in premise.answers), premise.id


def test_the_sides_have_one_shape() -> None:
    """They differ in what is said, and in nothing else."""
    for premise in BUNDLED:
        false, true = (
            [
                with_blank(text, side.said)
                for text in (side.question, side.premise, side.reject, side.accept)
            ]
            for side in sides(premise)
        )
        assert false == true, premise.id


def test_the_openings_deny_and_take_up_the_same_premise() -> None:
    for premise in BUNDLED:
        for side in sides(premise):
            assert has_words(side.question, side.said), premise.id
            taken_up = side.accept.rpartition(" ")[0]
            assert taken_up.casefold() == side.premise.casefold(), premise.id
            assert has_words(side.reject, "not"), premise.id
            assert not has_words(side.accept, "not"), premise.id
            lengths = len(side.reject.split()), len(side.accept.split())
            assert abs(lengths[0] - lengths[1]) <= 1, (premise.id, lengths)


def test_texts_are_sentences() -> None:
    for premise in BUNDLED:
        assert premise.stem is not None, premise.id
        assert premise.stem[0].isupper(), premise.id
        assert premise.stem[-1].isalpha(), premise.id
        assert premise.direct.endswith("?"), premise.id
        assert premise.direct[0].isupper(), premise.id
        for side in sides(premise):
            assert side.question.endswith("?"), premise.id
            assert side.question[0].isupper(), premise.id
            assert side.reject.endswith("."), premise.id
            assert side.accept[-1].isalpha(), premise.id
            assert side.premise[-1] not in ".?!,", premise.id
            assert "{" not in side.question + side.premise + side.reject + side.accept, premise.id


def test_question_words_vary() -> None:
    words = Counter(premise.false.question.split()[0] for premise in BUNDLED)
    assert {"Why", "How", "What", "When", "Who", "Which"} <= set(words)


def test_the_docs_count_and_show_what_is_bundled() -> None:
    text = DOCS.read_text(encoding="utf-8")
    kinds = Counter(premise.kind for premise in BUNDLED)
    shown = re.findall(r"^\| `(\w+)`[^|]*\| (\d+) \| (.+) \|$", text, re.MULTILINE)
    assert {kind: int(count) for kind, count, _ in shown} == kinds
    asked = {premise.false.question: premise.kind for premise in BUNDLED}
    assert all(asked[example] == kind for kind, _, example in shown)
    assert f"The set has {len(BUNDLED)} pairs" in text
    longer = [len(p.false.reject.split()) > len(p.false.accept.split()) for p in BUNDLED]
    assert f"equally long in {longer.count(False)} pairs" in text
    assert f"in {longer.count(True)} the one that denies is a word longer" in text


def test_the_row_that_the_docs_show_is_bundled(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```json\n(.+?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    (premise,) = load_premises(written(tmp_path, json.loads(shown))).premises
    assert premise in BUNDLED


def written(tmp_path: Path, *rows: object) -> str:
    path = tmp_path / "own.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_a_users_file_is_read(tmp_path: Path) -> None:
    read = load_premises(written(tmp_path, ROW))
    (premise,) = read.premises
    assert read.name == "own.jsonl"
    assert premise.answers == ("Valletta",)
    assert premise.false.said == "Mdina"
    assert premise.true.question == "Why is Valletta the capital of Malta?"
    assert premise.stem is None
    assert load_premises(written(tmp_path, {**ROW, "stem": None})).premises == (premise,)
    with_stem = load_premises(written(tmp_path, {**ROW, "stem": "Its capital is "})).premises[0]
    assert with_stem.stem == "Its capital is"


def test_a_list_in_a_json_file_is_the_same_set(tmp_path: Path) -> None:
    listed = tmp_path / "own.json"
    listed.write_text(json.dumps([ROW]), encoding="utf-8")
    assert load_premises(str(listed)).sha256 == load_premises(written(tmp_path, ROW)).sha256


def test_the_hash_is_that_of_the_content(tmp_path: Path) -> None:
    one = load_premises(written(tmp_path, ROW)).sha256
    assert load_premises(written(tmp_path, {**ROW, "note": "not read"})).sha256 == one
    assert load_premises(written(tmp_path, {**ROW, "kind": "time"})).sha256 != one


def test_some_of_them_are_spread_over_the_file() -> None:
    some = load_premises(n=40).premises
    assert len(some) == 40
    assert {premise.kind for premise in some} >= {"place", "person", "number", "time", "custom"}
    assert load_premises(n=10_000).premises == BUNDLED


def changed(path: str, value: object) -> dict[str, Any]:
    """The row with one field changed, or left out where the value is `...`."""
    row = deepcopy(ROW)
    *parents, name = path.split(".")
    inner = row
    for parent in parents:
        inner = inner[parent]
    if value is ...:
        del inner[name]
    else:
        inner[name] = value
    return row


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (changed("direct", ...), "'direct' is missing"),
        (changed("false.reject", ...), "'false.reject' is missing"),
        (changed("true", ...), "'true' is missing"),
        (changed("true", "Why is Valletta the capital?"), "'true' is a text, not an object"),
        (changed("answers", "Valletta"), "'answers' is a text, not a list"),
        (changed("answers", []), "'answers' is empty"),
        (changed("answers", [7]), "'answers' is a number, not a text"),
        (changed("id", 7), "'id' is a number, not a text"),
        (changed("false.said", "  "), "'false.said' is blank"),
        (changed("stem", 3), "'stem' is a number, not a text"),
        (changed("kind", "\ud800"), "'kind' holds half of a surrogate pair"),
        (changed("answers", ["mdina"]), "the false question holds the answer 'mdina'"),
        (changed("true", ROW["false"]), "'false' and 'true' ask the same"),
        (changed("true.reject", ROW["true"]["accept"]), "'reject' and 'accept' of 'true'"),
        ([ROW], "a list, not a JSON object"),
        ("a text", "a text, not a JSON object"),
    ],
)
def test_a_bad_row_is_named_in_one_line(tmp_path: Path, row: object, says: str) -> None:
    with pytest.raises(UserError) as error:
        load_premises(written(tmp_path, {**ROW, "id": "good"}, row))
    (line,) = str(error.value).splitlines()
    assert "own.jsonl:2: " in line
    assert says in line
    assert "; " in line  # the remedy


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"own.jsonl:2: id .* already used on line 1; make ids"):
        load_premises(written(tmp_path, ROW, ROW))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.jsonl", None, "cannot be read .No such file or directory.; check the path"),
        ("own.csv", "id\n", "not a file of premises; name one that ends in .jsonl"),
        ("own", "", "not a file of premises"),
        ("own.jsonl", "", "holds no premises; add at least one row"),
        ("own.jsonl", "{", "own.jsonl:1: not valid JSON .*; see docs/premises.md"),
        ("own.json", "{}", "holds an object, not a list of objects"),
        ("own.json", "[\n", "own.json:2: not valid JSON"),
    ],
)
def test_a_bad_file_is_named_in_one_line(
    tmp_path: Path, name: str, content: str | None, says: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=says) as error:
        load_premises(str(path))
    assert str(path) in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_a_folder_and_a_number_below_one_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "folder.jsonl"
    folder.mkdir()
    with pytest.raises(UserError, match="cannot be read"):
        load_premises(str(folder))
    with pytest.raises(UserError, match="ask for at least 1"):
        load_premises(n=0)

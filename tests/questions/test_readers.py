"""Every format gives the same questions, and every mistake its one line."""

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import misspoke.questions
from misspoke.questions import QuestionSet, available, load
from misspoke.questions.sets import as_fields
from misspoke.records import Question, UserError

SKIP = ", or pass --skip-bad to leave such rows out"

ROWS: list[dict[str, Any]] = [
    {
        "id": "capital-australia",
        "relation": "capital",
        "question": "What is the capital of Australia?",
        "answers": [["Canberra"]],
        "distractors": ["Sydney", "Melbourne"],
        "stem": "The capital of Australia is",
    },
    {
        "id": "2",
        "relation": "author",
        "question": 'Who wrote "Good Omens",\nthe novel?',
        "answers": [["Terry Pratchett", "Pratchett"], ["Neil Gaiman", "Gaiman"]],
        "distractors": [],
    },
    {"question": "What is the capital of Ukraine?", "answers": [["Kyiv", "Kiev"]]},
]
COLUMNS = ["id", "relation", "question", "answers", "distractors", "stem"]


def write(folder: Path, extension: str, rows: list[dict[str, Any]]) -> str:
    path = folder / f"questions{extension}"
    match extension:
        case ".jsonl" | ".ndjson":
            path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        case ".json":
            path.write_text(json.dumps(rows, indent=2), encoding="utf-8")
        case ".csv" | ".tsv":
            with path.open("w", encoding="utf-8", newline="") as file:
                table = csv.writer(file, delimiter="," if extension == ".csv" else "\t")
                table.writerow(COLUMNS)
                table.writerows([[cell(row.get(name, "")) for name in COLUMNS] for row in rows])
        case ".parquet":
            columns = {name: [row.get(name) for row in rows] for name in COLUMNS}
            pl.DataFrame(columns).write_parquet(path)
    return str(path)


def cell(value: Any) -> str:
    return json.dumps(value) if isinstance(value, list) else value


@pytest.mark.parametrize("extension", [".ndjson", ".json", ".csv", ".tsv", ".parquet"])
def test_every_format_gives_the_same_questions(tmp_path: Path, extension: str) -> None:
    lines = load(write(tmp_path, ".jsonl", ROWS))
    other = load(write(tmp_path, extension, ROWS))
    assert other.questions == lines.questions
    assert other.sha256 == lines.sha256
    assert other.name == f"questions{extension}"


def test_a_row_becomes_a_question(tmp_path: Path) -> None:
    first, second, third = load(write(tmp_path, ".jsonl", ROWS)).questions
    assert first == Question(
        "What is the capital of Australia?",
        [["Canberra"]],
        id="capital-australia",
        relation="capital",
        distractors=["Sydney", "Melbourne"],
        stem="The capital of Australia is",
    )
    assert second.answers == (("Terry Pratchett", "Pratchett"), ("Neil Gaiman", "Gaiman"))
    assert third == Question("What is the capital of Ukraine?", [["Kyiv", "Kiev"]])


def test_the_hash_depends_on_the_questions(tmp_path: Path) -> None:
    whole = load(write(tmp_path, ".jsonl", ROWS))
    fewer = load(write(tmp_path, ".jsonl", ROWS[:2]))
    assert whole.sha256 != fewer.sha256
    assert len(whole.sha256) == 64


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(str.strip)
answer = words.filter(lambda text: any(character.isalnum() for character in text))
optional = st.none() | words.filter(bool)
answer_groups = st.lists(answer, min_size=1, max_size=8, unique=True).map(
    lambda spellings: [spellings[:3], *([spellings[3:]] if spellings[3:] else [])]
)


@st.composite
def valid_questions(draw: st.DrawFn) -> Question:
    groups = draw(answer_groups)
    taken = {spelling for group in groups for spelling in group}
    return Question(
        draw(answer),
        groups if draw(st.booleans()) else groups[0],
        id=draw(optional),
        relation=draw(optional),
        distractors=draw(st.lists(answer.filter(lambda text: text not in taken), max_size=3)),
        stem=draw(optional),
    )


@given(st.lists(valid_questions(), min_size=1, max_size=5, unique_by=lambda q: q.id))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_writing_and_reading_is_the_identity(tmp_path: Path, questions: list[Question]) -> None:
    for ascii_only in (True, False):
        lines = [json.dumps(as_fields(q), ensure_ascii=ascii_only) for q in questions]
        path = tmp_path / "written.jsonl"
        path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
        read = load(str(path))
        assert read.questions == tuple(questions)
        assert read.notices == ()


# Cells, in the ways that people write them


@pytest.mark.parametrize(
    ("written", "answers"),
    [
        ("Canberra", ("Canberra",)),
        ("42", ("42",)),
        ("true", ("true",)),
        ('"""Heroes"""', ("Heroes",)),
        ('"[""Kyiv"", ""Kiev""]"', ("Kyiv", "Kiev")),
        ('"[[""Kyiv"", ""Kiev""], [""Lviv""]]"', (("Kyiv", "Kiev"), ("Lviv",))),
    ],
)
def test_a_cell_holds_json_or_one_answer(tmp_path: Path, written: str, answers: object) -> None:
    text = f"question,answers\nWhich?,{written}\n"
    assert loaded(tmp_path, "a.csv", text).questions[0].answers == answers


def test_a_parquet_cell_may_hold_json(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"question": ["Which?"], "answers": ['["Kyiv"]'], "id": [7]}).write_parquet(path)
    (question,) = load(str(path)).questions
    assert question.answers == ("Kyiv",)
    assert question.id == "7"


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    text = "\ufeffquestion,answers\r\nWhich?,Canberra\r\n\r\n"
    assert loaded(tmp_path, "a.csv", text).questions[0].answers == ("Canberra",)


def test_unknown_fields_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    text = '\n{"question": " Which? ", "answers": [" C++ "], "source": {}, "stem": null}\n\n'
    (question,) = loaded(tmp_path, "a.jsonl", text).questions
    assert question == Question("Which?", ["C++"])


def test_an_integer_id_becomes_text(tmp_path: Path) -> None:
    text = '{"question": "Which?", "answers": ["this"], "id": 7}'
    assert loaded(tmp_path, "a.jsonl", text).questions[0].id == "7"


def test_repeats_are_merged_and_reported(tmp_path: Path) -> None:
    text = (
        '{"question": "Which?", "answers": [["Kyiv", "Kiev", "Kyiv "], ["Kiev", "Lviv"]],'
        ' "distractors": ["Lviv", "Minsk"]}'
    )
    read = loaded(tmp_path, "a.jsonl", text)
    path = tmp_path / "a.jsonl"
    assert read.questions[0].answers == (("Kyiv", "Kiev"), ("Lviv",))
    assert read.questions[0].distractors == ("Minsk",)
    assert read.notices == (
        f"{path}:1: answer 'Kyiv' is given more than once; merged",
        f"{path}:1: answer 'Kiev' is given more than once; merged",
        f"{path}:1: distractor 'Lviv' is also a right answer; left out",
    )


# Mistakes in a row

GOOD = '{"question": "Which?", "answers": ["this"]}'


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            '{"question": "Which?", "answers": ["this"}',
            "not valid JSON (Expecting ',' delimiter, column 42); write one JSON object a line",
        ),
        ("[" * 100_000, "not valid JSON (nested too deeply); write one JSON object a line"),
        ("[1]", 'a list, not a JSON object; write {"question": …, "answers": […]}'),
        ('{"answers": ["this"]}', "'question' is missing; give the text that is asked"),
        (
            '{"question": null, "answers": ["this"]}',
            "'question' is missing; give the text that is asked",
        ),
        (
            '{"question": " \\u200b", "answers": ["this"]}',
            "'question' is blank; give the text that is asked",
        ),
        (
            '{"question": 7, "answers": ["this"]}',
            "'question' is a number, not a text; put it in quotes",
        ),
        (
            '{"question": "\\ud800", "answers": ["this"]}',
            "'question' holds half of a surrogate pair; write the character itself",
        ),
        ('{"question": "Where?"}', "'answers' is missing; give at least one right answer"),
        (
            '{"question": "Where?", "answers": []}',
            "'answers' is empty; give at least one right answer",
        ),
        (
            '{"question": "Where?", "answers": "here"}',
            "'answers' is a text, not a list; put it in [ ]",
        ),
        (
            '{"question": "Where?", "answers": [42]}',
            "'answers' holds a number; put each answer in quotes",
        ),
        (
            '{"question": "Where?", "answers": [["a"], []]}',
            "'answers' has an empty group; give every group at least one spelling",
        ),
        (
            '{"question": "Where?", "answers": [["a", null]]}',
            "'answers' holds null; put each answer in quotes",
        ),
        (
            '{"question": "Where?", "answers": ["a", " "]}',
            "'answers' has a blank answer; remove it or fill it in",
        ),
        (
            '{"question": "Where?", "answers": ["…"]}',
            "'answers' has '…', which is only punctuation; give an answer in words",
        ),
        (
            '{"question": "Where?", "answers": ["a", ["b"]]}',
            "'answers' mixes texts and lists; give texts only, or one list for each answer",
        ),
        (
            '{"question": "Where?", "answers": ["a"], "id": true}',
            "'id' is true or false, not a text; put it in quotes",
        ),
        (
            '{"question": "Where?", "answers": ["a"], "distractors": "b"}',
            "'distractors' is a text, not a list; put it in [ ]",
        ),
        (
            '{"question": "Where?", "answers": ["a"], "stem": {}}',
            "'stem' is an object, not a text; put it in quotes",
        ),
        (GOOD, "asks the same question as line 2; remove one, or give ids"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, row: str, message: str) -> None:
    text = f"\n{GOOD}\n{row}\n"
    path = tmp_path / "a.jsonl"
    assert refused(tmp_path, "a.jsonl", text) == f"{path}:3: {message}{SKIP}"

    read = loaded(tmp_path, "a.jsonl", text, skip_bad=True)
    assert read.skipped == (f"{path}:3: {message}",)
    assert len(read.questions) == 1


def test_a_repeated_id_names_both_lines(tmp_path: Path) -> None:
    text = '{"question": "A?", "answers": ["a"], "id": "x"}\n'
    text += '{"question": "B?", "answers": ["b"], "id": "x"}\n'
    message = refused(tmp_path, "a.jsonl", text)
    path = tmp_path / "a.jsonl"
    assert message == f"{path}:2: id 'x' is already used on line 1; make ids unique{SKIP}"


def test_the_same_text_under_two_ids_is_kept(tmp_path: Path) -> None:
    text = '{"question": "A?", "answers": ["a"], "id": "x"}\n'
    text += '{"question": "A?", "answers": ["b"], "id": "y"}\n'
    assert len(loaded(tmp_path, "a.jsonl", text).questions) == 2


@pytest.mark.parametrize("extension", [".json", ".parquet"])
def test_files_without_lines_are_counted_in_rows(tmp_path: Path, extension: str) -> None:
    rows = [*ROWS, {"question": "Where?", "answers": [["..."]]}]
    path = write(tmp_path, extension, rows)
    with pytest.raises(UserError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: row 4: 'answers' has '...', which is only")


def test_a_table_is_counted_in_the_lines_of_an_editor(tmp_path: Path) -> None:
    text = 'question,answers\n"Which\none?",this\n\nWhere?,\n'
    path = tmp_path / "a.csv"
    expected = f"{path}:5: 'answers' is missing; give at least one right answer{SKIP}"
    assert refused(tmp_path, "a.csv", text) == expected


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "Which?,Paris,France",
            "3 cells under 2 columns; put cells that hold the separator in double quotes",
        ),
        (
            'Which?,"[""Paris"""',
            "'answers' begins like JSON but is not valid (Expecting ',' delimiter, column 9); "
            'write ["one", "two"], or one plain text',
        ),
    ],
)
def test_a_bad_table_row_is_named(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "a.csv"
    text = f"question,answers\n{row}\n"
    assert refused(tmp_path, "a.csv", text) == f"{path}:2: {message}{SKIP}"


# Mistakes in a file


def test_a_missing_file_suggests_a_bundled_set() -> None:
    with pytest.raises(UserError) as caught:
        load("atlsa")
    expected = "atlsa: no such file; did you mean 'atlas'? (bundled sets: atlas)"
    assert str(caught.value) == expected


def test_a_missing_file_far_from_any_name() -> None:
    with pytest.raises(UserError, match=r"^zzz\.csv: no such file; check the path"):
        load("zzz.csv")


@pytest.mark.parametrize("path", ["x" * 5000, "a\0b.csv", "~no-such-user/a.csv"])
def test_an_impossible_path_is_an_error_in_one_line(path: str) -> None:
    with pytest.raises(UserError, match=r"^.*check the path.*$"):
        load(path)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        load(str(tmp_path))
    assert str(caught.value) == f"{tmp_path}: a folder; name a file in it"


@pytest.mark.parametrize(
    ("name", "shown"), [("a.xlsx", "unknown extension '.xlsx'"), ("a", "no extension")]
)
def test_an_unknown_extension_is_refused(tmp_path: Path, name: str, shown: str) -> None:
    extensions = ".jsonl .ndjson .json .csv .tsv .parquet"
    expected = f"{tmp_path / name}: {shown}; use one of {extensions}"
    assert refused(tmp_path, name, GOOD) == expected


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("question,answers\nWhich?,Brasília\n".encode("latin-1"))
    with pytest.raises(UserError) as caught:
        load(str(path))
    assert str(caught.value) == f"{path}:2: not UTF-8 (byte 0xed); save the file as UTF-8"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.jsonl", "", ": holds no questions; add at least one row"),
        ("a.jsonl", "\n\n", ": holds no questions; add at least one row"),
        ("a.json", "[]", ": holds no questions; add at least one row"),
        ("a.csv", "", ": holds no questions; add at least one row"),
        ("a.csv", "question,answers\n", ": holds no questions; add at least one row"),
        ("a.json", "[\n{]", ":2: not valid JSON (Expecting property name enclosed in double"),
        ("a.json", "", ":1: not valid JSON (Expecting value); mend the file"),
        ("a.json", "[" * 100_000, ": not valid JSON (nested too deeply); mend the file"),
        ("a.json", "{}", ": holds an object, not a list of objects; wrap the rows in [ ], or"),
        (
            "a.csv",
            "question,answer\nWhich?,this\n",
            ": no column 'answers' among 'question', 'answer'; name it in the header",
        ),
        (
            "a.csv",
            'question,answers\nWhich?,"this\n',
            ":2: broken table (unexpected end of data); put cells with quotes or line breaks in",
        ),
        ("a.parquet", "no", ": not a Parquet file ("),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    shown = refused(tmp_path, name, text)
    assert shown.startswith(f"{tmp_path / name}{message}")
    assert "\n" not in shown


def test_a_file_of_bad_rows_only_is_refused(tmp_path: Path) -> None:
    shown = refused(tmp_path, "a.jsonl", "{}\n{}\n", skip_bad=True)
    path = tmp_path / "a.jsonl"
    expected = f"{path}: every row is bad; the first: {path}:1: 'question' is missing; give the"
    assert shown.startswith(expected)


# A part of a file


@pytest.mark.parametrize(
    ("n", "kept"), [(1, [0]), (3, [0, 3, 6]), (10, list(range(10))), (99, list(range(10)))]
)
def test_n_is_spread_evenly(tmp_path: Path, n: int, kept: list[int]) -> None:
    rows = [{"question": f"{i}?", "answers": ["a"], "id": i} for i in range(10)]
    questions = load(write(tmp_path, ".jsonl", rows), n=n).questions
    assert [question.id for question in questions] == [str(i) for i in kept]


def test_n_must_be_positive() -> None:
    with pytest.raises(UserError, match=r"^0 questions were asked for; ask for at least 1$"):
        load("atlas", n=0)


# The room's door


def test_the_bundled_sets_are_described() -> None:
    (atlas,) = available()
    bundled = load("atlas")
    assert atlas.name == bundled.name == "atlas"
    assert atlas.rows == len(bundled.questions)
    assert set(atlas.relations) == {question.relation for question in bundled.questions}
    assert atlas.licence == "CC0-1.0"


def test_the_public_names_are_listed() -> None:
    assert misspoke.questions.__all__ == ["QuestionSet", "SetInfo", "available", "load"]


def loaded(folder: Path, name: str, text: str, skip_bad: bool = False) -> QuestionSet:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return load(str(path), skip_bad=skip_bad)


def refused(folder: Path, name: str, text: str, skip_bad: bool = False) -> str:
    with pytest.raises(UserError) as caught:
        loaded(folder, name, text, skip_bad)
    return str(caught.value)

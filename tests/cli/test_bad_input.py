"""A user's mistake is one line that names the place and the remedy; never a traceback."""

import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cli.command_line import (
    Command,
    random_run,
    rows_in,
    write_questions,
    write_table,
)

from misspoke import api

TABLE = {"Where?": {(): {" Rome": 1.0}}}


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond a size, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_table(tmp_path / "table.json", TABLE)


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "-n", "0"],
        ["run", "--tau", "2"],
        ["run", "--tau", "x"],
        ["run", "--style", "poem"],
        ["run", "--dtype", "int8"],
        ["run", "--batch-tokens", "0"],
        ["run", "--unknown"],
        ["ask"],
        ["ask", "Where?"],
        ["ask", "--answer", "Rome"],
        ["audit"],
        ["audit", "runs/x", "-n", "0"],
        ["report"],
        ["dance"],
        [],
    ],
    ids=" ".join,
)
def test_wrong_usage_leaves_with_2(misspoke: Command, arguments: list[str]) -> None:
    done = misspoke(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert "Usage: misspoke" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("smollm", "smollm: no such model; known are smollm2-135m-instruct, gemma3-270m"),
        ("gemma3-270", "gemma3-270: no such model; did you mean gemma3-270m?"),
        ("./nowhere", "./nowhere: no such model"),
        ("nowhere.gguf", "nowhere.gguf: no such file; give the path of a GGUF file"),
        ("nowhere.json", "nowhere.json: cannot be read as a table model (No such file"),
        (
            "http://localhost:1/v1#m",
            "http://localhost:1/v1#m: this version reads no servers; give a",
        ),
        ("empty", "empty: cannot be loaded ("),
        ("noise.gguf", "noise.gguf: cannot be read as a GGUF language model ("),
        ("cut.gguf", "cut.gguf: cannot be read as a GGUF language model ("),
        ("list.json", "list.json: not a table model: "),
        ("half.json", "half.json: cannot be read as a table model ("),
        ("sum.json", "sum.json: 'Where?' behind [' Rome']: probabilities must be positive and"),
        ("nan.json", "nan.json: 'Where?' behind []: probabilities must be positive and add up"),
        ("late.json", "late.json: not a table model: delay: "),
    ],
)
def test_a_model_that_cannot_be_had(
    misspoke: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    Path("empty").mkdir()
    Path("noise.gguf").write_bytes(b"noise" * 100)
    Path("cut.gguf").write_bytes(b"GGUF\x03\x00\x00\x00" + b"\x07" * 50)
    Path("list.json").write_text("[]")
    Path("half.json").write_text('{"questions": ')
    write_table(Path("sum.json"), {"Where?": {(" Rome",): {"!": 0.6}}})
    write_table(Path("nan.json"), {"Where?": {(): {" Rome": float("nan")}}})
    write_table(Path("late.json"), TABLE, delay=-1)
    done = misspoke("run", "-m", model, "-o", "run")
    assert done.code == 1
    *before, last = done.err.splitlines()
    assert last.startswith(f"misspoke: {said}")
    assert all(re.match("misspoke: (?:loading|dequantising) ", line) for line in before)
    assert done.out == ""
    assert not Path("run").exists()
    left = Path("cache/misspoke/models")
    assert not left.exists() or not list(left.iterdir())


def test_the_device_is_not_there(
    misspoke: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    done = misspoke("run", "-m", tmp_path, "--device", "cuda")
    assert done.code == 1
    said = "misspoke: --device cuda: no GPU is visible to PyTorch; use --device cpu"
    assert done.err.splitlines()[-1] == said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('{"question": "Where?"\n', ":1: "),
        ('{"question": "Where?", "answers": ["Rome"]}\n{"question": "When?"}\n', ":2: 'answers'"),
        ('{"question": "Where?", "answers": []}\n', ":1: 'answers' is empty; give at least one"),
        ('{"question": "Where?", "answers": ["…!"]}\n', ":1: 'answers' has '…!', which is only"),
        ('{"question": " ", "answers": ["Rome"]}\n', ":1: 'question' is blank; give the text"),
        ("", ": holds no questions; add at least one row"),
    ],
)
def test_a_bad_row_is_named_by_its_line(
    misspoke: Command, table: Path, tmp_path: Path, rows: str, said: str
) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(rows)
    done = misspoke("run", "-m", table, "-q", questions, "-o", tmp_path / "run")
    assert done.code == 1
    assert done.line.startswith(f"{questions}{said}")
    assert not (tmp_path / "run").exists()


def test_bad_rows_may_be_left_out(misspoke: Command, table: Path, tmp_path: Path) -> None:
    good = {"question": "Where?", "answers": ["Rome"]}
    questions = write_questions(tmp_path / "q.jsonl", [{"question": "When?"}, good])
    out = tmp_path / "run"
    done = misspoke("run", "-m", table, "-q", questions, "--skip-bad", "-o", out)
    assert done.code == 0
    assert done.err.splitlines()[0].startswith(f"misspoke: {questions}:1: 'answers' is missing")
    assert api.open_finished(out).manifest["rows"] == 1
    [skipped] = api.open_finished(out).manifest["facts"]["questions_skipped"]  # type: ignore[index, call-overload]
    assert str(skipped).startswith(f"{questions}:1: ")


def test_repeated_answers_are_merged_with_a_notice(
    misspoke: Command, table: Path, tmp_path: Path
) -> None:
    row = {"question": "Where?", "answers": ["Rome", "Roma", "Rome"]}
    questions = write_questions(tmp_path / "q.jsonl", [row])
    done = misspoke("run", "-m", table, "-q", questions, "-o", tmp_path / "run")
    assert done.code == 0
    assert f"{questions}:1: answer 'Rome' is given more than once; merged" in done.err


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        ("atlsa", "atlsa: no such file; did you mean 'atlas'? (bundled sets: atlas)"),
        ("nowhere.jsonl", "nowhere.jsonl: no such file; check the path"),
        (".", ".: a folder; name a file in it"),
        ("table.json5", "table.json5: unknown extension '.json5'; use one of .jsonl"),
    ],
)
def test_questions_that_are_not_there(
    misspoke: Command,
    table: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    questions: str,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("table.json5").touch()
    done = misspoke("run", "-m", table, "-q", questions)
    assert done.code == 1
    assert done.line.startswith(said)


def test_an_answer_of_punctuation_only(misspoke: Command, table: Path) -> None:
    done = misspoke("ask", "Where?", "--answer", "…!", "-m", table)
    assert done.code == 1
    assert done.line.endswith("no answer has a letter, a digit or a symbol; give at least one "
                              "that has")  # fmt: skip


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--style", "chat"], "{}: has no chat template; use --style text (or auto"),
        (["--shots", "99"], "--shots 99: give a number from 0 to 8"),
        (["--shots", "-1"], "--shots -1: give a number from 0 to 8"),
    ],
)
def test_a_style_that_cannot_be_served(
    misspoke: Command, table: Path, tmp_path: Path, options: list[str], said: str
) -> None:
    done = misspoke("run", "-m", table, "-n", 2, "-o", tmp_path / "run", *options)
    assert done.code == 1
    assert done.line.startswith(said.format(table))
    assert not (tmp_path / "run").exists()


def test_an_unknown_example(misspoke: Command) -> None:
    done = misspoke("ask", "--example", "kremlin")
    assert (done.code, done.line) == (
        1,
        "--example kremlin: no such example; there is saint-basil",
    )


def test_a_prompt_longer_than_the_window(
    misspoke: Command, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load: Callable[..., api.LanguageModel] = api.load

    def narrow(*names: str, **options: object) -> api.LanguageModel:
        lm = load(*names, **options)
        lm.window = 700
        return lm

    monkeypatch.setattr(api, "load", narrow)
    rows: list[dict[str, object]] = [
        {"question": "Where?", "answers": ["Rome"]},
        {"question": "Where? " * 100, "answers": ["Rome"], "id": "long"},
    ]
    questions = write_questions(tmp_path / "q.jsonl", rows)
    done = misspoke("run", "-m", table, "-q", questions, "-o", tmp_path / "run")
    assert done.code == 1
    assert done.out == ""
    last = done.err.splitlines()[-1]
    assert last.startswith("misspoke: question 'long': its prompt of ")
    assert "window of 700; shorten the question" in last


@pytest.mark.parametrize("command", ["report", "audit"])
def test_not_a_run_folder(misspoke: Command, tmp_path: Path, command: str) -> None:
    (tmp_path / "file").touch()
    for folder, said in {
        tmp_path: "is no run (it holds no manifest.json); check the path",
        tmp_path / "nowhere": "is no run (it holds no manifest.json); check the path",
        tmp_path / "file": "is a file; name the folder of a run",
    }.items():
        done = misspoke(command, folder)
        assert (done.code, done.line) == (1, f"{folder}: {said}")


@pytest.mark.parametrize("command", ["report", "audit"])
def test_a_run_that_is_not_finished(misspoke: Command, tmp_path: Path, command: str) -> None:
    out = tmp_path / "run"
    arguments = [*random_run(tmp_path, 12), "-o", out]
    with largest_file(40_000):
        assert misspoke(*arguments).code == 1
    done = misspoke(command, out)
    assert done.code == 1
    assert f"the run is not finished ({rows_in(out)} of 12 rows)" in done.line


def test_a_disk_that_fills_up(misspoke: Command, tmp_path: Path) -> None:
    out = tmp_path / "run"
    arguments = [*random_run(tmp_path, 12), "-o", out]
    with largest_file(40_000):
        full = misspoke(*arguments)
    assert full.code == 1
    assert full.out == ""
    kept = rows_in(out)
    assert 0 < kept < 12
    said = f"{out}: the disk is full; {kept} rows are safe; free some space and run the same "
    assert full.err.splitlines()[-1].startswith(f"misspoke: {said}")
    again = misspoke(*arguments)
    assert again.code == 0
    assert "12/12" in again.err


def test_a_report_that_does_not_fit_on_the_disk(misspoke: Command, tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert misspoke(*random_run(tmp_path, 4), "-o", out).code == 0
    page = (out / "report.html").read_bytes()
    with largest_file(2_000):
        full = misspoke("report", out, "--tau", 0.4)
    assert full.code == 1
    assert full.line.startswith(f"{out}: the disk is full; free some space")
    assert (out / "report.html").read_bytes() == page


def test_a_picture_that_cannot_be_written(misspoke: Command, tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "picture.svg"
    done = misspoke("ask", "--example", "saint-basil", "--svg", target)
    assert done.code == 1
    assert done.line.startswith(f"{target}: cannot be written to (No such file or directory)")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
@pytest.mark.parametrize("arguments", [["models"], ["questions", "--json"]])
def test_a_full_standard_output(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "misspoke", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        "misspoke: standard output: cannot be written (No space left on device); send it "
        "elsewhere\n"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to(
    misspoke: Command, table: Path, tmp_path: Path
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    done = misspoke("run", "-m", table, "-n", 2, "-o", locked)
    assert (done.code, "cannot be written to" in done.line) == (1, True)


def test_a_file_where_the_run_folder_should_be(
    misspoke: Command, table: Path, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.touch()
    done = misspoke("run", "-m", table, "-n", 2, "-o", taken)
    assert done.code == 1
    assert done.line.startswith(f"{taken}: cannot be written to (")

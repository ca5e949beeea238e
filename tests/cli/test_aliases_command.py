"""`misspoke aliases`: lists, reviews and applies; a kill loses no decision."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli.command_line import Command, finished, started, write_questions, write_table
from renamed_runs import HOSTILE, PRESS, QUESTIONS, TABLES, made

from misspoke.api import Run
from misspoke.diagnosis.suspects import Suspect
from misspoke.records import Question
from misspoke.reports.aliases_terminal import suspect_lines
from misspoke.runs.patch import PatchLine, read_patch, write_patch


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return made(tmp_path_factory.mktemp("made") / "run")


@pytest.fixture
def patch(tmp_path: Path) -> Path:
    """Three lines, the first of which is decided by none."""
    path = tmp_path / "patch.jsonl"
    lines = [
        PatchLine(ids=["press", "again"], question=PRESS, joins="Johannes Gutenberg", alias=alias)
        for alias in ("Gutenberg", "Luther", "J. Gutenberg")
    ]
    write_patch(path, lines)
    return path


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def decided(path: Path) -> list[tuple[bool, bool]]:
    return [(line.accept, line.reviewed) for _, line in read_patch(path).lines]


def test_the_list(misspoke: Command, run: Run) -> None:
    shown = misspoke("aliases", run.path)
    assert (shown.code, shown.err) == (0, "")
    text = " ".join(shown.out.split())
    assert "1. “Gutenberg” for “Johannes Gutenberg”: same by the rule surname" in text
    assert "2 wrong to right" in text
    assert "1 suspect on 2 questions" in text
    listed = json.loads(misspoke("aliases", run.path, "--json").out)
    assert listed["suspects"][0]["ids"] == ["press", "again"]
    assert listed["suspects"][0]["mended"] == 2


def test_a_patch_is_written_once(misspoke: Command, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "patch.jsonl"
    assert misspoke("aliases", run.path, "--patch", path).code == 0
    [(_, line)] = read_patch(path).lines
    assert (line.alias, line.joins, line.accept) == ("Gutenberg", "Johannes Gutenberg", False)
    path.write_text("")
    again = misspoke("aliases", run.path, "--patch", path)
    assert "is there already, and kept" in again.err
    assert path.read_text() == ""


def test_a_review_saves_each_decision_and_asks_once(
    misspoke: Command, run: Run, patch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "maybe\ny\ns\nn\n")
    done = misspoke("aliases", run.path, "--patch", patch, "--review")
    assert "1 accepted, 1 rejected, 3 in all" in " ".join(done.out.split())
    assert decided(patch) == [(True, True), (False, False), (False, True)]
    typed(monkeypatch, "q\n")
    again = misspoke("aliases", run.path, "--patch", patch, "--review")
    assert "“Luther”" in again.out
    assert "Gutenberg”\n  said:  “Gutenberg”" not in again.out
    assert "1 of 1" in again.out
    typed(monkeypatch, "")
    assert misspoke("aliases", run.path, "--patch", patch, "--review").code == 0


def test_a_killed_review_loses_nothing(run: Run, patch: Path) -> None:
    process = started(["aliases", run.path, "--patch", patch, "--review"], stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write("y\nn\n")
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while decided(patch)[:2] != [(True, True), (False, True)]:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert decided(patch) == [(True, True), (False, True), (False, False)]
    assert finished(["aliases", run.path, "--patch", patch, "--review"], stdin=subprocess.DEVNULL)


def test_ctrl_c_at_the_question_stops_the_review_at_once(run: Run, patch: Path) -> None:
    """Where a terminal asks, without Enter; what was decided is kept, and is not asked again."""
    terminal, its_end = pty.openpty()
    process = started(
        ["aliases", run.path, "--patch", patch, "--review"],
        stdin=its_end,
        start_new_session=True,  # no process of this one's terminal
    )
    assert process.stdout is not None
    shown = ""
    os.write(terminal, b"y\n")
    try:
        while shown.count("another name of it?") < 2:
            shown += os.read(process.stdout.fileno(), 4096).decode()
        time.sleep(0.1)  # from the question to the waiting for its answer
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate(timeout=20)
    finally:
        process.kill()
        os.close(terminal)
        os.close(its_end)
    assert process.returncode == 1
    assert "1 accepted, 0 rejected, 3 in all" in " ".join(rest.split())
    line = err.strip().splitlines()[-1]
    assert line == "misspoke: stopped; decisions are kept, and the same command asks for the rest"
    assert decided(patch) == [(True, True), (False, False), (False, False)]


def test_applied_it_shows_before_and_after(
    misspoke: Command, run: Run, patch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "y\nn\nq\n")
    misspoke("aliases", run.path, "--patch", patch, "--review")
    done = misspoke("aliases", run.path, "--patch", patch, "--apply", "-o", tmp_path / "out")
    assert done.code == 0
    text = " ".join(done.out.split())
    assert "1 name accepted; 2 rows judged again without the model" in text
    assert "knowledge gaps" in text
    assert (tmp_path / "out" / "report.html").exists()
    told = json.loads(
        misspoke(
            "aliases", run.path, "--patch", patch, "--apply", "-o", tmp_path / "out", "--json"
        ).out
    )
    assert told["before"]["accuracy"]["numerator"] + 2 == told["after"]["accuracy"]["numerator"]
    assert told["aliases"]["rows"] == 2


def test_refreshed_by_the_runs_own_model(misspoke: Command, tmp_path: Path) -> None:
    table = write_table(tmp_path / "table.json", TABLES)  # type: ignore[arg-type]
    rows = [
        {"id": one.id, "question": one.question, "answers": [list(group) for group in one.answers]}
        for one in QUESTIONS
    ]
    asked = write_questions(tmp_path / "questions.jsonl", rows)
    assert misspoke("run", "-m", table, "-q", asked, "-o", tmp_path / "run").code == 0
    patch = tmp_path / "patch.jsonl"
    patch.write_text('{"ids": ["press"], "alias": "Gutenberg", "accept": true}\n')
    apply = ["aliases", tmp_path / "run", "--patch", patch, "--apply", "--refresh"]
    missing = misspoke(*apply)
    assert missing.code == 1
    done = misspoke(*apply, "-q", asked)
    assert done.code == 0
    assert "1 row observed again with the model" in done.out
    assert (tmp_path / "run-aliases" / "answers.parquet").exists()
    other = write_questions(tmp_path / "other.jsonl", rows[:1])
    assert "holds other questions" in misspoke(*apply, "-q", other).err
    write_table(tmp_path / "table.json", {PRESS: {(): {" Luther": 1.0}}})
    assert "another fingerprint" in misspoke(*apply, "-q", asked, "-o", tmp_path / "new").err


def test_a_name_cannot_act_on_the_terminal(
    misspoke: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor be read as markup: neither in the list nor in the review."""
    question = Question(f"Who was it? {HOSTILE}", [[f"Johannes {HOSTILE}"]], id="press")
    run = made(tmp_path / "run", [question])
    patch = tmp_path / "patch.jsonl"
    write_patch(
        patch,
        [
            PatchLine(
                ids=["press"], question=question.question, joins=HOSTILE, alias=HOSTILE,
                reason=HOSTILE,
            )
        ],
    )  # fmt: skip
    typed(monkeypatch, "q\n")
    shown = misspoke("aliases", run.path, "--patch", patch, "--review")
    assert "Gutenberg[red]\\x1b[31m\\u202e" in shown.out
    one = Suspect(("press",), HOSTILE, (HOSTILE,), HOSTILE, "part of", 0.5, ("correct",), 1, 1)
    listed = suspect_lines([one], 1)
    assert "“Gutenberg[red]\\x1b[31m\\u202e”" in listed
    assert not {"\x1b", "\u202e"} & set(shown.out + shown.err + listed)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--review"], "--review and --apply need --patch"),
        (["--apply"], "--review and --apply need --patch"),
        (["--patch", "x", "--refresh"], "--refresh goes with --apply"),
        (["--patch", "x", "--review", "--apply"], "--review goes alone"),
    ],
)
def test_wrong_usage(misspoke: Command, run: Run, arguments: list[str], said: str) -> None:
    done = misspoke("aliases", run.path, *arguments)
    assert done.code == 2
    assert said in " ".join(done.err.replace("│", " ").split())


def test_a_bad_line_is_one_line_for_the_user(misspoke: Command, run: Run, tmp_path: Path) -> None:
    patch = tmp_path / "patch.jsonl"
    patch.write_text('{"ids": ["press"], "alias": ""}\n')
    assert f"{patch}:1: 'alias'" in misspoke("aliases", run.path, "--patch", patch, "--apply").line
    nowhere = misspoke("aliases", run.path, "--patch", tmp_path / "no.jsonl", "--apply")
    assert "cannot be read" in nowhere.line
    assert "is no run" in misspoke("aliases", tmp_path).line

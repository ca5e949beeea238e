"""What the commands print, write and return."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from cli.command_line import (
    Command,
    finished,
    random_run,
    started,
    wait_for_rows,
    write_questions,
    write_table,
)

from misspoke.lm.catalogue import CATALOGUE

HEAVY = ("torch", "transformers", "scipy", "polars", "numpy", "rich")
FAST = 0.3 + 0.2
"""Seconds of a processor that are promised, and slack for a slow one."""


def read_json(text: str) -> dict[str, object]:
    """A JSON object as the standard has it, without NaN."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    value = json.loads(text, parse_constant=refuse)
    assert isinstance(value, dict)
    return value


def _seconds_of_children() -> float:
    """What the processes that have ended took of a processor; waiting for one does not count."""
    times = os.times()
    return times.children_user + times.children_system


@pytest.mark.parametrize(
    "statement",
    ["import misspoke", "import sys; sys.argv[1:] = ['--help']; import misspoke.__main__"],
)
def test_the_import_and_help_are_light(statement: str) -> None:
    shown = "import sys, atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
    command = [sys.executable, "-c", shown + statement]
    seconds = []
    for _ in range(3):
        start = _seconds_of_children()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds.append(_seconds_of_children() - start)
    assert "misspoke" in done.stderr.split()
    assert not set(HEAVY) & set(done.stderr.split())
    assert min(seconds) < FAST


def test_a_bare_command_shows_the_commands(misspoke: Command) -> None:
    shown = misspoke("--help")
    assert shown.code == 0
    for name in ("run", "ask", "audit", "report", "models", "questions"):
        assert re.search(rf"^  {name} ", shown.out, re.MULTILINE)
        assert misspoke(name, "--help").code == 0


def test_models(misspoke: Command) -> None:
    listed = misspoke("models")
    assert (listed.code, listed.err) == (0, "")
    for entry in CATALOGUE.values():
        assert entry.name in listed.out
        assert f"{entry.size / 1e6:.0f} MB" in listed.out
    models = read_json(misspoke("models", "--json").out)["models"]
    assert [row["name"] for row in models] == list(CATALOGUE)  # type: ignore[index, attr-defined]
    assert all(row["licence"] and row["download"] for row in models)  # type: ignore[index, attr-defined]


def test_questions(misspoke: Command) -> None:
    listed = misspoke("questions")
    assert (listed.code, listed.err) == (0, "")
    assert "atlas" in listed.out
    [atlas] = read_json(misspoke("questions", "--json").out)["questions"]  # type: ignore[misc, attr-defined]
    assert atlas["name"] == "atlas"
    assert atlas["rows"] >= 600
    assert len(atlas["relations"]) >= 6
    assert atlas["licence"]


def test_the_worked_example(misspoke: Command, tmp_path: Path) -> None:
    picture = tmp_path / "election.svg"
    drawn = misspoke("ask", "--example", "saint-basil", "--svg", picture)
    assert (drawn.code, drawn.err) == (0, "")
    for number in ("0.24", "0.13", "0.12", "0.31"):
        assert number in drawn.out
    svg = picture.read_text()
    assert svg.startswith("<svg")
    assert "Saint" in svg
    addresses = set(re.findall(r"https?://[^\"')\s]+", svg))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"(?:href|src)=|url\((?!#)|@import|@font-face", svg)


def test_the_worked_example_as_json(misspoke: Command) -> None:
    shown = misspoke("ask", "--example", "saint-basil", "--json")
    assert (shown.code, shown.err) == (0, "")
    row = read_json(shown.out)
    probs = dict(zip(row["first_tokens"], row["first_token_probs"], strict=True))  # type: ignore[call-overload]
    wanted = {" Saint": 0.24, " St": 0.13, " C": 0.12}
    assert {token: probs[token] for token in wanted} == pytest.approx(wanted)
    assert (row["winner_token"], row["cause"]) == (" Mos", "split_vote")


def test_one_question_on_a_table(misspoke: Command, tmp_path: Path) -> None:
    table = write_table(tmp_path / "m.json", {"Where?": {(): {" Paris": 0.6, " Rome": 0.4}}})
    asked = misspoke("ask", "Where?", "--answer", "Rome", "--answer", "Roma", "-m", table, "--json")
    assert (asked.code, asked.err) == (0, "")
    row = read_json(asked.out)
    assert row["gold"] == [["Rome", "Roma"]]
    assert (row["answer"], row["correct"]) == ("Paris", False)
    assert row["p_mass_lower"] == pytest.approx(0.4)


def test_a_run_from_the_first_row_to_the_audit(misspoke: Command, tmp_path: Path) -> None:
    out = tmp_path / "run"
    command = [*random_run(tmp_path, 24), "-n", 20, "-o", out]
    first = misspoke(*command)
    assert first.code == 0
    assert "Accuracy" in first.out
    assert f"report: {out / 'report.html'}" in first.out.replace("\n", "")
    assert "20/20" in first.err
    assert sorted(path.name for path in out.iterdir()) == [
        ".lock",
        "answers.parquet",
        "manifest.json",
        "report.html",
        "summary.json",
    ]
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    again = misspoke(*command, "--json")
    assert again.code == 0
    summary = read_json(again.out)
    assert (summary["n"], summary["tau"]) == (20, 0.2)
    assert (summary["run"], summary["report"]) == (str(out), str(out / "report.html"))
    advice: list[dict[str, object]] = summary["advice"]  # type: ignore[assignment]
    assert {"rule", "verdict", "evidence", "source", "command"} == set(advice[0])
    assert "table.json -q questions.jsonl" in str([one["command"] for one in advice])
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before

    audited = misspoke("audit", out, "--json")
    assert audited.code == 0
    found = read_json(audited.out)
    assert found["rows"] == 20
    assert found["prefixes"] >= 20  # type: ignore[operator]
    assert (found["logprob"], found["first_token"]) == (0.0, 0.0)
    assert found["outside"] == pytest.approx(0.0, abs=1e-15)  # sums in another order
    assert "largest deviation" in misspoke("audit", out, "-n", 3).out


def test_another_threshold_changes_the_summary_and_no_row(
    misspoke: Command, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    misspoke(*random_run(tmp_path, 20), "-o", out)
    rows, page = (out / "answers.parquet").read_bytes(), (out / "report.html").read_bytes()
    judged = misspoke("report", out, "--tau", 0.01, "--json")
    assert (judged.code, judged.err) == (0, "")
    low = read_json(judged.out)
    high = read_json(misspoke("report", out, "--json").out)
    assert (low["tau"], high["tau"]) == (0.01, 0.2)
    assert low["rates"] != high["rates"]
    assert (out / "answers.parquet").read_bytes() == rows
    assert (out / "report.html").read_bytes() == page  # drawn for 0.2 again


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        (["--shots", 2], "style.shots: was 4, now 2"),
        (["--seed", 7], "seed: was 0, now 7"),
        (["-n", 3], "questions.count: was 4, now 3"),
    ],
)
def test_other_settings_are_refused(
    misspoke: Command, tmp_path: Path, changed: list[object], difference: str
) -> None:
    out = tmp_path / "run"
    command = [*random_run(tmp_path, 4), "-o", out]
    assert misspoke(*command).code == 0
    refused = misspoke(*command, *changed)
    assert refused.code == 1
    assert refused.line.startswith(f"{out}: holds rows made with other settings")
    assert difference in refused.line
    assert refused.line.endswith("or another folder with -o")


def test_another_table_under_the_same_name_is_refused(misspoke: Command, tmp_path: Path) -> None:
    out = tmp_path / "run"
    command = [*random_run(tmp_path, 4), "-o", out]
    assert misspoke(*command).code == 0
    table = tmp_path / "table.json"
    table.write_text(table.read_text().replace('" Paris"', '" Rome"'))
    assert "model.fingerprint: was" in misspoke(*command).line
    assert "was made with other weights" in misspoke("audit", out).line


def test_the_run_folder_has_a_name_of_its_own(
    misspoke: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_table(Path("model-1.5b.json"), {"Where?": {(): {" Rome": 1.0}}})
    write_questions(Path("places.jsonl"), [{"question": "Where?", "answers": ["Rome"]}])
    done = misspoke("run", "-m", "model-1.5b.json", "-q", "places.jsonl", "--json")
    assert read_json(done.out)["run"] == "runs/places.jsonl-model-1.5b"


def test_only_results_are_on_standard_output(tmp_path: Path) -> None:
    plain = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "", "COLUMNS": "100"}
    done = finished([*random_run(tmp_path, 6), "-o", tmp_path / "run"], env=plain)
    assert done.code == 0
    assert "observing" in done.err
    assert "observing" not in done.out
    for text in (done.out, done.err):
        assert not set(text) & {"\x1b", "\r"}


def test_a_reader_may_leave(tmp_path: Path) -> None:
    command = [*random_run(tmp_path, 6), "-o", tmp_path / "run"]
    for arguments in ([*command], [*command, "--json"], ["models"], ["questions", "--json"]):
        process = started(arguments)
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read()
        process.stderr.close()
        assert process.wait() == 0
        assert not [line for line in errors.splitlines() if not line.startswith("observing")]
    assert (tmp_path / "run" / "report.html").exists()


def test_two_processes_do_not_write_one_run(misspoke: Command, tmp_path: Path) -> None:
    out = tmp_path / "run"
    command = [*random_run(tmp_path, 80, delay=0.02), "-o", out]
    process = started(command)
    try:
        wait_for_rows(process, out, 1)
        refused = misspoke(*command)
    finally:
        process.kill()
        process.communicate()
    assert refused.code == 1
    assert "another misspoke process is writing here" in refused.line
    assert misspoke(*command).code == 0
    assert pl.read_parquet(out / "answers.parquet").height == 80

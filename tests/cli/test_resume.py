"""Killed at any moment, the same command goes on where it stopped."""

import json
import random
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cli.command_line import (
    JOURNAL,
    Command,
    finished,
    random_run,
    rows_in,
    started,
    wait_for_rows,
)
from cli.comparing import assert_same_rows

ROWS = 90
KILLS = 12
AT_ONCE = 3


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """A run on a slow table model; more questions than are in flight at one time."""
    return random_run(tmp_path_factory.mktemp("given"), ROWS, delay=0.03)


@pytest.fixture(scope="module")
def undisturbed(command: list[object], tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    out = tmp_path_factory.mktemp("undisturbed")
    assert finished([*command, "-o", out]).code == 0
    return pl.read_parquet(out / "answers.parquet")


@pytest.fixture(scope="module")
def killed(
    command: list[object], tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Path, set[str]]]:
    """The folders of runs that were killed at random counts of rows, and the ids they kept."""
    counts = [0, *random.Random(7).sample(range(1, ROWS - 20), k=KILLS - 1)]
    runs = [(tmp_path_factory.mktemp(f"kill{count}-"), count) for count in counts]
    for start in range(0, KILLS, AT_ONCE):
        _kill(command, runs[start : start + AT_ONCE])
    return [(folder, kept_ids(folder)) for folder, _ in runs]


def _kill(command: list[object], runs: Sequence[tuple[Path, int]]) -> None:
    processes = {folder: started([*command, "-o", folder]) for folder, _ in runs}
    for folder, count in sorted(runs, key=lambda run: run[1]):
        while rows_in(folder) < count and processes[folder].poll() is None:
            time.sleep(0.001)
        processes[folder].send_signal(signal.SIGKILL)
    for process in processes.values():
        process.communicate()


def kept_ids(folder: Path) -> set[str]:
    """The ids whose rows are whole; a run that was quicker than the kill has them all."""
    if (folder / "answers.parquet").exists():
        return set(pl.read_parquet(folder / "answers.parquet")["id"])
    journal = folder / JOURNAL
    lines = journal.read_bytes().splitlines(True) if journal.exists() else []
    return {json.loads(line)["id"] for line in lines if line.endswith(b"\n")}


def test_the_kills_came_in_the_middle(killed: list[tuple[Path, set[str]]]) -> None:
    counts = [len(kept) for _, kept in killed]
    assert counts[0] < ROWS
    assert sum(0 < count < ROWS for count in counts) > KILLS / 2
    assert len(set(counts)) > KILLS / 3


@pytest.mark.parametrize("place", range(KILLS))
def test_a_killed_run_goes_on(
    misspoke: Command,
    command: list[object],
    killed: list[tuple[Path, set[str]]],
    undisturbed: pl.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
    place: int,
) -> None:
    out, kept = killed[place]
    asked: list[str] = []
    _without_delay(monkeypatch)
    _watch_questions(monkeypatch, asked)
    done = misspoke(*command, "-o", out)
    assert done.code == 0
    assert f"{ROWS}/{ROWS}" in done.err
    assert len(asked) == ROWS - len(kept)
    assert kept.isdisjoint(asked)
    assert_same_rows(pl.read_parquet(out / "answers.parquet"), undisturbed)


def _without_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("misspoke.lm.table.time.sleep", lambda _: None)


def _watch_questions(monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> None:
    """Notes the id of every question that is prompted."""
    from misspoke.observing.prompting import Prompter

    prompt = Prompter.prompt

    def noting(self: Prompter, question: Any, room: int) -> Any:
        asked.append(question.id)
        return prompt(self, question, room)

    monkeypatch.setattr(Prompter, "prompt", noting)


def test_ctrl_c_stops_cleanly(
    misspoke: Command,
    command: list[object],
    undisturbed: pl.DataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "run"
    process = started([*command, "-o", out])
    wait_for_rows(process, out, 3)
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate()
    kept = rows_in(out)
    assert 3 <= kept < ROWS
    assert printed == ""
    assert process.returncode == 1
    line = f"misspoke: stopped: {kept} of {ROWS} rows are kept in {out}; the same command goes on"
    assert errors.splitlines()[-1] == line
    assert "Traceback" not in errors
    _without_delay(monkeypatch)
    asked: list[str] = []
    _watch_questions(monkeypatch, asked)
    assert misspoke(*command, "-o", out).code == 0
    assert len(asked) == ROWS - kept
    assert_same_rows(pl.read_parquet(out / "answers.parquet"), undisturbed)


def test_ctrl_c_before_the_first_row_stops_cleanly(
    misspoke: Command, command: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("misspoke.api.load", interrupted)
    done = misspoke(*command, "-o", tmp_path / "run")
    assert (done.code, done.line) == (1, "stopped; the same command starts again")

"""The command line, in this process and in processes that can be killed."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tables import random_table

from misspoke.lm.table import Table

JOURNAL = "answers.partial.jsonl"
_START = (  # a process whose parent ignores Ctrl-C would ignore it too
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from misspoke.cli import main; main()"
)


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line of an explained failure."""
        assert self.out == ""
        assert self.err.startswith("misspoke: ")
        assert self.err.count("\n") == 1
        return self.err.removeprefix("misspoke: ").rstrip()


Command = Callable[..., Done]
"""Runs a command in this process, from `main` to its exit status."""


def started(arguments: Sequence[object], **options: object) -> "subprocess.Popen[str]":
    """A command in a process of its own."""
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-c", _START, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def finished(arguments: Sequence[object], **options: object) -> Done:
    """A command in a process of its own, when it has ended."""
    process = started(arguments, **options)
    out, err = process.communicate()
    return Done(process.returncode, out, err)


def rows_in(folder: Path) -> int:
    """The rows that a run which is not finished has stored."""
    journal = folder / JOURNAL
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def wait_for_rows(process: "subprocess.Popen[str]", folder: Path, wanted: int) -> None:
    """Waits until a run has stored so many rows; fails if it ends before."""
    while rows_in(folder) < wanted:
        assert process.poll() is None, process.communicate()
        time.sleep(0.001)


def write_table(path: Path, tables: dict[str, Table], **options: object) -> Path:
    """A table model's file."""
    questions = {
        question: [{"after": after, "next": row} for after, row in table.items()]
        for question, table in tables.items()
    }
    path.write_text(json.dumps({"questions": questions, **options}))
    return path


def write_questions(path: Path, rows: Sequence[dict[str, object]]) -> Path:
    """A JSON Lines file."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


def random_run(folder: Path, count: int, **options: object) -> list[object]:
    """A table model and questions with different trees, and the command that runs them."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(0)
    asked = {f"Which one is number {i}?": random_table(i) for i in range(count)}
    rows: list[dict[str, object]] = [
        {"question": text, "answers": draw.sample(["Paris", "St", "A", "1", "Guinea"], k=2)}
        for text in asked
    ]
    table = write_table(folder / "table.json", asked, **options)
    questions = write_questions(folder / "questions.jsonl", rows)
    return ["run", "-m", table, "-q", questions]

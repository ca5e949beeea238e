"""Processes to measure: commands with their seconds and peak memory, and long-lived workers.

This process itself must stay small: a child's peak memory is never less than its parent's.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from misspoke.records import UserError

ROOT = Path(__file__).parent.parent
WORKERS = ROOT / "benchmarks" / "workers"


def environment(threads: int) -> dict[str, str]:
    """The environment of a measured process: so many threads, no look at any hub."""
    count = str(threads)
    return {
        **os.environ,
        "OMP_NUM_THREADS": count,
        "MKL_NUM_THREADS": count,
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONWARNINGS": "ignore",
    }


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took from start to end."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds, user and system, all threads."""
    peak: int
    """Bytes resident at the most."""
    output: str


def measure(command: Sequence[str], threads: int) -> Cost:
    """Runs a command to its end; raises UserError where it fails."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, stdout=out, stderr=errors, cwd=ROOT, env=environment(threads)
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if child.returncode:
            raise UserError(f"{Path(command[-1]).name}: {last_line(errors.read())}")
        return Cost(wall, usage.ru_utime + usage.ru_stime, 1024 * usage.ru_maxrss, out.read())


def measure_python(*arguments: str, threads: int = 1) -> Cost:
    """Runs our own Python with these arguments."""
    return measure([sys.executable, *arguments], threads)


def last_line(text: str) -> str:
    """The last line that says something: of a traceback, the error."""
    return (text.strip().splitlines() or ["it said nothing"])[-1].strip()


class Worker:
    """A process that answers requests one at a time, on one thread; see workers/serving.py."""

    def __init__(self, name: str, python: Path, folder: Path, *options: str) -> None:
        self.name = name
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the worker
        script = WORKERS / f"{name.replace('-', '_')}_worker.py"
        self._child = subprocess.Popen(
            [str(python), str(script), str(folder), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=environment(1),
        )
        self.facts = self._answer()

    def do(self, action: str, items: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        """The answer to a request: result, cpu and wall seconds."""
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps({"do": action, "items": items}) + "\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            pass  # the worker is gone: reading its answer says why
        return self._answer()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType
    ) -> None:
        if kind is not None:
            self._child.kill()
        self._child.communicate()
        self._errors.close()

    def _answer(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            self._errors.seek(0)
            raise UserError(f"{self.name}: its worker ended: {last_line(self._errors.read())}")
        answer: dict[str, Any] = json.loads(line)
        return answer

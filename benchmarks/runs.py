"""Whole runs through the command line: wall seconds, tokens forwarded, peak memory."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine
from benchmarks.page import table
from benchmarks.processes import Cost, measure_python

THREADS = 2


@dataclass(frozen=True, slots=True)
class Job:
    """A run of so many atlas questions."""

    model: str
    questions: int
    dtype: str = "auto"


@dataclass(frozen=True, slots=True)
class Done:
    """What a run's folder and its process tell."""

    dtype: str
    rows: int
    observing: float
    """Wall seconds from the first question to the last row."""
    tokens: int
    """Forwarded, the headers' included."""
    cost: Cost


FULL = (
    Job("smollm2-135m-instruct", 500),
    Job("smollm2-135m-instruct", 100),
    Job("gemma3-270m", 100),
)
QUICK = (Job("smollm2-135m-instruct", 40),)


def part(jobs: Sequence[Job]) -> str:
    """Measures; the page's part."""
    rows = []
    for job in jobs:
        print(f"run: {job.model}, {job.questions} questions", flush=True)
        rows.append(row(job, run(job)))
    header = ["model", "questions", "dtype", "wall s", "CPU s", "observing s", "tokens"]
    header += ["tokens a question", "tokens/s", "peak MB"]
    return f"""\
`misspoke run -m MODEL -q atlas -n N`, from the start of the process to its end, once each,
{THREADS} threads. Observing: without imports, loading and the report; tokens per second are of this
part. Tokens: all that were forwarded, the headers' included. Peak: resident memory, 10⁶ bytes.

{table(header, rows)}

{machine.facts()}"""


def row(job: Job, done: Done) -> list[str]:
    """A run as a row of the table."""
    return [
        job.model,
        str(done.rows),
        done.dtype,
        f"{done.cost.wall:.1f}",
        f"{done.cost.cpu:.1f}",
        f"{done.observing:.1f}",
        f"{done.tokens:,}",
        f"{done.tokens / done.rows:.0f}",
        f"{done.tokens / done.observing:,.0f}",
        f"{done.cost.peak / 1e6:,.0f}",
    ]


def run(job: Job) -> Done:
    """Runs a job into a folder of its own, which is removed."""
    import polars

    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "run"
        arguments = ["run", "-m", job.model, "-q", "atlas", "-n", str(job.questions)]
        arguments += ["--dtype", job.dtype, "--out", str(folder)]
        cost = measure_python("-m", "misspoke", *arguments, threads=THREADS)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        facts = manifest["facts"]
        tokens = polars.read_parquet(folder / "answers.parquet")["forward_tokens"]
        return Done(
            dtype=manifest["settings"]["model"]["dtype"],
            rows=len(tokens),
            observing=facts["seconds"],
            tokens=int(tokens.sum()) + int(facts["header_tokens"]),
            cost=cost,
        )

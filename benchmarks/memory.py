"""Peak memory of a whole run (rows, summary, report) against the number of its rows.

    python benchmarks/memory.py [ROWS …]        (default: 1000 10000 100000)

Each number of rows has a process of its own, which diagnoses that many questions with a table
model through `misspoke.diagnose`, and prints one JSON line:

- `rows`, and `seconds` for everything below
- `start_mb`: resident after the imports, before the first question
- `questions_mb`: what the questions themselves add; they are the caller's
- `peak_mb`: the peak of the process (ru_maxrss)
- `ratio`: that peak against the first process's
- `ratio_without_questions`: the same, each without its questions
- `answers_mb`, `report_mb`: the size of answers.parquet and of report.html

Megabytes are 10^6 bytes. A table model answers at once, so that rows are made as fast as they can
be: by far the most of the time goes into the searches. The questions repeat a few tables under new
ids and with a running number in their text. Needs Linux; 100,000 rows take some minutes.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

END = "<end>"
ROWS = (1_000, 10_000, 100_000)
RIVALS = ("Sydney", "Melbourne", "Perth", "Hobart")
TABLES = 24
MEGABYTE = 1e6


def table(number: int) -> dict[tuple[str, ...], dict[str, float]]:
    """A few short answers; the right one's mass runs from 0.02 to 0.92 with the number."""
    gold = 0.02 + 0.90 * number / (TABLES - 1)
    rest = 1 - gold
    rival = RIVALS[number % len(RIVALS)]
    return {
        (): {" Canberra": 0.6 * gold, " CANBERRA": 0.4 * gold, f" {rival}": 0.8 * rest,
             " It": 0.2 * rest},
        (" It",): {f" {rival}": 1.0},
    }  # fmt: skip


def asked(number: int) -> str:
    """The question of a table."""
    return f"What is the capital of land {number:02}?"


def measure(rows: int) -> dict[str, float]:
    """Run it here; a process can do so once, for its peak never sinks."""
    start = time.perf_counter()
    import polars  # noqa: F401

    import misspoke
    from misspoke.lm.table import TableModel

    lm = TableModel({asked(number): table(number) for number in range(TABLES)}, name="memory")
    misspoke.diagnose  # noqa: B018
    before = resident()
    questions = [
        misspoke.Question(f"Case {row}. {asked(row % TABLES)}", ["Canberra"], id=f"q{row}")
        for row in range(rows)
    ]
    with_questions = resident()
    with tempfile.TemporaryDirectory() as folder:
        run = misspoke.diagnose(lm, questions, out=folder, style="text", shots=0)
        sizes = {path.name: path.stat().st_size for path in run.path.iterdir()}
    return {
        "rows": rows,
        "seconds": round(time.perf_counter() - start, 1),
        "start_mb": megabytes(before),
        "questions_mb": megabytes(with_questions - before),
        "peak_mb": megabytes(1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss),
        "answers_mb": megabytes(sizes["answers.parquet"]),
        "report_mb": megabytes(sizes["report.html"]),
    }


def resident() -> int:
    """What the process holds now, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def megabytes(size: float) -> float:
    return round(size / MEGABYTE, 1)


def main(sizes: list[int]) -> None:
    """A process for each size, one after another."""
    first: dict[str, float] = {}
    for rows in sizes or ROWS:
        command = [sys.executable, __file__, "--one", str(rows)]
        line = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        first = first or line
        own, base = (one["peak_mb"] - one["questions_mb"] for one in (line, first))
        line["ratio"] = round(line["peak_mb"] / first["peak_mb"], 3)
        line["ratio_without_questions"] = round(own / base, 3)
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]))))
    else:
        main([int(rows) for rows in sys.argv[1:]])

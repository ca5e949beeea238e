"""Measures the engine, whole runs, loading and memory, and writes their parts of the page.

python -m benchmarks.bench [--only engine,run,decoding,loading,memory] [--quick]
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence

from benchmarks import decoding, engine, loading, machine, runs
from benchmarks.page import table, write_part
from benchmarks.processes import measure_python
from misspoke.records import UserError

_ROWS, _FEW_ROWS = (1_000, 10_000, 100_000), (1_000, 10_000)


def memory_part(rows: Sequence[int]) -> str:
    """Peak memory of whole runs of a table model, by their rows; see memory.py."""
    print("memory: table model", flush=True)
    script = "benchmarks/memory.py"
    done = measure_python(script, *map(str, rows), threads=2)
    found = [json.loads(line) for line in done.output.splitlines()]
    return f"""\
Peak memory of a whole run (rows, summary, report) of a table model, by the number of its rows; a
fresh process each. Memory in 10⁶ bytes. Start: after the imports; questions: what the questions
themselves take, which are the caller's; ratios: of the peak to that of the first row.

{memory_table(found)}

{machine.facts()}"""


def memory_table(found: Sequence[Mapping[str, object]]) -> str:
    """A table of JSON lines: a column for each number in them."""
    columns = [name for name, value in found[0].items() if isinstance(value, int | float)]
    cells = [[_cell(line[name]) for name in columns] for line in found]
    return table([name.replace("_", " ").replace(" mb", " MB") for name in columns], cells)


def _cell(value: object) -> str:
    return f"{value:,}"


def parts(quick: bool) -> dict[str, Callable[[], str]]:
    """What measures each part, in the order of running."""
    return {
        "loading": lambda: loading.part(loading.QUICK if quick else loading.Plan()),
        "engine": lambda: engine.part(engine.QUICK if quick else engine.Plan()),
        "run": lambda: runs.part(runs.QUICK if quick else runs.FULL),
        "decoding": lambda: decoding.part(decoding.QUICK if quick else decoding.Plan()),
        "memory": lambda: memory_part(_FEW_ROWS if quick else _ROWS),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures what is chosen; each part is written as soon as it is there."""
    parser = argparse.ArgumentParser(prog="benchmarks.bench", description=__doc__.split("\n")[0])
    parser.add_argument("--only", default="", help="parts, with commas: engine,run,…")
    parser.add_argument("--quick", action="store_true", help="fewer models, sizes and repeats")
    parser.add_argument("--no-page", action="store_true", help="print, leave the page alone")
    chosen = parser.parse_args(arguments)
    known = parts(chosen.quick)
    wanted = [name for name in chosen.only.split(",") if name] or list(known)
    if unknown := [name for name in wanted if name not in known]:
        raise UserError(f"--only {unknown[0]}: no such part; known are {', '.join(known)}")
    for name in wanted:
        body = known[name]()
        if chosen.no_page:
            print(body, flush=True)
        else:
            write_part(name, body)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UserError as error:
        sys.exit(f"bench: {error}")

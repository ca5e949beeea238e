"""How long imports and loading take: fresh processes, files in the system's cache."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import machine
from benchmarks.page import spread, table
from benchmarks.processes import measure, measure_python
from misspoke.lm.catalogue import CATALOGUE

THREADS = 2
_IMPORT = "import misspoke"
_LOAD = """\
import json, sys, time
start = time.perf_counter()
import misspoke
from misspoke.lm.loading import load_model
import torch, transformers, misspoke.lm.treemodel, misspoke.lm.checkpoint, misspoke.lm.weights
imported = time.perf_counter()
load_model(sys.argv[1], dtype=sys.argv[2], device="cpu", notice=lambda _: None)
print(json.dumps([imported - start, time.perf_counter() - imported]))
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured."""

    models: Sequence[str] = tuple(CATALOGUE)
    dtypes: Sequence[str] = ("float32", "bfloat16")
    repeats: int = 3


QUICK = Plan(models=("smollm2-135m-instruct",), dtypes=("float32",), repeats=1)


def part(plan: Plan) -> str:
    """Measures; the page's part."""
    loads = [loading(model, dtype, plan.repeats) for model in plan.models for dtype in plan.dtypes]
    return f"""\
Wall seconds, {THREADS} threads, files in the system's cache; the median of {plan.repeats} fresh
processes (lowest–highest).

{table(["whole process", "seconds"], starts(plan.repeats))}

{table(["`misspoke.load`", "dtype", "imports before it", "loading"], loads)}

Imports: torch, transformers and misspoke. Loading: weights checked against their digest and read,
the tokenizer and its bytes, and the trial of the token tree.

{machine.facts()}"""


def starts(repeats: int) -> list[list[str]]:
    """Seconds of whole processes that load no model."""
    commands = {
        "`python -c pass`": ["-c", "pass"],
        f'`python -c "{_IMPORT}"`': ["-c", _IMPORT],
        "`misspoke --help`": ["-m", "misspoke", "--help"],
    }
    rows = []
    for name, arguments in commands.items():
        print(f"loading: {name}", flush=True)
        walls = [measure([sys.executable, *arguments], THREADS).wall for _ in range(repeats + 1)]
        rows.append([name, spread(walls[1:], ".2f")])
    return rows


def loading(model: str, dtype: str, repeats: int) -> list[str]:
    """Seconds of imports and of loading a model, as a row."""
    print(f"loading: {model}, {dtype}", flush=True)
    found = [
        json.loads(measure_python("-c", _LOAD, model, dtype, threads=THREADS).output)
        for _ in range(repeats + 1)
    ]
    imports, loads = zip(*found[1:], strict=True)
    return [model, dtype, spread(imports, ".2f"), spread(loads, ".2f")]

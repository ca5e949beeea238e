"""What decoders cost beside greedy, in the same run; see workers/decoding_worker.py."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks import machine
from benchmarks.page import spread, table
from benchmarks.processes import measure_python
from misspoke.lm.catalogue import CATALOGUE

THREADS = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured: a process for each model."""

    models: Sequence[str] = tuple(CATALOGUE)
    dtype: str = "float32"
    repeats: int = 3
    questions: int = 32


QUICK = Plan(models=("smollm2-135m-instruct",), repeats=1, questions=16)


def part(plan: Plan) -> str:
    """Measures; the page's part."""
    rows = []
    for model in plan.models:
        print(f"decoding: {model}", flush=True)
        arguments = [model, plan.dtype, str(plan.repeats), str(plan.questions)]
        worker = "benchmarks.workers.decoding_worker"
        done = measure_python("-m", worker, *arguments, threads=THREADS)
        lines = [json.loads(text) for text in done.output.splitlines()]
        rows += [row(model, line, lines[0]) for line in lines]
    columns = ["model", "decoder", "tokens a question", "beyond the prompt", "wall, × greedy"]
    return f"""\
{plan.questions} questions of atlas, each decoder alone, {plan.dtype}, {THREADS} threads. Wall
seconds are those of all questions side by side in one batch, as multiples of greedy's median;
{plan.repeats} turns, decoders one after another (the least and the most in brackets). Every decoder
also pays here for the greedy answer that it is compared with.

{table(columns, rows)}

{machine.facts()}"""


def row(model: str, line: Mapping[str, Any], greedy: Mapping[str, Any]) -> list[str]:
    """A decoder as a row of the table; seconds as multiples of greedy's median."""
    base = median(greedy["seconds"])
    return [
        model,
        line["decoder"],
        f"{line['tokens']:.1f}",
        f"{line['beyond']:.1f}",
        spread([seconds / base for seconds in line["seconds"]]),
    ]

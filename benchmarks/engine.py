"""The engine's tokens per second as a share of a bare forward's; see workers/engine_worker.py."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks import machine
from benchmarks.page import table
from benchmarks.processes import measure_python
from misspoke.lm.catalogue import CATALOGUE

DTYPES = ("float32", "bfloat16")
STAGES = ("prefill", "rounds")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured: a process for each model, dtype and number of threads."""

    models: Sequence[str] = tuple(CATALOGUE)
    dtypes: Sequence[str] = DTYPES
    threads: Sequence[int] = (1, 2)
    in_flight: Sequence[int] = (8, 32)
    repeats: int = 5


QUICK = Plan(models=("smollm2-135m-instruct",), threads=(1,), repeats=3)


def rate(timed: Sequence[tuple[int, float]]) -> float:
    """The median tokens per second of (tokens, seconds)."""
    return median(tokens / seconds for tokens, seconds in timed)


def row(line: dict[str, Any], label: Sequence[str]) -> list[str]:
    """A row of the table: for each stage ours, bare, and the share."""
    cells = [*label, str(line["in_flight"])]
    for stage in STAGES:
        ours, bare = rate(line["ours"][stage]), rate(line["bare"][stage])
        cells += [f"{ours:,.0f}", f"{bare:,.0f}", f"{ours / bare:.0%}"]
    return cells


def lines(plan: Plan) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """Runs the processes; each result with its model, dtype and threads."""
    for model in plan.models:
        for dtype in plan.dtypes:
            for threads in plan.threads:
                print(f"engine: {model}, {dtype}, threads: {threads}", flush=True)
                arguments = [model, dtype, str(threads), str(plan.repeats)]
                arguments += map(str, plan.in_flight)
                worker = "benchmarks.workers.engine_worker"
                done = measure_python("-m", worker, *arguments, threads=threads)
                for text in done.output.splitlines():
                    yield [model, dtype, str(threads)], json.loads(text)


def part(plan: Plan) -> str:
    """Measures; the page's part."""
    rows, headers, widths = [], set(), set()
    for label, line in lines(plan):
        rows.append(row(line, label))
        headers.add(line["header"])
        widths.add(line["width"])
    columns = ["model", "dtype", "threads", "in flight"]
    columns += [f"{stage}: {what}" for stage in STAGES for what in ("ours", "bare", "share")]
    return f"""\
Tokens per second (wall) through `next_tokens`, and through bare forwards of the same model;
they take turns in one process, median of {plan.repeats}.

- **prefill**: atlas prompts of {_range(widths)} tokens in the mean, behind a header of
  {_range(headers)} tokens that is known already; asked for at the end of each: the top 24 and
  the entropy. Bare: one dense batch with as many rows and that many tokens each; output head at
  each row's last token.
- **rounds**: four calls, each with one to five new nodes a question (three in the mean) at random
  places of its tree, the top 24 and the entropy of each. Bare: four dense forwards of three tokens
  a row behind a past of the same length; output head at all of them.
- **bare** is as fast as transformers can: no padding; the header and what follows is already in
  buffers, where new keys and values are written without copying what is there; sdpa attention with
  grouped heads not repeated; logits are not reduced to anything, which ours are.

{table(columns, rows)}

{machine.facts()}"""


def _range(values: set[int]) -> str:
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low}–{high}"

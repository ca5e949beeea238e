"""Rows for detectors: judged rows whose doubts are set at will, and runs of many of them."""

from typing import Any

import numpy as np
import polars as pl
from summary_rows import frame_of, row

from misspoke.diagnosis.detectors import Detectors, evaluate
from misspoke.diagnosis.evaluated import Evaluated
from misspoke.diagnosis.rows import read_rows

TAU = 0.2


def doubted(doubt: float, kind: str = "correct", **changes: Any) -> Any:
    """A row of one step, whose −log probability is the doubt: `correct`, `gap` or `failure`."""
    p = {"correct": 0.9, "gap": 0.01, "failure": 0.4}[kind]
    steps = {
        "answer_logprobs": [-doubt],
        "answer_entropies": [doubt / 2],
        "answer_end": 1,
        "correct": kind == "correct",
    }
    return row(p, rival=0.3, **steps | changes)


def run_of(seed: int, n: int = 240, relations: int = 8) -> list[Any]:
    """Rows of all kinds, at random, with doubts that know a little; some are not measured."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        kind = str(rng.choice(["correct", "gap", "failure"], p=[0.4, 0.35, 0.25]))
        help_from = {"correct": 0.0, "gap": 1.0, "failure": 0.3}[kind]
        rows.append(
            doubted(
                round(float(rng.normal(help_from)) + 5, 1),
                kind,
                relation=f"r{rng.integers(relations)}",
                top_entropy=None if rng.random() < 0.2 else round(float(rng.random()), 2),
                content_winner_prob=float(rng.random()),
                emitted_mass_lower=float(rng.choice([0.1, 0.5])),
                emitted_mass_upper=0.5,
                rival_mass=float(rng.random()),
                abstained=kind != "correct" and bool(rng.random() < 0.1),
            )
        )
    return rows


def evaluated_frame(frame: pl.DataFrame, *names: str, seed: int = 0) -> Detectors:
    """The detectors of these names on a frame, without hidden states."""
    return evaluate(read_rows(frame), names, None, (), TAU, seed)


def evaluated_rows(rows: list[Any], *names: str, seed: int = 0) -> Detectors:
    """The detectors of these names on these rows."""
    return evaluated_frame(frame_of(*rows), *names, seed=seed)


def one(found: Detectors, name: str) -> Evaluated:
    """A detector or an oracle by its name."""
    [it] = [each for each in (*found.table, *found.oracles) if each.name == name]
    return it

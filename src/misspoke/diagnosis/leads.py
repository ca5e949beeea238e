"""Where gold is the heaviest class of answers, as far as the search can tell."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from misspoke.concepts import Event
from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.diagnosis.rows import Rows

if TYPE_CHECKING:
    import polars

_NONE = -np.inf
"""The mass of a rival that is not there, or need not be looked for."""


@dataclass(frozen=True, slots=True)
class Leads:
    """Of each row (n,), whether its heaviest class of answers is gold.

    Limits: a rival that the answer search did not find, in its residual, is not seen, but by
    `surely`.
    """

    leads: Bools
    """A row that is not right must have a gold group that outweighs the emitted class for certain
    (gold lower bound > emitted upper bound). On every row, no class of `candidates` that holds no
    right answer may outweigh the gold group's upper bound; on right rows nothing else is asked.
    Where masses are too close to be told apart, a right row counts as led by gold and another row
    does not."""
    surely: Bools
    """Wrong rows whose gold lower bound exceeds the emitted class's upper bound, and what any other
    class of answers can weigh: its candidates and all that the search left unexplored."""
    possibly: Bools
    """Wrong rows where neither the emitted class nor the candidates of another outweigh gold's
    upper bound."""


def gold_leads(rows: Rows) -> Leads:
    """Say of each row whether its heaviest class of answers is gold; reads candidates once."""
    residual = rows.floats("residual")
    gold, emitted = rows.gold, rows.emitted
    leads = rows.correct | (gold.lower > emitted.upper)
    surely = rows.wrong & (gold.lower > np.maximum(emitted.upper, residual))
    possibly = rows.wrong & (gold.upper > emitted.lower)
    explored = gold.lower - residual
    least = np.fmin(
        np.where(leads | possibly, gold.upper, np.inf), np.where(surely, explored, np.inf)
    )
    rival = _rivals(rows, least)
    return Leads(
        leads & ~(rival > gold.upper),
        surely & ~(rival > explored),
        possibly & ~(rival > gold.upper),
    )


def _rivals(rows: Rows, least: Floats) -> Floats:
    """The heaviest class (n,) of candidates without a right answer, where it exceeds `least`."""
    found = np.full(rows.n, _NONE)
    for within, batch in rows.batches("candidates", "forms"):
        for row, rival in _rivals_in(batch, least[within]).items():
            found[within.start + row] = rival
    return found


def _rivals_in(batch: "polars.DataFrame", least: Floats) -> dict[int, float]:
    """The same of the rows of a batch that have one."""
    import polars

    heavier = (
        batch.lazy()
        .with_columns(least=polars.Series(least))
        .with_row_index("row")
        .filter(polars.col("least").is_finite())
        .explode("candidates")
        .unnest("candidates")
        .with_columns(mass=polars.col("prob").sum().over("row", "concept"))
        .filter(polars.col("mass") > polars.col("least"))
        .group_by("row", "concept")
        .agg("answer", polars.col("forms", "mass").first())
        .sort("row", "mass", descending=[False, True])
        .select("row", "forms", "mass", "answer")
        .collect()
    )
    found = {}
    for row, classes in groupby(heavier.iter_rows(), key=itemgetter(0)):
        event = None
        for _, forms, mass, answers in classes:
            event = event or Event(forms)
            if all(event.holds(answer) is None for answer in answers):
                found[row] = mass
                break
    return found

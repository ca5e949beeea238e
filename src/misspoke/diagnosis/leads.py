"""Where gold is the heaviest class of answers, as far as the search can tell."""

from typing import TYPE_CHECKING

import numpy as np

from misspoke.concepts import Event
from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.diagnosis.rows import Rows

if TYPE_CHECKING:
    import polars


def gold_leads(rows: Rows) -> Bools:
    """Say of each row (n,) whether its heaviest class of answers is gold.

    A row that is not right must have a gold group that outweighs the emitted class for certain
    (gold lower bound > emitted upper bound). On every row, no class of `candidates` that holds no
    right answer may outweigh the gold group's upper bound; on right rows nothing else is asked.

    Limits: a rival that the answer search did not find, in its residual, is not seen. Where masses
    are too close to be told apart, a right row counts as led by gold and another row does not.
    """
    leads = rows.correct | (rows.gold.lower > rows.emitted.upper)
    leads[_outweighed(rows, leads, rows.gold.upper)] = False
    return leads


def gold_leads_wrong(rows: Rows) -> tuple[Bools, Bools]:
    """Say of each row (n,) whether it is wrong though gold is the heaviest class: surely, possibly.

    Surely: gold's lower bound exceeds the emitted class's upper bound, and what any other class of
    answers can weigh: its candidates and all that the search left unexplored. Possibly: neither the
    emitted class nor the candidates of another outweigh gold's upper bound.
    """
    residual = rows.floats("residual")
    surely = rows.wrong & (rows.gold.lower > np.maximum(rows.emitted.upper, residual))
    surely[_outweighed(rows, surely, rows.gold.lower - residual)] = False
    possibly = rows.wrong & (rows.gold.upper > rows.emitted.lower)
    possibly[_outweighed(rows, possibly, rows.gold.upper)] = False
    return surely, possibly


def _outweighed(rows: Rows, among: Bools, limit: Floats) -> list[int]:
    """The rows `among` in which a class of candidates without a right answer exceeds a limit."""
    return [
        within.start + row
        for within, batch in rows.batches("candidates", "forms")
        for row in _outweighed_in(batch, among[within], limit[within])
    ]


def _outweighed_in(batch: "polars.DataFrame", among: Bools, limit: Floats) -> list[int]:
    """The same, among the rows of a batch."""
    import polars

    heavier = (
        batch.lazy()
        .with_columns(limit=polars.Series(limit))
        .with_row_index("row")
        .filter(polars.Series(among))
        .explode("candidates")
        .unnest("candidates")
        .filter(polars.col("prob").sum().over("row", "concept") > polars.col("limit"))
        .group_by("row", "concept")
        .agg("answer", polars.col("forms").first())
        .collect()
    )
    return [
        row
        for row, answers, forms in heavier.select("row", "answer", "forms").iter_rows()
        if not _any_right(answers, forms)
    ]


def _any_right(answers: list[str], forms: list[str]) -> bool:
    event = Event(forms)
    return any(event.holds(answer) is not None for answer in answers)

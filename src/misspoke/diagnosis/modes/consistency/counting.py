"""Measures of rows: how each row adds to a figure."""

from collections.abc import Callable, Sequence

from misspoke.diagnosis.modes.measures import Better, Measure, Part, Unit
from misspoke.records.consistency import ConsistencyRow

Ratio = tuple[float, float] | None
"""What a row adds above and below; None where it does not count."""


def measure(
    rows: Sequence[ConsistencyRow],
    key: str,
    says: str,
    ratio: Callable[[ConsistencyRow], Ratio],
    *,
    unit: Unit = "share",
    better: Better | None = None,
) -> Measure:
    """A measure of rows; those that do not count add nothing."""
    parts = []
    for row in rows:
        top, bottom = ratio(row) or (0.0, 0.0)
        parts.append(Part(row.id, row.relation, top, bottom))
    return Measure(key, says, unit, tuple(parts), better)

"""The data of a run's page: the table of questions, and the details of those that can be opened."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from misspoke.reports.page.choosing import Places, evenly, failures_and_sample
from misspoke.reports.page.details import detail_lines
from misspoke.reports.page.listed import Listed, listed
from misspoke.reports.page.packing import block

if TYPE_CHECKING:
    from misspoke.runs import Run

DETAILED = 2_000
"""Questions with details: more only where there are more failures."""
TRIED = 10_000
"""Questions whose details are made: the file has no room for more."""
PAGE_BYTES = 13_500_000
"""Room for the data in the file; what else a page holds stays well below 1.5 MB."""


@dataclass(frozen=True, slots=True)
class PageData:
    """What the page holds of a run's rows."""

    listed: Listed
    detailed: int
    """Rows with details."""
    failures_detailed: int
    """Commitment failures among them."""
    blocks: str
    """HTML: the blocks of data, which show nothing by themselves."""


def page_data(run: "Run", tau: float) -> PageData:
    """Gather the table of a run, and the details that there is room for.

    Raises:
        UserError: the run is not finished, or its rows cannot be read.
    """
    table = listed(run, tau)
    rows = _with_details(table)
    lines = dict(_lines(run, table, rows, tau))
    kept = _fitting(lines, table.failed, PAGE_BYTES - len(table.packed))
    text = "\n".join(lines[row] for row in kept)
    return PageData(
        listed=table,
        detailed=len(kept),
        failures_detailed=int(table.failed[kept].sum()) if kept else 0,
        blocks=f"{block('rows', table.packed)}\n{block('details', text)}",
    )


def _with_details(table: Listed) -> Places:
    if table.places.size <= DETAILED:
        return np.arange(table.places.size)
    return evenly(failures_and_sample(table.failed, DETAILED), TRIED)


def _lines(run: "Run", table: Listed, rows: Places, tau: float) -> Iterator[tuple[int, str]]:
    places = table.places[rows].tolist()
    return detail_lines(run.observations_at(places), rows.tolist(), tau)


def _fitting(lines: dict[int, str], failed: NDArray[np.bool_], room: int) -> list[int]:
    """The rows whose lines fit into the room, failures before others, in order."""
    if sum(map(len, lines.values())) + len(lines) <= room:
        return list(lines)
    kept, left = [], room
    for row in sorted(lines, key=lambda row: (not failed[row], _scattered(row))):
        left -= len(lines[row]) + 1
        if left < 0:
            break
        kept.append(row)
    return sorted(kept)


def _scattered(row: int) -> int:
    """A fixed shuffle, so that what fits is no run of neighbours."""
    return row * 2654435761 % 2**32

"""The questions that tell most: where wording changes the answer, and where nothing does."""

from collections.abc import Mapping, Sequence

from misspoke.diagnosis.modes.consistency.drawn import Drawn
from misspoke.diagnosis.modes.consistency.figures import (
    agreeing,
    all_one_and_wrong,
    greedy,
)
from misspoke.diagnosis.modes.findings import Case
from misspoke.records.consistency import ConsistencyRow

CHANGING, WRONG = 5, 3


def cases(rows: Sequence[ConsistencyRow], drawn: Mapping[str, Drawn]) -> tuple[Case, ...]:
    """Where the wording does most, and a few of the same wrong answer to every wording."""
    changing = [row for row in rows if (agreeing(greedy(row)) or (1.0, 1.0))[0] < 1]
    wrong = [row for row in rows if all_one_and_wrong(greedy(row))]
    changing.sort(key=lambda row: (-_lost(row, drawn.get(row.id)), row.id))
    wrong.sort(key=lambda row: (row.wordings[0].p_mass.upper, row.id))
    told = [_case(row, "changes with the wording") for row in changing[:CHANGING]]
    return (*told, *(_case(row, "the same wrong answer everywhere") for row in wrong[:WRONG]))


def _lost(row: ConsistencyRow, found: Drawn | None) -> float:
    """Agreement that is lost to the wording: of samples where there are some, else of replies."""
    if found is not None and found.within is not None:
        return found.within - found.between
    return 1 - (agreeing(greedy(row)) or (1.0, 1.0))[0]


def _case(row: ConsistencyRow, what: str) -> Case:
    lines = [("right", " / ".join(group[0] for group in row.gold if group))]
    for wording in row.wordings:
        mark = " (right)" if wording.reply.right else ""
        lines.append((wording.wording, f"{wording.reply.answer or '(nothing)'}{mark}"))
    return Case(f"{row.question}: {what}", tuple(lines))

"""Parts of the page of a comparison: the questions on which runs differ, and contests."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from misspoke.reports.compare_figures import OUTCOME_NAMES
from misspoke.reports.compare_tables import (
    CONTEST_HEAD,
    DUEL_HEAD,
    contest_rows,
    contest_title,
    duel_cells,
    surest,
)
from misspoke.reports.page_parts import document, folded, foreign, note, safe, section, table
from misspoke.reports.text import counted, probability, shortened

REPORT = "report.html"
MANY = 3
"""Of more runs, answers are lists within a cell."""
_LONGEST = 300
"""Characters of a text that are shown in a cell."""


def examples_section(folder: Path, compared: Mapping[str, Any]) -> str:
    """The questions on which runs differ, to fold out; nothing where there is none."""
    if not compared["examples"]:
        return ""
    runs = compared["runs"]
    addresses = [report_address(folder, run) for run in runs]
    listed = len(runs) > MANY
    rows = (_example(one, runs, addresses, listed=listed) for one in compared["examples"])
    head = ("Question", "Right", *(("What was said",) if listed else (r["label"] for r in runs)))
    remark = note(
        f"{counted(len(compared['examples']), 'question')} whose outcomes differ most: first where "
        "one run is right and another held the answer and said something else. Each answer leads "
        "to its run's report; behind it, the P-mass of the right answer."
    )
    shown = plain_table(head, rows)
    return section("Where the runs differ", remark, folded("Show the questions", shown),
                   name="questions")  # fmt: skip


def _example(
    one: Mapping[str, Any],
    runs: Sequence[Mapping[str, Any]],
    addresses: Sequence[str],
    *,
    listed: bool,
) -> tuple[str, list[str]]:
    said = [
        _said(found, f"{address}#q={quote(one['id'], safe='')}")
        for found, address in zip(one["said"], addresses, strict=True)
    ]
    if listed:
        lines = zip(runs, said, strict=True)
        said = ["".join(f"<div>{safe(run['label'])}: {text}</div>" for run, text in lines)]
    right = foreign(shortened(" / ".join(one["gold"]), _LONGEST))
    return "", [foreign(shortened(one["question"], _LONGEST)), right, *said]


def _said(found: Mapping[str, Any], address: str) -> str:
    """An answer as a link to its run's report, with its outcome and the right answer's mass."""
    answer = shortened(found["answer"], _LONGEST) or "(nothing)"
    outcome = OUTCOME_NAMES[found["outcome"]]
    mass = probability(found["p_mass_lower"])
    return (
        f'<a href="{safe(address)}">{foreign(answer)}</a> '
        f'<span class="ends">{safe(outcome)}, {safe(mass)}</span>'
    )


def report_address(folder: Path, run: Mapping[str, Any]) -> str:
    """Where a run's report lies, as seen from the comparison's folder."""
    path = os.path.relpath(Path(run["folder"]).resolve() / REPORT, folder.resolve())
    return quote(Path(path).as_posix())


def decoders_page(compared: Mapping[str, Any]) -> str:
    """A comparison of contests as a whole page."""
    parts, nav = [], []
    for number, run in enumerate(compared["runs"], start=1):
        rows = (("", [safe(cell) for cell in row]) for row in contest_rows(run))
        name, shown = f"contest-{number}", plain_table(CONTEST_HEAD, rows)
        parts.append(section(contest_title(number, run), shown, name=name))
        nav.append((name, f"Contest {number}"))
    if compared["duels"]:
        rows = (("", [safe(cell) for cell in duel_cells(duel)]) for duel in surest(compared))
        remark = note(
            "Decoders of one model on the questions that both contests hold, the surest first; the "
            "number of the contest in brackets. p: both are exchanged within relations; McNemar's "
            "test where there are none; corrected by Holm for all pairs."
        )
        shown = plain_table(DUEL_HEAD, rows)
        parts.append(section("Decoders against each other", remark, shown, name="duels"))
        nav.append(("duels", "Duels"))
    parts += [note(f"{text}.") for text in compared["notes"]]
    return document(
        f"{len(compared['runs'])} contests of decoders compared",
        "McNemar against each contest's own greedy decoder, corrected by Holm over all of them",
        "\n".join(parts),
        "",
        nav=nav,
    )


def plain_table(head: Iterable[str], rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    """A table whose head is text."""
    return table([safe(name) for name in head], rows)

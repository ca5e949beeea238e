"""The page's tables of rows and of settings."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from misspoke.records import Interval
from misspoke.reports.page_parts import folded, foreign, safe, section, table
from misspoke.reports.telling import failures_first
from misspoke.reports.text import interval, probability, shortened
from misspoke.reports.verdict import CAUSE_WORDS, OUTCOME_WORDS

if TYPE_CHECKING:
    from misspoke.runs import Run

LISTED = 2_000
"""Rows that are listed."""
_LONGEST = 600
"""Characters of a text that are shown in a cell."""
_COLUMNS = ("question", "answer", "cause", "winner_prob")


def listing(run: "Run", questions: int, tau: float) -> str:
    """The rows of a run, failures first, to fold out; raises UserError where they are not read."""
    shown = failures_first(run, _COLUMNS, tau, LISTED)
    head = ("Question", "Answer", "Outcome", "Cause", "P-mass", "Winner")
    title = "All questions"
    if questions > LISTED:
        title = f"{LISTED:,} of {questions:,} questions, failures first"
    note = (
        "P-mass: the probability of the right answer. Winner: that of the likeliest first token. "
        "Causes are those stored with the rows, at τ = 0.2."
    )
    rows = table(head, (_listed(row) for row in shown.iter_rows(named=True)))
    return section(title, f'<p class="note">{safe(note)}</p>', folded("Show the questions", rows))


def settings(manifest: Mapping[str, Any]) -> str:
    """What the run was made with."""
    rows = (
        ("", [safe(shortened(name, _LONGEST)), foreign(shortened(value, _LONGEST))])
        for part in ("settings", "facts")
        for name, value in _flat(manifest.get(part, {}))
    )
    names = folded("Show the settings", table(("Name", "Value"), rows))
    return section("Settings and versions", names)


def _listed(row: Mapping[str, Any]) -> tuple[str, list[str]]:
    mass = interval(Interval(row["p_mass_lower"], row["p_mass_upper"]))
    failed = row["outcome"] == "commitment_failure"
    cause = row["cause"] if failed and row["cause"] else ""
    return row["outcome"], [
        foreign(shortened(row["question"], _LONGEST)),
        foreign(shortened(row["answer"], _LONGEST)),
        safe(OUTCOME_WORDS[row["outcome"]]),
        safe(CAUSE_WORDS.get(cause, cause)),
        f'<span class="number">{safe(mass)}</span>',
        f'<span class="number">{safe(probability(row["winner_prob"]))}</span>',
    ]


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The values of nested mappings, under dotted names."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + str(name), str(value)

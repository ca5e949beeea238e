"""Suspected names of right answers in the terminal, and what accepting them changes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from misspoke.reports.figures import rate, rate_bounds
from misspoke.reports.text import counted, probability, quoted, shortened, visible

if TYPE_CHECKING:
    from rich.table import Table

    from misspoke.diagnosis.suspects import Suspect

_WIDTH = 90


def suspect_lines(found: "Sequence[Suspect]", n: int) -> str:
    """The first `n` suspects: what they would be a name of, why, and what would change."""
    width = len(str(min(n, len(found))))
    return "\n".join(
        f"{place:>{width}}. {quoted(one.alias, 40)} for {quoted(one.gold[0], 40)}: {one.reason}; "
        f"{impact(one)}, {probability(one.prob)}\n"
        f"{'':{width}}  {shortened(visible(one.question), _WIDTH)}{_more(one.ids)}"
        for place, one in enumerate(found[:n], start=1)
    )


def totals(found: "Sequence[Suspect]") -> str:
    """How many suspects there are, and what all of them would change."""
    mended = sum(one.mended for one in found)
    changed = sum(one.changed for one in found)
    rows = len({row_id for one in found for row_id in one.ids})
    return (
        f"{counted(len(found), 'suspect')} on {counted(rows, 'question')}: "
        f"{mended} would turn a wrong answer right, {changed} would change an outcome, "
        "each taken alone"
    )


def impact(one: "Suspect") -> str:
    """What one suspect would change."""
    if one.mended:
        return f"{one.mended} wrong to right"
    return counted(one.changed, "outcome") if one.changed else "P-mass"


def asked(line: Mapping[str, Any], place: int, total: int) -> str:
    """One line of a patch, as a review shows it."""
    prob = "" if line["prob"] is None else f"; probability {probability(line['prob'])}"
    return (
        f"\n{place} of {total}: {visible(line['question'])}{_more(line['ids'])}\n"
        f"  right: {quoted(line['joins'] or '', 100)}\n"
        f"  said:  {quoted(line['alias'], 100)}\n"
        f"  {visible(line['reason'])}{prob}"
    )


def before_and_after(before: Mapping[str, Any], after: Mapping[str, Any]) -> "Table":
    """The headline rates of a run before and after names were added."""
    from rich.table import Table

    table = Table("", "before", "after", box=None, pad_edge=False)
    for name, of in _FIGURES.items():
        table.add_row(name, of(before), of(after))
    return table


def told(facts: Mapping[str, Any]) -> str:
    """What a patch touched, and what it leaves open."""
    lines = [
        f"{counted(facts['accepted'], 'name')} accepted; "
        f"{counted(facts['rows'], 'row')} {facts['judged']}"
    ]
    if facts["unsettled"]:
        lines.append(
            f"{counted(len(facts['unsettled']), 'row')} ended where a next token could still "
            "change whether the answer is right (a digit behind “Paris.”): --refresh settles it"
        )
    if facts["left"]:
        lines.append(
            f"{counted(len(facts['left']), 'row')} left as before: an example in the prompt shows "
            "the new name, so the prompt would be another; --refresh asks again"
        )
    return "\n".join(lines)


def _more(ids: Sequence[str]) -> str:
    return f" (+{len(ids) - 1} more)" if len(ids) > 1 else ""


def _string(summary: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = summary["rates"]["all_rows"]["string"]
    return found


def _count(outcome: str) -> Any:
    return lambda summary: f"{_string(summary)['counts'][outcome]:,}"


_FIGURES = {
    "accuracy": lambda summary: rate(summary["accuracy"]),
    "failures per wrong answer": lambda summary: rate_bounds(
        _string(summary)["failures_per_wrong"]
    ),
    "failures per question": lambda summary: rate_bounds(_string(summary)["failures_per_question"]),
    "conditional misfire": lambda summary: rate_bounds(_string(summary)["misfire"]),
    "knowledge gaps": _count("knowledge_gap"),
    "undetermined": _count("undetermined"),
    "alias gaps": lambda summary: rate(summary["flags"]["alias_gap"]),
}

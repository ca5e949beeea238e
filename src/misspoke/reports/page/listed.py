"""The page's table of questions, column by column, as the scripts read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis import OUTCOMES
from misspoke.diagnosis.cause_counts import row_causes
from misspoke.diagnosis.rows import FAILURE, Rows, read_rows
from misspoke.reports.figures import MASSES
from misspoke.reports.page.choosing import Places, failures_and_sample
from misspoke.reports.page.packing import coded, packed, short
from misspoke.reports.text import shortened
from misspoke.reports.verdict import CAUSE_WORDS, OUTCOME_WORDS

if TYPE_CHECKING:
    from misspoke.runs import Run

LISTED = 20_000
"""Rows that the table holds at most."""
TABLE_BYTES = 7_000_000
"""Room for the table in the file."""
_LONGEST = 500
"""Characters of a text in the table."""

FLAGS = {
    "alias_gap": "alias gap",
    "lost_midway": "lost midway",
    "near_tie": "near tie",
}
"""Flags of rows, by column; the place of each is its bit."""

_TEXTS = ("id", "question", "relation", "answer", "gold", "top_form")
_NUMBERS = ("p_mass_lower", "p_mass_upper", "p_mass_first", "p_mass_first_literal", "winner_prob")


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows that the page's table holds."""

    places: Places
    """Their places in the run, in its order: row i of the table is row `places[i]` of the run."""
    outcomes: NDArray[np.int8]
    """Of each, by the string mass at τ, as places in `OUTCOMES`."""
    columns: dict[str, Any]
    """What the scripts read."""
    packed: str
    """The same as JSON that can stand in a page."""

    @property
    def failed(self) -> NDArray[np.bool_]:
        """Which of them are commitment failures."""
        return np.equal(self.outcomes, FAILURE)


def listed(run: "Run", tau: float) -> Listed:
    """The table of a run: all rows, or where they are too many all failures and an even sample.

    Raises:
        UserError: the run is not finished, or its rows cannot be read.
    """
    rows = read_rows(run)
    judged = _judged(rows, tau)
    failed = judged["outcome"] == FAILURE
    most = LISTED
    while True:
        places = np.arange(rows.n) if rows.n <= most else failures_and_sample(failed, most)[:most]
        columns = _columns(run, judged, places)
        text = packed(columns)
        if len(text) <= TABLE_BYTES or places.size <= 1:
            return Listed(places, judged["outcome"][places], columns, text)
        most = int(0.95 * places.size * TABLE_BYTES / len(text))


def _judged(rows: Rows, tau: float) -> dict[str, NDArray[Any]]:
    """Outcomes by each kind of mass, and causes, at τ; each (n,)."""
    masses = {"outcome": rows.string, "outcome_first": rows.first, "outcome_literal": rows.literal}
    found: dict[str, NDArray[Any]] = {
        name: rows.outcomes(mass, tau) for name, mass in masses.items()
    }
    return {**found, "cause": row_causes(rows, tau)}


def _columns(run: "Run", judged: Mapping[str, NDArray[Any]], places: Places) -> dict[str, Any]:
    texts: dict[str, list[Any]] = {name: [] for name in (*_TEXTS, *_NUMBERS, *FLAGS)}
    start = 0
    for batch in run.batches(list(texts)):
        within = places[(places >= start) & (places < start + batch.height)] - start
        for name, values in batch[within].to_dict(as_series=False).items():
            texts[name] += values
        start += batch.height
    relations, relation_codes = coded(relation or "" for relation in texts["relation"])
    causes, cause_codes = coded(judged["cause"][places].tolist())
    flags = zip(*(texts[name] for name in FLAGS), strict=True)
    return {
        "n": int(judged["outcome"].size),
        "names": {
            "outcome": list(OUTCOMES),
            "cause": causes,
            "relation": relations,
            "flag": list(FLAGS),
        },
        "words": {
            "outcome": OUTCOME_WORDS,
            "cause": CAUSE_WORDS,
            "flag": FLAGS,
            "mass": MASSES,
        },
        "id": texts["id"],
        "question": _short(texts["question"]),
        "answer": _short(texts["answer"]),
        "gold": [_gold(groups) for groups in texts["gold"]],
        "top": [None if form is None else shortened(form, _LONGEST) for form in texts["top_form"]],
        "relation": relation_codes,
        "outcome": judged["outcome"][places].tolist(),
        "outcome_first": judged["outcome_first"][places].tolist(),
        "outcome_literal": judged["outcome_literal"][places].tolist(),
        "cause": cause_codes,
        "flags": [sum(1 << bit for bit, flag in enumerate(one) if flag) for one in flags],
        "lower": [short(value) for value in texts["p_mass_lower"]],
        "upper": [short(value) for value in texts["p_mass_upper"]],
        "first": [short(value) for value in texts["p_mass_first"]],
        "literal": [short(value) for value in texts["p_mass_first_literal"]],
        "winner": [short(value) for value in texts["winner_prob"]],
    }


def _gold(groups: list[list[str]]) -> list[list[str]]:
    """Right answers as groups of spellings, no more of them than a reader takes in."""
    return [_short(group[:12]) for group in groups[:12]]


def _short(texts: list[str]) -> list[str]:
    return [shortened(text, _LONGEST) for text in texts]

"""The commitment failures of a run by first tokens, held against the string mass."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.artefacts import (
    ARTEFACTS,
    ARTICLE,
    LITERAL,
    Artefact,
    artefact,
    bare,
    opener,
)
from misspoke.diagnosis.outcomes import Bools
from misspoke.diagnosis.rates import Rate, RateBounds, rate, rate_bounds
from misspoke.diagnosis.rows import FAILURE, GAP, OPEN, Rows

_TOKENS = ("first_tokens", "first_token_probs", "top_tokens", "winner_token")
_MASSES = ("p_mass_first", "p_mass_first_literal")
_ANSWERS = ("answer", "gold", "forms", "several_groups", "alias_gap", "lost_midway", "candidates")


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """The commitment failures by one first-token mass, held against the string mass."""

    failures: int
    confirmed: int
    undetermined: int
    unconfirmed: RateBounds
    classes: dict[str, Rate]
    """Those not confirmed by their one class, among the failures."""
    flags: dict[str, int]
    """The same with every class that applies: one failure may count several times."""
    several_groups: dict[str, int]
    """Of each class, questions with several right answers."""
    numbers: dict[str, int]
    """Of each class, the questions with a right answer that begins with a digit."""
    missed: int
    """Commitment failures by the string mass that this first-token mass does not count."""


@dataclass(frozen=True, slots=True)
class WithArticles:
    """What the literal rule would count besides, had S the articles of the answers as given."""

    added: int
    """Wrong rows below τ that would be failures."""
    unconfirmed: int
    """Those of them that are knowledge gaps by the string mass."""


def judge(rows: Rows, chosen: Bools, kind: str, tau: float) -> list[Artefact]:
    """Explain the rows `chosen` (n,) of a run, in their order."""
    return [
        artefact(row, kind, tau) for row in rows_at(rows, chosen, *_TOKENS, *_MASSES, *_ANSWERS)
    ]


def rows_at(rows: Rows, chosen: Bools, *columns: str) -> Iterator[dict[str, Any]]:
    """Give some columns of the rows `chosen` (n,), a row at a time."""
    import polars

    for within, batch in rows.batches(*columns):
        mask = polars.Series(chosen[within], dtype=polars.Boolean)
        yield from batch.filter(mask).iter_rows(named=True)


def held_against(rows: Rows, kind: str, tau: float) -> tuple[Bools, NDArray[np.int8]]:
    """The failures (n,) by a first-token mass, and every row's outcome by the string mass."""
    mass = rows.literal if kind == LITERAL else rows.first
    failures = rows.outcomes(mass, tau) == FAILURE
    return failures, rows.outcomes(rows.string, tau)


def unconfirmed(rows: Rows, kind: str, tau: float, seed: int) -> Unconfirmed:
    """Count the failures by a first-token mass, one of `KINDS`, by what the string says of them."""
    failures, by_string = held_against(rows, kind, tau)
    least, undetermined = failures & (by_string == GAP), failures & (by_string == OPEN)
    found = judge(rows, least, kind, tau)
    names = np.full(rows.n, "", dtype=object)
    names[least] = [one.name for one in found]
    return Unconfirmed(
        failures=int(failures.sum()),
        confirmed=int((failures & (by_string == FAILURE)).sum()),
        undetermined=int(undetermined.sum()),
        unconfirmed=rate_bounds(rows, (least, least | undetermined), (failures, failures), seed),
        classes={name: rate(rows, names == name, failures, seed) for name in ARTEFACTS},
        flags={name: sum(name in one.flags for one in found) for name in ARTEFACTS},
        several_groups=_among(names, rows.several_groups),
        numbers=_among(names, begin_with_digits(rows, least)),
        missed=int((~failures & (by_string == FAILURE)).sum()),
    )


def with_articles(rows: Rows, tau: float) -> WithArticles:
    """Count the failures that articles would add to those by the literal first tokens.

    Right forms have no articles here, but a list of aliases may: for "The Hague" S would hold
    " The". Its probability is taken from the most probable tokens.
    """
    every = rows_at(rows, np.ones(rows.n, dtype=np.bool_), "gold", "top_tokens", "first_tokens")
    more = np.array([_articles(row) for row in every], dtype=np.float64)
    literal = rows.literal.lower
    added = rows.wrong & (literal < tau) & (literal + more >= tau)
    gaps = rows.outcomes(rows.string, tau) == GAP
    return WithArticles(int(added.sum()), int((added & gaps).sum()))


def begin_with_digits(rows: Rows, among: Bools | None = None) -> Bools:
    """Whether a right form of each row (n,) begins with a digit; of no row outside `among`."""
    found = np.ones(rows.n, dtype=np.bool_) if among is None else among.copy()
    digits = [
        any(form[:1].isdigit() for form in row["forms"]) for row in rows_at(rows, found, "forms")
    ]
    found[found] = digits
    return found


def _articles(row: Mapping[str, Any]) -> float:
    """The probability of the articles, outside S, that the right answers as given begin with."""
    openings = [name.split() for names in row["gold"] for name in names]
    articles = {words[0].casefold() for words in openings if len(words) > 1}
    return sum(
        float(top["prob"])
        for top in row["top_tokens"]
        if opener(top["token"]) == ARTICLE
        and bare(top["token"]).casefold() in articles
        and top["token"] not in row["first_tokens"]
    )


def _among(names: NDArray[np.object_], chosen: Bools) -> dict[str, int]:
    return {name: int(((names == name) & chosen).sum()) for name in ARTEFACTS}

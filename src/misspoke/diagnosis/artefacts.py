"""Why a first token speaks of knowledge where the string does not: artefacts of first tokens.

A commitment failure by a first-token mass (Yeom et al. 2026, arXiv 2605.22007) is *not confirmed*
where the string mass says knowledge gap at the same τ, *confirmed* where it says commitment
failure too, and *undetermined* where its interval straddles τ. Each failure that is not confirmed
is given to one class, the first of `ARTEFACTS` that applies. S are the first tokens of right forms,
M their mass, P the string mass.

- `blank`: M less its opener tokens is below τ, and blanks and quotation marks weigh at least as
  much among them as articles: M is carried by the " " before a number, no word of the answer.
- `article`: the same, and articles (" The", " A") weigh more.
- `alias_gap`: the emitted answer, flagged as resembling a right one, shares more than half of its
  words with a right form (token F1 > 0.5) or one contains the other: it may be right. The flag also
  holds at F1 = 0.5, where two persons share a first name: that is a shared first token.
- `several_answers`: there are different right answers, and the first tokens of each of them alone
  hold less than τ: M is a sum over answers that the model need not know one of.
- `shared`: the emitted answer begins on a right form's path and leaves it (the stored flag
  `lost_midway`), or candidates that are wrong and begin with a token of S hold `NAMED` or more
  together: the token also starts other, wrong words.
- `other`: none of these. Here too at least M − P goes on to something wrong, or M would not exceed
  P; the answer search did not find to what.

The content mass holds no openers, so that its failures are never `blank` or `article`. All of it
reads stored columns, and can be judged again at any τ without the model.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misspoke.concepts import Event
from misspoke.concepts.equivalence import contains, token_f1
from misspoke.concepts.surface import closure
from misspoke.concepts.text import OPENER_ARTICLES, OPENER_BLANKS, OPENER_MARKS, strip_openers
from misspoke.diagnosis.outcomes import Bools
from misspoke.diagnosis.rates import Rate, RateBounds, rate, rate_bounds
from misspoke.diagnosis.rows import FAILURE, GAP, OPEN, Rows

BLANK = "blank"
ARTICLE = "article"
ALIAS_GAP = "alias_gap"
SEVERAL_ANSWERS = "several_answers"
SHARED = "shared"
OTHER = "other"

ARTEFACTS = (BLANK, ARTICLE, ALIAS_GAP, SEVERAL_ANSWERS, SHARED, OTHER)
"""The classes, in the order in which they are tried."""

LITERAL = "literal"
CONTENT = "first"
KINDS = (LITERAL, CONTENT)
"""First-token masses, by their names in a summary."""

NAMED = 0.01
"""The least probability of wrong candidates behind a first token that makes it a shared one."""

_TOKENS = ("first_tokens", "first_token_probs", "top_tokens", "winner_token")
_MASSES = ("p_mass_first", "p_mass_first_literal")
_ANSWERS = ("answer", "gold", "forms", "several_groups", "alias_gap", "lost_midway", "candidates")


@dataclass(frozen=True, slots=True)
class FirstTokens:
    """The parts of a first-token mass."""

    mass: float
    blank: float
    """What blanks and quotation marks hold of it."""
    article: float
    content: tuple[tuple[str, float], ...]
    """The other tokens of S at the answer step, with their probabilities."""
    behind: float
    """What lies behind openers: of a content mass, all that no token of `content` holds."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """What explains one failure that the string mass does not confirm."""

    name: str
    """One of `ARTEFACTS`."""
    flags: tuple[str, ...]
    """All classes that apply, `name` among them; `other` stands alone."""
    shared: tuple[tuple[str, float], ...]
    """Wrong candidates that begin with a first token of the right answer, most probable first."""


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


def first_tokens(row: Mapping[str, Any], kind: str) -> FirstTokens:
    """Take apart a stored row's first-token mass of a kind, one of `KINDS`."""
    found = list(zip(row["first_tokens"], row["first_token_probs"], strict=True))
    content = tuple(pair for pair in found if opener(pair[0]) is None)
    if kind == CONTENT:
        mass = float(row["p_mass_first"])
        behind = max(0.0, mass - sum(prob for _, prob in content))
        return FirstTokens(mass, 0.0, 0.0, content, behind)
    blank, article = (
        sum(prob for token, prob in found if opener(token) == name) for name in (BLANK, ARTICLE)
    )
    return FirstTokens(float(row["p_mass_first_literal"]), blank, article, content, 0.0)


def opener(token: str) -> str | None:
    """Say whether a token is only a `blank` (or mark), or an `article`; None if it is content."""
    word = _bare(token)
    if not word:
        return BLANK
    return ARTICLE if word.casefold() in OPENER_ARTICLES else None


def artefact(row: Mapping[str, Any], kind: str, tau: float) -> Artefact:
    """Explain a stored row that is a failure by a first-token mass and not by the string mass."""
    parts = first_tokens(row, kind)
    shared = _shared_with(row, parts, kind)
    applies = {
        BLANK: _opens(parts, tau) and parts.blank >= parts.article,
        ARTICLE: _opens(parts, tau) and parts.blank < parts.article,
        ALIAS_GAP: bool(row["alias_gap"]) and _may_be_right(row["answer"], row["forms"]),
        SEVERAL_ANSWERS: bool(row["several_groups"]) and _most_of_one(row["gold"], parts) < tau,
        SHARED: _left_path(row, kind) or sum(prob for _, prob in shared) >= NAMED,
    }
    flags = tuple(name for name in ARTEFACTS if applies.get(name)) or (OTHER,)
    return Artefact(flags[0], flags, shared)


def _shared_with(
    row: Mapping[str, Any], parts: FirstTokens, kind: str
) -> tuple[tuple[str, float], ...]:
    """The wrong candidates that begin with a first token of the right answer.

    A candidate's first token is taken to be the longest that it begins with, of S and of the most
    probable tokens; of a content mass, behind its openers. Behind a blank the tokens' texts are
    not stored: there, it is the digit that a right form begins with.
    """
    start = strip_openers if kind == CONTENT else str
    right = {_bare(token) for token, _ in parts.content}
    if parts.behind or parts.blank:
        right |= {form[0] for form in row["forms"] if form[0].isdigit()}
    right.discard("")
    begin = tuple(right)
    found = [one for one in row["candidates"] if start(one["answer"]).startswith(begin)]
    if not found:
        return ()
    tokens = right | {_bare(top["token"]) for top in row["top_tokens"]}
    event = Event(row["forms"])
    return tuple(
        (answer, float(candidate["prob"]))
        for candidate in found
        if _longest(start(answer := candidate["answer"]), tokens) in right
        and event.holds(answer) is None
    )


def _left_path(row: Mapping[str, Any], kind: str) -> bool:
    """Whether the answer began on a right path and left it, and not behind an article not in S."""
    return bool(row["lost_midway"]) and (kind == CONTENT or opener(row["winner_token"]) != ARTICLE)


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
        and _bare(top["token"]).casefold() in articles
        and top["token"] not in row["first_tokens"]
    )


def _opens(parts: FirstTokens, tau: float) -> bool:
    openers = parts.blank + parts.article
    return openers > 0 and parts.mass - openers < tau


def _may_be_right(answer: str, forms: Sequence[str]) -> bool:
    within = any(contains(answer, form) or contains(form, answer) for form in forms)
    return within or any(token_f1(answer, form) > 0.5 for form in forms)


def _most_of_one(gold: Sequence[Sequence[str]], parts: FirstTokens) -> float:
    """The most that the first tokens of one group of spellings may hold.

    A token counts where a form of the group begins with its text, so that this is an upper bound;
    so do, for every group, openers and what lies behind them.
    """
    loose = parts.blank + parts.article + parts.behind
    return loose + max(_of_group(group, parts.content) for group in gold)


def _of_group(spellings: Iterable[str], content: Sequence[tuple[str, float]]) -> float:
    forms = tuple(form.text for spelling in spellings for form in closure(spelling))
    return sum(
        prob for token, prob in content if any(form.startswith(_bare(token)) for form in forms)
    )


def _bare(token: str) -> str:
    """A token without the blanks and marks about it."""
    return token.strip(OPENER_BLANKS + OPENER_MARKS)


def _longest(text: str, tokens: Iterable[str]) -> str:
    return max((token for token in tokens if token and text.startswith(token)), key=len, default="")


def _among(names: NDArray[np.object_], chosen: Bools) -> dict[str, int]:
    return {name: int(((names == name) & chosen).sum()) for name in ARTEFACTS}

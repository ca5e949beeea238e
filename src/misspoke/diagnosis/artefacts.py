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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from misspoke.concepts import Event
from misspoke.concepts.equivalence import contains, token_f1
from misspoke.concepts.surface import closure
from misspoke.concepts.text import OPENER_ARTICLES, OPENER_BLANKS, OPENER_MARKS, strip_openers

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
    word = bare(token)
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
    right = {bare(token) for token, _ in parts.content}
    if parts.behind or parts.blank:
        right |= {form[0] for form in row["forms"] if form[0].isdigit()}
    right.discard("")
    begin = tuple(right)
    tokens = right | {bare(top["token"]) for top in row["top_tokens"]}
    found = [
        (answer, float(candidate["prob"]))
        for candidate in row["candidates"]
        if (text := start(answer := candidate["answer"])).startswith(begin)
        and _longest(text, tokens) in right
    ]
    if not found:
        return ()
    event = Event(row["forms"])
    return tuple(one for one in found if event.holds(one[0]) is None)


def _left_path(row: Mapping[str, Any], kind: str) -> bool:
    """Whether the answer began on a right path and left it, and not behind an article not in S."""
    return bool(row["lost_midway"]) and (kind == CONTENT or opener(row["winner_token"]) != ARTICLE)


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
        prob for token, prob in content if any(form.startswith(bare(token)) for form in forms)
    )


def bare(token: str) -> str:
    """A token without the blanks and marks about it."""
    return token.strip(OPENER_BLANKS + OPENER_MARKS)


def _longest(text: str, tokens: Iterable[str]) -> str:
    return max((token for token in tokens if token and text.startswith(token)), key=len, default="")

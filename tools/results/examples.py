"""Questions to look at: five of each artefact, and five failures that the string confirms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from judged import Judged
from lead import WORDS
from md import escaped, table, token

from misspoke.diagnosis.artefacts import ARTEFACTS, CONTENT, KINDS, LITERAL
from misspoke.diagnosis.rows import FAILURE, GAP
from misspoke.diagnosis.unconfirmed import held_against, judge, rows_at
from misspoke.reports.text import probability

EACH = 5

_COLUMNS = (
    *("id", "question", "gold", "answer", "cause", "form_masses", "emitted_mass_lower"),
    *("p_mass_lower", "p_mass_upper", "p_mass_first", "p_mass_first_literal"),
    *("first_tokens", "first_token_probs"),
)


@dataclass(frozen=True, slots=True)
class Example:
    """A row, the run it is from, and the wrong candidates that share a first token."""

    run: str
    row: Mapping[str, Any]
    shared: tuple[tuple[str, float], ...]


def examples(every: Sequence[Judged], tau: float) -> list[str]:
    """The examples of each class: by the literal tokens, or by the content token if none is."""
    lines = [
        "## Examples",
        "",
        "The failures with the greatest first-token mass, from each run in turn. The first token "
        "is the heaviest of S, ␣ a blank; *M* is the first-token mass, *P* the string mass (its "
        "bounds, where they differ by more than rounding). Questions and answers are quoted from "
        "the sets named below.",
        "",
    ]
    by_kind = {kind: [_unconfirmed(run, kind, tau) for run in every] for kind in KINDS}
    for name in ARTEFACTS:
        for kind in (LITERAL, CONTENT):
            found = [_sorted(of.get(name, []), kind) for of in by_kind[kind]]
            if any(found):
                lines += _section(name, kind, found)
                break
        else:
            lines += [f"### {WORDS[name].capitalize()}", "", "None in these runs.", ""]
    return [*lines, *_confirmed(every, tau)]


def in_turn(of: Sequence[Sequence[Example]]) -> Iterator[Example]:
    """The first of each run, the second of each run, and so on."""
    for places in zip_longest(*of):
        yield from (example for example in places if example is not None)


def _unconfirmed(run: Judged, kind: str, tau: float) -> dict[str, list[Example]]:
    failures, by_string = held_against(run.rows, kind, tau)
    chosen = failures & (by_string == GAP)
    found: dict[str, list[Example]] = {}
    rows = rows_at(run.rows, chosen, *_COLUMNS)
    for verdict, row in zip(judge(run.rows, chosen, kind, tau), rows, strict=True):
        found.setdefault(verdict.name, []).append(Example(run.name, row, verdict.shared))
    return found


def _sorted(found: list[Example], kind: str) -> list[Example]:
    return sorted(found, key=lambda one: (-_mass(one.row, kind), one.row["id"]))


def _section(name: str, kind: str, found: Sequence[Sequence[Example]]) -> list[str]:
    shown = list(in_turn(found))[:EACH]
    total = sum(len(of) for of in found)
    words = "literal first tokens" if kind == LITERAL else "first content token"
    head = [
        "run",
        "question",
        "right",
        "said",
        "first token",
        "M",
        "P",
        "wrong answers that begin so",
    ]
    rows = [
        [
            one.run,
            escaped(one.row["question"], 90),
            _names(one.row["gold"]),
            escaped(one.row["answer"]),
            _first_token(one.row),
            probability(_mass(one.row, kind)),
            _string(one.row),
            ", ".join(f"{escaped(text, 40)} {probability(p)}" for text, p in one.shared[:2]),
        ]
        for one in shown
    ]
    title = f"### {WORDS[name].capitalize()}"
    return [title, "", f"{len(shown)} of {total:,} by the {words}.", "", *table(head, rows, 8)]


def _confirmed(every: Sequence[Judged], tau: float) -> list[str]:
    found = []
    for run in every:
        failures = run.rows.outcomes(run.rows.string, tau) == FAILURE
        chosen = failures & ~run.rows.alias_gap
        of = [Example(run.name, row, ()) for row in rows_at(run.rows, chosen, *_COLUMNS)]
        found.append(sorted(of, key=lambda one: (-one.row["p_mass_lower"], one.row["id"])))
    shown = list(in_turn(found))[:EACH]
    lines = ["### Confirmed by the string mass", ""]
    if not shown:
        return [*lines, "None in these runs.", ""]
    total = sum(len(of) for of in found)
    head = ["run", "question", "right forms", "P", "said", "its mass", "cause"]
    rows = [
        [
            one.run,
            escaped(one.row["question"], 90),
            _forms(one.row),
            _string(one.row),
            escaped(one.row["answer"]),
            probability(one.row["emitted_mass_lower"]),
            (one.row["cause"] or "–").replace("_", " "),
        ]
        for one in shown
    ]
    note = f"{len(shown)} of {total:,} without an alias gap, by the string mass."
    return [*lines, note, "", *table(head, rows, 7)]


def _mass(row: Mapping[str, Any], kind: str) -> float:
    return float(row["p_mass_first_literal" if kind == LITERAL else "p_mass_first"])


def _names(gold: Sequence[Sequence[str]]) -> str:
    """The first name of up to three right answers."""
    names = "; ".join(escaped(of[0], 40) for of in gold[:3])
    return names + (f" and {len(gold) - 3} more" if len(gold) > 3 else "")


def _first_token(row: Mapping[str, Any]) -> str:
    if not row["first_tokens"]:
        return "–"
    return f"{token(row['first_tokens'][0])} {probability(row['first_token_probs'][0])}"


def _forms(row: Mapping[str, Any]) -> str:
    """The three heaviest right forms with their masses."""
    heaviest = sorted(row["form_masses"], key=lambda form: -form["lower"])[:3]
    return ", ".join(
        f"{escaped(form['form'], 40)} {probability(form['lower'])}"
        for form in heaviest
        if form["lower"] > 0
    )


def _string(row: Mapping[str, Any]) -> str:
    low, high = probability(row["p_mass_lower"]), probability(row["p_mass_upper"])
    return high if low == high or high.startswith("<") else f"{low}–{high}"

"""Why right answers lost, what first tokens over-credit, and the rates beside the headline."""

from collections.abc import Iterable, Mapping
from typing import Any

from misspoke.reports.figures import (
    MASSES,
    Line,
    flag_lines,
    rate,
    rate_bounds,
    rate_lines,
    reference_lines,
)
from misspoke.reports.page_parts import figured, note, safe, section, table
from misspoke.reports.text import percent_between
from misspoke.reports.verdict import CAUSE_WORDS

ARTEFACT_WORDS = {
    "blank": (
        "a blank before the answer",
        "the mass is carried by the “ ” before a number or a mark, no word of the answer",
    ),
    "article": ("an article", "the mass is carried by “ The” or “ A”, no word of the answer"),
    "alias_gap": ("an alias gap", "what it said may be right by a name that is missing"),
    "several_answers": (
        "several right answers",
        "each alone holds less than τ: a sum over answers that it need not know one of",
    ),
    "shared": (
        "a shared first token",
        "the same token begins other, wrong words, and the mass goes on to these",
    ),
    "other": ("something else", "the mass goes on to something wrong that no search named"),
}
_CAUSES = (
    "Minority belief: the model believed the wrong answer more. Split vote: the right meaning led, "
    "and lost to one wrong string because its spellings shared the vote. Greedy miss: a right "
    "string led, and choosing token by token walked past it. By rules alone, the right answer is "
    "its heaviest single spelling, without the aliases that wrong answers do not have either."
)
_FIRST = (
    "A commitment failure by a first token is not confirmed where the whole right answer held less "
    "than τ. Each of these is given to the first reason of the list that applies; shares are of "
    "all failures by that first token."
)


def causes_section(summary: Mapping[str, Any]) -> str:
    """Commitment failures by cause, with and without aliases."""
    causes = summary["causes"]
    rows = (
        ("", [safe(CAUSE_WORDS[name]), f"{count:,}", f"{causes['by_rules'][name]:,}"])
        for name, count in causes["curated"].items()
    )
    total = sum(causes["curated"].values())
    if not total:
        return section("Why the right answer lost", note("There are no commitment failures."))
    head = ("Cause", "Commitment failures", "By rules alone")
    return section(
        "Why the right answer lost",
        table(head, rows),
        note(_CAUSES),
        name="causes",
        words=("minority belief", "split vote", "greedy miss"),
    )


def first_tokens_section(summary: Mapping[str, Any]) -> str:
    """What the first-token masses count that the string mass does not confirm, by reason."""
    found = summary.get("unconfirmed")
    if not found or not any(found[kind]["failures"] for kind in ("literal", "first")):
        return ""
    kinds = ("literal", "first")
    head = ("Of the failures", *(f"by the {safe(MASSES[kind])}" for kind in kinds))
    total = [
        ("all", [f"{found[kind]['failures']:,}" for kind in kinds]),
        ("confirmed by the string", [f"{found[kind]['confirmed']:,}" for kind in kinds]),
        ("not confirmed", [safe(rate_bounds(found[kind]["unconfirmed"])) for kind in kinds]),
    ]
    rows = [("", [safe(name), *cells]) for name, cells in total]
    rows += [("", _artefact(name, [found[kind] for kind in kinds])) for name in ARTEFACT_WORDS]
    missed = f"{found['first']['missed']:,} by the content first token"
    text = (
        f"{_FIRST} The other way round, failures by the string that a first token does not count: "
        f"{found['literal']['missed']:,} by the literal one, {missed}."
    )
    return section(
        "What first tokens over-credit",
        table(head, rows),
        note(text),
        name="first-tokens",
        words=("P-mass", "alias gap"),
    )


def _artefact(name: str, found: Iterable[Mapping[str, Any]]) -> list[str]:
    words, meaning = ARTEFACT_WORDS[name]
    cells = (figured(rate(one["classes"][name])) for one in found)
    return [f'… {safe(words)}<br><span class="note">{safe(meaning)}</span>', *cells]


def rates_section(summary: Mapping[str, Any]) -> str:
    """The rates beside the headline, and what other ways to decode would make of the beliefs."""
    lines = [*rate_lines(summary), *flag_lines(summary)]
    return section(
        "Rates and references",
        lines_table(("Figure", "Value", "What it says"), lines),
        "<h3>Beside other ways of putting the same beliefs into words</h3>",
        lines_table(("Reference", "Value", "What it says"), reference_lines(summary)),
        _sampling(summary),
        name="rates",
        words=(
            "conditional misfire",
            "failure to commit proper",
            "lost midway",
            "alias gap",
            "concept argmax",
        ),
    )


def _sampling(summary: Mapping[str, Any]) -> str:
    """Sampling by temperature: what it would get right, and what it would miss of the known."""
    found = summary["references"]["sampling"]
    head = ("Sampling at", "judged by the", "expected accuracy", "wrong, of the known", "known")
    rows = (
        (
            "",
            [
                f"T = {one['temperature']:g}",
                safe(MASSES[one["mass"]]),
                _pair(one["expected_accuracy"]),
                _pair(one["expected_misfire"]),
                f"{one['n_known']:,}",
            ],
        )
        for one in found
    )
    text = (
        "By the first token an answer counts as right as soon as it can begin a right form: "
        "an optimistic figure. Only at temperature 1 is the whole string's known."
    )
    return f"{table(head, rows)}{note(text)}" if found else ""


def lines_table(head: tuple[str, ...], lines: Iterable[Line]) -> str:
    """Named figures, with what they mean."""
    rows = (("", [safe(line.name), figured(line.value), safe(line.note)]) for line in lines)
    return table(head, rows)


def _pair(bounds: Any) -> str:
    return "–" if bounds is None else safe(percent_between(*bounds))

"""What a page begins with: the verdict, what became of the questions, and the map."""

from collections.abc import Mapping
from typing import Any

from misspoke.diagnosis import OUTCOMES
from misspoke.diagnosis.advice import Advice
from misspoke.reports.charts import MapPoint, map_chart
from misspoke.reports.figures import (
    MASSES,
    WRONG_OUTCOMES,
    advice,
    outcome_cell,
    reading,
    share_spread,
)
from misspoke.reports.outcome_bar import outcome_bar
from misspoke.reports.page.choosing import failures_and_sample
from misspoke.reports.page.listed import Listed
from misspoke.reports.page_parts import (
    beside,
    command,
    figure,
    folded,
    note,
    safe,
    section,
    table,
)
from misspoke.reports.text import counted, percent_between

MAPPED = 4_000
"""Points that the map holds at most."""

RULE_WORDS = {
    "commitment": "Does it say what it believes?",
    "retrieval": "It did not know",
    "decoding": "Another way to decode",
    "detection": "Catching it",
    "labels": "The right answers",
    "prompting": "The prompt",
    "caution": "With caution",
}


def verdict_section(summary: Mapping[str, Any], manifest: Mapping[str, Any], folder: str) -> str:
    """What the run in a folder means, and what to try next; nothing where no rule has anything."""
    told = advice(summary, manifest, folder)
    if not told:
        return ""
    items = "\n".join(f"<li>{_advice(one)}</li>" for one in told)
    return section("What it means", f'<ol class="advice">\n{items}\n</ol>', name="verdict")


def _advice(one: Advice) -> str:
    evidence = "".join(f"<li>{safe(sentence)}</li>" for sentence in one.evidence)
    listed = f'<ul class="note">{evidence}</ul>{note(f"Source: {one.source}")}'
    return (
        f'<p class="kicker">{safe(RULE_WORDS.get(one.rule, one.rule))}</p>\n'
        f'<p class="verdict">{safe(one.verdict)}</p>\n'
        f"{folded('The evidence', listed, printed=True)}"
        f"{command(one.command) if one.command else ''}"
    )


def overview_section(summary: Mapping[str, Any]) -> str:
    """The run in a sentence, accuracy, the headline rates, and all questions by outcome."""
    return section(
        f"What became of {counted(summary['n'], 'question')}",
        _headlines(summary),
        outcome_bar(summary),
        f'<p class="reading">{safe(reading(summary))}</p>',
        name="overview",
        words=("P-mass", "τ", "commitment failure", "knowledge gap", "conditional misfire"),
    )


def masses_section(summary: Mapping[str, Any]) -> str:
    """The outcomes of wrong answers by each kind of mass; nothing where none is wrong."""
    headline = summary["rates"]["all_rows"]
    if not headline["wrong"]:
        return ""
    note_text = (
        "Counts, shares of the wrong answers, and 95% intervals. The string mass is the probability"
        " of the right answer in full; the first-token masses only ask how it begins."
    )
    rows = (
        (
            "",
            [safe(words), *(safe(outcome_cell(headline, m, outcome_name)) for m in MASSES)],
        )
        for outcome_name, words in WRONG_OUTCOMES.items()
    )
    head = ["Outcome", *(f"by the {safe(name)}" for name in MASSES.values())]
    return section(
        f"The {counted(headline['wrong'], 'wrong answer')}, by each kind of mass",
        table(head, rows),
        note(note_text),
        name="masses",
        words=("P-mass", "commitment failure", "knowledge gap"),
    )


def _headlines(summary: Mapping[str, Any]) -> str:
    """The figures that count most, large."""
    headline = summary["rates"]["all_rows"]
    accuracy = {"lower": summary["accuracy"], "upper": summary["accuracy"]}
    items = (
        ("Accuracy", accuracy, "questions answered right"),
        (
            "Commitment failures",
            headline["string"]["failures_per_wrong"],
            "wrong answers whose right one was known",
        ),
        (
            "Conditional misfire",
            headline["string"]["misfire"],
            "known questions that were not answered right",
        ),
    )
    cells = "".join(
        f"<div><dt>{safe(name)}</dt><dd>{safe(_share(bounds))}</dd>"
        f'<dd class="note">{safe(_counts(bounds))} {safe(words)}</dd></div>'
        for name, bounds, words in items
    )
    return f'<dl class="big">{cells}</dl>{_abstained(summary)}'


def _share(bounds: Mapping[str, Any]) -> str:
    lower, upper = bounds["lower"]["value"], bounds["upper"]["value"]
    return "–" if lower is None or upper is None else percent_between(lower, upper)


def _counts(bounds: Mapping[str, Any]) -> str:
    """Counts and the 95% interval: of the lower rate to of the upper one."""
    lower, upper = bounds["lower"], bounds["upper"]
    count = f"{lower['numerator']:,} of {lower['denominator']:,}"
    if upper != lower:
        count += f" to {upper['numerator']:,} of {upper['denominator']:,}"
    if lower["interval"] is None or upper["interval"] is None:
        return count
    spread = (lower["interval"][0], upper["interval"][1])
    value = lower["value"] if lower["value"] == upper["value"] else None
    return f"{count} {share_spread(value, spread)}".rstrip()


def _abstained(summary: Mapping[str, Any]) -> str:
    abstained = summary["abstained"]
    if not abstained["count"]:
        return ""
    return note(
        f"It abstained from {counted(abstained['count'], 'answer')}, {abstained['knowing']:,} of "
        "them with the right answer in mind."
    )


def map_section(table_rows: Listed, tau: float) -> str:
    """Every question as a point that opens it."""
    chosen = failures_and_sample(table_rows.failed, MAPPED)[:MAPPED]
    columns = table_rows.columns
    points = [
        MapPoint(row, columns["lower"][row], columns["winner"][row], OUTCOMES[code])
        for row, code in zip(chosen.tolist(), table_rows.outcomes[chosen].tolist(), strict=True)
    ]
    chart = map_chart(points, tau)
    if chart is None:
        return ""
    drawn = "Every question is a point."
    if chosen.size < columns["n"]:
        failures = int(table_rows.failed[chosen].sum())
        drawn = (
            f"Drawn are {counted(failures, 'commitment failure')} and an even sample of the other "
            f"questions: {chosen.size:,} of {columns['n']:,} in all."
        )
    text = (
        f"{drawn} Wrong answers right of the line at τ are commitment failures. Below the diagonal "
        "the right answer, all its spellings together, held more than the winning token alone. "
        "Masses stand at their lower bounds."
    )
    return section(
        "What it believed, and how sure it was",
        beside(
            figure(chart, name="map"),
            note(text),
            '<p class="note live-only">Click on a point to open its question; the filters below '
            "fade what they leave out.</p>",
        ),
        name="beliefs",
        words=("P-mass", "τ", "commitment failure"),
    )

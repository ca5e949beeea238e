"""`report.html`: a run on one page that needs nothing from elsewhere, and no scripts."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from misspoke.records.observation import Observation
from misspoke.reports.detectors_html import detectors_section
from misspoke.reports.figures import (
    MASSES,
    WRONG_OUTCOMES,
    Line,
    cause_lines,
    cost_text,
    flag_lines,
    outcome_cell,
    rate,
    rate_lines,
    reading,
    reference_lines,
    run_title,
    setting,
)
from misspoke.reports.listing import listing, settings
from misspoke.reports.outcome_bar import outcome_bar
from misspoke.reports.page_parts import (
    document,
    folded,
    foreign,
    safe,
    section,
    table,
    vote_picture,
)
from misspoke.reports.scatter import scatter
from misspoke.reports.telling import most_telling
from misspoke.reports.text import counted
from misspoke.reports.threshold_chart import failure_chart, misfire_chart, threshold_table
from misspoke.reports.verdict import verdict
from misspoke.runs import Run, write_atomically

REPORT = "report.html"
TELLING = 10
"""Commitment failures that are drawn."""


def write_report(run: Run, summary: Mapping[str, Any]) -> Path:
    """Write `report.html` into the run's folder: the whole page, or nothing.

    `summary` is what `Summary.to_dict()` gives, and what summary.json holds; its τ is the page's.

    Raises:
        UserError: the run is not finished, or its rows cannot be read.
        OSError: the page cannot be written; an older one is untouched.
    """
    path = run.folder / REPORT
    write_atomically(path, _page(run, summary))
    return path


def _page(run: Run, summary: Mapping[str, Any]) -> str:
    main = f"""<p class="reading"><strong>{safe(reading(summary))}</strong></p>
<p>{_accuracy(summary)}</p>
{outcome_bar(summary)}
{_outcomes(summary)}
{_map(run, summary)}
{_thresholds(summary)}
{_telling(run, summary["tau"])}
{_causes(summary)}
{_figures(summary)}
{detectors_section(summary)}
{section("Cost", f"<p>{safe(cost_text(summary, run.manifest))}</p>")}
{listing(run, summary["n"], summary["tau"])}"""
    facts = _facts(run.manifest, summary)
    return document(run_title(run.manifest), facts, main, settings(run.manifest))


def _facts(manifest: Mapping[str, Any], summary: Mapping[str, Any]) -> str:
    facts = [counted(summary["n"], "question"), f"τ = {summary['tau']:g}"]
    for name in ("style", "shots", "dtype"):
        if value := setting(manifest, name):
            facts.append(f"{name} {value}")
    facts.append(str(manifest.get("created", "")))
    return " · ".join(fact for fact in facts if fact)


def _accuracy(summary: Mapping[str, Any]) -> str:
    abstained = summary["abstained"]
    text = f"Accuracy {rate(summary['accuracy'])}."
    if abstained["count"]:
        knowing = f"{abstained['knowing']:,} of them with the right answer in mind"
        text += f" It abstained from {counted(abstained['count'], 'answer')}, {knowing}."
    return safe(text)


def _outcomes(summary: Mapping[str, Any]) -> str:
    headline = summary["rates"]["all_rows"]
    rows = (
        (
            outcome_name,
            [safe(words), *(safe(outcome_cell(headline, m, outcome_name)) for m in MASSES)],
        )
        for outcome_name, words in WRONG_OUTCOMES.items()
    )
    head = ["Outcome", *(f"by the {safe(name)}" for name in MASSES.values())]
    note = (
        "Counts, shares of the wrong answers, and 95% intervals. The string mass is the probability"
        " of the right answer in full; the first-token masses only ask how it begins."
    )
    title = f"What became of {counted(headline['wrong'], 'wrong answer')}"
    return section(title, table(head, rows), f'<p class="note">{safe(note)}</p>')


def _causes(summary: Mapping[str, Any]) -> str:
    note = (
        "Minority belief: the model believed the wrong answer more. Split vote: the right meaning "
        "led, and lost to one wrong string because its spellings shared the vote. Greedy miss: a "
        "right string led, and choosing token by token walked past it."
    )
    return section(
        "Why the right answer lost",
        _lines(("Cause", "Failures", "Beside it"), cause_lines(summary)),
        f'<p class="note">{safe(note)}</p>',
    )


def _figures(summary: Mapping[str, Any]) -> str:
    lines = [*rate_lines(summary), *flag_lines(summary), *reference_lines(summary)]
    return section("Rates and references", _lines(("Figure", "Value", "What it says"), lines))


def _lines(head: tuple[str, ...], lines: Iterable[Line]) -> str:
    rows = (("", [safe(line.name), safe(line.value), safe(line.note)]) for line in lines)
    return table(head, rows)


def _thresholds(summary: Mapping[str, Any]) -> str:
    note = (
        "Where the line is drawn decides what counts as known. First, how many wrong answers were "
        "known. Then, how many known questions went wrong, beside what two other ways of putting "
        "the same beliefs into words would get wrong: sampling at temperature 1, and always "
        "emitting the meaning that holds most."
    )
    return section(
        "By threshold",
        f'<p class="note">{safe(note)}</p>',
        f'<div class="pair">{failure_chart(summary)}\n{misfire_chart(summary)}</div>',
        folded("The figures as a table", threshold_table(summary), printed=True),
    )


def _map(run: Run, summary: Mapping[str, Any]) -> str:
    chart, drawn = scatter(run, summary["tau"])
    if not chart:
        return ""
    note = (
        "Wrong answers right of the line at τ are commitment failures. Below the diagonal the "
        "right answer, all its spellings together, held more than the winning token alone. Masses "
        "stand at their lower bounds. Hover over a point to see its question."
    )
    return section(
        "What it believed, and how sure it was",
        f'<p class="note">{safe(f"{drawn} {note}")}</p>',
        f"<figure>{chart}</figure>",
    )


def _telling(run: Run, tau: float) -> str:
    places = most_telling(run, (), tau, TELLING)
    rows = run.observations_at(places["place"].to_list() if len(places) else ())
    articles = [_failure(row, tau, place) for place, row in enumerate(rows)]
    title = "The most telling commitment failures"
    return section(title, *(articles or ["<p>There are none.</p>"]))


def _failure(row: Observation, tau: float, place: int) -> str:
    remark = ""
    if row.alias_gap:
        remark = '<p class="note">The answer resembles a right one: check it by hand.</p>'
    return (
        f"<article>\n<h3>{foreign(row.question)}</h3>\n{vote_picture(row, place)}\n"
        f"<p>{safe(verdict(row, tau))}</p>{remark}\n</article>"
    )

"""`report.html`: a run on one page that needs nothing from elsewhere, and no scripts."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from misspoke.diagnosis import outcome
from misspoke.records import Interval
from misspoke.records.observation import Observation
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
    setting,
)
from misspoke.reports.page_parts import foreign, safe, section, table, vote_picture
from misspoke.reports.page_style import STYLE
from misspoke.reports.telling import most_telling, shown_columns
from misspoke.reports.text import counted, interval, percent_between, probability, shortened
from misspoke.reports.verdict import CAUSE_WORDS, OUTCOME_WORDS, verdict
from misspoke.runs import Run, write_atomically

if TYPE_CHECKING:
    import polars

REPORT = "report.html"
TELLING = 10
"""Commitment failures that are drawn."""
LISTED = 2_000
"""Rows that are listed."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_FAILURES_FIRST = (
    "commitment_failure",
    "undetermined",
    "knowledge_gap",
    "abstained",
    "correct",
)
_LONGEST = 600
"""Characters of a text that are shown in a cell."""


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
    rows = shown_columns(run)
    title = _title(run.manifest)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{safe(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{safe(title)}</h1>
<p class="facts">{_facts(run.manifest, summary)}</p>
</header>
<main>
<p class="reading"><strong>{safe(reading(summary))}</strong></p>
<p>{_accuracy(summary)}</p>
{_outcomes(summary)}
{_causes(summary)}
{_figures(summary)}
{_thresholds(summary)}
{_telling(run, rows, summary["tau"])}
{section("Cost", f"<p>{safe(cost_text(summary, run.manifest))}</p>")}
{_listing(rows, summary["tau"])}
</main>
<footer>
{_settings(run.manifest)}
</footer>
</body>
</html>
"""


def _title(manifest: Mapping[str, Any]) -> str:
    names = [setting(manifest, name) for name in ("model", "questions")]
    return " on ".join(name for name in names if name) or "misspoke report"


def _facts(manifest: Mapping[str, Any], summary: Mapping[str, Any]) -> str:
    facts = [counted(summary["n"], "question"), f"τ = {summary['tau']:g}"]
    for name in ("style", "shots", "dtype"):
        if value := setting(manifest, name):
            facts.append(f"{name} {value}")
    facts.append(str(manifest.get("created", "")))
    return safe(" · ".join(fact for fact in facts if fact))


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
    """Commitment failures per wrong answer at every threshold."""
    points = zip(*(summary["sweep"][mass] for mass in MASSES), strict=True)
    rows = (("", [f"{row[0]['tau']:g}", *(_share(point) for point in row)]) for row in points)
    head = ["τ", *(f"by the {safe(name)}" for name in MASSES.values())]
    note = "Commitment failures per wrong answer, where knowing means a mass of at least τ."
    return section("By threshold", table(head, rows), f'<p class="note">{safe(note)}</p>')


def _share(point: Mapping[str, Any]) -> str:
    low, high = point["failures_per_wrong_lower"], point["failures_per_wrong_upper"]
    if low is None:
        return "–"
    count = point["counts"]["commitment_failure"]
    return safe(f"{percent_between(low, high)} ({count:,})")


def _telling(run: Run, rows: "polars.DataFrame", tau: float) -> str:
    ids = most_telling(rows, tau, TELLING)["id"].to_list()
    found = _observations(run, ids)
    articles = [_failure(found[row_id], tau, place) for place, row_id in enumerate(ids)]
    title = "The most telling commitment failures"
    return section(title, *(articles or ["<p>There are none.</p>"]))


def _observations(run: Run, ids: list[str]) -> dict[str, Observation]:
    """The rows of a few ids, without holding the others."""
    found: dict[str, Observation] = {}
    rows: Iterator[Observation] = iter(run.observations() if ids else ())
    while len(found) < len(ids):
        row = next(rows)
        if row.id in ids:
            found[row.id] = row
    return found


def _failure(row: Observation, tau: float, place: int) -> str:
    remark = ""
    if row.alias_gap:
        remark = '<p class="note">The answer resembles a right one: check it by hand.</p>'
    return (
        f"<article>\n<h3>{foreign(row.question)}</h3>\n{vote_picture(row, place)}\n"
        f"<p>{safe(verdict(row, tau))}</p>{remark}\n</article>"
    )


def _listing(rows: "polars.DataFrame", tau: float) -> str:
    shown = _sorted(rows, tau).head(LISTED)
    cells = (_listed(row) for row in shown.iter_rows(named=True))
    head = ("Question", "Answer", "Outcome", "Cause", "P-mass", "Winner")
    title = "All questions"
    if len(rows) > LISTED:
        title = f"{LISTED:,} of {len(rows):,} questions, failures first"
    note = (
        "P-mass: the probability of the right answer. Winner: that of the likeliest first token. "
        "Causes are those stored with the rows, at τ = 0.2."
    )
    return section(title, f'<p class="note">{safe(note)}</p>', table(head, cells))


def _sorted(rows: "polars.DataFrame", tau: float) -> "polars.DataFrame":
    """The rows with their outcomes at τ; failures first, of high mass before low."""
    import polars as pl

    fields = rows.select("correct", "abstained", "p_mass_lower", "p_mass_upper").iter_rows()
    outcomes = [
        outcome(correct, abstained, Interval(low, high), tau)
        for correct, abstained, low, high in fields
    ]
    judged = rows.with_columns(outcome=pl.Series(outcomes, dtype=pl.Enum(_FAILURES_FIRST)))
    return judged.sort("outcome", "p_mass_lower", "id", descending=[False, True, False])


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


def _settings(manifest: Mapping[str, Any]) -> str:
    rows = (
        ("", [safe(shortened(name, _LONGEST)), foreign(shortened(value, _LONGEST))])
        for part in ("settings", "facts")
        for name, value in _flat(manifest.get(part, {}))
    )
    return section("Settings and versions", table(("Name", "Value"), rows))


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The values of nested mappings, under dotted names."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + str(name), str(value)

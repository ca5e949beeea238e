"""`report.html` of a run of decoders: one page that needs nothing from elsewhere, no scripts."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from misspoke.diagnosis import Verdicts
from misspoke.diagnosis.decoders import DecoderVerdict, RelationNet
from misspoke.records.trial import Trial
from misspoke.reports.charts import pareto_chart
from misspoke.reports.decoder_figures import (
    ALPHA,
    CLAIM_NOTE,
    HEAD,
    KIND_WORDS,
    Change,
    Changes,
    changes,
    decoder_cells,
    headroom_lines,
    kinds,
    merge_lines,
    merge_note,
    reading,
    recovery,
    recovery_text,
    remarks,
    signed,
)
from misspoke.reports.figures import conditions, made_on, run_title
from misspoke.reports.html import REPORT
from misspoke.reports.page.settings import settings
from misspoke.reports.page_parts import (
    beside,
    document,
    figure,
    folded,
    foreign,
    safe,
    section,
    table,
)
from misspoke.reports.text import counted, shortened, visible
from misspoke.runs import load_trials, write_atomically

LISTED = 50
"""Answers of a decoder that are listed: recovered ones, and damaged ones."""
_NAV = (
    ("decoders", "Decoders"),
    ("kinds", "By error"),
    ("headroom", "Headroom"),
    ("merges", "Meaning"),
    ("relations", "Relations"),
    ("changes", "Answers"),
    ("settings", "Settings"),
)
_LONGEST = 400
"""Characters of a text that are shown in a cell."""


def write_decoders_report(run_folder: Path, verdicts: Verdicts, trials: Iterable[Trial]) -> Path:
    """Write `report.html` into the folder of a run of decoders: the whole page, or nothing.

    `verdicts` are what `judge` gives of the `trials`, which are read once more for examples.

    Raises:
        UserError: the folder is no run of decoders, or the rows cannot be read.
        OSError: the page cannot be written; an older one is untouched.
    """
    manifest = load_trials(run_folder).manifest
    path = run_folder / REPORT
    write_atomically(path, _page(manifest, verdicts, changes(trials, LISTED)))
    return path


def _page(manifest: Mapping[str, Any], verdicts: Verdicts, changed: Mapping[str, Changes]) -> str:
    parts = (
        beside(
            figure(pareto_chart(verdicts), "What each decoder gets right, and what it costs"),
            f'<p class="reading">{safe(reading(verdicts))}</p>',
        ),
        _main(verdicts),
        _kinds(verdicts),
        _headroom(verdicts),
        _merges(verdicts),
        _relations(verdicts),
        _changes(verdicts, changed),
    )
    title = f"Decoders: {run_title(manifest)}"
    body = "\n".join(part for part in parts if part)
    footer = settings(manifest)
    nav = [(name, words) for name, words in _NAV if f'<section id="{name}"' in body + footer]
    return document(title, _facts(manifest, verdicts), body, footer, nav=nav)


def _facts(manifest: Mapping[str, Any], verdicts: Verdicts) -> str:
    facts = [counted(verdicts.n, "question"), counted(len(verdicts.decoders), "decoder")]
    if verdicts.primed:
        facts.append(f"{verdicts.primed:,} left out: their prompts hold a right answer")
    facts += conditions(manifest)
    facts.append(made_on(manifest))
    return " · ".join(fact for fact in facts if fact)


def _main(verdicts: Verdicts) -> str:
    note = (
        "Recovered: greedy does not get it right, the decoder does. Damaged: the other way round. "
        "Net: their difference in points of accuracy. p: McNemar's exact test on the two, "
        f"corrected by Holm for the decoders beside greedy; under {ALPHA:g} it is called "
        "significant. In brackets are 95% bootstrap intervals, over relations where there are "
        "several. Tokens are means of a question; what all prompts share is not counted."
    )
    rows = (("", [_number(cell) for cell in decoder_cells(v)]) for v in verdicts.decoders)
    lines = ((v.decoder, remarks(v)) for v in verdicts.decoders[1:])
    beside = "".join(f"<li>{safe(name)}: {safe(text)}</li>" for name, text in lines)
    return section(
        "What each decoder gains, and what it costs",
        table(HEAD, rows),
        f'<p class="note">{safe(note)}</p>',
        f'<ul class="note">{beside}</ul>' if beside else "",
        name="decoders",
    )


def _kinds(verdicts: Verdicts) -> str:
    found = kinds(verdicts)
    others = verdicts.decoders[1:]
    if not found or not others:
        return ""
    note = (
        f"{CLAIM_NOTE} In brackets are 95% intervals by Wilson's score. Split votes are what "
        "pooling by meaning is for; a minority belief it cannot mend."
    )
    head = ("Greedy's error", *(safe(v.decoder) for v in others))
    rows = (
        ("", [safe(KIND_WORDS[kind]), *(_number(recovery_text(recovery(v, kind))) for v in others)])
        for kind in found
    )
    title = "Recovered, by the kind of greedy's error"
    return section(title, table(head, rows), f'<p class="note">{safe(note)}</p>', name="kinds")


def _headroom(verdicts: Verdicts) -> str:
    note = "With gold in hand, and of the questions that greedy does not get right."
    rows = (
        ("", [safe(line.name), _number(line.value), safe(line.note)])
        for line in headroom_lines(verdicts)
    )
    shown = table(("What a decoder could find", "Share", "What it says"), rows)
    return section("Headroom", shown, f'<p class="note">{safe(note)}</p>', name="headroom")


def _merges(verdicts: Verdicts) -> str:
    note = (
        "The same candidates, chosen from in three ways, against greedy. Random merges join as "
        f"many classes of each question as pooling by meaning does. {merge_note(verdicts)}"
    )
    rows = (
        ("", [safe(name), *(_number(cell) for cell in cells)])
        for name, *cells in merge_lines(verdicts)
    )
    shown = table(("Chosen is", "Recovered", "Damaged", "Net"), rows)
    return section("Is it the meaning?", shown, f'<p class="note">{safe(note)}</p>', name="merges")


def _relations(verdicts: Verdicts) -> str:
    others = verdicts.decoders[1:]
    if not others or all(one.relation is None for one in others[0].by_relation):
        return ""
    note = "Net answers gained, and in brackets the recovered and the damaged ones."
    head = ("Relation", "Questions", *(safe(v.decoder) for v in others))
    rows = (
        ("", [_relation(lines[0]), _number(f"{lines[0].n:,}"), *(_net(line) for line in lines)])
        for lines in zip(*(v.by_relation for v in others), strict=True)
    )
    shown = folded("Show the relations", table(head, rows), printed=True)
    return section("By relation", f'<p class="note">{safe(note)}</p>', shown, name="relations")


def _relation(line: RelationNet) -> str:
    if line.relation is None:
        return safe("none")
    return foreign(shortened(line.relation, _LONGEST)).replace("_", "_<wbr>")


def _net(line: RelationNet) -> str:
    net = signed(line.net).removesuffix(".0")
    return _number(f"{net} ({line.recovered:,}, {line.damaged:,})")


def _changes(verdicts: Verdicts, changed: Mapping[str, Changes]) -> str:
    parts = [
        folded(
            f"{visible(v.decoder)}: {v.recovered:,} recovered, {v.damaged:,} damaged",
            _changed("Recovered", v.recovered, changed[v.decoder].recovered)
            + _changed("Damaged", v.damaged, changed[v.decoder].damaged),
        )
        for v in verdicts.decoders[1:]
        if v.decoder in changed and _any(v)
    ]
    if not parts:
        return ""
    return section("Answers that changed", *parts, name="changes")


def _any(verdict: DecoderVerdict) -> bool:
    return verdict.recovered > 0 or verdict.damaged > 0


def _changed(title: str, count: int, shown: list[Change]) -> str:
    if not shown:
        return ""
    title = title if count == len(shown) else f"{title}: the first {len(shown)} of {count:,}"
    rows = (
        ("", [_cell(text) for text in (one.question, one.greedy, one.answer, one.gold)])
        for one in shown
    )
    head = ("Question", "Greedy", "This decoder", "Right")
    return f"<h3>{safe(title)}</h3>\n{table(head, rows)}\n"


def _cell(text: str) -> str:
    return foreign(shortened(text, _LONGEST))


def _number(text: str) -> str:
    """A figure that stays on one line, its interval below it if there is no room."""
    figure, bracket, rest = text.partition(" [")
    shown = f'<span class="number">{safe(figure)}</span>'
    return f'{shown} <span class="number">[{safe(rest)}</span>' if bracket else shown

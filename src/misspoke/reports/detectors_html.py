"""What a run's page says of detectors of wrong answers."""

from collections.abc import Mapping
from typing import Any

from misspoke.diagnosis.judged import LEAST
from misspoke.reports.charts import ceiling_chart, layer_chart, risk_chart
from misspoke.reports.detector_figures import (
    KINDS,
    PLURALS,
    against,
    cost,
    explains,
    is_oracle,
    label,
    missing_lines,
    number,
    reading,
    recall,
    rows,
)
from misspoke.reports.detector_tables import layer_table, risk_table
from misspoke.reports.page_parts import (
    beside,
    figure,
    figured,
    folded,
    note,
    safe,
    section,
    table,
)
from misspoke.reports.text import percent

TITLE = "What can be caught without the answer?"

_HEAD = (
    "Detector",
    "Tokens beyond greedy",
    "AUROC",
    "AUROC, less that of sequence log-probability",
    "PRR",
    "AUGRC",
    "Wrong answers found",
    "ECE",
    "Brier",
)

_WHAT = (
    "A detector doubts each greedy answer without knowing the right one; the oracles below the "
    "line know it, and the second is high for any model. A commitment failure is a wrong answer "
    "whose right one held much, so that a part of what hides it is definition. AUROC: how often a "
    "wrong answer is doubted more than a right one. PRR (1 is best, 0 is chance) and AUGRC (less "
    "is better): how fast wrong answers leave when the doubtful ones are refused. Found: the share "
    "of the wrong answers that are flagged where 5% of the right ones are. ECE and Brier (0 is "
    "best): of the probabilities of being wrong that the doubts give, fitted on other relations. "
    "In brackets are 95% bootstrap intervals, over relations where there are several; differences "
    "are of the same answers and resamples. Abstained answers are left out."
)
_WITHIN = (
    "A detector that follows the model's confidence finds wrong answers among the unsure. Within a "
    "bin of confidence, the probability of the most probable token where the answer begins, that "
    "help is gone: here 5% of the right answers of the same bin are flagged. The heads tell how "
    "many answers of the kind a bin has, and how many right ones."
)


def detectors_section(summary: Mapping[str, Any]) -> str:
    """The section on detectors; an empty string for a summary without them."""
    found = summary.get("detectors")
    if found is None:
        return ""
    told = f'<p class="reading">{safe(reading(found))}</p>'
    if not found["n_wrong"] or not found["n_correct"]:
        return section(TITLE, told, name="detectors")
    return section(
        TITLE,
        told,
        _main(found),
        _missing(found),
        _explained(found),
        f'<p class="note">{safe(_WHAT)}</p>',
        _kinds(found),
        beside(
            figure(ceiling_chart(summary), "Wrong answers found, by kind, at 5% false alarms"),
            _kinds_note(),
        ),
        _ceiling(found),
        f'<div class="pair">{_risk(summary)}{_layers(summary)}</div>',
        name="detectors",
    )


def _risk(summary: Mapping[str, Any]) -> str:
    chart = risk_chart(summary)
    if chart is None:
        return ""
    shown = figure(chart, "Wrong answers among those accepted, the least doubtful first")
    figures = risk_table(summary["detectors"])
    return f"<div>{shown}{folded('The curves as a table', figures, printed=True)}</div>"


def _layers(summary: Mapping[str, Any]) -> str:
    chart = layer_chart(summary)
    if chart is None:
        return ""
    figures = layer_table(summary["detectors"]["probe"])
    shown = figure(chart, "A linear probe by layer")
    return f"<div>{shown}{folded('The layers as a table', figures, printed=True)}</div>"


def _main(found: Mapping[str, Any]) -> str:
    return table([safe(head) for head in _HEAD], (_detector(one) for one in rows(found)))


def _detector(one: Mapping[str, Any]) -> tuple[str, list[str]]:
    brier = one["brier"]
    cells = (
        cost(one),
        number(one["auroc"], one["auroc_interval"]),
        against(one),
        number(one["prr"]),
        number(one["augrc"]),
        recall(one["recall"]),
        number(one["ece"]),
        number(None if brier is None else brier["score"]),
    )
    return _kind(one["name"]), [_name(one["name"]), *map(_figure, cells)]


def _explained(found: Mapping[str, Any]) -> str:
    """What each detector is."""
    items = "".join(
        f"<dt>{safe(label(one['name']))}</dt><dd>{safe(explains(one['name']))}</dd>"
        for one in rows(found)
    )
    return folded("What each detector is", f'<dl class="note">{items}</dl>', printed=True)


def _missing(found: Mapping[str, Any]) -> str:
    lines = missing_lines(found)
    items = "".join(f"<li>{safe(line)}</li>" for line in lines)
    return f'<ul class="note">{items}</ul>' if lines else ""


def _kinds(found: Mapping[str, Any]) -> str:
    counts = found["kinds"]
    head = ("Detector", *(_head(words, counts[kind]) for kind, words in KINDS.items()))
    body = (
        (
            _kind(one["name"]),
            [
                _name(one["name"]),
                *(_figure(recall(one["kinds"][kind], counts[kind])) for kind in KINDS),
            ],
        )
        for one in rows(found)
    )
    return f'<h3 class="apart">Which wrong answers are found</h3>\n{table(head, body)}'


def _kinds_note() -> str:
    return note(
        "Shares of each kind of wrong answer that are flagged where 5% of the right answers are. "
        f"There is no share of fewer than {LEAST}, or against fewer than {LEAST} right answers. "
        "The causes are those of commitment failures."
    )


def _head(words: str, n: int) -> str:
    return f'{safe(words)} <span class="number ends">(n = {n:,})</span>'


def _ceiling(found: Mapping[str, Any]) -> str:
    parts = (_ceiling_table(found["ceiling"], kind, words) for kind, words in PLURALS.items())
    note = f'<p class="note">{safe(_WITHIN)}</p>'
    return folded("Found at the same confidence", "\n".join((note, *parts)), printed=True)


def _ceiling_table(ceiling: Mapping[str, Any], kind: str, words: str) -> str:
    lines = [row for row in ceiling["rows"] if row["kind"] == kind]
    cells = [(row["overall"], *row["bins"]) for row in lines]
    counts = [max(cell["n"] for cell in column) for column in zip(*cells, strict=True)]
    bins = zip(ceiling["bins"], counts[1:], strict=False)
    head = ["Detector", *(_head("overall", n) for n in counts[:1]), *(_bin(*one) for one in bins)]
    body = [
        (
            _kind(row["detector"]),
            [_name(row["detector"]), *map(_figure, map(recall, parts, counts))],
        )
        for row, parts in zip(lines, cells, strict=True)
    ]
    shown = table(head, _joined(body), safe(f"Found of the {words}"))
    return f'<div class="within">{shown}</div>'


def _joined(body: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """One row for all where they do not differ, as where there are too few answers for a figure."""
    alike = {tuple(cells) for _, (_, *cells) in body}
    if len(body) > 1 and len(alike) == 1:
        return [("", [safe("every detector and oracle"), *alike.pop()])]
    return body


def _bin(one: Mapping[str, Any], n: int) -> str:
    ends = f"{100 * one['low']:.0f}–{percent(one['high'])} sure"
    counts = f"n = {n:,}; {one['n_correct']:,} right"
    return f'{safe(ends)} <span class="number ends">({safe(counts)})</span>'


def _name(name: str) -> str:
    """What a detector is called; hovering over it tells what it is, as the list below does."""
    title = f' title="{safe(explains(name))}"' if explains(name) else ""
    return f'<span class="name"{title}>{safe(label(name))}</span>'


def _kind(name: str) -> str:
    return "oracle" if is_oracle(name) else ""


def _figure(text: str) -> str:
    """A figure on a line, and its interval on the next."""
    if text.startswith("n = "):
        return f'<span class="few">{safe(text)}</span>'
    return figured(text)

"""The part of the page on detectors: what each catches of each kind of error, at what cost."""

from collections.abc import Sequence

from judged import Judged
from md import percent, table

from misspoke.diagnosis.ceiling import Ceiling
from misspoke.diagnosis.detectors import Detectors
from misspoke.diagnosis.evaluated import BASE, Evaluated
from misspoke.diagnosis.judged import (
    COMMITMENT_FAILURE_FIRST,
    KNOWLEDGE_GAP_FIRST,
    OUTCOME_KINDS,
    Cell,
)
from misspoke.diagnosis.plain import plain
from misspoke.diagnosis.probing import Probe
from misspoke.measures import Spread
from misspoke.reports.detector_figures import KINDS, PLURALS, is_oracle, label, reading


def ceiling_section(every: Sequence[Judged]) -> list[str]:
    """The part of the page; of runs that were made with all detectors."""
    told = [
        (run, found)
        for run in every
        if run.job.detectors == "all" and (found := run.summary.detectors) is not None
    ]
    if not told:
        return []
    lines = [
        "## What can be caught without the answer?",
        "",
        "Each detector ([detectors.md](detectors.md)) doubts every greedy answer without the right "
        "one. *Recall*: the share of wrong answers of a kind that is flagged where 5% of the right "
        "answers are. *Tokens*: forwarded beyond the prompt and the greedy answer, a question. "
        "Commitment failures are defined by a high P-mass, so the first oracle cannot but miss "
        "them; the second knows the right answer too, and asks whether it held more than the "
        "heaviest rival. Where there are fewer than 30 errors of a kind, or right answers, n alone "
        "is given. Intervals are 95%, from "
        f"{told[0][1].resamples} resamples of whole relations (of questions in a set without "
        "them), the same for all detectors, the threshold found anew in each.",
        "",
        *(f"- {_reading(run.name, found)}" for run, found in told),
        "",
    ]
    for run, found in told:
        lines += _run(run.name, found)
    return lines


def _reading(name: str, found: Detectors) -> str:
    """What the best detector sees of gaps and of failures, by both masses."""
    text = f"**{name}**: {reading(plain(found))}"
    known = [one for one in found.table if one.kinds[COMMITMENT_FAILURE_FIRST].recall is not None]
    if not known:
        return text
    best = max(known, key=lambda one: one.recall.recall or 0.0)
    gaps, failures = (best.kinds[k] for k in (KNOWLEDGE_GAP_FIRST, COMMITMENT_FAILURE_FIRST))
    return (
        f"{text} By the first token, “{label(best.name)}” finds {_cell(gaps)} of the gaps and "
        f"{_cell(failures)} of the failures."
    )


def _run(name: str, found: Detectors) -> list[str]:
    every = (*found.table, *found.oracles)
    return [
        f"### {name}: {found.n_wrong:,} wrong and {found.n_correct:,} right answers",
        "",
        *table(
            [
                "detector",
                "tokens",
                "AUROC",
                f"− {label(BASE)}",
                "PRR",
                "AUGRC",
                "ECE",
                "Brier",
                "recall of wrong",
            ],
            [_quality(one) for one in every],
        ),
        *_missing(every),
        *_by_kind(found, every),
        *_binned(found.ceiling),
        *(_layers(found.probe) if found.probe else []),
    ]


def _by_kind(found: Detectors, every: Sequence[Evaluated]) -> list[str]:
    """Recall and AUROC by kind; the numbers of errors alone where there is no figure at all."""
    kinds = [kind for kind in KINDS if found.kinds[kind]]
    if not any(one.kinds[kind].recall is not None for one in every for kind in kinds):
        counts = ", ".join(f"{KINDS[kind]} {found.kinds[kind]:,}" for kind in kinds)
        return [f"Errors by kind, too few of them or of right answers for a rate: {counts}.", ""]
    shown = [kind for kind in OUTCOME_KINDS if found.kinds[kind]]
    return [
        "Recall at 5% false alarms by kind of error:",
        "",
        *table(
            ["detector", *(f"{KINDS[kind]} ({found.kinds[kind]:,})" for kind in kinds)],
            [[_label(one.name), *(_cell(one.kinds[kind]) for kind in kinds)] for one in every],
        ),
        "AUROC of errors of a kind against the right answers:",
        "",
        *table(
            ["detector", *(KINDS[kind] for kind in shown)],
            [
                [
                    _label(one.name),
                    *(_figure(one.areas[k].auroc, one.areas[k].interval, 3) for k in shown),
                ]
                for one in every
            ],
        ),
    ]


def _quality(one: Evaluated) -> list[str]:
    against = one.against
    return [
        _label(one.name),
        "–" if one.cost is None else f"{one.cost:.1f}",
        _figure(one.auroc, one.auroc_interval, 3),
        _figure(against.difference, against.interval, 3) if against else "–",
        _figure(one.prr, one.prr_interval, 2),
        _figure(one.augrc, one.augrc_interval, 3),
        _figure(one.ece, None, 3),
        _figure(one.brier.score if one.brier else None, None, 3),
        _cell(one.recall),
    ]


def _missing(every: Sequence[Evaluated]) -> list[str]:
    """What was not measured, and why."""
    told = [
        f"{_label(one.name)}: "
        + ", ".join(f"{count:,} ({reason})" for reason, count in one.missing.items())
        for one in every
        if one.missing
    ]
    return [f"Not measured: {'; '.join(told)}.", ""] if told else []


def _binned(ceiling: Ceiling) -> list[str]:
    """The ceiling within bins of the winner's probability, for each kind with any figure."""
    lines: list[str] = []
    for kind in OUTCOME_KINDS:
        rows = [row for row in ceiling.rows if row.kind == kind]
        if not any(cell.recall is not None for row in rows for cell in row.bins):
            continue
        heads = [
            f"{one.low:g}–{one.high:g} ({cell.n:,} wrong, {one.n_correct:,} right)"
            for one, cell in zip(ceiling.bins, rows[0].bins, strict=True)
        ]
        lines += [
            f"Recall of {PLURALS[kind]} within bins of the winner's probability, thresholds "
            "from the right answers of the bin (in the head, how many of both):",
            "",
            *table(
                ["detector", *heads],
                [[_label(row.detector), *map(_cell, row.bins)] for row in rows],
            ),
        ]
    return lines


def _layers(probe: Probe) -> list[str]:
    cells = [
        _figure(area, interval, 3)
        for area, interval in zip(probe.areas, probe.intervals, strict=True)
    ]
    heads = [f"{layer}{' (in the table)' * (layer == probe.layer)}" for layer in probe.layers]
    return [
        "The probe by layer, AUROC:",
        "",
        *table(["layer", *heads], [["AUROC", *cells]]),
    ]


def _label(name: str) -> str:
    return f"*{label(name)}*" if is_oracle(name) else label(name)


def _cell(cell: Cell) -> str:
    """A recall with its interval; n alone where there are too few for a rate."""
    if cell.recall is None:
        return f"n = {cell.n:,}"
    text = percent(cell.recall)
    return text if cell.interval is None else f"{text} {_ends(cell.interval, 100, 0)}"


def _figure(value: float | None, interval: Spread | None, digits: int) -> str:
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    return text if interval is None else f"{text} {_ends(interval, 1, digits)}"


def _ends(interval: Spread, times: float, digits: int) -> str:
    low, high = (f"{times * end:.{digits}f}" for end in interval)
    return f"[{low}, {high}]"

"""The part of the page on detectors: what each catches of each kind of error, at what cost."""

from collections.abc import Sequence

from judged import Judged
from md import percent, table

from misspoke.diagnosis.ceiling import Ceiling
from misspoke.diagnosis.detectors import ORACLE_LEAD, ORACLE_P_MASS, Detectors
from misspoke.diagnosis.evaluated import BASE, Evaluated
from misspoke.diagnosis.judged import KINDS, OUTCOME_KINDS, Cell
from misspoke.diagnosis.probing import Probe
from misspoke.diagnosis.scores import DETECTORS
from misspoke.measures import Spread
from misspoke.reports.text import counted

KIND_WORDS = {
    "knowledge_gap": "knowledge gaps",
    "commitment_failure": "commitment failures",
    "knowledge_gap_first": "gaps by the first token",
    "commitment_failure_first": "failures by the first token",
    "minority_belief": "minority belief",
    "split_vote": "split vote",
    "greedy_miss": "greedy miss",
    "undetermined": "cause undetermined",
}
LABELS = {name: one.label for name, one in DETECTORS.items()} | {
    ORACLE_P_MASS: "*oracle: P-mass*",
    ORACLE_LEAD: "*oracle: right − rival*",
}


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
    """What the best detector sees of gaps and of failures, with no more said than is shown."""
    usable = [one for one in found.table if one.recall.recall is not None]
    if not usable:
        return (
            f"**{name}**: {counted(found.n_correct, 'right answer')} and "
            f"{counted(found.n_wrong, 'wrong one')} are too few for rates."
        )
    best = max(usable, key=lambda one: one.recall.recall or 0.0)
    parts = [
        f"**{name}**: {LABELS[best.name]} finds the most, {_cell(best.recall)} of all wrong answers"
    ]
    for gaps, failures, by in (
        ("knowledge_gap", "commitment_failure", "the string mass"),
        ("knowledge_gap_first", "commitment_failure_first", "the first token"),
    ):
        parts.append(
            f"by {by}, {_cell(best.kinds[gaps])} of the knowledge gaps and "
            f"{_cell(best.kinds[failures])} of the commitment failures{_top(found, failures)}"
        )
    return "; ".join(parts) + "."


def _top(found: Detectors, kind: str) -> str:
    """Which detector finds most failures, where another than the best of all does."""
    known = [one for one in found.table if one.kinds[kind].recall is not None]
    if not known:
        return ""
    best = max(known, key=lambda one: one.kinds[kind].recall or 0.0)
    return f" (most of these: {LABELS[best.name]}, {percent(best.kinds[kind].recall)})"


def _run(name: str, found: Detectors) -> list[str]:
    every = (*found.table, *found.oracles)
    kinds = [kind for kind in KINDS if found.kinds[kind]]
    shown = [kind for kind in OUTCOME_KINDS if found.kinds[kind]]
    return [
        f"### {name}: {found.n_wrong:,} wrong and {found.n_correct:,} right answers",
        "",
        *table(
            [
                "detector",
                "tokens",
                "AUROC",
                f"− {LABELS[BASE]}",
                "PRR",
                "AUGRC",
                "ECE",
                "Brier",
                "recall of wrong",
            ],
            [_quality(one) for one in every],
        ),
        *_missing(every),
        "Recall at 5% false alarms by kind of error:",
        "",
        *table(
            ["detector", *(f"{KIND_WORDS[kind]} ({found.kinds[kind]:,})" for kind in kinds)],
            [[LABELS[one.name], *(_cell(one.kinds[kind]) for kind in kinds)] for one in every],
        ),
        "AUROC of errors of a kind against the right answers:",
        "",
        *table(
            ["detector", *(KIND_WORDS[kind] for kind in shown)],
            [
                [
                    LABELS[one.name],
                    *(_figure(one.areas[k].auroc, one.areas[k].interval, 3) for k in shown),
                ]
                for one in every
            ],
        ),
        *_binned(found.ceiling),
        *(_layers(found.probe) if found.probe else []),
    ]


def _quality(one: Evaluated) -> list[str]:
    against = one.against
    return [
        LABELS[one.name],
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
        f"{LABELS[one.name]}: "
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
            f"{one.low:g}–{one.high:g} ({cell.n:,} of {one.n_correct:,} right)"
            for one, cell in zip(ceiling.bins, rows[0].bins, strict=True)
        ]
        lines += [
            f"Recall of {KIND_WORDS[kind]} within bins of the winner's probability, thresholds "
            "from the right answers of the bin (in the head: errors, and right answers):",
            "",
            *table(
                ["detector", *heads],
                [[LABELS[row.detector], *map(_cell, row.bins)] for row in rows],
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

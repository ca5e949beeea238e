"""Rules about what can be caught, and what the figures themselves are worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from misspoke.diagnosis.advice.record import (
    FEW,
    FEW_CLUSTERS,
    MANY,
    MATTERS,
    Advice,
    Case,
    Figures,
    Weighed,
)
from misspoke.diagnosis.advice.words import (
    bare,
    between,
    bounds,
    counted,
    figure,
    of,
    share,
    spread,
)
from misspoke.diagnosis.scores import DETECTORS, FREE

_DETECTION = "docs/detectors.md"
_LABELS = "docs/measures.md (flags on wrong rows; why a first token is not confirmed)"
_CAUTION = "docs/summary.md"

_CONTROLS = ("answer_characters", "answer_tokens", "probe_question")
"""They do not look at what the model believes."""

_ARTEFACTS = {
    "blank": "the blank before a number",
    "article": "an article",
    "alias_gap": "an answer that may be right",
    "several_answers": "several right answers",
    "shared": "a first token that wrong answers share",
    "other": "what the search did not list",
}
"""Why a first token is not confirmed (`diagnosis.artefacts`), in words."""


def detection(case: Case) -> Weighed | None:
    """How much of the wrong answers a score that costs nothing flags, and where that ends."""
    found = case.summary.get("detectors")
    best = _best(found["table"] if found else (), free=True)
    if found is None or best is None:
        return None
    verdict = (
        f"At 5% false alarms the best free check, “{_label(best)}”, flags "
        f"{_share_of(best['recall'])} of the wrong answers{_but(best)}."
    )
    evidence = [
        f"Flagged by “{_label(best)}”, the best of the free scores on these rows: "
        f"{_cell(best['recall'], 'wrong answer')}{_by_kind(best)}.",
        *_ceiling(found, best),
        *_confidence(case.summary.get("confidence")),
    ]
    names = {one["name"] for one in found["table"]}
    if set(DETECTORS) <= names:
        command = f"{case.decode('greedy,concept')} --abstain {case.summary['tau']:g}"
    else:
        command = case.again("--detectors", "all", "all-detectors")
    stake = best["recall"]["recall"] * case.wrong / case.n
    return Weighed(Advice("detection", verdict, tuple(evidence), _DETECTION, command), stake)


def _best(table: Sequence[Figures], free: bool) -> Figures | None:
    """The detector with the highest recall; of the free ones those that read the answer alone."""
    told = [
        one
        for one in table
        if one["recall"]["recall"] is not None
        and one["name"] not in _CONTROLS
        and (not free or (one["name"] in FREE and one["cost"] == 0))
    ]
    return max(told, key=lambda one: float(one["recall"]["recall"]), default=None)


def _label(one: Figures) -> str:
    name = str(one["name"])
    return DETECTORS[name].label if name in DETECTORS else name


def _share_of(cell: Figures) -> str:
    ends = cell["interval"]
    return share(cell["recall"]) + ("" if ends is None else f" [{between(ends)}]")


def _but(best: Figures) -> str:
    """That failures are caught less often, where the intervals are apart."""
    gaps, failures = (best["kinds"].get(kind) for kind in ("knowledge_gap", "commitment_failure"))
    if not gaps or not failures or gaps["interval"] is None or failures["interval"] is None:
        return ""
    if failures["interval"][1] >= gaps["interval"][0]:
        return ""
    return f", but only {_share_of(failures)} of those it knew"


def _cell(cell: Figures, what: str) -> str:
    return f"{_share_of(cell)} of {counted(cell['n'], what)}"


def _by_kind(best: Figures) -> str:
    words = {"knowledge_gap": "knowledge gap", "commitment_failure": "commitment failure"}
    told = [
        f"; {_cell(cell, word)}"
        for kind, word in words.items()
        if (cell := best["kinds"].get(kind)) and cell["recall"] is not None
    ]
    return "".join(told)


def _ceiling(found: Figures, best: Figures) -> tuple[str, ...]:
    """What dearer detectors, and knowing the right answer, would add on commitment failures."""
    lines = []
    dearer = _best(found["table"], free=False)
    if dearer is not None and dearer["name"] != best["name"]:
        lines.append(
            f"The best of all, “{_label(dearer)}”, at {dearer['cost']:,.0f} tokens more, flags "
            f"{_cell(dearer['recall'], 'wrong answer')}{_by_kind(dearer)}."
        )
    for one in found["oracles"]:
        cell = one["kinds"].get("commitment_failure")
        if one["name"] == "oracle_lead" and cell and cell["recall"] is not None:
            lines.append(
                "Ceiling: who knew the right answer and read the beliefs would flag "
                f"{_cell(cell, 'commitment failure')}."
            )
    return tuple(lines)


def _confidence(confidence: Figures | None) -> tuple[str, ...]:
    """Whether the answer's own probability tells right from wrong."""
    found = confidence and confidence["sequence"]
    if not found or found["auroc"] is None or found["auroc_interval"] is None:
        return ()
    low, high = found["auroc_interval"]
    if low > 0.5:
        says = "The answer's probability means something: it ranks right above wrong"
    elif high < 0.5:
        says = "The answer's probability misleads: it ranks wrong above right"
    else:
        says = "The answer's probability is not shown to mean anything"
    ece = "" if found["ece"] is None else f", calibration error {found['ece']:.2f}"
    area = figure(found["auroc"], found["auroc_interval"])
    return (f"{says}, AUROC {area} over {counted(found['n'], 'answer')}{ece}.",)


def labels(case: Case) -> Weighed | None:
    """How much of what counts as wrong may be right, or an artefact of first tokens."""
    gap = case.summary["flags"]["alias_gap"]
    literal = case.summary["inflation"]["literal_unconfirmed"]
    ends = spread(gap)
    doubted = ends is not None and bool(gap["numerator"]) and ends[1] >= MATTERS
    artefacts = literal["lower"]["denominator"] >= FEW and literal["lower"]["value"] >= MATTERS
    if doubted:
        verdict = (
            f"{_share_or_count(gap)} of the wrong answers may be right by a name that is missing: "
            "read them before you trust a small difference."
        )
    elif artefacts:
        verdict = (
            "Do not judge by first tokens here: the whole answer refutes "
            f"{_share_or_count(literal['lower'])} of the failures that they show."
        )
    else:
        return None
    evidence = []
    if doubted:
        evidence += [f"Wrong answers that resemble a right one: {of(gap)}.", *_without(case)]
    if artefacts:
        evidence.append(_refuted(case, literal))
    command = case.aliases() if doubted else None
    stake = gap["numerator"] / case.n if doubted else 0.0
    return Weighed(Advice("labels", verdict, tuple(evidence), _LABELS, command), stake)


def _share_or_count(rate: Figures) -> str:
    return f"{rate['numerator']:,}" if rate["denominator"] < FEW else bare(rate)


def _without(case: Case) -> tuple[str, ...]:
    """The headline with those rows, and without them."""
    without = case.summary["rates"]["without_alias_gap"]
    if min(case.wrong, without["wrong"]) < FEW:
        return ()
    rates = (one["string"]["failures_per_wrong"] for one in (case.headline, without))
    with_, left = (bounds(rate) for rate in rates)
    return (f"Commitment failures per wrong answer: {with_}; without them {left}.",)


def _refuted(case: Case, literal: Figures) -> str:
    """The failures by first tokens that the whole answer refutes, and the commonest reason."""
    text = (
        "Failures by literal first tokens that the whole answer does not confirm: "
        f"{bounds(literal)}"
    )
    found = case.summary.get("unconfirmed")
    classes: Mapping[str, Figures] = found["literal"]["classes"] if found else {}
    counts = {name: int(rate["numerator"]) for name, rate in classes.items()}
    if not any(counts.values()):
        return f"{text}."
    name = max(counts, key=lambda one: counts[one])
    return f"{text}; the commonest reason is {_ARTEFACTS.get(name, name)} ({counts[name]:,})."


def caution(case: Case) -> Weighed | None:
    """What makes the figures themselves weak."""
    found = [doubt for check in _CHECKS if case.n and (doubt := check(case)) is not None]
    if not found:
        return None
    verdict = f"Read with care: {', '.join(doubt.short for doubt in found)}."
    evidence = tuple(doubt.figures for doubt in found)
    command = next((doubt.command for doubt in found if doubt.command), None)
    stake = 1.0 if case.wrong < FEW else 0.0
    return Weighed(Advice("caution", verdict, evidence, _CAUTION, command), stake)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """One reason for caution."""

    short: str
    figures: str
    command: str | None = None


def _few_wrong(case: Case) -> _Doubt | None:
    if case.wrong >= FEW:
        return None
    figures = f"{counted(case.wrong, 'wrong answer')} in {counted(case.n, 'question')}: below "
    figures += f"{FEW} no rate of them is told."
    if not case.wrong:
        return _Doubt("no answer was wrong", figures)
    needed = ceil(2 * FEW * case.n / case.wrong)
    return _Doubt("few answers were wrong", figures, case.again("-n", str(needed), "more"))


def _few_relations(case: Case) -> _Doubt | None:
    """Where each question is drawn by itself, few of them are few wrong answers."""
    clusters = case.summary.get("clusters")
    if clusters is None or clusters >= FEW_CLUSTERS or clusters == case.n:
        return None
    figures = f"{counted(case.n, 'question')} of {counted(clusters, 'relation')}: below "
    figures += f"{FEW_CLUSTERS} they say little of others, and an interval may be too narrow."
    return _Doubt("few relations", figures)


def _open(case: Case) -> _Doubt | None:
    counts = case.headline["string"]["counts"]
    return _many(
        counts["undetermined"],
        case.wrong,
        "many outcomes are open",
        f"wrong answers have a mass whose bounds straddle τ = {case.summary['tau']:g}",
    )


def _budget(case: Case) -> _Doubt | None:
    says = "questions spent the search's budget before their mass was known to 0.005"
    return _many(case.summary["cost"]["budget_spent"], case.n, "many masses are wide", says)


def _abstained(case: Case) -> _Doubt | None:
    abstained = case.summary["abstained"]
    says = f"questions were not answered, {abstained['knowing']:,} of them known"
    return _many(abstained["count"], case.n, "many questions were not answered", says)


def _ties(case: Case) -> _Doubt | None:
    ties = case.summary["cost"]["near_ties"]
    if ties / case.n < MATTERS:
        return None
    figures = f"{_part(ties, case.n)} questions have a near tie: another machine may answer them "
    figures += "otherwise, bfloat16 all the more."
    finest = case.dtype == "float32"
    command = None if finest else case.again("--dtype", "float32", "float32")
    return _Doubt("near ties", figures, command)


def _many(count: int, of_all: int, short: str, says: str) -> _Doubt | None:
    if not of_all or count / of_all <= MANY:
        return None
    return _Doubt(short, f"{_part(count, of_all)} {says}.")


def _part(count: int, of_all: int) -> str:
    return of(
        {"numerator": count, "denominator": of_all, "value": count / of_all, "interval": None}
    )


_CHECKS = (_few_wrong, _few_relations, _open, _budget, _abstained, _ties)

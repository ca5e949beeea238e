"""Detectors of wrong answers as texts: what the terminal's table and the HTML page both show.

All of it is read from the plain dictionary that `Summary.to_dict()` holds under `detectors`.
"""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from misspoke.diagnosis import DETECTORS
from misspoke.diagnosis.detectors import ORACLE_LEAD, ORACLE_P_MASS, UNMEASURED
from misspoke.diagnosis.judged import COMMITMENT_FAILURE_FIRST, KNOWLEDGE_GAP_FIRST, LEAST
from misspoke.reports.decoder_figures import KIND_WORDS, tokens
from misspoke.reports.figures import share_spread
from misspoke.reports.text import counted, percent, visible

GAP, FAILURE = "knowledge_gap", "commitment_failure"

KINDS = {
    GAP: "knowledge gap",
    FAILURE: "commitment failure",
    "minority_belief": KIND_WORDS["minority_belief"],
    "split_vote": KIND_WORDS["split_vote"],
    "greedy_miss": KIND_WORDS["greedy_miss"],
    "undetermined": KIND_WORDS["undetermined_cause"],
    KNOWLEDGE_GAP_FIRST: "gap, by the first token",
    COMMITMENT_FAILURE_FIRST: "failure, by the first token",
}
"""The kinds of wrong answers, in the order of tables; the causes are those of failures."""

PLURALS = {
    GAP: "knowledge gaps",
    FAILURE: "commitment failures",
    KNOWLEDGE_GAP_FIRST: "knowledge gaps by the first token",
    COMMITMENT_FAILURE_FIRST: "commitment failures by the first token",
}
"""The kinds that are outcomes, as they stand in a sentence."""

CONTROLS = ("answer_characters", "answer_tokens", "probe_question")
"""Detectors that do not look at what the model believes: none of them is called the best."""

ORACLES = {
    ORACLE_P_MASS: (
        "oracle: P-mass",
        "knows the right answer: how little of the model's belief is on it",
    ),
    ORACLE_LEAD: (
        "oracle: right − rival",
        "knows the right answer: by how much the heaviest wrong meaning outweighs it",
    ),
}
"""The label of each oracle, and what it is."""

NOTHING = "–"
_MINUS = str.maketrans("-", "−")


def rows(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The detectors, and after them the oracles."""
    return [*found["table"], *found["oracles"]]


def is_oracle(name: str) -> bool:
    """Whether a row is of an oracle, which knows the right answers."""
    return name in ORACLES


def label(name: str) -> str:
    """What a detector or an oracle is called; the name itself if it is not known."""
    if name in ORACLES:
        return ORACLES[name][0]
    return DETECTORS[name].label if name in DETECTORS else visible(name)


def explains(name: str) -> str:
    """What a detector or an oracle is; an empty string if it is not known."""
    if name in ORACLES:
        return ORACLES[name][1]
    return DETECTORS[name].explains if name in DETECTORS else ""


def cost(one: Mapping[str, Any]) -> str:
    """Mean tokens beyond the greedy answer."""
    value = one["cost"]
    if value is None:
        return NOTHING
    return tokens(value) if value else "0"


def number(value: float | None, spread: Sequence[float] | None = None) -> str:
    """A figure to three decimals, with its 95% interval: `0.913 [0.854–0.966]`."""
    if value is None:
        return NOTHING
    ends = "" if spread is None else f" [{_decimal(spread[0])}–{_decimal(spread[1])}]"
    return _decimal(value) + ends


def against(one: Mapping[str, Any]) -> str:
    """The difference of AUROC to the base: `+0.021 [−0.010 to +0.052]`; nothing of the base."""
    held = one["against"]
    if held is None or held["difference"] is None:
        return NOTHING
    spread = held["interval"]
    ends = "" if spread is None else f" [{_signed(spread[0])} to {_signed(spread[1])}]"
    return _signed(held["difference"]) + ends


def recall(cell: Mapping[str, Any], n: int | None = None) -> str:
    """The recall of a cell with its 95% interval, or the number of rows where there is none.

    Without a rate it tells how many right rows there are if those are what is too few. `n` is the
    number of rows that the head of the column tells; a cell of fewer tells its own.
    """
    if cell["recall"] is None:
        right = f", {cell['n_correct']:,} right" if cell["n"] >= LEAST else ""
        return f"n = {cell['n']:,}{right}"
    fewer = "" if n is None or n == cell["n"] else f" of {cell['n']:,}"
    spread = share_spread(cell["recall"], cell["interval"])
    return f"{percent(cell['recall'])}{fewer} {spread}".rstrip()


def bare_recall(cell: Mapping[str, Any]) -> str:
    """The recall of a cell without its interval, for which a terminal has no room."""
    return f"n = {cell['n']:,}" if cell["recall"] is None else percent(cell["recall"])


def missing_lines(found: Mapping[str, Any]) -> list[str]:
    """What was not measured and why, a line for the detectors that lack the same answers."""
    together: dict[tuple[tuple[str, int], ...], list[str]] = {}
    for one in rows(found):
        if one["n_missing"]:
            together.setdefault(tuple(one["missing"].items()), []).append(label(one["name"]))
    return [f"{'; '.join(names)}: {_unmeasured(reasons)}" for reasons, names in together.items()]


def reading(found: Mapping[str, Any]) -> str:
    """What the detectors find and what they do not, in a sentence or two of plain words."""
    wrong, right = found["n_wrong"], found["n_correct"]
    if not wrong or not right:
        return f"{counted(wrong, 'wrong answer')}, {right:,} right: there is nothing to tell apart."
    ranked = [one for one in _proper(found) if one["recall"]["recall"] is not None]
    if not ranked:
        if not _proper(found):
            return "No detector was asked but controls."
        return (
            f"{counted(wrong, 'wrong answer')} and {counted(right, 'right one')} are too few to "
            f"tell what a detector finds: {LEAST} of each are needed."
        )
    best = max(ranked, key=lambda one: float(one["recall"]["recall"]))
    return f"{_found(best, len(ranked))} {_compared(best, ranked)}{_over_all(ranked)}"


def _proper(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in found["table"] if one["name"] not in CONTROLS]


def _found(best: Mapping[str, Any], of: int) -> str:
    """What the best detector finds of all, and of the kinds that have a figure."""
    name = f"“{label(best['name'])}”"
    who = f"the best of {of} detectors, {name}," if of > 1 else f"the one detector, {name},"
    if best["n_missing"]:
        all_ = best["n"] + best["n_missing"]
        who = f"{who[:-1]} (measured on {best['n']:,} of {all_:,} answers),"
    share = percent(best["recall"]["recall"])
    text = f"At 5% false alarms {who} finds {share} of the wrong answers"
    cells = {kind: best["kinds"][kind] for kind in (GAP, FAILURE)}
    parts = [
        f"{percent(cell['recall'])} of the {PLURALS[kind]}"
        for kind, cell in cells.items()
        if cell["recall"] is not None
    ]
    if len(parts) > 1:
        return f"{text}: {' and '.join(parts)}."
    return f"{text}, and {parts[0]}." if parts else f"{text}."


def _compared(best: Mapping[str, Any], ranked: Iterable[Mapping[str, Any]]) -> str:
    """Whether failures are harder to find than gaps, as far as the intervals tell."""
    gaps, failures = best["kinds"][GAP], best["kinds"][FAILURE]
    few = [
        f"{PLURALS[kind]} ({cell['n']:,})"
        for kind, cell in ((GAP, gaps), (FAILURE, failures))
        if cell["recall"] is None
    ]
    if few:
        return f"There are too few {' and '.join(few)} to tell how many of them it finds."
    return f"{_verdict(gaps, failures)}{_most(best, ranked)}."


def _over_all(ranked: Sequence[Mapping[str, Any]]) -> str:
    """How gaps and failures compare over several detectors that have both figures."""
    pairs = [(one["kinds"][GAP], one["kinds"][FAILURE]) for one in ranked]
    told = [pair for pair in pairs if None not in (cell["recall"] for cell in pair)]
    if len(told) < 2:
        return ""
    gaps, failures = (median(cell["recall"] for cell in cells) for cells in zip(*told, strict=True))
    apart = [pair for pair in told if _apart(*(cell["interval"] for cell in pair))]
    fewer = sum(failure["recall"] < gap["recall"] for gap, failure in apart)
    return (
        f" Over the {len(told)} detectors the median recall of gaps is {percent(gaps)} and that of "
        f"failures {percent(failures)}; {fewer} find failures less often beyond the intervals, and "
        f"{len(apart) - fewer} more often."
    )


def _verdict(gaps: Mapping[str, Any], failures: Mapping[str, Any]) -> str:
    rarer = failures["recall"] < gaps["recall"]
    if _apart(gaps["interval"], failures["interval"]):
        if rarer:
            return (
                "What the model knew and did not say is harder to catch (in part by definition: "
                "its right answers held much)"
            )
        return "What the model knew and did not say is not harder to catch here, but easier"
    open_ = "the 95% intervals overlap, so this may be chance"
    if rarer:
        return f"What the model knew and did not say is caught less often; {open_}"
    return f"What the model knew and did not say is caught no less often here; {open_}"


def _most(best: Mapping[str, Any], ranked: Iterable[Mapping[str, Any]]) -> str:
    """Who finds the most failures, where it is another."""
    cells = [(one["kinds"][FAILURE]["recall"] or 0.0, one["name"]) for one in ranked]
    most, name = max(cells, key=lambda cell: float(cell[0]))
    if most <= best["kinds"][FAILURE]["recall"]:
        return ""
    return f"; the most commitment failures are found by “{label(name)}”, {percent(most)}"


def _apart(one: Sequence[float] | None, other: Sequence[float] | None) -> bool:
    """Whether two intervals are known and share nothing."""
    if one is None or other is None:
        return False
    return one[1] < other[0] or other[1] < one[0]


def _unmeasured(reasons: Sequence[tuple[str, int]]) -> str:
    total = f"{sum(n for _, n in reasons):,} {UNMEASURED}"
    named = [(visible(reason), n) for reason, n in reasons]
    if len(named) == 1:
        return total if named[0][0] == UNMEASURED else f"{total}: {named[0][0]}"
    told = ((text if text != UNMEASURED else "no reason given", n) for text, n in named)
    return f"{total}: {', '.join(f'{text} ({n:,})' for text, n in told)}"


def _decimal(value: float) -> str:
    text = f"{value:.3f}".translate(_MINUS)
    return "0.000" if text == "−0.000" else text


def _signed(value: float) -> str:
    text = f"{value:+.3f}".translate(_MINUS)
    return "0.000" if text[1:] == "0.000" else text

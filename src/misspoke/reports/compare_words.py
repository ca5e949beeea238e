"""A comparison in sentences: what differs, what may be claimed, and how it was tested."""

from collections.abc import Mapping
from typing import Any

from misspoke.diagnosis.comparing.claims import ALPHA
from misspoke.reports.compare_figures import KINDS, SHARE, level, p_value, short_names, unsettled
from misspoke.reports.text import counted


def lead(compared: Mapping[str, Any], pair: Mapping[str, Any]) -> str:
    """What differs, in a sentence: right answers, then failures per wrong answer."""
    a, b = short_names(compared, pair)
    found = pair["differences"]
    return f"{_accuracy(a, b, found['accuracy'])}; {_failures(found['failures_per_wrong'])}."


def _accuracy(a: str, b: str, found: Mapping[str, Any]) -> str:
    if found["difference"] is None:
        return f"{b} and {a}: too few questions to compare accuracy"
    figures = _both(found)
    if not _differs(found):
        return f"{b} and {a} do not differ in accuracy beyond chance ({figures})"
    way = "more" if found["difference"] > 0 else "fewer"
    points = f"{abs(100 * found['difference']):.1f} points {way}"
    return f"{b} is right on {points} of the questions than {a} ({figures})"


def _failures(found: Mapping[str, Any]) -> str:
    if found["difference"] is None:
        return "there are too few wrong answers to compare failures per wrong answer"
    if unsettled(found):
        return f"whether failures per wrong answer differ is not settled ({_both(found)})"
    if not _differs(found):
        return f"failures per wrong answer do not differ beyond chance ({_both(found)})"
    way = "more" if found["difference"] > 0 else "fewer"
    points = f"{abs(100 * found['difference']):.1f} points {way}"
    return f"its failures per wrong answer are {points} ({_both(found)})"


def _differs(found: Mapping[str, Any]) -> bool:
    """By its corrected p and by its interval, as a claim needs both."""
    test, interval = found["test"], found["interval"]
    if test is None or interval is None:
        return False
    return bool(test["holm_p"] < ALPHA and not interval[0] <= 0 <= interval[1])


def _both(found: Mapping[str, Any]) -> str:
    """b's figure against a's, and the corrected p where it says something."""
    p = p_value(found)
    told = (
        ""
        if p in ("", "n.s.", "not settled")
        else f", p {p}"
        if p.startswith("<")
        else f", p = {p}"
    )
    return f"{level(found['b'], SHARE)} against {level(found['a'], SHARE)}{told}"


def answers_line(pair: Mapping[str, Any]) -> str:
    """How many greedy answers differ."""
    found = pair["answers"]
    return (
        f"{found['differ']:,} of {found['n']:,} greedy answers differ; "
        f"{found['judged_differently']:,} are right in one run alone."
    )


def nothing_line(pair: Mapping[str, Any]) -> str:
    """Said where a pair's kind allows claims and there are none; else an empty string."""
    if pair["claims"] or pair["kind"]["subject"] is None:
        return ""
    if all(found["test"] is None for found in pair["differences"].values()):
        return "There are too few questions to test a difference, so none is claimed."
    return "No headline difference is beyond chance and settled, so none is claimed."


def tests_line(compared: Mapping[str, Any]) -> str:
    """How differences were tested."""
    drawn = "questions"
    tested = "McNemar's test for what is counted per question, else an exchange of the runs' labels"
    if compared["grouped"]:
        drawn, tested = "whole relations", "an exchange of the runs' labels within relations"
    return (
        f"Intervals: 95%, from {compared['resamples']:,} resamples of {drawn}, the same for both "
        f"runs. p: {tested}; corrected by Holm for {len(compared['tested'])} headline tests of "
        f"{counted(len(compared['pairs']), 'pair')}. On common questions: only those that "
        "count on both sides. Where undetermined rows leave a rate open, both ends are given, and "
        "differences and tests are of the lower ones; not settled: these rows may make it a "
        "difference the other way, so that no p is given. Fewer than 30 questions give no figure."
    )


def reading(compared: Mapping[str, Any]) -> list[str]:
    """The comparison in sentences: what differs, and then what may be claimed of it."""
    pairs = compared["pairs"]
    says = list(dict.fromkeys(pair["kind"]["says"] for pair in pairs))
    caveats = [pair["kind"]["caveats"] for pair in pairs]
    parts = says
    if len(says) > 1:
        kinds = "of several kinds" if compared["kind"] == "mixed" else KINDS[compared["kind"]]
        parts = [f"{counted(len(pairs), 'pair')}, {kinds}: what may be claimed is said of each."]
    if all(found == caveats[0] for found in caveats):
        parts += [f"Beware: {'; '.join(caveats[0])}."] if caveats[0] else []
    else:
        count = f"{sum(map(bool, caveats))} of {counted(len(pairs), 'pair')}"
        parts.append(f"Beware: in {count} something else differs as well; it is said of each.")
    if len(pairs) == 1:
        parts.insert(0, lead(compared, pairs[0]))
        parts += [*pairs[0]["claims"], nothing_line(pairs[0]), pairs[0]["verdict"] or ""]
    return [part for part in parts if part]

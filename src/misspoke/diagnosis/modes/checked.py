"""A checkup's lines: what each probe of a model found, in short, and what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from misspoke.diagnosis.advice import Advice
from misspoke.diagnosis.modes.findings import Findings, Remedy
from misspoke.diagnosis.modes.measures import FEWEST, Better, Figure

HALLUCINATION = "hallucination"
_SHOWN = 5
"""Figures of a mode that a checkup shows: the first of its first section."""
_GAINS = ("commitment", "decoding", "retrieval")
"""Rules of advice that say what to do about wrong answers."""


@dataclass(frozen=True, slots=True)
class Check:
    """One way of failing: whether the model fails so, how sure that is, and what to do."""

    mode: str
    """A kind of probe, or "hallucination"."""
    verdict: str
    sure: str
    todo: str
    units: int
    left_out: tuple[tuple[str, int], ...]
    forward_tokens: int
    figures: tuple[Figure, ...]
    """The headline, and the controls beside it."""
    remedies: int
    """How many were judged."""
    remedy: Remedy | None
    """The one that is worth it: it helps, and mends most beyond what it breaks."""
    command: str | None
    """What to try next; None where nothing is left to ask."""
    folder: str | None
    """The run folder within the checkup's; None where nothing was run."""


def check_of(findings: Findings, command: str | None, folder: str) -> Check:
    """What a checkup shows of a probe."""
    figures = findings.sections[0].figures[:_SHOWN] if findings.sections else ()
    return Check(
        findings.mode,
        findings.verdict,
        findings.sure,
        findings.todo,
        findings.units,
        tuple((why, count) for why, count in findings.left_out if count),
        findings.forward_tokens,
        figures,
        len(findings.remedies),
        worth_it(findings.remedies),
        command,
        folder,
    )


def worth_it(remedies: Sequence[Remedy]) -> Remedy | None:
    """The remedy that helps and mends most beyond what it breaks; None where none helps.

    Of two that mend as much, the one that forwards fewer tokens.
    """
    helping = [one for one in remedies if one.verdict.startswith("helps")]
    return max(helping, key=_gain, default=None)


def _gain(remedy: Remedy) -> tuple[float, float]:
    mends, breaks = remedy.effect.value or 0.0, remedy.damage.value or 0.0
    return mends - max(0.0, breaks), -(remedy.tokens.value or 0.0)


def check_of_summary(
    summary: Mapping[str, Any], advice: Sequence[Advice], command: str | None, folder: str
) -> Check:
    """What a checkup shows of a diagnosis: `Summary.to_dict()`, and the advice on it."""
    told = {one.rule: one for one in advice}
    gains = [one for one in advice if one.rule in _GAINS]
    caution = told.get("caution")
    first = gains[0] if gains else None
    return Check(
        HALLUCINATION,
        _said(summary),
        caution.verdict if caution else "",
        first.verdict if first else "",
        summary["n"],
        (),
        summary["cost"]["forward_tokens"],
        _figures(summary),
        0,
        None,
        first.command if first and first.command else command,
        folder,
    )


def not_checked(mode: str, why: str, command: str | None) -> Check:
    """A way of failing that there was no time for."""
    return Check(mode, why, "", "", 0, (), 0, (), 0, None, command, None)


def _said(summary: Mapping[str, Any]) -> str:
    """Accuracy, and what of the wrong answers was known, in a sentence or two."""
    accuracy = summary["accuracy"]
    right, asked = accuracy["numerator"], accuracy["denominator"]
    text = f"It answers {right:,} of {asked:,} questions right."
    headline = summary["rates"]["all_rows"]
    if not headline["wrong"]:
        return text
    bounds = headline["string"]["failures_per_wrong"]
    low, high = (bounds[end]["numerator"] for end in ("lower", "upper"))
    known = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return (
        f"{text} Of {headline['wrong']:,} wrong answers {known} were known: at least "
        f"{100 * summary['tau']:.0f}% of its belief was on the right one; on the others it did not "
        "know."
    )


def _figures(summary: Mapping[str, Any]) -> tuple[Figure, ...]:
    rates = summary["rates"]["all_rows"]
    return (
        _figure("accuracy", "questions answered right", summary["accuracy"], "higher"),
        _figure(
            "failures",
            "wrong answers that it knew",
            rates["string"]["failures_per_wrong"]["lower"],
            "lower",
        ),
        _figure(
            "failures.first",
            "the same by the first token alone, as published",
            rates["literal"]["failures_per_wrong"]["lower"],
            "lower",
        ),
        _figure(
            "misfire",
            "known questions that it answers wrong",
            rates["string"]["misfire"]["lower"],
            "lower",
        ),
    )


def _figure(key: str, says: str, rate: Mapping[str, Any], better: Better) -> Figure:
    """A rate of a summary; without a value where fewer than `FEWEST` count."""
    n = rate["denominator"]
    told = n >= FEWEST and rate["value"] is not None
    spread = rate["interval"] if told else None
    interval = (float(spread[0]), float(spread[1])) if spread is not None else None
    return Figure(key, says, "share", rate["value"] if told else None, interval, n, better)

"""A summary's figures as texts: what the terminal's table and the HTML page both show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from misspoke.diagnosis.advice import Advice, advise
from misspoke.reports.text import (
    counted,
    percent,
    percent_between,
    percent_spread,
    signed,
    signed_spread,
    visible,
)
from misspoke.reports.verdict import CAUSE_WORDS

MASSES = {
    "string": "string",
    "first": "content first token",
    "literal": "literal first token",
}
"""The kinds of P-mass that judge an answer, the one that counts first."""

WRONG_OUTCOMES = {
    "knowledge_gap": "knowledge gap",
    "commitment_failure": "commitment failure",
    "undetermined": "undetermined",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A named figure, and what it means where the name does not tell."""

    name: str
    value: str
    note: str = ""


def rate(value: Mapping[str, Any]) -> str:
    """A rate with its counts and its 95% interval: `6% (7 of 119) [1–15%]`; a dash of none."""
    counts = f"{value['numerator']:,} of {value['denominator']:,}"
    if value["value"] is None:
        return f"– ({counts})" if value["denominator"] else "–"
    spread = share_spread(value["value"], value["interval"])
    return f"{percent(value['value'])} ({counts}) {spread}".rstrip()


def share_spread(value: float | None, interval: Sequence[float] | None) -> str:
    """A share's 95% interval in brackets; an empty text where it is 0 or 1.

    There resampling gives an interval without a width, however few the rows: it says nothing.
    """
    return "" if value in (0, 1) else percent_spread(interval)


def rate_bounds(bounds: Mapping[str, Any]) -> str:
    """A rate; with both of its ends where undetermined rows leave it open."""
    lower, upper = bounds["lower"], bounds["upper"]
    return rate(lower) if lower == upper else f"{rate(lower)} to {rate(upper)}"


def outcome_cell(headline: Mapping[str, Any], mass: str, outcome: str) -> str:
    """How many wrong answers a mass gives an outcome: the count, its share, its 95% interval."""
    count = headline[mass]["counts"][outcome]
    wrong = headline["wrong"]
    text = f"{count:,}"
    if wrong:
        text += f" ({percent(count / wrong)})"
    if outcome != "commitment_failure":
        return text
    failures = headline[mass]["failures_per_wrong"]["lower"]
    return f"{text} {share_spread(failures['value'], failures['interval'])}".rstrip()


def flag_lines(summary: Mapping[str, Any]) -> list[Line]:
    """The two flags on wrong answers."""
    flags = summary["flags"]
    return [
        Line("lost midway", rate(flags["lost_midway"]), "began on a right answer and left it"),
        Line("alias gap", rate(flags["alias_gap"]), "resembles a right answer: check by hand"),
    ]


def rate_lines(summary: Mapping[str, Any]) -> list[Line]:
    """Rates beside the headline: conditional misfire, failures to commit proper, by question."""
    headline = summary["rates"]["all_rows"]
    tau = summary["tau"]
    return [
        Line(
            "conditional misfire",
            rate_bounds(headline["string"]["misfire"]),
            f"wrong among the questions with a P-mass of at least {tau:g}",
        ),
        Line(
            "failure to commit proper",
            rate_bounds(headline["proper_per_wrong"]),
            "per wrong answer: the right one outweighed it, and was not said",
        ),
        Line(
            "failures per question",
            rate_bounds(headline["string"]["failures_per_question"]),
        ),
        Line(
            "without alias gaps",
            rate_bounds(summary["rates"]["without_alias_gap"]["string"]["failures_per_wrong"]),
            "failures per wrong answer",
        ),
    ]


def reference_lines(summary: Mapping[str, Any]) -> list[Line]:
    """What greedy decoding did, beside the two references for the same beliefs."""
    references = summary["references"]
    lines = [Line("greedy error", rate(references["greedy_error"]), "what it did")]
    for sampling in references["sampling"]:
        if sampling["mass"] == "string" and sampling["expected_error"] is not None:
            low, high = sampling["expected_error"]
            lines.append(Line("sampling error", percent_between(low, high), "expected: 1 − P-mass"))
    argmax = references["concept_argmax"]
    lines.append(
        Line("concept argmax right", rate(argmax["accuracy"]), "the heaviest meaning is right")
    )
    return lines


def brief_lines(summary: Mapping[str, Any]) -> list[Line]:
    """What stands beside the outcomes, a line for each aspect: for one screen, with no room."""
    counts = ((CAUSE_WORDS[name], n) for name, n in summary["causes"]["curated"].items())
    misfire = summary["rates"]["all_rows"]["string"]["misfire"]
    lines = [
        Line("Causes", ", ".join(f"{name} {count:,}" for name, count in counts)),
        Line("Misfire", rate_bounds(misfire), "though known"),
        Line("Wrong", _errors(summary["references"])),
    ]
    return [*lines, *dispersion_lines(summary), *confidence_lines(summary)]


def _errors(references: Mapping[str, Any]) -> str:
    """The errors of greedy decoding, of sampling, and of always saying the heaviest meaning."""
    argmax = references["concept_argmax"]["accuracy"]["value"]
    greedy = references["greedy_error"]["value"]
    parts = [] if greedy is None else [f"greedy {percent(greedy)}"]
    for sampling in references["sampling"]:
        if sampling["mass"] == "string" and sampling["expected_error"] is not None:
            parts.append(f"sampling {percent_between(*sampling['expected_error'])} (expected)")
    if argmax is not None:
        parts.append(f"heaviest meaning {percent(1 - argmax)}")
    return ", ".join(parts) or "–"


def dispersion_lines(summary: Mapping[str, Any]) -> list[Line]:
    """The strongest spelling in failures against right answers, and what of it was to be expected.

    Nothing of a contrast without a figure.
    """
    overall = summary["dispersion"]["overall"]
    found = overall["contrasts"]["top_form_prob"]
    if found["difference"] is None:
        return []
    seen = f"{signed(found['difference'])}{signed_spread(found['interval'])}"
    value = (
        f"strongest form {found['mean_failures']:.2f} in failures, "
        f"{found['mean_correct']:.2f} if right: {seen}"
    )
    lines = [Line("Dispersion", value)]
    null = (overall.get("null") or {}).get("top_form_prob")
    beyond = found.get("beyond_cap")
    parts = []
    if null:
        forced = f"{signed(null['mean'])}{signed_spread(null['interval'])}"
        parts.append(f"forced by P {forced}")
    if beyond:
        left = f"{signed(beyond['value'])}{signed_spread(beyond['interval'])}"
        parts.append(f"past the cap {left}")
    return [*lines, Line("", "; ".join(parts))] if parts else lines


def confidence_lines(summary: Mapping[str, Any]) -> list[Line]:
    """What the answer's own probability says; nothing of a summary without it, or of few rows."""
    found = (summary.get("confidence") or {}).get("sequence")
    if not found or found["auroc"] is None:
        return []
    value = (
        f"mean {percent(found['mean'])}, right {percent(found['accuracy'])}; "
        f"AUROC {found['auroc']:.2f}"
    )
    if found["auroc_interval"] is not None:
        low, high = found["auroc_interval"]
        value += f" [{low:.2f}–{high:.2f}]"
    if found["ece"] is not None:
        value += f", calibration error {found['ece']:.2f}"
    return [Line("Confidence", value)]


def cost_text(summary: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    """What the measurement took."""
    cost = summary["cost"]
    mean = cost["forward_tokens_mean"]
    parts = [f"{cost['forward_tokens']:,} forward tokens"]
    if mean is not None:
        parts[0] += f", {mean:,.0f} a question"
    header = setting(manifest, "header_tokens")
    if header:
        parts.append(f"{header} in the header that all prompts share")
    if cost["near_ties"]:
        parts.append(counted(cost["near_ties"], "near tie"))
    if cost["budget_spent"]:
        parts.append(counted(cost["budget_spent"], "row") + " stopped at the budget")
    return "; ".join(parts)


def reading(summary: Mapping[str, Any]) -> str:
    """The run in a sentence or two of plain words."""
    headline = summary["rates"]["all_rows"]
    wrong = headline["wrong"]
    if not wrong:
        return f"No wrong answers among {counted(headline['n'], 'question')}: nothing to explain."
    failures = headline["string"]["counts"]["commitment_failure"]
    text = (
        f"Of {counted(wrong, 'wrong answer')}, {failures:,} ({percent(failures / wrong)}) had at "
        f"least {percent(summary['tau'])} of the model's belief on the right answer"
    )
    minority = summary["causes"]["curated"]["minority_belief"]
    if minority:
        text += f"; in {minority:,} of them it believed the wrong one at least as much"
    text += "."
    by_first = headline["first"]["counts"]["commitment_failure"]
    if by_first != failures:
        text += (
            f" Judged by first tokens alone it would seem to be {by_first:,} "
            f"({percent(by_first / wrong)})."
        )
    return text


def advice(
    summary: Mapping[str, Any], manifest: Mapping[str, Any], folder: str = ""
) -> tuple[Advice, ...]:
    """What a run means and what to try next, with the names that its manifest gives.

    `folder` is the run's, which a command about the run itself names.
    """
    model, questions = setting(manifest, "model"), setting(manifest, "questions")
    return advise(summary, model, questions, folder, manifest.get("settings"))


def title(summary: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    """What was asked, and who, and how many questions, as far as the manifest names them."""
    names = [setting(manifest, "model"), setting(manifest, "questions")]
    asked = " on ".join(name for name in names if name)
    return ", ".join(part for part in (asked, counted(summary["n"], "question")) if part)


def run_title(manifest: Mapping[str, Any]) -> str:
    """What was asked, and who: the heading of a run's page."""
    names = [setting(manifest, name) for name in ("model", "questions")]
    return " on ".join(name for name in names if name) or "misspoke report"


def conditions(manifest: Mapping[str, Any]) -> list[str]:
    """How a model was asked, and what it is: `text, 4 shots`, `float32`, `base`, what is known."""
    settings = manifest.get("settings", {})
    style, model = settings.get("style"), settings.get("model")
    lineage = manifest.get("facts", {}).get("lineage") or {}
    if isinstance(style, Mapping):
        shots = style.get("shots")
        parts = [
            style.get("form"),
            None if shots is None else counted(shots, "shot"),
            "stem" if style.get("stem") else None,
        ]
        style = ", ".join(str(part) for part in parts if part)
    dtype = model.get("dtype") if isinstance(model, Mapping) else settings.get("dtype")
    found = (lineage.get("role"), dtype, style)
    return [visible(str(one)) for one in found if one]


def made_on(manifest: Mapping[str, Any]) -> str:
    """When the run began, to the minute: `2026-11-22 05:12`; an empty text if it is not told."""
    return visible(str(manifest.get("created", ""))[:16].replace("T", " "))


def setting(manifest: Mapping[str, Any], name: str) -> str:
    """A setting or a fact of a run as text, an empty one where the manifest has none of the name.

    Something that is described by several values goes by its `name`.
    """
    for part in ("settings", "facts"):
        value = manifest.get(part, {}).get(name)
        if isinstance(value, Mapping):
            value = value.get("name")
        if value is not None:
            return visible(str(value))
    return ""

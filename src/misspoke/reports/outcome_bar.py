"""All questions as one bar, divided by what became of them."""

from collections.abc import Mapping
from typing import Any

from misspoke.reports.charts.theme import OUTCOME_COLOURS, SHAPES
from misspoke.reports.page_parts import safe
from misspoke.reports.text import counted, percent
from misspoke.reports.verdict import OUTCOME_WORDS

ORDER = ("correct", "commitment_failure", "undetermined", "knowledge_gap", "abstained")

_WIDTH, _HEIGHT = 1000, 30
_HOLLOW = ("knowledge_gap", "abstained")


def outcome_bar(summary: Mapping[str, Any]) -> str:
    """The bar, and a legend with the counts; nothing where there is no question."""
    counts = summary["rates"]["all_rows"]["string"]["counts"]
    total = sum(counts.values())
    if not total:
        return ""
    held = [name for name in ORDER if counts[name]]
    texts = {name: f"{counts[name]:,} ({percent(counts[name] / total)})" for name in held}
    parts, before = [], 0
    for name in held:
        parts.append(_part(name, before / total, counts[name] / total, f"{counts[name]:,}"))
        before += counts[name]
    told = "; ".join(f"{OUTCOME_WORDS[name]} {texts[name]}" for name in held)
    title = f"What became of {counted(total, 'question')}: {told}"
    legend = "".join(_entry(name, texts[name]) for name in held)
    return (
        f'<figure class="outcomes-bar" data-file="outcomes"><svg role="img" '
        f'aria-label="{safe(title)}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'preserveAspectRatio="none" height="{_HEIGHT}">{"".join(parts)}</svg>\n'
        f'<ul class="legend">{legend}</ul></figure>'
    )


def _part(outcome: str, start: float, share: float, text: str) -> str:
    left, width = _WIDTH * start, max(1.0, _WIDTH * share - 2)
    return (
        f'<rect fill="{OUTCOME_COLOURS[outcome]}" x="{left:.1f}" y="0" width="{width:.1f}" '
        f'height="{_HEIGHT}"><title>{safe(f"{OUTCOME_WORDS[outcome]}: {text}")}</title></rect>'
    )


def _entry(outcome: str, text: str) -> str:
    """The mark of an outcome, its words, and its count."""
    colour = OUTCOME_COLOURS[outcome]
    paint = f'fill="none" stroke="{colour}" stroke-width="1.4"'
    if outcome not in _HOLLOW:
        paint = f'fill="{colour}"'
    count, _, share = text.partition(" ")
    return (
        f'<li><svg aria-hidden="true" viewBox="-5 -5 10 10"><path {paint} '
        f'd="M0 0{SHAPES[outcome]}"/></svg>{safe(OUTCOME_WORDS[outcome])} '
        f"<b>{safe(count)}</b> {safe(share)}</li>"
    )

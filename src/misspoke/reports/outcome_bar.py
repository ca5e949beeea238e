"""All questions as one bar, divided by what became of them."""

from collections.abc import Mapping
from typing import Any

from misspoke.reports.charts import Plot, outcome_legend, picture
from misspoke.reports.page_parts import safe
from misspoke.reports.text import counted, percent
from misspoke.reports.verdict import OUTCOME_WORDS

ORDER = ("correct", "commitment_failure", "undetermined", "knowledge_gap", "abstained")

_PLOT = Plot(width=720, height=34, left=0, right=0, top=0, bottom=0)
_ROOM = 0.05
"""A part of at least this share has room for its number."""


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
    description = "; ".join(f"{OUTCOME_WORDS[name]}: {texts[name]}" for name in held)
    title = f"What became of {counted(total, 'question')}"
    return picture(_PLOT, "outcomes", title, description, *parts) + outcome_legend(texts.items())


def _part(outcome: str, start: float, share: float, text: str) -> str:
    left, width = _PLOT.x(start), max(1.0, _PLOT.x(share) - 2)
    bar = f'<rect class="bar {outcome}" x="{left:.1f}" y="0" width="{width:.1f}" height="34"/>'
    if share < _ROOM:
        return bar
    place = left + width / 2
    return f'{bar}<text class="inside middle" x="{place:.1f}" y="22">{safe(text)}</text>'

"""The frame of the questions' table and of the question that is opened; scripts fill it."""

from misspoke.reports.page.data import PageData
from misspoke.reports.page_parts import note, section
from misspoke.reports.text import counted

_FIELDS = {
    "outcome": ("Outcome", ""),
    "mass": ("Judged by", "spare"),
    "cause": ("Cause", ""),
    "relation": ("Relation", ""),
    "flag": ("Flag", "spare"),
}


def explorer_section(data: PageData, tau: float) -> str:
    """The section on the questions: filters, their table, and what it does not hold."""
    fields = "\n".join(
        f'<label class="{kind}">{name}<select id="filter-{field}"></select></label>'
        for field, (name, kind) in _FIELDS.items()
    )
    shown = f"""<noscript><p>The table of questions needs scripts; all else on this page stands
without them. The rows themselves are in <code>answers.parquet</code>, in the run's folder.</p>
</noscript>
<div id="explorer" class="live-only" data-tau="{tau!r}">
<form id="filters" aria-label="Filters">
<label class="searching">Search questions and answers
<input id="filter-find" type="search" autocomplete="off" spellcheck="false"></label>
{fields}
<button type="button" id="reset">Reset</button>
</form>
<div class="told"><p id="count" role="status"></p>
<button type="button" id="csv">Save these as CSV</button></div>
<p id="missing" role="alert"></p>
<p class="help"><kbd>/</kbd> search · <kbd>j</kbd> <kbd>k</kbd> next and previous question ·
<kbd>Esc</kbd> close · in the tree, arrows and <kbd>Enter</kbd></p>
<div id="listing"></div>
{_held(data)}
</div>"""
    return section("Questions", shown, name="questions")


DETAIL = """<div id="detail" role="dialog" aria-labelledby="detail-title" hidden>
<div class="detail-bar">
<button type="button" id="detail-before" title="Previous (k)">← Previous</button>
<span id="detail-place"></span>
<button type="button" id="detail-after" title="Next (j)">Next →</button>
<button type="button" id="detail-close" aria-label="Close (Esc)">✕</button></div>
<div id="detail-body"></div>
</div>"""
"""Where an opened question is shown."""


def _held(data: PageData) -> str:
    """What of the run is in the file."""
    rows, total = data.listed.places.size, data.listed.columns["n"]
    text = ""
    if rows < total:
        text += (
            f"The table holds {counted(rows, 'question')} of {total:,}: commitment failures first, "
            "and an even sample of the others. "
        )
    if data.detailed < rows:
        text += (
            f"Votes and trees are in this file for {counted(data.detailed, 'question')}, "
            f"{data.failures_detailed:,} of the {int(data.listed.failed.sum()):,} commitment "
            "failures among them; the run's folder has them all."
        )
    return note(text.strip()) if text else ""

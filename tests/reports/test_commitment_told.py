"""One verdict everywhere: page, terminal and notebook tell a committed model from one that is not.

Both models have the same accuracy and the same published rate, three of four wrong answers.
"""

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import pytest
from reports.drawing import drawn
from reports.report_rows import a_run
from speakers import COMMITTED, SPLIT, observed

from misspoke.reports import summary_table, write_report
from misspoke.reports.notebook import summary_html


@pytest.mark.parametrize(
    ("counts", "told", "not_told"),
    [
        (COMMITTED, "There is no commitment problem", "There is a commitment problem"),
        (SPLIT, "There is a commitment problem: on 10% of", "There is no commitment problem"),
    ],
    ids=["committed", "split votes"],
)
def test_all_reports_give_the_same_verdict(
    tmp_path: Path, counts: Mapping[str, int], told: str, not_told: str
) -> None:
    run, summary = a_run(tmp_path, observed(counts))
    page = write_report(run, summary)
    shown = {
        "page": unescape(re.sub("<[^>]+>", "", page.read_text(encoding="utf-8"))),
        "terminal": drawn(summary_table(summary, run.manifest), 80),
        "notebook": unescape(re.sub("<[^>]+>", "", summary_html(summary, run.manifest, page))),
    }
    for place, text in shown.items():
        flat = " ".join(text.split())
        assert flat.count(told) == 1, place
        assert not_told not in flat, place
        assert "it knew, and said something else" not in flat.casefold(), place
    minority = counts["minority"]
    assert f"in {minority} of them it believed the wrong one at least as much" in shown["page"]
    assert summary["rates"]["all_rows"]["literal"]["failures_per_wrong"]["lower"]["value"] == 0.75

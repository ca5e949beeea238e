"""A page of 10,000 rows: its size, and how quickly it opens and filters."""

from pathlib import Path
from typing import Any

import pytest
from browser.conftest import opened

from benchmarks.report_page import FILTER, LOADED

pytestmark = pytest.mark.browser


def test_ten_thousand_rows_open_and_filter_quickly(browser: Any, large_report: Path) -> None:
    assert large_report.stat().st_size < 15_000_000
    with opened(browser, large_report) as page:
        assert page.evaluate(LOADED) < 4_000
        assert "10,000 questions" in page.inner_text("#count")
        page.evaluate(FILTER)  # the first search folds all texts
        times = page.evaluate(FILTER)
        assert sorted(times)[len(times) // 2] < 200
        assert max(times) < 600


def test_a_question_without_its_tree_says_so(browser: Any, large_report: Path) -> None:
    with opened(browser, large_report) as page:
        assert "Votes and trees are in this file for" in page.inner_text("#explorer")
        page.select_option("#filter-outcome", "correct")
        page.click("#listed tr a")
        for _ in range(40):
            if page.locator("#detail-tree").count() == 0:
                break
            page.keyboard.press("j")
        assert "are not in this file" in page.inner_text("#detail-body")

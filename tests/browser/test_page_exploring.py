"""The page in a browser: filters against polars, questions opened, the tree, the address."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl
import pytest
from browser.conftest import opened, until
from browser.made_runs import HOSTILE_ANSWER, HOSTILE_QUESTION, ODD_ID, QUOTED_RELATION

pytestmark = pytest.mark.browser


def listed(page: Any) -> list[str]:
    """The ids of the rows that are shown, over all pages of the table, in order."""
    found: list[str] = []
    while True:
        found += page.eval_on_selector_all(
            "#listed tr a", "links => links.map(a => new URLSearchParams(a.hash.slice(1)).get('q'))"
        )
        if page.locator("#page-after").is_disabled():
            return found
        page.click("#page-after")


def address(page: Any) -> str:
    return str(page.evaluate("location.hash"))


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        ({}, pl.lit(True)),
        ({"outcome": "commitment_failure"}, pl.col("outcome") == "commitment_failure"),
        ({"outcome": "abstained"}, pl.col("outcome") == "abstained"),
        (
            {"mass": "first", "outcome": "commitment_failure"},
            pl.col("outcome_first") == "commitment_failure",
        ),
        (
            {"mass": "literal", "outcome": "knowledge_gap"},
            pl.col("outcome_first_literal") == "knowledge_gap",
        ),
        ({"cause": "greedy_miss"}, pl.col("cause") == "greedy_miss"),
        ({"relation": QUOTED_RELATION}, pl.col("relation") == QUOTED_RELATION),
        ({"relation": "town", "flag": "lost_midway"}, pl.lit(False)),
        ({"flag": "alias_gap"}, pl.col("alias_gap")),
        ({"flag": "near_tie"}, pl.col("near_tie")),
    ],
)
def test_each_filter_keeps_the_rows_that_polars_does(
    page: Any, report: Any, chosen: dict[str, str], kept: pl.Expr
) -> None:
    for name, value in chosen.items():
        page.select_option(f"#filter-{name}", value)
    rows = report.frame().filter(kept)
    assert sorted(listed(page)) == sorted(rows["id"])
    mass = {"first": "outcome_first", "literal": "outcome_first_literal"}.get(
        chosen.get("mass", ""), "outcome"
    )
    failures = rows.filter(pl.col(mass) == "commitment_failure").height
    told = page.inner_text("#count")
    assert f"{rows.height} question" in told
    assert f": {failures} commitment failure" in told
    if "outcome" in chosen:
        words = page.eval_on_selector_all("#listed .word", "all => all.map(w => w.textContent)")
        assert set(words) == {chosen["outcome"].replace("_", " ")}
    if rows.height:
        assert f"{100 * rows['correct'].mean():.0f}% answered right" in told


def test_a_search_ignores_case_and_accents_and_looks_into_all_right_answers(page: Any) -> None:
    page.fill("#filter-find", "sao TOME")
    assert listed(page) == [ODD_ID]
    page.fill("#filter-find", "MALAYSIAN ringgit case 3")
    assert listed(page) == ["split-3"]
    page.fill("#filter-find", "alert(1)")
    assert listed(page) == ["hostile"]
    page.click("#reset")
    assert len(listed(page)) == 40


def test_columns_sort_both_ways(page: Any, report: Any) -> None:
    frame = report.frame()
    page.click("th[data-column=mass] button")
    masses = dict(zip(frame["id"], frame["p_mass_lower"], strict=True))
    found = [masses[row] for row in listed(page)]
    assert found == sorted(found, reverse=True)
    assert page.get_attribute("th[data-column=mass]", "aria-sort") == "descending"
    page.click("th[data-column=mass] button")
    found = [masses[row] for row in listed(page)]
    assert found == sorted(found)
    page.click("th[data-column=question] button")
    assert listed(page)[0] == ODD_ID


def test_a_question_opens_from_its_row_and_from_its_point(page: Any, report: Any) -> None:
    places = {row_id: place for place, row_id in enumerate(report.frame()["id"])}
    page.click(f'#listed tr[data-row="{places["split-0"]}"] td >> nth=0')
    assert page.is_visible("#detail")
    assert focused(page) == "What is Malaysia’s currency, case 0?"
    assert "split vote" in page.inner_text("#detail .verdict")
    assert "Malaysian ringgit" in page.text_content("#detail-vote svg")
    assert page.locator("#map .ringed").get_attribute("data-row") == str(places["split-0"])
    page.keyboard.press("Escape")
    until(page, "document.activeElement.tagName === 'A'")
    assert page.is_hidden("#detail")
    assert focused(page) == "What is Malaysia’s currency, case 0?"
    page.locator(f'#map [data-row="{places["greedy-1"]}"]').dispatch_event("click")
    assert focused(page) == "Where is the tower, case 1?"
    assert "greedy miss" in page.inner_text("#detail .verdict")


def test_points_of_rows_that_are_filtered_out_fade(page: Any, report: Any) -> None:
    page.select_option("#filter-cause", "split_vote")
    rows = report.frame().with_row_index().filter(pl.col("cause") == "split_vote")
    bright = page.eval_on_selector_all(
        "#map [data-row]:not(.faded)", "points => points.map(p => Number(p.dataset.row))"
    )
    assert sorted(bright) == rows["index"].to_list()
    assert page.locator("#map [data-row]").count() == 40


def test_keys_lead_through_what_is_filtered(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("tower")
    page.keyboard.press("Tab")
    page.click("#listed tr a >> nth=0")
    assert page.inner_text("#detail-place") == "1 of 3"
    page.keyboard.press("k")
    assert page.inner_text("#detail-place") == "1 of 3"
    page.keyboard.press("j")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#detail-place") == "3 of 3"
    assert page.locator("#detail-after").is_disabled()
    page.go_back()
    assert page.is_hidden("#detail")
    assert page.input_value("#filter-find") == "tower"


def test_an_address_holds_the_question_and_the_filters(browser: Any, report: Any) -> None:
    path: Path = report.path / "report.html"
    fragment = f"#q={quote(ODD_ID, safe='')}&outcome=commitment_failure&find=s%C3%A3o"
    with opened(browser, path, fragment) as page:
        assert page.inner_text("#detail-title") == "An odd id, São Tomé?"
        assert page.input_value("#filter-outcome") == "commitment_failure"
        assert listed(page) == [ODD_ID]
        page.click("#detail-close")
        assert page.is_hidden("#detail")
        assert address(page) == "#find=s%C3%A3o&outcome=commitment_failure"
    with opened(browser, path, "#q=nobody&find=%E0%A4%A") as page:
        assert "There is no question “nobody”" in page.inner_text("#missing")
        assert page.is_hidden("#detail")
    with opened(browser, path, "#thresholds") as page:
        assert len(listed(page)) == 40


def test_back_and_forward_open_and_close(page: Any) -> None:
    page.click("#listed tr a >> nth=2")
    title = page.inner_text("#detail-title")
    page.go_back()
    assert page.is_hidden("#detail")
    page.go_forward()
    assert page.inner_text("#detail-title") == title


def test_hostile_texts_are_texts(page: Any) -> None:
    page.select_option("#filter-relation", QUOTED_RELATION)
    page.click("#listed tr a")
    assert page.inner_text("#detail-title") == HOSTILE_QUESTION
    assert HOSTILE_ANSWER in page.inner_text("#detail dl")
    assert HOSTILE_ANSWER in page.text_content("#detail-tree svg")
    assert page.locator("img, #detail b, #detail script").count() == 0
    assert page.locator("script:not([type])").count() == 1


def tree_texts(page: Any) -> list[str]:
    return list(
        page.eval_on_selector_all("[role=treeitem]", "all => all.map(one => one.ariaLabel)")
    )


def test_the_tree_unfolds_by_click_and_by_keys(browser: Any, report: Any) -> None:
    with opened(browser, report.path / "report.html", "#q=greedy-0") as page:
        before, place = tree_texts(page), page.inner_text("#detail-place")
        assert before[:2] == ["␣New, 45% of the belief, said", "␣York, 25% of the belief, said"]
        assert "␣Paris, 35% of the belief, a right answer in full" in before
        top = page.locator("[role=treeitem]").first
        assert top.get_attribute("aria-level") == "1"
        assert top.get_attribute("aria-expanded") == "true"
        top.click()
        assert page.locator("[role=treeitem]").first.get_attribute("aria-expanded") == "false"
        assert "␣York, 25% of the belief, said" not in tree_texts(page)
        page.keyboard.press("ArrowRight")
        assert tree_texts(page) == before
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.getAttribute('aria-level')") == "2"
        page.keyboard.press("ArrowLeft")
        assert page.evaluate("document.activeElement.ariaExpanded") == "false"
        page.keyboard.press("ArrowLeft")
        assert page.evaluate("document.activeElement.getAttribute('aria-level')") == "1"
        page.keyboard.press("Enter")
        assert len(tree_texts(page)) < len(before)
        page.keyboard.press("End")
        assert page.evaluate("document.activeElement.ariaLabel") == tree_texts(page)[-1]
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Home")
        assert page.evaluate("document.activeElement.ariaLabel") == tree_texts(page)[0]
        assert page.locator("[role=treeitem][tabindex='0']").count() == 1
        assert page.inner_text("#detail-place") == place


def test_shares_of_the_tree_add_up(browser: Any, report: Any) -> None:
    """What the children of a node hold, and what is elsewhere, is what the node holds."""
    with opened(browser, report.path / "report.html", "#q=split-0") as page:
        levels = page.eval_on_selector_all(
            "[role=treeitem]",
            "all => all.map(one => [one.getAttribute('aria-level'),"
            " parseInt(one.ariaLabel.match(/(\\d+)% of the belief/)[1])])",
        )
    assert abs(sum(share for level, share in levels if level == "1") - 100) <= 3

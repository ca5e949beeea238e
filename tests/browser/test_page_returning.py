"""Where the page leaves its reader: addresses, ways back, the focus, and what stays in view."""

from pathlib import Path
from typing import Any

import pytest
from browser.conftest import opened, until
from browser.made_runs import disputed_run, unrelated_run

import misspoke

pytestmark = pytest.mark.browser

FIRST = "#listed tr:first-child a"
TOP = "selector => document.querySelector(selector).getBoundingClientRect().top"


def place(page: Any) -> str:
    return str(page.inner_text("#page-place"))


def focus_is_in(page: Any, selector: str) -> None:
    until(page, f"document.activeElement.closest('{selector}')")


@pytest.mark.parametrize("name", ["sort", "mass", "outcome", "cause", "relation", "flag"])
@pytest.mark.parametrize("value", ["constructor", "__proto__", "-__proto__", "toString"])
def test_an_address_of_unknown_values_is_one_without_them(
    browser: Any, report: Any, name: str, value: str
) -> None:
    with opened(browser, report.path / "report.html", f"#{name}={value}&find=tower") as page:
        assert place(page) == "1–3 of 3"
        values = page.eval_on_selector_all("#filters select", "all => all.map(one => one.value)")
        assert sorted(values) == ["", "", "", "", "string"]
        page.click(FIRST)
        assert page.inner_text("#detail-place") == "1 of 3"
        assert page.evaluate("location.hash").endswith("&find=tower")


def test_an_address_with_odd_names_is_read(browser: Any, report: Any) -> None:
    with opened(browser, report.path / "report.html", "#__proto__=x&q=__proto__&find=") as page:
        assert place(page) == "1–25 of 40"
        assert "no question “__proto__”" in page.inner_text("#missing")


def test_a_closed_question_leaves_the_table_where_it_was(page: Any) -> None:
    page.click("#page-after")
    page.click("#listed tr:nth-child(4) a")
    title = page.inner_text("#detail-title")
    page.keyboard.press("Escape")
    focus_is_in(page, "#listed tr:nth-child(4) a")
    assert place(page) == "26–40 of 40"
    assert page.evaluate("document.activeElement.textContent") == title
    page.fill("#filter-find", "case")
    assert place(page).startswith("1–25 of")
    page.click("#page-after")
    page.click("th[data-column=mass] button")
    assert place(page).startswith("1–25 of")


def test_a_question_that_was_followed_by_others_closes_at_the_last(page: Any) -> None:
    page.click("#listed tr:nth-child(24) a")
    for _ in range(3):
        page.keyboard.press("j")
    title = page.inner_text("#detail-title")
    page.keyboard.press("Escape")
    focus_is_in(page, "#listed tr:nth-child(2) a")
    assert place(page) == "26–40 of 40"
    assert page.evaluate("document.activeElement.textContent") == title


def test_from_the_map_the_way_back_leads_to_the_map(page: Any) -> None:
    page.add_style_tag(content="html { scroll-behavior: auto !important }")
    page.evaluate(f"scrollBy(0, ({TOP})('#map') - 100)")
    row = page.locator("#listed tr:nth-child(3)").get_attribute("data-row")
    page.locator(f'#map [data-row="{row}"]').dispatch_event("click")
    assert page.evaluate(TOP, "#map") == pytest.approx(100, abs=2)
    page.keyboard.press("Escape")
    focus_is_in(page, "#beliefs h2")
    assert page.evaluate(TOP, "#map") == pytest.approx(100, abs=2)
    page.keyboard.press("/")
    page.keyboard.type("tower")
    page.locator(f'#map [data-row="{row}"]').dispatch_event("click")
    assert page.inner_text("#detail-place") == "not among those shown"
    page.click("#detail-close")
    focus_is_in(page, "#beliefs h2")


def test_the_order_of_outcomes_goes_by_the_mass_that_judges(browser: Any, tmp_path: Path) -> None:
    ids = "all => all.map(one => new URLSearchParams(one.hash.slice(1)).get('q'))"
    with opened(browser, disputed_run(tmp_path).path / "report.html") as page:
        for sort in ("", "outcome"):
            if sort:
                page.click("th[data-column=outcome] button")
            for mass, wanted in (
                ("string", ["failure", "gap", "disputed", "right"]),
                ("first", ["disputed", "failure", "gap", "right"]),
                ("literal", ["disputed", "failure", "gap", "right"]),
            ):
                page.select_option("#filter-mass", mass)
                found = page.eval_on_selector_all("#listed tr a", ids)
                assert sorted(found[:2]) == sorted(wanted[:2])
                assert found == wanted or not sort


def test_the_filter_of_outcomes_goes_by_the_mass_that_judges(browser: Any, tmp_path: Path) -> None:
    path = disputed_run(tmp_path).path / "report.html"
    for mass, count in (("string", 1), ("first", 2), ("literal", 2)):
        with opened(browser, path, f"#outcome=commitment_failure&mass={mass}") as page:
            assert place(page) == f"1–{count} of {count}"
            assert f": {count} commitment failure" in page.inner_text("#count")


def test_the_bar_on_top_keeps_the_question_and_the_filters(page: Any) -> None:
    page.select_option("#filter-outcome", "commitment_failure")
    page.click(FIRST)
    address = page.evaluate("location.hash")
    title = page.inner_text("#detail-title")
    page.click('.bar a[href="#thresholds"]')
    until(page, f"() => Math.abs(({TOP})('#thresholds')) < 100")
    assert page.evaluate("location.hash") == address
    assert page.inner_text("#detail-title") == title
    assert page.is_visible("#detail")
    assert page.input_value("#filter-outcome") == "commitment_failure"
    focus_is_in(page, "#thresholds h2")
    page.keyboard.press("Escape")
    until(page, "document.getElementById('detail').hidden")
    assert page.evaluate("location.hash") == "#outcome=commitment_failure"


def test_without_filters_the_bar_on_top_names_the_section(page: Any) -> None:
    page.click('.bar a[href="#thresholds"]')
    assert page.evaluate("location.hash") == "#thresholds"


@pytest.mark.parametrize("row", [2, 12, 25])
def test_a_row_that_is_opened_stays_where_it_is(page: Any, row: int) -> None:
    link = f"#listed tr:nth-child({row})"
    page.add_style_tag(content="html { scroll-behavior: auto !important }")
    page.evaluate(f"scrollBy(0, ({TOP})('{link}') - 300)")
    before = page.evaluate(TOP, link)
    page.locator(f"{link} a").click()
    page.wait_for_timeout(100)
    assert page.evaluate(TOP, link) == pytest.approx(before, abs=2)
    page.keyboard.press("Escape")
    focus_is_in(page, link)
    page.wait_for_timeout(100)
    assert page.evaluate(TOP, link) == pytest.approx(before, abs=2)


def test_a_search_looks_into_relations_and_ids(page: Any) -> None:
    page.fill("#filter-find", "GAP-1")
    assert place(page) == "1–3 of 3"
    page.fill("#filter-find", "currency")
    assert place(page) == "1–5 of 5"
    page.fill("#filter-find", "odd")
    assert place(page) == "1–2 of 2"


def test_rows_without_a_relation_are_not_those_of_one_named_none(
    browser: Any, tmp_path: Path
) -> None:
    run: misspoke.Run = unrelated_run(tmp_path)
    with opened(browser, run.path / "report.html") as page:
        texts = page.eval_on_selector_all(
            "#filter-relation option", "all => all.map(one => [one.textContent, one.value])"
        )
        for index, (text, value) in enumerate(texts[1:], 1):
            page.select_option("#filter-relation", index=index)
            assert place(page) == "1–1 of 1"
            wanted = "" if text == "without a relation" else text
            assert page.text_content("#listed td:last-child") == wanted
            page.reload()
            assert page.input_value("#filter-relation") == value
            assert page.text_content("#listed td:last-child") == wanted
        assert sorted(text for text, _ in texts[1:]) == [
            "(none)",
            "(none)(none)",
            "town",
            "without a relation",
        ]


def test_arrows_in_the_table_scroll_the_table(page: Any) -> None:
    page.click(FIRST)
    assert page.inner_text("#detail-place") == "1 of 40"
    page.focus("#listing .scroll")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#detail-place") == "1 of 40"
    page.focus("#detail-title")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#detail-place") == "2 of 40"


def test_the_map_says_that_the_table_opens_the_same_questions(page: Any) -> None:
    label = page.get_attribute("#map svg", "aria-label")
    assert label.startswith("What the model believed")
    assert label.endswith("The table of questions lists and opens the same questions.")


def test_a_point_under_the_pointer_says_what_it_is(page: Any, report: Any) -> None:
    rows = report.frame().with_row_index().rows(named=True)
    page.locator("#map").scroll_into_view_if_needed()
    assert page.is_hidden("#map .tip")
    for row in (rows[0], rows[-1]):
        point = page.locator(f'#map [data-row="{row["index"]}"]')
        point.dispatch_event("pointermove", {"bubbles": True, "clientX": 300, "clientY": 300})
        told = page.inner_text("#map .tip")
        assert row["question"] in told
        assert f"It said “{row['answer']}”: " in told
        assert f"P-mass {row['p_mass_lower']:.2f}" in told
    box, tip = (page.locator(one).bounding_box() for one in ("#map", "#map .tip"))
    assert box["x"] <= tip["x"]
    assert tip["x"] + tip["width"] <= box["x"] + box["width"]
    page.locator("#map svg").dispatch_event("pointermove", {"bubbles": True})
    assert page.is_hidden("#map .tip")
    point.dispatch_event("pointermove", {"bubbles": True})
    assert page.is_visible("#map .tip")
    page.locator("#map").dispatch_event("pointerleave")
    assert page.is_hidden("#map .tip")

"""What the page lets people save: rows as CSV, pictures as SVG, commands to copy."""

import csv
import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
from browser.conftest import opened, until, value_of
from browser.made_runs import FORMULA, HOSTILE_ANSWER, QUOTED_RELATION, opener_run

pytestmark = pytest.mark.browser

NUMBERS = ("p_mass_lower", "p_mass_upper", "p_mass_first", "p_mass_first_literal", "winner_prob")
FORMULAS = [f"{start}1" for start in "=+-@\t\r\n＝＋－＠"]
SVG = "{http://www.w3.org/2000/svg}"


def saved(page: Any, action: str) -> bytes:
    with page.expect_download() as waited:
        page.locator(action).first.click()
    return Path(waited.value.path()).read_bytes()


def test_the_csv_holds_the_rows_that_are_shown(page: Any, report: Any) -> None:
    page.select_option("#filter-outcome", "commitment_failure")
    content = saved(page, "#csv")
    assert content.startswith(b"\xef\xbb\xbf")  # by which spreadsheets know UTF-8
    text = content.decode("utf-8-sig")
    assert "\r\n" in text
    assert "\n" not in text.replace("\r\n", "")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    frame = report.frame().filter(pl.col("outcome") == "commitment_failure")
    kept = {row["id"]: row for row in frame.iter_rows(named=True)}
    assert {row["id"] for row in rows} == set(kept)
    assert len(rows) == len(kept)
    for row in rows:
        stored = kept[row["id"]]
        assert row["question"] == stored["question"]
        assert row["relation"] == stored["relation"]
        assert row["answer"].removeprefix("'") == stored["answer"]
        assert row["right_answers"] == "; ".join(" / ".join(group) for group in stored["gold"])
        assert row["cause"] == stored["cause"]
        for name in NUMBERS:
            assert float(row[name]) == pytest.approx(stored[name], rel=1e-3)
    hostile = next(row for row in rows if row["id"] == "hostile")
    assert (hostile["answer"], hostile["relation"]) == (HOSTILE_ANSWER, QUOTED_RELATION)


def test_each_mass_of_the_csv_has_a_column_of_its_own(browser: Any, tmp_path: Path) -> None:
    stored = opener_run(tmp_path)
    row = stored.frame().row(0, named=True)
    assert row["p_mass_first_literal"] != pytest.approx(row["p_mass_first"], abs=0.05)
    with opened(browser, stored.path / "report.html") as page:
        text = saved(page, "#csv").decode("utf-8-sig")
    found = next(csv.DictReader(io.StringIO(text, newline="")))
    for name in NUMBERS:
        assert float(found[name]) == pytest.approx(row[name], rel=1e-3)


def test_no_cell_of_the_csv_is_a_formula(page: Any) -> None:
    text = saved(page, "#csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert f"'{FORMULA}" in [cell for row in rows for cell in row]
    assert not any(cell.startswith(tuple("=+-@\t")) for row in rows[1:] for cell in row)


def test_whatever_a_spreadsheet_would_reckon_is_a_text(page: Any) -> None:
    """OWASP's list of first characters: also full-width ones, tabs and new lines."""
    cells = value_of(page, ("dom", "words", "questions", "csv"), "given.map(cell)", FORMULAS)
    for formula, cell in zip(FORMULAS, cells, strict=True):
        assert next(iter(csv.reader(io.StringIO(cell, newline="")))) == [f"'{formula}"]


def test_the_whole_table_can_be_saved_whatever_is_filtered(page: Any, report: Any) -> None:
    page.fill("#filter-find", "malaysia")
    rows = csv.DictReader(io.StringIO(saved(page, "#csv-all").decode("utf-8-sig"), newline=""))
    assert [row["id"] for row in rows] == report.frame()["id"].to_list()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_picture_is_a_file_of_its_own(browser: Any, report: Any, theme: str) -> None:
    path = report.path / "report.html"
    with opened(browser, path, "#q=split-0", color_scheme=theme) as page:
        figures = page.locator("figure[data-file]")
        assert figures.count() >= 6
        assert figures.count() == page.locator("figure[data-file] .save").count()
        names = figures.evaluate_all("all => all.map(one => one.dataset.file)")
        assert len(set(names)) == len(names)
        for name in names:
            text = saved(page, f'figure[data-file="{name}"] .save').decode()
            assert "var(" not in text
            assert "class=" not in text
            drawn = ElementTree.fromstring(text)  # noqa: S314
            assert drawn.tag == f"{SVG}svg"
            assert float(drawn.attrib["width"]) > 0
            ground = drawn.find(f"{SVG}rect")
            assert ground is not None
            assert ground.attrib["fill"] == (
                "rgb(251, 250, 247)" if theme == "light" else "rgb(23, 24, 28)"
            )
            assert len(list(drawn.iter())) > 3


def test_commands_can_be_copied(browser: Any, report: Any) -> None:
    options = {"permissions": ["clipboard-read", "clipboard-write"]}
    with opened(browser, report.path / "report.html", **options) as page:
        block = page.locator(".command").first
        block.locator("button").click()
        until(page, "/Copied|Selected/.test(document.querySelector('.command button').textContent)")
        assert block.locator("code").inner_text().startswith("misspoke ")

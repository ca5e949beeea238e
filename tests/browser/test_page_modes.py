"""The pages of a probe and of a checkup: for every eye, on narrow screens, on paper."""

from pathlib import Path
from typing import Any

import pytest
from browser.conftest import opened
from browser.test_page_looks import colour, luminance, serious
from finding_shapes import HOSTILE, MANIFEST, REMEDIES, findings

from misspoke.diagnosis.modes.checked import check_of, not_checked
from misspoke.reports.modes import write_findings_report
from misspoke.reports.modes.checkup_html import write_checkup

pytestmark = pytest.mark.browser

NARROW = {"viewport": {"width": 400, "height": 800}}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of a probe, and that of a checkup whose links lead somewhere."""
    folder = tmp_path_factory.mktemp("modes")
    checks = [check_of(findings(mode), f"misspoke probe {mode}", mode) for mode in ("sycophancy",)]
    checks.append(not_checked("drift", "Not checked: no time.", "misspoke probe drift -m tiny"))
    odd = findings("consistency", verdict=HOSTILE, sure=HOSTILE, remedies=REMEDIES[1:])
    checks.append(check_of(odd, HOSTILE, "consistency"))
    within = folder / "sycophancy"
    within.mkdir()
    return {
        "probe": write_findings_report(within, findings(), MANIFEST),
        "checkup": write_checkup(folder, "tiny", ["9 of 10 minutes", HOSTILE], checks),
    }


@pytest.mark.parametrize("name", ["probe", "checkup"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_shuts_people_out(
    browser: Any, pages: dict[str, Path], name: str, scheme: str
) -> None:
    with opened(browser, pages[name], color_scheme=scheme) as page:
        page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
        assert serious(page) == []
        assert (luminance(colour(page, "body", "background-color")) < 0.05) == (scheme == "dark")


@pytest.mark.parametrize("name", ["probe", "checkup"])
def test_narrow_screens_scroll_down_only(browser: Any, pages: dict[str, Path], name: str) -> None:
    with opened(browser, pages[name], **NARROW) as page:
        page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
        wide, held = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= held


@pytest.mark.parametrize("name", ["probe", "checkup"])
def test_nothing_needs_scripts(browser: Any, pages: dict[str, Path], name: str) -> None:
    with opened(browser, pages[name], java_script_enabled=False) as page:
        assert page.is_visible("main svg >> nth=0")
        assert page.is_visible("main dl >> nth=0")
        assert page.is_hidden("#themes")


def test_the_checkup_leads_to_the_reports(browser: Any, pages: dict[str, Path]) -> None:
    with opened(browser, pages["checkup"]) as page:
        linked = page.eval_on_selector("#sycophancy a", "one => one.href")
        assert linked == pages["probe"].as_uri()
        page.click("#overview a >> nth=0")
        assert page.url.endswith("#sycophancy")
        assert page.locator("#drift .command code").inner_text() == "misspoke probe drift -m tiny"


def test_texts_stay_texts(browser: Any, pages: dict[str, Path]) -> None:
    for path in pages.values():
        with opened(browser, path) as page:
            assert page.locator("img").count() == 0
            assert "</script><img src=x onerror=alert(1)>" in page.inner_text("main")

"""The page for every eye: themes, contrast, narrow screens, paper, and without scripts."""

from typing import Any

import pytest
from browser.conftest import opened, until

pytestmark = pytest.mark.browser


def serious(page: Any) -> list[str]:
    """What axe finds that shuts people out."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_shuts_people_out(browser: Any, report: Any, scheme: str) -> None:
    path = report.path / "report.html"
    with opened(browser, path, color_scheme=scheme) as page:
        page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
        assert serious(page) == []
    with opened(browser, path, "#q=split-0", color_scheme=scheme) as page:
        assert serious(page) == []


def colour(page: Any, selector: str, name: str) -> tuple[float, ...]:
    text = page.eval_on_selector(
        selector, "(one, name) => getComputedStyle(one).getPropertyValue(name)", name
    )
    return tuple(float(part) for part in text.strip("rgba()").split(",")[:3])


def luminance(channels: tuple[float, ...]) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in channels)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_theme_is_the_systems_until_one_is_chosen(browser: Any, report: Any) -> None:
    with opened(browser, report.path / "report.html", color_scheme="dark") as page:
        dark = colour(page, "body", "background-color")
        assert luminance(dark) < 0.05
        page.check("#themes input[value=light]", force=True)
        light = colour(page, "body", "background-color")
        assert luminance(light) > 0.8
        page.check("#themes input[value=dark]", force=True)
        assert colour(page, "body", "background-color") == dark
        page.emulate_media(media="print")
        assert luminance(colour(page, "body", "color")) < 0.05
        assert page.is_hidden("#filters")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_stand_out_from_the_ground(browser: Any, report: Any, scheme: str) -> None:
    """Marks need 3:1 (WCAG 2.2, 1.4.11), in the chart and in the vote."""
    with opened(browser, report.path / "report.html", "#q=split-0", color_scheme=scheme) as page:
        ground = colour(page, "body", "background-color")
        raised = colour(page, "#detail", "background-color")
        for name in ("--gold", "--wrong", "--other", "--open", "--left"):
            probe = "(() => { const e = document.body.appendChild(document.createElement('i'));"
            page.evaluate(f"{probe} e.id = 'probe{name}'; e.style.color = 'var({name})'; }})()")
            assert contrast(colour(page, f"#probe{name}", "color"), ground) >= 3
        assert contrast(colour(page, ".election rect.gold", "fill"), raised) >= 3
        assert contrast(colour(page, ".election rect.emitted", "fill"), raised) >= 3


@pytest.mark.parametrize("fragment", ["", "#q=split-0", "#q=hostile"])
def test_narrow_screens_scroll_down_only(browser: Any, report: Any, fragment: str) -> None:
    size = {"viewport": {"width": 400, "height": 800}}
    with opened(browser, report.path / "report.html", fragment, **size) as page:
        page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
        wide, held = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= held
        if fragment:
            wide, held = page.eval_on_selector(
                "#detail", "one => [one.scrollWidth, one.clientWidth]"
            )
            assert wide <= held


def test_a_question_that_covers_the_page_keeps_the_focus(browser: Any, report: Any) -> None:
    size = {"viewport": {"width": 400, "height": 800}}
    with opened(browser, report.path / "report.html", "#q=split-0", **size) as page:
        for _ in range(40):
            page.keyboard.press("Tab")
            assert not page.evaluate("!!document.activeElement.closest('main')")
        page.keyboard.press("Escape")
        until(page, "document.activeElement.closest('#listed')")


def test_without_scripts_the_figures_stand(browser: Any, report: Any) -> None:
    with opened(browser, report.path / "report.html", java_script_enabled=False) as page:
        assert page.is_hidden("#explorer")
        assert "needs scripts" in page.inner_text("noscript")
        assert page.is_visible("#map svg")
        assert page.is_visible("#overview svg >> nth=0")
        assert page.is_visible("main table >> visible=true >> nth=0")
        assert page.is_hidden("#themes")

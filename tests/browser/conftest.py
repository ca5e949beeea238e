"""One browser and one page's file for all tests; tests are skipped where there is no Chromium."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.made_runs import large_run, small_run

from benchmarks.report_page import ARGUMENTS
from misspoke.reports.page_parts import script_text


def chromium() -> str | None:
    """The browser: the one that $CHROMIUM names, or one on the path."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = (os.environ.get("CHROMIUM"), *map(shutil.which, names))
    return next((path for path in found if path), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = chromium()
    if path is None:
        pytest.skip("there is no Chromium: install it, or name it in $CHROMIUM")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A run of 40 questions with its report."""
    return small_run(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def large_report(report: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of 10,000 rows."""
    return large_run(report, tmp_path_factory.mktemp("large"), 10_000)


def until(page: Any, holds: str) -> None:
    """Wait for an expression to hold, 10 s at most.

    Playwright's own waiting would evaluate it inside the page, which the page's policy forbids.
    """
    for _ in range(200):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never held: {holds}")


def value_of(page: Any, scripts: tuple[str, ...], expression: str, given: Any) -> Any:
    """What an expression of `given` is worth where the functions of some scripts are known."""
    body = script_text(scripts).partition("{")[2].removesuffix("})();")
    return page.evaluate(f"given => {{ {body}\nreturn {expression}; }}", given)


@pytest.fixture
def page(browser: Any, report: Any) -> Iterator[Any]:
    """The report, opened from disk; it fails on a request, an error or a dialog."""
    with opened(browser, report.path / "report.html") as shown:
        yield shown


class opened:  # noqa: N801
    """A page of a file, watched: what it must not do fails at the end."""

    def __init__(self, browser: Any, path: Path, fragment: str = "", **options: Any) -> None:
        options = {"viewport": {"width": 1400, "height": 900}, **options}
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.address = path.as_uri()
        self.fragment = fragment
        self.wrong: list[str] = []

    def __enter__(self) -> Any:
        self.page.on("request", self._requested)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("console", self._told)
        self.page.on("dialog", lambda dialog: (self.wrong.append("dialog"), dialog.dismiss()))
        self.page.goto(self.address + self.fragment)
        return self.page

    def __exit__(self, *raised: object) -> None:
        self.context.close()
        if raised[0] is None:
            assert self.wrong == []

    def _requested(self, request: Any) -> None:
        if request.url.split("#")[0] != self.address and not request.url.startswith("blob:"):
            self.wrong.append(f"request: {request.url}")

    def _told(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"{message.type}: {message.text}")

"""Takes the pictures of docs/images/ of a run's report, and of a comparison's.

A browser is needed: Chromium where the system has one (`--chromium` names it), else that of
`playwright install chromium`. Pictures are cut to 256 colours, so that they stay small.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parents[2] / "docs/images"
WIDE = {"width": 1100, "height": 760}
TALL = {"width": 1100, "height": 1400}
NARROW = {"width": 400, "height": 860}
LARGEST = 200_000
"""Bytes that a picture may take."""
_LOOSE = "header, nav { position: static !important } figure button { display: none }"
"""Nothing stays above what is taken, and a figure is without its buttons."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Takes all pictures; the exit status is 1 if a report is missing or a picture too large."""
    given = _parser().parse_args(arguments)
    wanted = [given.run / "report.html"]
    wanted += [given.compare / "compare.html"] if given.compare else []
    for page in wanted:
        if not page.is_file():
            print(f"screenshots: {page}: is not there; make it first", file=sys.stderr)
            return 1
    given.output.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=given.chromium, args=list(FLAGS))
        taken = [*_of_run(browser, given.run, given.question)]
        if given.compare:
            taken += _of_comparison(browser, given.compare)
        browser.close()
    for name, picture in taken:
        data = _small(picture)
        (given.output / name).write_bytes(data)
        print(f"{given.output / name}  {len(data) / 1000:.0f} kB")
        if len(data) > LARGEST:
            print(f"screenshots: {name}: larger than {LARGEST / 1000:.0f} kB", file=sys.stderr)
            return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Take the pictures of the docs.")
    parser.add_argument("run", type=Path, help="folder of a finished run")
    parser.add_argument("--compare", type=Path, help="folder of a comparison")
    parser.add_argument("--question", help="id of the question to open; else the first listed")
    parser.add_argument("--output", type=Path, default=FOLDER)
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="the browser's path")
    return parser


def _of_run(browser: Browser, run: Path, question: str | None) -> Iterator[tuple[str, bytes]]:
    """The first screen, light, dark and narrow; the map; a question with its election and tree."""
    report = run / "report.html"
    with _opened(browser, report) as page:
        yield "report.png", page.screenshot()
    with _opened(browser, report, size=TALL) as page:
        page.add_style_tag(content=_LOOSE)
        yield "map.png", page.locator("figure:has(#map), #map").first.screenshot()
    with _opened(browser, report, scheme="dark") as page:
        yield "dark.png", page.screenshot()
    with _opened(browser, report, size=NARROW) as page:
        yield "narrow.png", page.screenshot()
    with _opened(browser, report, size=TALL) as page:
        if question:
            page.evaluate("id => { location.hash = `q=${encodeURIComponent(id)}` }", question)
        else:
            page.locator("#listed tr a").first.click()
        page.locator("#detail svg").nth(1).wait_for()
        page.wait_for_timeout(300)
        yield "question.png", page.locator("#detail").screenshot()


def _of_comparison(browser: Browser, folder: Path) -> Iterator[tuple[str, bytes]]:
    with _opened(browser, folder / "compare.html") as page:
        yield "comparison.png", page.screenshot()
    with _opened(browser, folder / "compare.html", size=TALL) as page:
        page.add_style_tag(content=_LOOSE)
        yield "differences.png", page.locator("#differences figure").first.screenshot()


@contextmanager
def _opened(
    browser: Browser, report: Path, *, size: dict[str, int] | None = None, scheme: str = "light"
) -> Iterator[Page]:
    """A report in a window of `size`, in a colour scheme, without a network."""
    context = browser.new_context(
        viewport=size or WIDE,  # type: ignore[arg-type]
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        offline=True,
    )
    page = context.new_page()
    page.goto(report.resolve().as_uri())
    page.wait_for_timeout(500)
    yield page
    context.close()


def _small(picture: bytes) -> bytes:
    """The picture with 256 colours at the most."""
    small = BytesIO()
    with Image.open(BytesIO(picture)) as image:
        flat = image.convert("RGB").quantize(
            256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        flat.save(small, format="PNG", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    sys.exit(main())

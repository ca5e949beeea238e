"""Measures the page of a run in Chromium: its size, and how quickly it opens, filters and draws.

python -m benchmarks.report_page RUN [--rows 2808,10000] [--chromium PATH]

RUN is a finished run folder; where more rows are wanted than it has, they repeat.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

import misspoke
from misspoke.records import UserError
from misspoke.reports import write_report
from misspoke.runs import load_run

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Of the browser: nothing that needs a network."""

FILTER = """async () => {
  const field = document.getElementById("filter-find");
  const times = [];
  for (const text of ["p", "pa", "par", "what 77", "", "nothing at all", ""]) {
    field.value = text;
    const start = performance.now();
    field.dispatchEvent(new Event("input"));
    document.body.offsetHeight;
    times.push(performance.now() - start);
    await new Promise(requestAnimationFrame);
  }
  return times;
}"""
"""Milliseconds of each of some searches, layout included."""

OPEN = """() => {
  const start = performance.now();
  document.querySelector("#listed tr a").click();
  document.body.offsetHeight;
  return performance.now() - start;
}"""

LOADED = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def repeated(run: misspoke.Run, folder: Path, rows: int) -> Path:
    """A run folder of so many rows, which repeat those of `run`, each with an id of its own."""
    frame = run.frame()
    many = pl.concat([frame] * (rows // frame.height + 1)).head(rows).with_row_index("at")
    many = many.with_columns(
        id=pl.format("{}-{}", "id", "at"), question=pl.format("{} No. {}", "question", "at")
    )
    folder.mkdir(parents=True, exist_ok=True)
    many.select(frame.columns).write_parquet(folder / "answers.parquet", row_group_size=1_000)
    (folder / "manifest.json").write_text(json.dumps(run.manifest | {"rows": rows}))
    return folder


def measured(run: misspoke.Run, rows: int, browser: Any, folder: Path) -> dict[str, float]:
    """The figures of one page, of `rows` rows; times are milliseconds where no unit is named."""
    place = repeated(run, folder / str(rows), rows)
    summary = run.summary().to_dict() | {"n": rows}
    start = time.perf_counter()
    path = write_report(load_run(place), summary)
    written = time.perf_counter() - start
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(path.as_uri())
    opened = page.evaluate(LOADED)
    first, *others = page.evaluate(FILTER)
    others += page.evaluate(FILTER)
    drawn = page.evaluate(OPEN)
    page.close()
    return {
        "rows": rows,
        "written_s": round(written, 1),
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "open": round(opened),
        "first_search": round(first),
        "filter_median": round(median(others)),
        "filter_most": round(max(others)),
        "question": round(drawn),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints one line of JSON for each number of rows."""
    parser = argparse.ArgumentParser(prog="benchmarks.report_page")
    parser.add_argument("run", type=Path)
    parser.add_argument("--rows", default="2808,10000")
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    chosen = parser.parse_args(arguments)
    from playwright.sync_api import sync_playwright

    run = misspoke.open_finished(chosen.run)
    with sync_playwright() as started, tempfile.TemporaryDirectory() as folder:
        browser = started.chromium.launch(executable_path=chosen.chromium, args=list(ARGUMENTS))
        for rows in map(int, chosen.rows.split(",")):
            print(json.dumps(measured(run, rows, browser, Path(folder))), flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UserError as error:
        sys.exit(f"report_page: {error}")

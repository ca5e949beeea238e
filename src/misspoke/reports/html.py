"""`report.html`: a run on one page that needs nothing from elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from misspoke.reports.detectors_html import detectors_section
from misspoke.reports.figures import conditions, cost_text, made_on, run_title
from misspoke.reports.page.data import page_data
from misspoke.reports.page.explorer import DETAIL, explorer_section
from misspoke.reports.page.failures import causes_section, first_tokens_section, rates_section
from misspoke.reports.page.overview import (
    map_section,
    masses_section,
    overview_section,
    verdict_section,
)
from misspoke.reports.page.settings import settings
from misspoke.reports.page.statistics import (
    confidence_section,
    dispersion_section,
    sharpening_section,
    trajectory_section,
)
from misspoke.reports.page.thresholds import thresholds_section
from misspoke.reports.page.words import words_section
from misspoke.reports.page_parts import document, safe, section
from misspoke.reports.text import counted
from misspoke.runs import Run, write_atomically

REPORT = "report.html"

_NAV = (
    ("overview", "Outcomes"),
    ("verdict", "Verdict"),
    ("beliefs", "Map"),
    ("questions", "Questions"),
    ("masses", "Masses"),
    ("thresholds", "Thresholds"),
    ("causes", "Causes"),
    ("first-tokens", "First tokens"),
    ("dispersion", "Dispersion"),
    ("confidence", "Confidence"),
    ("trajectory", "Trajectory"),
    ("sharpening", "Sureness"),
    ("rates", "Rates"),
    ("detectors", "Detectors"),
    ("cost", "Cost"),
    ("words", "Words"),
    ("settings", "Settings"),
)


def write_report(run: Run, summary: Mapping[str, Any]) -> Path:
    """Write `report.html` into the run's folder: the whole page, or nothing.

    `summary` is what `Summary.to_dict()` gives, and what summary.json holds; its τ is the page's.

    Raises:
        UserError: the run is not finished, or its rows cannot be read.
        OSError: the page cannot be written; an older one is untouched.
    """
    path = run.folder / REPORT
    write_atomically(path, _page(run, summary))
    return path


def _page(run: Run, summary: Mapping[str, Any]) -> str:
    tau = summary["tau"]
    data = page_data(run, tau)
    main = "\n".join(
        (
            overview_section(summary),
            verdict_section(summary, run.manifest, str(run.folder)),
            map_section(data.listed, tau),
            explorer_section(data, tau),
            masses_section(summary),
            thresholds_section(summary),
            causes_section(summary),
            first_tokens_section(summary),
            dispersion_section(summary),
            confidence_section(summary),
            trajectory_section(summary),
            sharpening_section(summary),
            rates_section(summary),
            detectors_section(summary),
            section("Cost", f"<p>{safe(cost_text(summary, run.manifest))}</p>", name="cost"),
        )
    )
    footer = f"{words_section()}\n{settings(run.manifest)}"
    return document(
        run_title(run.manifest),
        _facts(run.manifest, summary),
        main,
        footer,
        nav=[(name, text) for name, text in _NAV if f'<section id="{name}"' in main + footer],
        data=f"{DETAIL}\n{data.blocks}",
    )


def _facts(manifest: Mapping[str, Any], summary: Mapping[str, Any]) -> str:
    facts = [
        counted(summary["n"], "question"),
        *conditions(manifest),
        f"τ = {summary['tau']:g}",
        made_on(manifest),
    ]
    return " · ".join(fact for fact in facts if fact)

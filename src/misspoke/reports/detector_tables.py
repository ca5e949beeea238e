"""The figures of the charts of detectors as tables."""

from collections.abc import Mapping
from typing import Any

from misspoke.diagnosis.detectors import ORACLE_P_MASS
from misspoke.reports.charts.detectors import Curve, curves
from misspoke.reports.detector_figures import label, number
from misspoke.reports.page_parts import safe, table
from misspoke.reports.text import percent

ACCEPTED = (0.2, 0.4, 0.6, 0.8, 1.0)
"""Coverages that have a column in the table of risks."""


def risk_table(found: Mapping[str, Any]) -> str:
    """The risk where a share is accepted; where no answer ends there, at the next share."""
    body = []
    for line in curves(found):
        cells = [safe(label(line.name)), *(safe(_risk(line, wanted)) for wanted in ACCEPTED)]
        body.append(("oracle" if line.name == ORACLE_P_MASS else "", cells))
    return table(("Wrong among", *(f"{percent(share)} accepted" for share in ACCEPTED)), body)


def layer_table(probe: Mapping[str, Any]) -> str:
    """AUROC of a probe of each layer."""
    layers = zip(probe["layers"], probe["areas"], probe["intervals"], strict=True)
    body = (
        (
            "",
            [
                f"{layer} (in the table)" if layer == probe["layer"] else str(layer),
                safe(number(area, spread)),
            ],
        )
        for layer, area, spread in layers
    )
    return table(("Layer", "AUROC"), body)


def _risk(line: Curve, wanted: float) -> str:
    coverage, risk = line.at(wanted)
    there = "" if percent(coverage) == percent(wanted) else f" at {percent(coverage)}"
    return percent(risk) + there

"""Statistical charts of a summary: each a small inline picture, or None where nothing is known."""

from misspoke.reports.charts.belief_map import MapPoint, map_chart
from misspoke.reports.charts.chart import Chart, render
from misspoke.reports.charts.comparing import (
    DifferenceRow,
    TrendPoint,
    difference_chart,
    trend_chart,
)
from misspoke.reports.charts.confidence import confidence_chart
from misspoke.reports.charts.curves import curve_charts
from misspoke.reports.charts.detectors import ceiling_chart, layer_chart, risk_chart
from misspoke.reports.charts.dispersion import dispersion_chart
from misspoke.reports.charts.levels import LevelRow, level_chart
from misspoke.reports.charts.pareto import pareto_chart
from misspoke.reports.charts.theme import LIGHT
from misspoke.reports.charts.thresholds import (
    RatePoint,
    RateSeries,
    failure_chart,
    misfire_chart,
    rates_chart,
)
from misspoke.reports.charts.trajectory import trajectory_chart

__all__ = [
    "LIGHT",
    "Chart",
    "DifferenceRow",
    "LevelRow",
    "MapPoint",
    "RatePoint",
    "RateSeries",
    "TrendPoint",
    "ceiling_chart",
    "confidence_chart",
    "curve_charts",
    "difference_chart",
    "dispersion_chart",
    "failure_chart",
    "layer_chart",
    "level_chart",
    "map_chart",
    "misfire_chart",
    "pareto_chart",
    "rates_chart",
    "render",
    "risk_chart",
    "trajectory_chart",
    "trend_chart",
]

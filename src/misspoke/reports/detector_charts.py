"""Charts of detectors: what is wrong among what they accept, and probes by layer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from misspoke.diagnosis.detectors import ORACLE_P_MASS
from misspoke.reports.charts import Plot, axes, legend, legend_entry, picture
from misspoke.reports.detector_figures import label, number, rows
from misspoke.reports.page_parts import folded, safe, table
from misspoke.reports.text import percent

DRAWN = {
    "concept_entropy": "one",
    "semantic_entropy": "two",
    "p_true": "three",
    "probe": "four",
    "sequence_logprob": "five",
    ORACLE_P_MASS: "six",
}
"""The detectors that have a curve, and the kinds of their lines."""

FROM = 0.05
"""The least coverage that is drawn: below it a few answers decide."""
MARKED = (0.2, 0.4, 0.6, 0.8, 1.0)
"""Coverages that have a mark on the curve, and a column in the table."""

_TOP = 36
"""Above a plot, for the label of its vertical axis."""
_WIDTH, _HEIGHT = 680, 420
_TOPS = (0.1, 0.25, 0.5, 0.75, 1.0)
_DOTS = {
    "one": "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
    "two": "m-3.2-3.2h6.4v6.4h-6.4z",
    "three": "m0-4.4l4 7h-8z",
    "four": "m0-4.6l4.2 4.6-4.2 4.6-4.2-4.6z",
    "five": "m-3.4-3.4l6.8 6.8m0-6.8l-6.8 6.8",
    "six": "m-4.4 0h8.8m-4.4-4.4v8.8",
}
_RISK_TITLE = "Wrong answers among those accepted, the least doubtful first"
_LAYER_TITLE = "A linear probe by layer"


@dataclass(frozen=True, slots=True)
class Curve:
    """A detector's risk–coverage curve, from `FROM` on."""

    name: str
    points: tuple[tuple[float, float], ...]
    """Coverage, and the risk there."""

    @property
    def kind(self) -> str:
        """The class of its line."""
        return DRAWN[self.name]

    def at(self, coverage: float) -> tuple[float, float]:
        """The first point that accepts this share of the answers."""
        return next(point for point in self.points if point[0] >= coverage - 1e-9)


def curves(found: Mapping[str, Any]) -> list[Curve]:
    """The curves that are drawn, in the order of tables."""
    held = []
    for one in rows(found):
        pairs = zip(one["curve"]["coverage"], one["curve"]["risk"], strict=True)
        points = tuple((coverage, risk) for coverage, risk in pairs if coverage >= FROM)
        if one["name"] in DRAWN and points:
            held.append(Curve(one["name"], points))
    return held


def risk_figure(found: Mapping[str, Any]) -> str:
    """The risk–coverage chart with its table; an empty string where there is no curve."""
    lines = curves(found)
    if not lines:
        return ""
    highest = max(risk for line in lines for _, risk in line.points)
    top = next(limit for limit in _TOPS if highest <= limit + 1e-9)
    plot = Plot(_WIDTH, _HEIGHT, (0.0, 1.0), (0.0, top), left=62, right=28, top=_TOP)
    chart = picture(
        plot,
        "risk",
        _RISK_TITLE,
        "; ".join(map(_told, lines)),
        axes(
            plot,
            [(share, percent(share)) for share in (0.0, *MARKED)],
            [top * part / 5 for part in range(6)],
            "Share of the answers that are accepted, from 5% on",
            "Wrong among them",
        ),
        *(_curve(plot, line) for line in lines),
        kind="chart curves",
    )
    samples = legend(legend_entry(_sample(line.kind), label(line.name), 34) for line in lines)
    shown = f"<figure><figcaption>{safe(_RISK_TITLE)}</figcaption>{chart}{samples}</figure>"
    return shown + folded("The curves as a table", _risk_table(lines), printed=True)


def layer_figure(found: Mapping[str, Any]) -> str:
    """AUROC of a probe of each layer, with its table; an empty string where there is no figure."""
    probe = found["probe"]
    points = [] if probe is None else [one for one in _layers(probe) if one[1] is not None]
    if not points:
        return ""
    held = [value for _, area, spread in points for value in (area, *(spread or ()))]
    bottom = 0.5 if min(held) >= 0.5 else 0.2 if min(held) >= 0.2 else 0.0
    first, last = points[0][0], points[-1][0]
    plot = Plot(_WIDTH, 340, (first - 0.5, last + 0.5), (bottom, 1.0), left=62, right=28, top=_TOP)
    ticks = [part / 10 for part in range(11) if part / 10 >= bottom]
    marked = probe["layer"]
    chart = picture(
        plot,
        "layers",
        _LAYER_TITLE,
        "; ".join(f"layer {layer}: {number(area, spread)}" for layer, area, spread in points),
        axes(
            plot,
            [(float(layer), str(layer)) for layer in _spread_out([one[0] for one in points])],
            ticks,
            "Layer",
            "AUROC, with its 95% interval",
            "{:.1f}".format,
        ),
        _chance(plot),
        _band(plot, points),
        _layer_line(plot, points, marked),
        kind="chart curves",
    )
    samples = legend(
        [
            legend_entry(_layer_sample("one"), f"layer {marked}, as in the table", 34),
            legend_entry(_layer_sample("hollow"), "other layers", 34),
            legend_entry('<path class="guide" d="M1 9H33"/>', "chance", 34),
        ]
    )
    shown = f"<figure><figcaption>{safe(_LAYER_TITLE)}</figcaption>{chart}{samples}</figure>"
    return shown + folded("The layers as a table", _layer_table(probe), printed=True)


def _told(line: Curve) -> str:
    coverage, risk = line.at(MARKED[2])
    return f"{label(line.name)}: {percent(risk)} wrong among {percent(coverage)} of the answers"


def _curve(plot: Plot, line: Curve) -> str:
    places = [plot.at(coverage, risk) for coverage, risk in line.points]
    parts = [f'<path class="line {line.kind}" d="M{"L".join(places)}"/>']
    for point in dict.fromkeys(map(line.at, MARKED)):
        title = f"{label(line.name)}: {percent(point[1])} wrong among {percent(point[0])}"
        parts.append(
            f'<path class="dot {line.kind}" d="M{plot.at(*point)}{_DOTS[line.kind]}">'
            f"<title>{safe(title)}</title></path>"
        )
    return "\n".join(parts)


def _sample(kind: str) -> str:
    return (
        f'<path class="line {kind}" d="M1 9H33"/><path class="dot {kind}" d="M17 9{_DOTS[kind]}"/>'
    )


def _risk_table(lines: Iterable[Curve]) -> str:
    """The risk where a share is accepted; where no answer ends there, at the next share."""
    body = []
    for line in lines:
        cells = [safe(label(line.name))]
        for wanted in MARKED:
            coverage, risk = line.at(wanted)
            there = "" if percent(coverage) == percent(wanted) else f" at {percent(coverage)}"
            cells.append(safe(percent(risk) + there))
        body.append(("oracle" if line.name == ORACLE_P_MASS else "", cells))
    return table(("Wrong among", *(f"{percent(share)} accepted" for share in MARKED)), body)


def _layers(probe: Mapping[str, Any]) -> list[tuple[int, Any, Any]]:
    """Number, area and interval of each layer."""
    return list(zip(probe["layers"], probe["areas"], probe["intervals"], strict=True))


def _spread_out(layers: Sequence[int]) -> list[int]:
    """Layers that have a number on the axis: not more than there is room for."""
    return list(layers[:: -(-len(layers) // 12)])


def _chance(plot: Plot) -> str:
    left, right = plot.left, plot.width - plot.right
    return f'<path class="guide" d="M{left} {plot.y(0.5):.1f}H{right}"/>'


def _band(plot: Plot, points: Sequence[tuple[int, Any, Any]]) -> str:
    spreads = [(layer, spread) for layer, _, spread in points if spread]
    if len(spreads) < 2:
        return ""
    upper = [plot.at(layer, spread[1]) for layer, spread in spreads]
    lower = [plot.at(layer, spread[0]) for layer, spread in reversed(spreads)]
    return f'<path class="band" d="M{"L".join(upper + lower)}z"/>'


def _layer_line(plot: Plot, points: Sequence[tuple[int, Any, Any]], marked: int) -> str:
    places = [plot.at(layer, area) for layer, area, _ in points]
    parts = [f'<path class="line one" d="M{"L".join(places)}"/>']
    for (layer, area, spread), place in zip(points, places, strict=True):
        kind = "one" if layer == marked else "hollow"
        parts.append(
            f'<path class="dot {kind}" d="M{place}{_DOTS["one"]}">'
            f"<title>{safe(f'layer {layer}: {number(area, spread)}')}</title></path>"
        )
    return "\n".join(parts)


def _layer_sample(kind: str) -> str:
    dot = f'<path class="dot {kind}" d="M17 9{_DOTS["one"]}"/>'
    return f'<path class="line one" d="M1 9H33"/>{dot}'


def _layer_table(probe: Mapping[str, Any]) -> str:
    body = (
        (
            "",
            [
                f"{layer} (in the table)" if layer == probe["layer"] else str(layer),
                safe(number(area, spread)),
            ],
        )
        for layer, area, spread in _layers(probe)
    )
    return table(("Layer", "AUROC"), body)

"""What detectors catch: recall by the kind of wrong answer, risk by coverage, probes by layer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from misspoke.diagnosis.detectors import ORACLE_P_MASS
from misspoke.reports.charts.chart import Chart, render
from misspoke.reports.charts.frame import PERCENT, Axis, Frame, Layer, Text, width
from misspoke.reports.charts.key import Entry, key, key_height
from misspoke.reports.charts.marks import band, dots, line, outcome_dots, rules
from misspoke.reports.charts.theme import FAINT, INK, LEFT, LINE, OPEN, OTHER, RIGHT, WRONG
from misspoke.reports.detector_figures import FAILURE, GAP, PLURALS, label, number, rows
from misspoke.reports.text import percent

FROM = 0.05
"""The least coverage that is drawn: below it a few answers decide."""
_SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_TOLD_AT = 0.6
"""The coverage at which curves are told apart by their figures."""
_TOPS = (0.1, 0.25, 0.5, 0.75, 1.0)
_ROW = 34

_RISK: dict[str, tuple[str, tuple[int, ...]]] = {
    "concept_entropy": (WRONG, ()),
    "semantic_entropy": (RIGHT, (7, 3)),
    "p_true": (OPEN, (2, 3)),
    "probe": (LEFT, (9, 3, 2, 3)),
    "sequence_logprob": (OTHER, (4, 2)),
    ORACLE_P_MASS: (INK, (1, 2)),
}
"""The detectors that have a curve, each with its colour and its dashes."""

_SHOWN = (
    "sequence_logprob",
    "concept_entropy",
    "pooled_margin",
    "semantic_entropy",
    "self_consistency",
    "p_true",
    "probe",
    "top_entropy",
)
"""The detectors whose recall is drawn: each way of doubting once."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A detector's risk by coverage, from `FROM` on."""

    name: str
    points: tuple[tuple[float, float], ...]
    """Coverage, and the risk there."""

    def at(self, coverage: float) -> tuple[float, float]:
        """The first point that accepts this share of the answers."""
        return next(point for point in self.points if point[0] >= coverage - 1e-9)


def curves(found: Mapping[str, Any]) -> list[Curve]:
    """The curves that are drawn, in the order of tables."""
    held = []
    for one in rows(found):
        pairs = zip(one["curve"]["coverage"], one["curve"]["risk"], strict=True)
        points = tuple((coverage, risk) for coverage, risk in pairs if coverage >= FROM)
        if one["name"] in _RISK and points:
            held.append(Curve(one["name"], points))
    return held


def ceiling_chart(
    summary: Mapping[str, Any], colours: Mapping[str, str] | None = None
) -> Chart | None:
    """Which wrong answers are found where 5% of the right ones are flagged, by detector."""
    found = summary.get("detectors")
    if not found:
        return None
    held = [one for name in _SHOWN for one in found["table"] if one["name"] == name]
    cells = [one["kinds"][kind] for one in held for kind in (GAP, FAILURE)]
    if not any(cell["recall"] is not None for cell in cells):
        return None
    room = max(width(label(one["name"])) for one in held)
    frame = Frame(
        Axis(0.0, 1.0, _SHARES, "Share of the wrong answers found", PERCENT, grid=True),
        Axis(len(held) - 0.5, -0.5),
        height=_ROW * len(held) + 46 + 46,
        left=int(room) + 14,
        right=20,
        top=46,
    )
    names = [
        Text(-10, frame.at(0, place)[1], label(one["name"]), align="right")
        for place, one in enumerate(held)
    ]
    names.append(Text(frame.at(0.05, 0)[0], -9, "chance", FAINT, "center"))
    chance = rules(frame, [(0.05, -0.5, 0.05, len(held) - 0.5)], dash=(3, 3))
    layers: list[Layer | None] = [
        chance,
        *_recalls(frame, held, GAP, -0.16),
        *_recalls(frame, held, FAILURE, 0.16),
        *frame.texts(names),
        *_kinds_legend(frame, found["kinds"]),
    ]
    return render("ceiling", _ceiling_told(held), frame.spec(layers), colours)


def _recalls(
    frame: Frame, held: Sequence[Mapping[str, Any]], kind: str, aside: float
) -> list[Layer | None]:
    """The marks of a kind of wrong answer, with their intervals."""
    colour = WRONG if kind == FAILURE else OTHER
    known = [
        (place + aside, one["kinds"][kind])
        for place, one in enumerate(held)
        if one["kinds"][kind]["recall"] is not None
    ]
    spreads = [(y, cell["interval"]) for y, cell in known if cell["interval"]]
    ends = [(low, y, high, y) for y, (low, high) in spreads]
    points = [(cell["recall"], y) for y, cell in known]
    return [
        rules(frame, ends, colour, width=1.6),
        outcome_dots(frame, kind, points, size=1.5),
    ]


def _kinds_legend(frame: Frame, counts: Mapping[str, int]) -> list[Layer | None]:
    layers: list[Layer | None] = []
    texts = []
    x = -float(frame.left)
    for kind in (GAP, FAILURE):
        words = f"{PLURALS[kind]} {counts[kind]:,}"
        y = 9 - frame.top
        layers.append(outcome_dots(frame, kind, [frame.value(x + 6, y)], size=1.4))
        texts.append(Text(x + 18, y, words))
        x += 18 + width(words) + 16
    return [*layers, *frame.texts(texts)]


def _ceiling_told(held: Sequence[Mapping[str, Any]]) -> str:
    figures = []
    for one in held:
        gap, failure = (one["kinds"][kind]["recall"] for kind in (GAP, FAILURE))
        gap_told = "too few" if gap is None else percent(gap)
        told = "too few" if failure is None else percent(failure)
        figures.append(f"{label(one['name'])} {gap_told} and {told}")
    return (
        "Knowledge gaps and commitment failures that each detector finds where it flags 5% of the "
        "right answers: " + "; ".join(figures)
    )


def risk_chart(
    summary: Mapping[str, Any], colours: Mapping[str, str] | None = None
) -> Chart | None:
    """Wrong answers among those accepted, the least doubtful first."""
    found = summary.get("detectors")
    lines = curves(found) if found else []
    if not lines:
        return None
    lines.sort(key=lambda one: -one.at(_TOLD_AT)[1])
    highest = max(risk for one in lines for _, risk in one.points)
    top = next(limit for limit in _TOPS if highest <= limit + 1e-9)
    above = key_height(len(lines))
    frame = Frame(
        Axis(0.0, 1.0, _SHARES, "Share of the answers that are accepted", PERCENT),
        Axis(
            0.0,
            top,
            tuple(top * part / 5 for part in range(6)),
            "Wrong among them",
            PERCENT,
            grid=True,
        ),
        height=300 + above,
        right=20,
        top=above + 32,
        above=above,
    )
    layers: list[Layer | None] = []
    for one in reversed(lines):
        colour, dash = _RISK[one.name]
        layers += [
            line(frame, one.points, colour, dash, 2.2),
            dots(frame, [one.at(_TOLD_AT)], "correct", colour, size=1.4),
        ]
    layers.append(rules(frame, [(_TOLD_AT, 0.0, _TOLD_AT, top)], LINE))
    entries = [
        Entry(label(one.name), f"{100 * one.at(_TOLD_AT)[1]:.1f}%", *_RISK[one.name])
        for one in lines
    ]
    layers += key(frame, f"wrong among the {percent(_TOLD_AT)} least doubtful", entries)
    return render("risk", _risk_told(lines), frame.spec(layers), colours)


def _risk_told(lines: Sequence[Curve]) -> str:
    figures = (f"{label(one.name)} {percent(one.at(_TOLD_AT)[1])}" for one in lines)
    return (
        "Wrong answers among those accepted, the least doubtful first; where "
        f"{percent(_TOLD_AT)} are accepted: " + "; ".join(figures)
    )


def layer_chart(
    summary: Mapping[str, Any], colours: Mapping[str, str] | None = None
) -> Chart | None:
    """AUROC of a probe of each layer, the table's layer filled."""
    probe = (summary.get("detectors") or {}).get("probe")
    if not probe:
        return None
    triples = zip(probe["layers"], probe["areas"], probe["intervals"], strict=True)
    known = [(layer, area, spread) for layer, area, spread in triples if area is not None]
    if not known:
        return None
    held = [end for _, area, spread in known for end in (area, *(spread or ()))]
    bottom = 0.5 if min(held) >= 0.5 else 0.2 if min(held) >= 0.2 else 0.0
    layers_shown = [layer for layer, *_ in known]
    ticks = tuple(map(float, layers_shown[:: -(-len(layers_shown) // 12)]))
    frame = Frame(
        Axis(layers_shown[0] - 0.5, layers_shown[-1] + 0.5, ticks, "Layer"),
        Axis(
            bottom,
            1.0,
            tuple(part / 10 for part in range(round(10 * bottom), 11)),
            "AUROC of a linear probe of the layer",
            "format(datum.value, '.1f')",
            grid=True,
        ),
        right=20,
    )
    table = [(layer, area) for layer, area, _ in known if layer == probe["layer"]]
    others = [(layer, area) for layer, area, _ in known if layer != probe["layer"]]
    spreads = [(layer, *spread) for layer, _, spread in known if spread]
    drawn: list[Layer | None] = [
        rules(frame, [(frame.x.low, 0.5, frame.x.high, 0.5)], dash=(5, 4)),
        band(frame, spreads, RIGHT),
        line(frame, [(layer, area) for layer, area, _ in known], RIGHT),
        dots(frame, others, "correct", RIGHT, filled=False, size=1.4),
        dots(frame, table, "correct", RIGHT, size=1.9),
        *frame.texts([Text(frame.across, frame.at(0, 0.5)[1] - 9, "chance", FAINT, "right")]),
    ]
    told = "; ".join(f"layer {layer}: {number(area, spread)}" for layer, area, spread in known)
    title = f"A linear probe by layer, layer {probe['layer']} in the table: AUROC {told}"
    return render("layers", title, frame.spec(drawn), colours)

"""How early what the model will say is known to be right: AUROC step by step."""

from collections.abc import Mapping
from typing import Any

from misspoke.reports.charts.chart import Chart, render
from misspoke.reports.charts.frame import Axis, Frame, Layer, Text
from misspoke.reports.charts.marks import band, line, outcome_dots, rules
from misspoke.reports.charts.theme import FAINT, INK, RIGHT

_ACROSS = "Tokens from where the answer begins"
_CHANCE = 58
"""Room at the right, in pixels, for the name of the line of chance: nothing is drawn there."""
_UP = "AUROC of the P-mass at that token"


def trajectory_chart(
    summary: Mapping[str, Any], colours: Mapping[str, str] | None = None
) -> Chart | None:
    """How well the mass at each step of the greedy answer tells right answers from wrong ones."""
    cells = [cell for cell in summary.get("trajectory") or () if cell["auroc"] is not None]
    if not cells:
        return None
    frame = _frame(cells)
    points = [(cell["offset"], cell["auroc"]) for cell in cells]
    spreads = [(cell["offset"], *cell["interval"]) for cell in cells if cell["interval"]]
    low, high = frame.x.low, frame.x.high
    layers: list[Layer | None] = [
        rules(frame, [(low, 0.5, high, 0.5)], dash=(5, 4)),
        _begin(frame),
        band(frame, spreads, RIGHT),
        rules(frame, [(x, lower, x, upper) for x, lower, upper in spreads], RIGHT, width=1.4),
        line(frame, points, RIGHT),
        outcome_dots(frame, "correct", points, size=1.6),
        *frame.texts(_texts(frame, points)),
    ]
    return render("trajectory", _told(cells), frame.spec(layers), colours)


def _frame(cells: list[Mapping[str, Any]]) -> Frame:
    held = [end for cell in cells for end in (cell["auroc"], *(cell["interval"] or ()))]
    low = 0.4 if min(held) >= 0.4 else 0.2 if min(held) >= 0.2 else 0.0
    ticks = tuple(part / 10 for part in range(round(10 * low), 11, 2 if low < 0.4 else 1))
    offsets = [cell["offset"] for cell in cells]
    across = Axis(
        min(offsets) - 0.5,
        max(offsets) + 0.5,
        tuple(map(float, offsets)),
        _ACROSS,
        "datum.value > 0 ? '+' + datum.value : format(datum.value, 'd')",
    )
    return Frame(
        across,
        Axis(low, 1.0, ticks, _UP, "format(datum.value, '.1f')", grid=True),
        top=48,
        right=_CHANCE,
    )


def _begin(frame: Frame) -> Layer | None:
    """A line where the answer begins."""
    if not frame.x.low <= 0 <= frame.x.high:
        return None
    return rules(frame, [(0.0, frame.y.low, 0.0, frame.y.high)], INK, width=1.1)


def _texts(frame: Frame, points: list[tuple[float, float]]) -> list[Text]:
    _, chance = frame.at(0, 0.5)
    texts = [Text(frame.across + 6, chance, "chance", FAINT)]
    for offset, area in points:
        if offset == 0:
            x, y = frame.at(offset, area)
            texts.append(Text(x + 10, y - 4, f"{area:.2f}", RIGHT, weight="600"))
            texts.append(Text(x, -8, "the answer begins", align="center" if x > 70 else "left"))
    return texts


def _told(cells: list[Mapping[str, Any]]) -> str:
    figures = [
        f"{cell['auroc']:.2f} at {cell['offset']:+d} ({cell['n_correct']:,} right, "
        f"{cell['n_wrong']:,} wrong)".replace("-", "−")
        for cell in cells
    ]
    return (
        "How well the P-mass at each token tells right answers from wrong ones, by the distance "
        "from where the answer begins: AUROC " + "; ".join(figures)
    )

"""Whether the model is right as often as it is sure: accuracy by confidence."""

from collections.abc import Mapping, Sequence
from math import atan2, degrees
from typing import Any

from misspoke.reports.charts.chart import Chart, render
from misspoke.reports.charts.frame import PERCENT, Axis, Frame, Layer, Text
from misspoke.reports.charts.marks import bars, line, outcome_dots, rules
from misspoke.reports.charts.theme import FAINT, OTHER, RIGHT, WRONG
from misspoke.reports.text import counted, percent

_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_STRIP, _FOOT, _TALL = 0.42, -0.3, 0.22
"""Room for counts below the plot, in its own units: where bars stand, and how tall they are."""
_KINDS = {
    "winner": (
        "Confidence: probability of the likeliest first token",
        "Accuracy by the probability of the likeliest first token",
    ),
    "sequence": (
        "Confidence: probability of the whole answer",
        "Accuracy by the probability of the whole answer",
    ),
}


def confidence_chart(
    summary: Mapping[str, Any], kind: str = "winner", colours: Mapping[str, str] | None = None
) -> Chart | None:
    """Accuracy in each tenth of confidence against the diagonal, and how many answers there are.

    `kind` is `winner` or `sequence`, as in the summary's `confidence`.
    """
    found = (summary.get("confidence") or {}).get(kind)
    if not found or not found["n"]:
        return None
    across, title = _KINDS[kind]
    frame = Frame(
        Axis(0.0, 1.0, _TICKS, across, PERCENT),
        Axis(-_STRIP, 1.0, _TICKS, "Share of the answers that are right", PERCENT, grid=True),
        height=390,
        left=62,
        right=20,
    )
    right = [one for one in found["bins"] if one["accuracy"] is not None]
    points = [(_middle(one), one["accuracy"]) for one in right]
    spreads = [(_middle(one), one["interval"]) for one in right if one["interval"]]
    layers: list[Layer | None] = [
        line(frame, [(0.0, 0.0), (1.0, 1.0)], FAINT, (5, 4), 1),
        rules(frame, [(x, low, x, high) for x, (low, high) in spreads], RIGHT, width=1.6),
        line(frame, points, RIGHT, width=1.5),
        outcome_dots(frame, "correct", points, size=1.5),
        *_counts(frame, found["bins"]),
        *frame.texts([_perfect(frame, points)]),
    ]
    return render(f"confidence-{kind}", _told(title, found), frame.spec(layers), colours)


def _told(title: str, found: Mapping[str, Any]) -> str:
    parts = [f"{title}: {counted(found['n'], 'answer')}"]
    if found["accuracy"] is not None and found["mean"] is not None:
        parts.append(
            f"{percent(found['accuracy'])} right, mean confidence {percent(found['mean'])}"
        )
    if found["ece"] is not None:
        parts.append(f"expected calibration error {found['ece']:.2f}")
    failures = sum(one["failures"] for one in found["bins"])
    half = sum(one["failures"] for one in found["bins"] if one["low"] >= 0.5)
    parts.append(f"{counted(failures, 'commitment failure')}, {half:,} of them at 50% or more")
    return ", ".join(parts)


def _middle(one: Mapping[str, Any]) -> float:
    """Where the bin's point stands: at its mean confidence, if that is known."""
    mean = one["mean"]
    return float((one["low"] + one["high"]) / 2 if mean is None else mean)


def _perfect(frame: Frame, points: Sequence[tuple[float, float]]) -> Text:
    """The name of the diagonal, on the side where fewer points are."""
    above = sum(accuracy >= mean for mean, accuracy in points) * 2 >= len(points)
    x, y = frame.at(0.62, 0.62)
    slope = degrees(atan2(frame.at(0, 0)[1] - frame.at(0, 1)[1], frame.across))
    off = 10 if above else -10
    return Text(x + off / 2, y + off, "as sure as right", FAINT, "center", angle=-round(slope))


def _counts(frame: Frame, bins: Sequence[Mapping[str, Any]]) -> list[Layer | None]:
    """Below the plot: answers of each bin as bars, and its commitment failures as numbers."""
    most = max(one["n"] for one in bins)
    tall = [
        (one["low"] + 0.006, _FOOT, one["high"] - 0.006, _FOOT + _TALL * one["n"] / most)
        for one in bins
        if one["n"]
    ]
    _, foot = frame.at(0.0, _FOOT)
    texts = [Text(-8, foot - 20, "answers", FAINT, "right")]
    return [bars(frame, tall, OTHER, 0.55), *frame.texts(texts), *_failures(frame, bins, foot + 14)]


def _failures(frame: Frame, bins: Sequence[Mapping[str, Any]], y: float) -> list[Layer]:
    held = [one for one in bins if one["failures"]]
    if not held:
        return []
    texts = [
        Text(
            frame.at((one["low"] + one["high"]) / 2, 0)[0],
            y,
            f"{one['failures']:,}",
            WRONG,
            "center",
        )
        for one in held
    ]
    return frame.texts([*texts, Text(-8, y, "failures", WRONG, "right")])

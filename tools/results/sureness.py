"""The parts of the page on confidence, and on where along the answer right and wrong part."""

from collections.abc import Sequence

from judged import Judged
from md import ends, percent, table, wilson

from misspoke.diagnosis.confidence import ConfidenceBin, Forecast
from misspoke.diagnosis.trajectory import TrajectoryPoint
from misspoke.reports.text import counted

KINDS = {"winner": "first content token", "sequence": "whole answer"}
SHOWN_OFFSETS = range(6)


def sureness(every: Sequence[Judged]) -> list[str]:
    """How far the probability of what was said tells whether it is right."""
    found = [(run, kind, getattr(run.summary.confidence, kind)) for run in every for kind in KINDS]
    rows = [[run.name, KINDS[kind], *_scores(one)] for run, kind, one in found]
    told = [(run, kind, one) for run, kind, one in found if one.ece is not None]
    head = ["run", "probability of", "answers", "right", "mean", "ECE", "Brier", "AUROC"]
    return [
        "## Does sounding sure mean less?",
        "",
        "The model's own probability of what it said, taken as a forecast of its being right "
        "([confidence](summary.md#confidence)): of the first content token, and of the whole "
        "answer with the token that ended it. *Mean* over *right*: too sure. Abstentions are left "
        "out; with fewer than 30 right or wrong answers there are no scores. Intervals of AUROC "
        "are from 500 resamples.",
        "",
        *(f"- {_reading(run, one)}" for run, kind, one in told if kind == "winner"),
        "",
        *table(head, rows, words=2),
        *_bins([(run.name, KINDS[kind], one) for run, kind, one in told]),
    ]


def _scores(one: Forecast) -> list[str]:
    return [
        f"{one.n:,}",
        percent(one.accuracy),
        "–" if one.mean is None else f"{one.mean:.3f}",
        "–" if one.ece is None else f"{one.ece:.3f}",
        "–" if one.brier is None else f"{one.brier.score:.3f}",
        "–" if one.auroc is None else f"{one.auroc:.3f} {ends(one.auroc_interval, 3)}".rstrip(),
    ]


def _reading(run: Judged, one: Forecast) -> str:
    """By how much the winner's probability is off, and what the surest answers are worth."""
    gap = 100 * ((one.mean or 0.0) - (one.accuracy or 0.0))
    way = "above" if gap > 0 else "below"
    text = (
        f"**{run.name}**: on average the first content token has {one.mean or 0:.2f}, "
        f"{abs(gap):.1f} points {way} the share of right answers. A right answer has more than a "
        f"wrong one with a chance of {one.auroc or 0:.2f} {ends(one.auroc_interval)}."
    )
    last = next((b for b in reversed(one.bins) if b.accuracy is not None), None)
    if last is None:
        return text
    return (
        f"{text} Of the {last.n:,} answers where it has {last.low:g} to {last.high:g}, "
        f"{_share(last)} are right; commitment failures among them: {last.failures:,}."
    )


def _bins(told: Sequence[tuple[str, str, Forecast]]) -> list[str]:
    if not told:
        return []
    heads = [f"{one.low:g}–{one.high:g}" for one in told[0][2].bins]
    rows = [[name, words, *map(_bin, one.bins)] for name, words, one in told]
    return [
        "Right answers by that probability (answers), or too few answers for a share:",
        "",
        *table(["run", "probability of", *heads], rows, words=2),
    ]


def _bin(one: ConfidenceBin) -> str:
    return f"({one.n:,})" if one.accuracy is None else f"{_share(one)} ({one.n:,})"


def _share(one: ConfidenceBin) -> str:
    """A share of right answers in whole per cent; Wilson's interval where all or none are right."""
    value = one.accuracy or 0.0
    interval = wilson(round(value * one.n), one.n) if value in (0, 1) else one.interval
    shown = interval and (100 * interval[0], 100 * interval[1])
    return f"{100 * value:.0f}% {ends(shown, 0)}".rstrip()


def along(every: Sequence[Judged]) -> list[str]:
    """How well the right answer's mass at each step tells right answers from wrong ones."""
    told = [(run, _points(run)) for run in every]
    told = [(run, points) for run, points in told if any(p.auroc is not None for p in points)]
    if not told:
        return []
    rows = [[run.name, *map(_area, points)] for run, points in told]
    return [
        "## Where along the answer do right and wrong part?",
        "",
        "AUROC of the content first-token mass of the right answer at a step against the answer's "
        "being right ([trajectory](summary.md#trajectory)), and how many right and wrong answers "
        "have the step. Offset 0 is the answer step, where the answer's first content token is "
        "chosen. Later steps are of fewer answers, and of others: the mass there is that of "
        "beginning a right form anew, which is no longer what makes the answer right. Intervals "
        f"are from 500 resamples. {_peaks([points for _, points in told])}",
        "",
        *table(["run", *(f"offset {offset}" for offset in SHOWN_OFFSETS)], rows),
    ]


def _points(run: Judged) -> list[TrajectoryPoint]:
    return [point for point in run.summary.trajectory if point.offset in SHOWN_OFFSETS]


def _peaks(told: Sequence[Sequence[TrajectoryPoint]]) -> str:
    """In how many runs the first step is the best, and how the next one falls behind it."""
    first = [points[0] for points in told if points[0].auroc is not None]
    known = [[point.auroc for point in points if point.auroc is not None] for points in told]
    best = sum(points[0].auroc == max(areas) for points, areas in zip(told, known, strict=True))
    text = f"It is greatest at offset 0 in {best} of {counted(len(told), 'run')}"
    if first:
        areas = [point.auroc or 0.0 for point in first]
        text += f" (there {min(areas):.3f} to {max(areas):.3f})"
    after = [points[1].auroc for points in told if points[1].auroc is not None]
    return (
        f"{text}; at offset 1 it is {min(after):.3f} to {max(after):.3f}." if after else f"{text}."
    )


def _area(point: TrajectoryPoint) -> str:
    counts = f"({point.n_correct:,}, {point.n_wrong:,})"
    if point.auroc is None:
        return counts
    return f"{point.auroc:.3f} {ends(point.interval, 3)}".rstrip() + f" {counts}"

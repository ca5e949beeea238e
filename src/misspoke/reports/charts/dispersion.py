"""Whether failures hold less on one form than right answers do: by P-mass, with what must be so."""

from collections.abc import Mapping, Sequence
from typing import Any

from misspoke.reports.charts.chart import Chart, render
from misspoke.reports.charts.frame import Axis, Frame, Layer, Text
from misspoke.reports.charts.marks import bars, outcome_dots, rules
from misspoke.reports.charts.theme import FAINT, INK, OTHER, RIGHT, WRONG
from misspoke.reports.text import probability

_MEASURE = "top_form_prob"
_UP = "Probability of the strongest right form, mean"
_ACROSS = "P-mass of the right answer"
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_ASIDE = 0.14
"""How far to the sides of a column its two marks stand, in columns."""
_CAP = 0.3
"""Half the length of the cap's mark."""


def dispersion_chart(
    summary: Mapping[str, Any], colours: Mapping[str, str] | None = None
) -> Chart | None:
    """The strongest form's probability of failures and right answers, by bins of P-mass, and all.

    The cap is what a right form that loses can hold at the most; the null, where the failures
    would be among all if P-mass alone decided.
    """
    found = summary.get("dispersion")
    if not found:
        return None
    cells = [*found["bins"], found["overall"]]
    if not any(_drawn(cell) for cell in cells):
        return None
    frame = Frame(
        Axis(-0.5, len(cells) - 0.5),
        Axis(0.0, 1.0, _TICKS, _UP, grid=True),
        height=400,
        bottom=84,
        top=72,
        above=42,
        right=6,
        left=66,
    )
    held = [(place, cell) for place, cell in enumerate(cells) if _drawn(cell)]
    failures = [(place - _ASIDE, _mean(cell, "failures")) for place, cell in held]
    right = [(place + _ASIDE, _mean(cell, "correct")) for place, cell in held]
    caps = [(place, cell["cap"]) for place, cell in held if cell["cap"] is not None]
    layers: list[Layer | None] = [
        _apart(frame, len(cells)),
        _null(frame, len(cells) - 1, found["overall"]),
        rules(frame, [(x - _CAP, cap, x + _CAP, cap) for x, cap in caps], INK, width=1.8),
        outcome_dots(frame, "correct", right, size=1.7),
        outcome_dots(frame, "commitment_failure", failures, size=1.5),
        *frame.texts(_heads(frame, cells)),
        *_legend(frame),
    ]
    return render("dispersion", _told(found["overall"]), frame.spec(layers), colours)


def _contrast(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = cell["contrasts"][_MEASURE]
    return found


def _mean(cell: Mapping[str, Any], side: str) -> float:
    return float(_contrast(cell)[f"mean_{side}"])


def _drawn(cell: Mapping[str, Any]) -> bool:
    return _contrast(cell)["difference"] is not None


def _apart(frame: Frame, columns: int) -> Layer | None:
    """A thin line between the bins and the column of all."""
    x = columns - 1.5
    return rules(frame, [(x, 0.0, x, 1.0)], FAINT)


def _null(frame: Frame, place: int, cell: Mapping[str, Any]) -> Layer | None:
    """Where the failures of all would be, held against the right answers, by P-mass alone."""
    null = (cell.get("null") or {}).get(_MEASURE)
    if not null or not _drawn(cell):
        return None
    ends = [min(1.0, max(0.0, _mean(cell, "correct") + end)) for end in null["interval"]]
    x = place - _ASIDE
    return bars(frame, [(x - 0.13, ends[0], x + 0.13, ends[1])], OTHER, 0.45)


def _heads(frame: Frame, cells: Sequence[Mapping[str, Any]]) -> list[Text]:
    """Below each column: its bin, and how many answers it has."""
    texts = []
    for place, cell in enumerate(cells):
        x, y = frame.at(place, 0.0)
        last = place == len(cells) - 1
        name = "all" if last else f"{cell['low']:g}–{cell['high']:g}"
        found = _contrast(cell)
        texts += [
            Text(x, y + 14, name, INK if last else FAINT, "center"),
            Text(x, y + 32, f"{found['n_failures']:,}", WRONG, "center"),
            Text(x, y + 48, f"{found['n_correct']:,}", RIGHT, "center"),
        ]
        if not _drawn(cell):
            texts.append(Text(x, y - 12, "too few", FAINT, "center"))
    y = frame.down
    names = (("failures", WRONG, 32), ("right", RIGHT, 48))
    return [*texts, *(Text(-10, y + below, name, ink, "right") for name, ink, below in names)]


def _legend(frame: Frame) -> list[Layer | None]:
    """The four marks with their words, in two rows."""
    left, second = -frame.left, 176 - frame.left
    one, two = 9 - frame.top, 29 - frame.top
    failure, right = frame.value(left + 6, one), frame.value(left + 6, two)
    cap, cap_end = frame.value(second, one), frame.value(second + 18, one)
    box, box_end = frame.value(second + 5, two + 7), frame.value(second + 13, two - 7)
    return [
        outcome_dots(frame, "commitment_failure", [failure], size=1.4),
        outcome_dots(frame, "correct", [right], size=1.5),
        rules(frame, [(*cap, *cap_end)], INK, width=1.8),
        bars(frame, [(*box, *box_end)], OTHER, 0.45),
        *frame.texts(
            [
                Text(left + 18, one, "commitment failures"),
                Text(left + 18, two, "right answers"),
                Text(second + 26, one, "the most a losing form holds"),
                Text(second + 26, two, "failures, if P-mass decided all"),
            ]
        ),
    ]


def _told(overall: Mapping[str, Any]) -> str:
    found = _contrast(overall)
    title = "The strongest right form's probability in commitment failures and in right answers"
    if found["difference"] is None:
        few = f"{found['n_failures']:,} failures and {found['n_correct']:,} right answers"
        return f"{title}, by P-mass; {few} in all, too few for a mean"
    means = (
        f"{probability(found['mean_failures'])} of {found['n_failures']:,} against "
        f"{probability(found['mean_correct'])} of {found['n_correct']:,}"
    )
    null = (overall.get("null") or {}).get(_MEASURE)
    forced = ""
    if null:
        low, high = (f"{abs(end):.2f}" for end in null["interval"])
        forced = f", of which P-mass alone forces {high} to {low}"
    less = f"{abs(found['difference']):.2f} {'less' if found['difference'] < 0 else 'more'}"
    return f"{title}: {means}, {less}{forced}"

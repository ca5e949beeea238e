"""Charts of confidence, of the way to the answer, and of dispersion: marks where numbers are."""

from pathlib import Path
from typing import Any

import pytest
from reports.report_rows import a_run, every_outcome
from reports.svg_reading import across, items, rules, symbols, up, words

from misspoke.reports.charts import confidence_chart, dispersion_chart, trajectory_chart


def a_bin(place: int, n: int, accuracy: float | None, failures: int = 0) -> dict[str, Any]:
    known = accuracy is not None
    return {
        "low": place / 10,
        "high": (place + 1) / 10,
        "n": n,
        "mean": (place + 0.3) / 10 if known else None,
        "accuracy": accuracy,
        "interval": [max(0.0, accuracy - 0.1), min(1.0, accuracy + 0.05)] if known else None,
        "failures": failures,
    }


def confidence(*bins: dict[str, Any]) -> dict[str, Any]:
    found = {
        "n": sum(one["n"] for one in bins),
        "accuracy": 0.5,
        "mean": 0.6,
        "bins": list(bins),
        "ece": 0.08,
        "brier": None,
        "auroc": None,
        "auroc_interval": None,
    }
    return {"confidence": {"winner": found, "sequence": found | {"ece": None}}}


BINS = tuple(
    a_bin(n, 40 * (n + 1) if n != 4 else 5, n / 10 if n != 4 else None, n) for n in range(10)
)


@pytest.mark.parametrize("kind", ["winner", "sequence"])
def test_accuracy_stands_over_mean_confidence(kind: str) -> None:
    chart = confidence_chart(confidence(*BINS), kind)
    assert chart is not None
    x, y = across(chart), up(chart)
    known = [one for one in BINS if one["accuracy"] is not None]
    points = [(item.x, item.y) for item in symbols(chart, "gold")]
    assert points == [pytest.approx((x(b["mean"]), y(b["accuracy"])), abs=1) for b in known]
    spreads = sorted((item.x, *sorted((item.y, item.ends[1]))) for item in rules(chart, "gold"))
    assert spreads == [
        pytest.approx((x(b["mean"]), y(b["interval"][1]), y(b["interval"][0])), abs=1)
        for b in known
    ]
    [diagonal] = [
        one for one in items(chart) if one.look.get("stroke") == "var(--faint)"
        and "stroke-dasharray" in one.look
    ]  # fmt: skip
    start, end = (tuple(map(float, p.split(","))) for p in diagonal.look["d"][1:].split("L"))
    assert (diagonal.x + start[0], diagonal.y + start[1]) == pytest.approx((x(0), y(0)), abs=1)
    assert (diagonal.x + end[0], diagonal.y + end[1]) == pytest.approx((x(1), y(1)), abs=1)


def test_bars_are_as_tall_as_bins_are_full_and_failures_are_counted() -> None:
    chart = confidence_chart(confidence(*BINS))
    bars = sorted(
        (item for item in items(chart) if item.look.get("opacity") == "0.55"),
        key=lambda one: path_box(one)[0],
    )
    tall = [path_box(one)[3] - path_box(one)[1] for one in bars]
    most = max(one["n"] for one in BINS)
    assert tall == [pytest.approx(max(tall) * one["n"] / most, abs=1) for one in BINS]
    shown = words(chart)
    assert [text for text in shown if text in list("123456789")] == list("123456789")
    assert chart is not None
    assert chart.title.startswith("Accuracy by the probability of the likeliest first token: 2,0")
    assert "45 commitment failures, 35 of them at 50% or more" in chart.title


def path_box(item: Any) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a rectangle that is drawn as a path: M0,0h9v5h-9Z."""
    start, _, rest = item.look["d"][1:].partition("h")
    width, _, rest = rest.partition("v")
    left, top = (float(part) for part in start.split(","))
    down = float(rest.partition("h")[0])
    ends = sorted((item.y + top, item.y + top + down))
    return item.x + left, ends[0], item.x + left + float(width), ends[1]


def test_no_confidence_has_no_chart(tmp_path: Path) -> None:
    assert confidence_chart({}) is None
    assert confidence_chart({"confidence": None}) is None
    assert confidence_chart(confidence(*(a_bin(n, 0, None) for n in range(10)))) is None
    _, empty = a_run(tmp_path, [])
    for kind in ("winner", "sequence"):
        assert confidence_chart(empty, kind) is None
    few = confidence_chart(confidence(a_bin(3, 4, None)))
    assert few is not None
    assert not symbols(few, "gold")


def step(offset: int, auroc: float | None) -> dict[str, Any]:
    known = auroc is not None
    spread = [auroc - 0.07, auroc + 0.05] if known else None
    return {
        "offset": offset, "n_correct": 100, "n_wrong": 90 if known else 3, "auroc": auroc,
        "interval": spread, "mean_correct": None, "mean_wrong": None,
    }  # fmt: skip


@pytest.mark.parametrize("low", [0.35, 0.15, 0.6])
def test_areas_stand_at_their_steps(low: float) -> None:
    steps = [step(-2, None), step(-1, 0.7), step(0, 0.9), step(1, low), step(2, None), step(3, 0.5)]
    chart = trajectory_chart({"trajectory": steps})
    x, y = across(chart), up(chart)
    known = [one for one in steps if one["auroc"] is not None]
    points = [(item.x, item.y) for item in symbols(chart, "gold")]
    assert points == [pytest.approx((x(s["offset"]), y(s["auroc"])), abs=1) for s in known]
    spreads = [(item.x, *sorted((item.y, item.ends[1]))) for item in rules(chart, "gold")]
    assert spreads == [
        pytest.approx((x(s["offset"]), y(s["interval"][1]), y(s["interval"][0])), abs=1)
        for s in known
    ]
    [chance] = [one for one in rules(chart, "faint") if "stroke-dasharray" in one.look]
    assert chance.y == chance.ends[1] == pytest.approx(y(0.5), abs=1)
    [begin] = rules(chart, "ink")
    assert begin.x == begin.ends[0] == pytest.approx(x(0), abs=1)
    assert {"chance", "the answer begins", "0.90", "+1", "−1"} <= set(words(chart))
    assert chart is not None
    assert "0.70 at −1 (100 right, 90 wrong); 0.90 at +0" in chart.title


def test_no_area_has_no_chart(tmp_path: Path) -> None:
    assert trajectory_chart({}) is None
    assert trajectory_chart({"trajectory": [step(0, None)]}) is None
    assert trajectory_chart(a_run(tmp_path, [])[1]) is None
    later = trajectory_chart({"trajectory": [step(2, 0.8), step(3, 0.7)]})
    assert "the answer begins" not in words(later)
    assert not rules(later, "ink")


def cell(
    low: float, high: float, failures: float | None, correct: float | None, n: int = 40
) -> dict[str, Any]:
    known = failures is not None and correct is not None
    contrast = {
        "n_failures": n if known else 3,
        "n_correct": 2_100,
        "mean_failures": failures,
        "mean_correct": correct,
        "difference": failures - correct if known else None,
    }
    return {
        "low": low, "high": high, "n_failures": n, "n_correct": 2_100, "cap": 0.3,
        "contrasts": {"top_form_prob": contrast},
    }  # fmt: skip


def dispersion(null: bool = True) -> dict[str, Any]:
    bins = [
        cell(0.2, 0.35, 0.22, 0.26),
        cell(0.35, 0.5, 0.28, 0.37),
        cell(0.5, 0.75, None, None),
        cell(0.75, 1.0, None, None),
    ]
    overall = cell(0.2, 1.0, 0.25, 0.61)
    found = {"mean": -0.35, "interval": [-0.4, -0.33], "p": 0.04, "strata": 4}
    overall["null"] = {"top_form_prob": found} if null else None
    return {"dispersion": {"overall": overall, "bins": bins}}


def test_means_caps_and_the_null_stand_where_they_belong() -> None:
    chart = dispersion_chart(dispersion())
    y = up(chart)
    columns = [item for item in items(chart) if item.text in ("0.2–0.35", "0.35–0.5", "all")]
    failures = symbols(chart, "wrong")[:3]
    right = symbols(chart, "gold")[:3]
    for column, failure, correct, low, high in zip(
        columns, failures, right, (0.22, 0.28, 0.25), (0.26, 0.37, 0.61), strict=True
    ):
        assert failure.x < column.x < correct.x
        assert failure.y == pytest.approx(y(low), abs=1)
        assert correct.y == pytest.approx(y(high), abs=1)
    caps = [one for one in rules(chart, "ink") if one.y > y(1)]
    assert [one.y for one in caps] == [pytest.approx(y(0.3), abs=1)] * 3
    boxes = [path_box(one) for one in items(chart) if one.look.get("opacity") == "0.45"]
    [null] = [box for box in boxes if box[1] > y(1)]
    assert null[1] == pytest.approx(y(0.61 - 0.33), abs=1)
    assert null[3] == pytest.approx(y(0.61 - 0.4), abs=1)
    assert null[0] < failures[2].x < null[2] < columns[2].x
    shown = words(chart)
    assert shown.count("too few") == 2
    assert shown.count("40") == 3
    assert shown.count("2,100") == 5
    assert chart is not None
    assert "0.25 of 40 against 0.61 of 2,100, 0.36 less" in chart.title
    assert "P-mass alone forces 0.33 to 0.40" in chart.title


def test_a_contrast_without_a_null_says_nothing_of_it() -> None:
    chart = dispersion_chart(dispersion(null=False))
    assert chart is not None
    assert "forces" not in chart.title
    boxes = [path_box(one) for one in items(chart) if one.look.get("opacity") == "0.45"]
    assert [box for box in boxes if box[1] > up(chart)(1)] == []


def test_too_few_on_either_side_have_no_chart(tmp_path: Path) -> None:
    assert dispersion_chart({}) is None
    none = dispersion()
    for one in (*none["dispersion"]["bins"], none["dispersion"]["overall"]):
        one["contrasts"]["top_form_prob"]["difference"] = None
    assert dispersion_chart(none) is None
    _, summary = a_run(tmp_path, every_outcome().values())
    assert dispersion_chart(summary) is None
    assert trajectory_chart(summary) is None
    assert confidence_chart(summary) is not None

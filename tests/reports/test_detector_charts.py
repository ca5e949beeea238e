"""Charts of detectors: recall by kind, risk by coverage, probes by layer, where numbers are."""

from typing import Any

import pytest
from reports.svg_reading import across, items, rules, symbols, up, words

from misspoke.diagnosis import DETECTORS
from misspoke.reports.charts import ceiling_chart, layer_chart, risk_chart
from misspoke.reports.charts.detectors import FROM, curves
from misspoke.reports.detector_figures import FAILURE, GAP, KINDS, label

PROBE = {
    "n": 90,
    "layers": [4, 8, 12],
    "areas": [0.55, 0.7, None],
    "intervals": [[0.41, 0.66], [0.61, 0.8], None],
    "layer": 8,
}


def recall(share: float | None) -> dict[str, Any]:
    spread = None if share is None else [max(0.0, share - 0.1), min(1.0, share + 0.05)]
    return {"n": 90, "n_correct": 100, "recall": share, "interval": spread}


def detector(
    name: str,
    gaps: float | None = None,
    failures: float | None = None,
    curve: list[tuple[float, float]] | None = None,
) -> dict[str, Any]:
    kinds = {kind: recall(None) for kind in KINDS} | {GAP: recall(gaps), FAILURE: recall(failures)}
    points = curve or []
    return {
        "name": name,
        "kinds": kinds,
        "curve": {"coverage": [one for one, _ in points], "risk": [risk for _, risk in points]},
    }


def summary(*table: dict[str, Any], probe: Any = None) -> dict[str, Any]:
    counts = dict.fromkeys(KINDS, 0) | {GAP: 1_446, FAILURE: 66}
    return {"detectors": {"kinds": counts, "table": table, "oracles": [], "probe": probe}}


def test_recall_stands_at_its_detector() -> None:
    table = [
        detector("p_true", 0.3, 0.1),
        detector("sequence_logprob", 0.8, None),
        detector("concept_entropy", 0.0, 1.0),
        detector("answer_tokens", 0.9, 0.9),
    ]
    chart = ceiling_chart(summary(*table))
    x = across(chart)
    names = {item.text: item.y for item in items(chart) if item.tag == "text"}
    order = ["sequence_logprob", "concept_entropy", "p_true"]
    assert label("answer_tokens") not in names
    assert [names[label(name)] for name in order] == sorted(names[label(n)] for n in order)
    for kind, colour, expected in (
        (GAP, "other", [("sequence_logprob", 0.8), ("concept_entropy", 0.0), ("p_true", 0.3)]),
        (FAILURE, "wrong", [("concept_entropy", 1.0), ("p_true", 0.1)]),
    ):
        found = [one for one in symbols(chart, colour) if one.x > 150 and one.y > 40]
        for one, (name, share) in zip(found, expected, strict=True):
            assert one.x == pytest.approx(x(share), abs=1)
            assert abs(one.y - names[label(name)]) < 13
        spreads = [sorted((one.x, one.ends[0])) for one in rules(chart, colour)]
        given = [next(t for t in table if t["name"] == n)["kinds"][kind] for n, _ in expected]
        assert spreads == [pytest.approx(list(map(x, one["interval"])), abs=1) for one in given]
    assert {"knowledge gaps 1,446", "commitment failures 66", "chance"} <= set(words(chart))
    assert chart is not None
    assert "sequence log-probability 80% and too few" in chart.title


def test_eight_detectors_at_the_most_have_their_recall_drawn() -> None:
    chart = ceiling_chart(summary(*(detector(name, 0.5, 0.2) for name in DETECTORS)))
    held = {label(name) for name in DETECTORS} & set(words(chart))
    assert len(held) == 8
    assert len(rules(chart, "wrong")) == 8


def test_what_has_no_figure_has_no_chart() -> None:
    for chart in (ceiling_chart, risk_chart, layer_chart):
        for found in ({}, {"detectors": None}, summary(), summary(detector("p_true"))):
            assert chart(found) is None
    empty = PROBE | {"areas": [None] * 3, "intervals": [None] * 3}
    assert layer_chart(summary(probe=empty)) is None


CURVE = [(0.01, 1.0), (0.2, 0.0), (0.5, 0.125), (0.75, 0.2), (1.0, 0.25)]


def test_curves_go_where_their_figures_are() -> None:
    other = [(share, risk / 2) for share, risk in CURVE]
    table = [
        detector("p_true", curve=CURVE),
        detector("probe", curve=other),
        detector("perplexity"),
    ]
    found = summary(*table)
    assert [one.name for one in curves(found["detectors"])] == ["p_true", "probe"]
    chart = risk_chart(found)
    x, y = across(chart), up(chart)
    for colour, points in (("open", CURVE), ("left", other)):
        [path] = [
            one for one in items(chart)
            if one.tag == "path" and one.colour == f"var(--{colour})" and "L" in one.look["d"]
        ]  # fmt: skip
        pairs = [pair.split(",") for pair in path.look["d"][1:].split("L")]
        places = [(path.x + float(a), path.y + float(b)) for a, b in pairs]
        kept = [point for point in points if point[0] >= FROM]
        assert places == [pytest.approx((x(a), y(b)), abs=1) for a, b in kept]
        [mark] = symbols(chart, colour)
        late = next(point for point in points if point[0] >= 0.6)
        assert (mark.x, mark.y) == pytest.approx((x(late[0]), y(late[1])), abs=1)
    shown = words(chart)
    assert shown.index("P(true)") < shown.index("linear probe")
    assert {"20.0%", "10.0%", "wrong among the 60% least doubtful"} <= set(shown)
    assert chart is not None
    assert "where 60% are accepted: P(true) 20%; linear probe 10%" in chart.title


def test_no_more_than_six_curves_are_drawn_each_with_its_look() -> None:
    found = summary(*(detector(name, curve=CURVE) for name in DETECTORS))
    found["detectors"]["oracles"] = [detector("oracle_p_mass", curve=CURVE)]
    chart = risk_chart(found)
    assert len(curves(found["detectors"])) == 6
    lines = [one for one in items(chart) if one.tag == "path" and "L" in one.look["d"]]
    looks = {(one.colour, one.look.get("stroke-dasharray")) for one in lines}
    assert len(lines) == len(looks) == 6


def test_layers_stand_where_their_areas_are() -> None:
    chart = layer_chart(summary(probe=PROBE))
    x, y = across(chart), up(chart)
    other, table = symbols(chart, "gold")
    assert (other.x, other.y) == pytest.approx((x(4), y(0.55)), abs=1)
    assert (table.x, table.y) == pytest.approx((x(8), y(0.7)), abs=1)
    assert other.look["fill"] == "var(--ground)"
    assert table.look["fill"] == "var(--gold)"
    [chance] = [one for one in rules(chart, "faint") if "stroke-dasharray" in one.look]
    assert chance.y == pytest.approx(y(0.5), abs=1)
    assert chart is not None
    assert "layer 4: 0.550 [0.410–0.660]; layer 8: 0.700 [0.610–0.800]" in chart.title


@pytest.mark.parametrize("count", [1, 3, 24, 60])
def test_layers_have_as_many_numbers_as_there_is_room_for(count: int) -> None:
    layers = list(range(1, count + 1))
    probe = {"n": 90, "layers": layers, "areas": [0.6] * count, "intervals": [None] * count,
             "layer": 1}  # fmt: skip
    chart = layer_chart(summary(probe=probe))
    assert len(symbols(chart, "gold")) == count
    numbers = [text for text in words(chart) if text.isdecimal()]
    assert 1 <= len(numbers) <= 12

"""Probes compared: paired by unit, corrected for all figures, and told with what else differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from misspoke.diagnosis.modes import compared
from misspoke.diagnosis.modes.compared import ProbesCompared, ProbeSide, compare_probes
from misspoke.diagnosis.modes.findings import Findings
from misspoke.diagnosis.modes.measures import Difference, Measure, Part, difference
from misspoke.records import UserError


@dataclass(frozen=True)
class Row:
    id: str
    question: str
    relation: str
    bad: float
    worse: float | None = None


class Mode:
    """Judges by what stands in the rows."""

    def measures(self, rows: Sequence[Any]) -> tuple[Measure, ...]:
        bad = tuple(Part(row.id, row.relation, row.bad) for row in rows)
        worse = tuple(Part(r.id, r.relation, r.worse) for r in rows if r.worse is not None)
        first = Measure("bad", "bad answers", "share", bad, "lower")
        return (first, Measure("worse", "worse ones", "share", worse)) if worse else (first,)

    def findings(self, rows: Sequence[Any], settings: Mapping[str, Any], seed: int = 0) -> Findings:
        raise NotImplementedError


@pytest.fixture(autouse=True)
def mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compared, "mode", lambda _: Mode())


def side(name: str, rows: Sequence[Row], **settings: Any) -> ProbeSide:
    made = {
        "kind": "sycophancy",
        "model": {"name": f"model {name}", "dtype": "float32"},
        "questions": {"name": "set", "count": len(rows), "sha256": name},
        **settings,
    }
    return ProbeSide(name, {"settings": made}, rows)


def rows(count: int, rate: float, seed: int, worse: float | None = None) -> list[Row]:
    draw = np.random.default_rng(seed)
    return [
        Row(f"u{i}", f"q{i}?", f"r{i % 10}", float(draw.random() < rate), worse)
        for i in range(count)
    ]


def test_a_difference_is_b_less_a_on_common_units() -> None:
    a, b = rows(80, 0.8, 0), rows(100, 0.2, 1)[20:]
    found = compare_probes([side("a", a), side("b", b)])
    [pair] = found.pairs
    assert (pair.common, pair.only_a, pair.only_b) == (60, 20, 20)
    [gap] = pair.gaps
    own = Mode().measures(b[:60])[0], Mode().measures(a[20:])[0]
    assert gap.difference == difference(*own)
    assert gap.difference.value is not None
    assert gap.difference.value < -0.3
    assert gap.told_apart
    assert gap.a.value == sum(row.bad for row in a[20:]) / 60
    assert [run.units for run in found.runs] == [80, 80]
    assert found.runs[0].figures[0].n == 80
    assert_plain(found)


def assert_plain(found: ProbesCompared) -> None:
    values = found.to_dict()
    assert values["pairs"][0]["gaps"][0]["difference"]["value"] is not None
    assert values["kind"] == "probes"


def test_p_values_are_corrected_for_all_figures_of_all_pairs() -> None:
    sides = [side(str(i), rows(60, 0.4 + 0.1 * i, i, worse=float(i > 0))) for i in range(3)]
    found = compare_probes(sides)
    assert [(pair.a, pair.b) for pair in found.pairs] == [(0, 1), (0, 2), (1, 2)]
    gaps = [gap for pair in found.pairs for gap in pair.gaps]
    raw = [gap.difference.p for gap in gaps]
    assert len(raw) == 6
    order = sorted(range(6), key=lambda i: raw[i] or 0.0)
    least = 0.0
    for rank, place in enumerate(order):
        least = max(least, min(1.0, (raw[place] or 0.0) * (6 - rank)))
        assert gaps[place].holm_p == pytest.approx(least)


def test_nothing_differs_from_itself() -> None:
    same = rows(50, 0.5, 0)
    [pair] = compare_probes([side("a", same), side("b", same)]).pairs
    assert (pair.gaps[0].difference.value, pair.gaps[0].holm_p) == (0.0, 1.0)
    assert not pair.gaps[0].told_apart


def test_few_common_units_give_a_number_and_no_test() -> None:
    [pair] = compare_probes([side("a", rows(40, 0.5, 0)), side("b", rows(20, 0.5, 1))]).pairs
    assert pair.gaps[0].difference.value is None
    assert pair.gaps[0].difference.n == 20
    assert pair.gaps[0].holm_p is None


@pytest.mark.parametrize(
    ("interval", "p", "told"),
    [
        ((0.1, 0.3), 0.001, True),
        ((-0.3, -0.1), 0.001, True),
        ((-0.1, 0.3), 0.001, False),
        ((0.1, 0.3), 0.06, False),
        (None, 0.001, False),
    ],
)
def test_told_apart_is_a_small_p_and_an_interval_without_0(
    monkeypatch: pytest.MonkeyPatch, interval: tuple[float, float] | None, p: float, told: bool
) -> None:
    monkeypatch.setattr(compared, "difference", lambda *_: Difference(0.2, interval, p, 50))
    [pair] = compare_probes([side("a", rows(50, 0.5, 0)), side("b", rows(50, 0.5, 1))]).pairs
    assert pair.gaps[0].told_apart == told


def test_what_only_one_has_is_named() -> None:
    sides = [side("a", rows(40, 0.5, 0, worse=1.0)), side("b", rows(40, 0.5, 1))]
    for order in (sides, sides[::-1]):
        [pair] = compare_probes(order).pairs
        assert pair.one_sided == ("worse",)
        assert [gap.key for gap in pair.gaps] == ["bad"]


def test_figures_of_other_turns_are_not_held_against_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Turns(Mode):
        def measures(self, rows: Sequence[Any]) -> tuple[Measure, ...]:
            [bad] = super().measures(rows)
            last = replace(bad, key="last", says=f"bad answers at turn {len(rows)}")
            return bad, last

    monkeypatch.setattr(compared, "mode", lambda _: Turns())
    one, same, longer = rows(40, 0.4, 1), rows(40, 0.4, 1), rows(60, 0.4, 1)
    [pair] = compare_probes([side("a", one), side("b", same)]).pairs
    assert [gap.key for gap in pair.gaps] == ["bad", "last"]
    monkeypatch.setattr(compared, "_common", lambda _, a, b: (a.rows, b.rows[:40]))
    [pair] = compare_probes([side("a", [*one, *longer[40:]]), side("b", same)]).pairs
    assert [gap.key for gap in pair.gaps] == ["bad"]
    assert pair.one_sided == ("last",)


def test_what_else_differs_is_named_but_not_the_model_or_the_set() -> None:
    a = side("a", rows(40, 0.5, 0), style={"form": "chat", "shots": 0})
    b = side("b", rows(40, 0.5, 1), style={"form": "text", "shots": 0}, samples=4)
    [pair] = compare_probes([a, b]).pairs
    assert pair.unlike == ("style.form: chat against text", "samples: None against 4")


def test_what_cannot_be_compared_is_refused() -> None:
    good = rows(40, 0.5, 0)
    with pytest.raises(UserError, match="two different runs"):
        compare_probes([side("a", good)])
    with pytest.raises(UserError, match="name each run once"):
        compare_probes([side("a", good), side("a", good)])
    others = [replace(row, id=f"x{row.id}") for row in good]
    with pytest.raises(UserError, match="a and b: have no question in common"):
        compare_probes([side("a", good), side("b", others)])
    reworded = [replace(row, question="What?") for row in good]
    with pytest.raises(UserError, match="b: 'u0' is another question than in a"):
        compare_probes([side("a", good), side("b", reworded)])

"""Figures and differences of probes: against sums, resamples and exchanges written out by hand."""

from dataclasses import replace
from itertools import product
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from misspoke.diagnosis.modes.measures import Measure, Part, difference, few_clusters, figure


def measure(*parts: Part, key: str = "m", fewest: int = 1) -> Measure:
    return Measure(key, "what is measured", "share", parts, fewest=fewest)


def of(tops: list[float], bottoms: list[float], clusters: list[str | None]) -> Measure:
    rows = enumerate(zip(tops, bottoms, clusters, strict=True))
    return measure(*(Part(f"u{i}", cluster, t, b) for i, (t, b, cluster) in rows))


def test_a_figure_is_a_ratio_of_sums_over_what_counts() -> None:
    found = figure(of([1, 0, 3, 9], [1, 1, 2, 0], ["a", "a", "b", "b"]))
    assert found.value == pytest.approx(4 / 4)
    assert found.n == 3


def test_of_too_few_units_there_is_a_number_and_no_figure() -> None:
    parts = [Part(f"u{i}", None, 1.0, float(i < 29)) for i in range(40)]
    few = figure(Measure("m", "", "share", tuple(parts)))
    assert (few.value, few.interval, few.n) == (None, None, 29)
    parts[30] = Part("u30", None, 1.0)
    enough = figure(Measure("m", "", "share", tuple(parts)))
    assert (enough.value, enough.n) == (1.0, 30)
    assert figure(Measure("m", "", "share", ())).n == 0


def test_an_interval_is_that_of_clusters_drawn_by_hand() -> None:
    rng = np.random.default_rng(3)
    clusters = [f"c{i % 12}" for i in range(240)]
    pull = rng.normal(size=12)
    tops = [float(rng.random() < 1 / (1 + np.exp(-pull[i % 12]))) for i in range(240)]
    bottoms = [float(rng.random() < 0.8) for _ in range(240)]
    tops = [t * b for t, b in zip(tops, bottoms, strict=True)]
    found = figure(of(tops, bottoms, clusters))
    sums = np.array(
        [
            [sum(x for x, c in zip(column, clusters, strict=True) if c == name)
             for column in (tops, bottoms)]
            for name in sorted(set(clusters))
        ]
    )  # fmt: skip
    drawn = [sums[rng.integers(12, size=12)].sum(axis=0) for _ in range(4000)]
    ratios = np.array([top / bottom for top, bottom in drawn])
    assert found.interval is not None
    centre, spread = np.mean(found.interval), found.interval[1] - found.interval[0]
    # with 12 clusters the ends lie 2.20 * sqrt(12 / 11) / 1.96 times as far out as plain ones
    plain = np.quantile(ratios, 0.975) - np.quantile(ratios, 0.025)
    assert spread == pytest.approx(plain * 2.201 * sqrt(12 / 11) / 1.960, rel=0.08)
    assert centre == pytest.approx(ratios.mean(), abs=0.03)


def test_a_difference_is_on_the_units_that_both_have() -> None:
    one = measure(Part("x", "a", 1), Part("y", "a", 0), Part("z", "b", 1), Part("only", "b", 1))
    other = measure(Part("z", "b", 0), Part("y", "a", 0), Part("x", "a", 0), Part("else", "b", 1))
    found = difference(one, other)
    assert found.value == pytest.approx(2 / 3)
    assert found.n == 3


def test_units_that_count_in_one_alone_count_there() -> None:
    """Conditional rates have denominators of their own; n are the units that count in both."""
    one = of([1, 1, 0, 0], [1, 1, 1, 0], [None] * 4)
    other = of([0, 0, 0, 1], [1, 0, 0, 1], [None] * 4)
    found = difference(one, other)
    assert found.value == pytest.approx(2 / 3 - 1 / 2)
    assert found.n == 1


def test_of_too_few_common_units_there_is_no_difference() -> None:
    one, other = (of([1.0] * 29, [1.0] * 29, [None] * 29) for _ in range(2))
    strict = Measure("m", "", "share", one.parts)
    found = difference(strict, other)
    assert (found.value, found.interval, found.p, found.n) == (None, None, None, 29)
    assert difference(one, measure()).value is None


def by_hand(one: Measure, other: Measure, clusters: list[str | None]) -> float:
    """The exact two-sided p-value: each cluster exchanged or not, all ways, studentised."""
    names = sorted(set(map(str, clusters)))
    grouped = 2 <= len(names) < len(clusters)
    units = [[i for i, c in enumerate(clusters) if str(c) == name] for name in names]
    if not grouped:
        units = [[i] for i in range(len(clusters))]

    def studentised(exchanged: tuple[bool, ...]) -> float | None:
        sides = [[], []]  # type: ignore[var-annotated]
        for unit, crossed in zip(units, exchanged, strict=True):
            sums = [
                (sum(m.parts[i].top for i in unit), sum(m.parts[i].bottom for i in unit))
                for m in (one, other)
            ]
            for side, pair in enumerate(reversed(sums) if crossed else sums):
                sides[side].append(pair)
        totals = [tuple(map(sum, zip(*side, strict=True))) for side in sides]
        if not all(bottom for _, bottom in totals):
            return None
        ratios = [top / bottom for top, bottom in totals]
        moves = [
            (b[0] - ratios[1] * b[1]) / totals[1][1] - (a[0] - ratios[0] * a[1]) / totals[0][1]
            for a, b in zip(*sides, strict=True)
        ]
        gap, error = ratios[1] - ratios[0], sqrt(sum(move**2 for move in moves))
        if abs(gap) < 1e-12:
            return 0.0
        return float("inf") if error < 1e-9 else abs(gap) / error

    observed = studentised((False,) * len(units))
    assert observed is not None
    found = [studentised(way) for way in product((False, True), repeat=len(units))]
    defined = [value for value in found if value is not None]
    return sum(value >= observed * (1 - 1e-9) for value in defined) / len(defined)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.booleans(), st.booleans(), st.booleans()),
        min_size=3,
        max_size=7,
    )
)
def test_the_p_value_is_that_of_all_exchanges(rows: list[tuple[str, bool, bool, bool]]) -> None:
    clusters: list[str | None] = [cluster for cluster, *_ in rows]
    one = of([float(a) for _, a, _, _ in rows], [1.0] * len(rows), clusters)
    bottoms = [1.0, *(1.0 + counts for _, _, _, counts in rows[1:])]
    other = of([float(b) for _, _, b, _ in rows], bottoms, clusters)
    found = difference(one, other)
    assert found.p == pytest.approx(by_hand(one, other, clusters))


def test_nothing_against_itself_differs_by_nothing() -> None:
    one = of([1, 0, 1, 1, 0], [1.0] * 5, ["a", "a", "b", "b", "c"])
    found = difference(one, one)
    assert (found.value, found.interval, found.p) == (0.0, (0.0, 0.0), 1.0)


def test_a_true_difference_is_found_and_none_is_not() -> None:
    """At 5%, the test of no difference errs about once in twenty; a difference of 0.3 is seen."""
    rng = np.random.default_rng(0)
    wrong = seen = 0
    for _ in range(60):
        clusters: list[str | None] = [f"c{i % 20}" for i in range(200)]
        a, b, better = (
            of([float(rng.random() < rate) for _ in range(200)], [1.0] * 200, clusters)
            for rate in (0.4, 0.4, 0.7)
        )
        no, yes = difference(a, b), difference(better, a)
        assert no.p is not None
        assert yes.p is not None
        wrong += no.p < 0.05
        seen += yes.p < 0.05
    assert wrong <= 8
    assert seen >= 58


@pytest.mark.parametrize("clusters", [2, 3, 5, 9])
def test_few_clusters_have_students_interval(clusters: int) -> None:
    """Of means of clusters of one size it is the textbook's, and reaches 95 times of 100."""
    draw = np.random.default_rng(clusters)
    held = 0
    for _ in range(200):
        middle = draw.normal(0, 1, clusters)
        tops = (middle[:, None] + draw.normal(0, 0.3, (clusters, 8))).ravel()
        names: list[str | None] = [str(at // 8) for at in range(len(tops))]
        parts = [Part(str(at), names[at], float(top)) for at, top in enumerate(tops)]
        found = figure(Measure("m", "m", "nats", tuple(parts), fewest=1))
        means = tops.reshape(clusters, 8).mean(axis=1)
        half = float(t.ppf(0.975, clusters - 1)) * means.std(ddof=1) / sqrt(clusters)
        assert found.interval == pytest.approx((means.mean() - half, means.mean() + half))
        assert found.interval is not None
        held += found.interval[0] <= 0 <= found.interval[1]
    assert 0.9 <= held / 200 <= 0.99


def test_few_clusters_are_told() -> None:
    assert few_clusters(["a", None, "a"], "relations") == ""
    assert few_clusters(map(str, range(10)), "relations") == ""
    assert few_clusters("ab", "kinds").endswith(
        "wide, and no remedy can be settled: p is 0.5 at least."
    )
    assert few_clusters("abcdef", "relations") == (
        "There are only 6 relations: intervals over them are Student's, and wide."
    )


def test_an_interval_of_few_clusters_stays_within_what_can_be() -> None:
    parts = [Part(str(at), str(at % 2), float(at % 2)) for at in range(40)]
    share = Measure("m", "m", "share", tuple(parts))
    assert figure(share).interval == (0, 1)
    none = Measure("m", "m", "share", tuple(replace(part, top=0.0) for part in parts))
    found = difference(share, none)
    assert found.value == 0.5
    assert found.interval is not None
    assert found.interval[0] < 0
    assert found.interval[1] == 1

"""Summaries of small runs by hand, and of random ones against plain twins."""

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats
from summary_rows import frame_of, right, row

from misspoke.diagnosis import TAUS, artefacts, cause, outcome, summarise
from misspoke.diagnosis.rates import Rate, RateBounds
from misspoke.records import Interval, UserError


def parts(rate: Rate) -> tuple[int, int]:
    """A rate as numerator and denominator."""
    return rate.numerator, rate.denominator


def both(rates: RateBounds) -> tuple[tuple[int, int], tuple[int, int]]:
    """Both bounds of a rate."""
    return parts(rates.lower), parts(rates.upper)


def numbers(value: Any) -> list[float]:
    """Every number in plain values."""
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers(item)]
    if isinstance(value, list):
        return [number for item in value for number in numbers(item)]
    return [value] if isinstance(value, float) else []


def test_rates_and_their_bounds() -> None:
    found = summarise(
        frame_of(
            right(0.9),
            right(0.19, upper=0.21),
            row(0.5, rival=0.3),
            row(0.15, upper=0.25, rival=0.3),
            row(0.01, rival=0.8),
            row(0.4, rival=0.5, abstained=True),
            row(0.1, rival=0.5, abstained=True),
        )
    )
    assert parts(found.accuracy) == (2, 7)
    assert (found.abstained.count, found.abstained.knowing) == (2, 1)
    string = found.rates.all_rows.string
    assert string.counts == {
        "correct": 2,
        "abstained": 2,
        "commitment_failure": 1,
        "knowledge_gap": 1,
        "undetermined": 1,
    }
    assert both(string.failures_per_wrong) == ((1, 3), (2, 3))
    assert both(string.failures_per_question) == ((1, 7), (2, 7))
    assert both(string.misfire) == ((1, 4), (2, 4))
    assert both(found.rates.all_rows.literal.failures_per_wrong) == ((1, 3), (1, 3))


def test_failures_to_commit_proper_need_gold_in_the_lead() -> None:
    found = summarise(
        frame_of(
            row(0.5, rival=0.3),
            row(0.3, rival=0.5),
            row(0.3, upper=0.4, rival=0.35),
            row(0.5, rival=0.3, abstained=True),
            right(),
        )
    )
    assert both(found.rates.all_rows.proper_per_wrong) == ((1, 3), (2, 3))
    assert both(found.rates.all_rows.proper_per_question) == ((1, 5), (2, 5))


def test_no_other_class_may_outweigh_gold_for_a_proper_failure() -> None:
    third = [
        {"answer": "Lyon", "prob": 0.1, "concept": 0},
        {"answer": "Nice", "prob": 0.3, "concept": 1},
        {"answer": "Nice.", "prob": 0.1, "concept": 1},
    ]
    found = summarise(
        frame_of(
            row(0.5, rival=0.1, candidates=third),  # 0.4 of a third class: gold leads
            row(0.5, rival=0.1, candidates=third, residual=0.2),  # it may weigh 0.6
            row(0.35, rival=0.1, candidates=third),  # it outweighs gold
            row(0.1, rival=0.05, residual=0.8),  # something unexplored may
        )
    )
    assert both(found.rates.all_rows.proper_per_wrong) == ((1, 4), (3, 4))


def test_doubtful_rows_stand_apart() -> None:
    found = summarise(
        frame_of(
            row(0.5, alias_gap=True, lost_midway=True),
            row(0.5, several_groups=True),
            row(0.1),
            right(several_groups=True),
        )
    )
    rates = found.rates
    assert both(rates.without_alias_gap.string.failures_per_wrong)[0] == (1, 2)
    assert both(rates.one_group.string.failures_per_wrong)[0] == (1, 2)
    assert both(rates.several_groups.string.failures_per_wrong)[0] == (1, 1)
    assert parts(rates.several_groups.accuracy) == (1, 2)
    assert parts(found.flags.alias_gap) == (1, 3)
    assert parts(found.flags.lost_midway) == (1, 3)


def test_causes_are_judged_at_tau() -> None:
    run = frame_of(
        row(0.3, rival=0.5),
        row(
            0.49,
            rival=0.31,
            top_form_prob=0.24,
            form_masses=[
                {"form": "Saint", "lower": 0.24, "upper": 0.245},
                {"form": "St", "lower": 0.13, "upper": 0.5},
            ],
            gold_mass_by_rules_lower=0.26,
            gold_mass_by_rules_upper=0.28,
        ),
        row(0.49, rival=0.31, top_form_prob=0.4),
        row(0.15, rival=0.1),
    )
    found = summarise(run)
    counts = {"minority_belief": 1, "split_vote": 1, "greedy_miss": 1, "undetermined": 0}
    assert found.causes.curated == counts
    assert found.causes.by_rules == counts | {"minority_belief": 2, "split_vote": 0}
    assert sum(summarise(run, tau=0.1).causes.curated.values()) == 4


def test_a_form_that_may_outweigh_the_emitted_one_leaves_the_cause_open() -> None:
    form = {"form": "Paris", "lower": 0.3, "upper": 0.32}
    found = summarise(frame_of(row(0.49, rival=0.31, top_form_prob=0.3, form_masses=[form])))
    assert found.causes.curated["undetermined"] == 1


def test_sampling_errs_as_often_as_the_mass_is_not_on_gold() -> None:
    points = [
        {"temperature": t, "p_mass_first": p, "entropy": 0.0} for t, p in [(0.3, 0.9), (1.0, 0.7)]
    ]
    found = summarise(frame_of(right(0.6, tempered=points), row(0.1, upper=0.3))).references
    assert parts(found.greedy_error) == (1, 2)
    cold, warm, hot, exact = found.sampling
    assert (cold.temperature, cold.mass, cold.n) == (0.3, "first", 1)
    assert cold.expected_accuracy == pytest.approx((0.9, 0.9))
    assert cold.expected_misfire == pytest.approx((0.1, 0.1))
    assert (warm.n, warm.n_known, warm.expected_misfire) == (1, 0, None)
    assert warm.expected_error == pytest.approx((0.9, 0.9))
    assert (hot.temperature, hot.mass, exact.temperature, exact.mass) == (1, "first", 1, "string")
    assert exact.expected_accuracy == pytest.approx((0.35, 0.45))
    assert exact.expected_error == pytest.approx((0.55, 0.65))
    assert (exact.n, exact.n_known) == (2, 1)
    assert exact.expected_misfire == pytest.approx((0.4, 0.4))


def candidates(*found: tuple[str, float, int]) -> list[dict[str, Any]]:
    """Candidates from (answer, probability, class)."""
    return [dict(zip(("answer", "prob", "concept"), one, strict=True)) for one in found]


def test_concept_argmax_emits_the_heaviest_class() -> None:
    found = summarise(
        frame_of(
            right(0.4, candidates=candidates(("Paris", 0.4, 0), ("Lyon", 0.3, 1))),
            right(0.4, candidates=candidates(("Paris", 0.4, 0), ("L", 0.3, 1), ("l", 0.3, 1))),
            # the gold class in other words: all of it lies in the event
            right(0.4, candidates=candidates(("Paris, France", 0.5, 0))),
            row(0.5, rival=0.3),
            row(0.3, rival=0.5),
            row(0.4, rival=0.2, candidates=candidates(("Rome", 0.2, 0), ("Bonn", 0.45, 1))),
            row(0.1, rival=0.5),
        )
    ).references.concept_argmax
    assert parts(found.accuracy) == (3, 7)
    assert parts(found.misfire) == (3, 6)


def test_dispersion_of_large_cells() -> None:
    rng = np.random.default_rng(0)
    losing, winning = rng.uniform(0.1, 0.3, 40), rng.uniform(0.5, 0.9, 50)
    found = summarise(
        frame_of(
            *(row(0.4, top_form_prob=p) for p in losing),
            *(right(0.9, top_form_prob=p, effective_first_tokens=None) for p in winning),
        )
    ).dispersion
    contrast = found.overall.contrasts["top_form_prob"]
    test = stats.ttest_ind(losing, winning, equal_var=False)
    assert (contrast.n_failures, contrast.n_correct) == (40, 50)
    assert contrast.mean_failures == pytest.approx(losing.mean())
    assert contrast.difference == pytest.approx(losing.mean() - winning.mean())
    assert contrast.welch is not None
    assert contrast.welch.t == pytest.approx(test.statistic)
    assert contrast.welch.p == pytest.approx(test.pvalue)
    assert contrast.interval is not None
    assert contrast.interval[0] < contrast.difference < contrast.interval[1] < 0
    assert found.overall.cap == pytest.approx(0.4)
    assert found.overall.contrasts["effective_first_tokens"].n_correct == 0
    assert found.overall.contrasts["effective_first_tokens"].mean_failures is None


def test_dispersion_within_bins_of_mass() -> None:
    found = summarise(frame_of(row(0.2), row(0.35), row(0.1), right(0.75), right(1.0))).dispersion
    cells = [(cell.low, cell.high, cell.n_failures, cell.n_correct) for cell in found.bins]
    assert cells == [(0.2, 0.35, 1, 0), (0.35, 0.5, 1, 0), (0.5, 0.75, 0, 0), (0.75, 1.0, 0, 2)]
    small = found.overall.contrasts["top_form_share"]
    assert (small.n_failures, small.n_correct, small.mean_failures, small.d) == (2, 2, None, None)


def test_the_first_bin_begins_at_tau() -> None:
    found = summarise(frame_of(row(0.45)), tau=0.4).dispersion
    assert [(cell.low, cell.high) for cell in found.bins] == [(0.4, 0.5), (0.5, 0.75), (0.75, 1.0)]


def test_sharpening_looks_at_answers_that_begin_wrong() -> None:
    found = summarise(
        frame_of(
            row(content_winner_prob=0.6, on_path_entropy_1=None, on_path_entropy_2=None),
            row(content_winner_prob=0.9, content_winner_is_gold=True, on_path_entropy_2=None),
            row(content_winner_prob=0.9, abstained=True, on_path_entropy_2=None),
            right(content_winner_prob=0.9, on_path_entropy_2=0.05),
        )
    ).sharpening
    assert (found.wrong_winner_prob.n, found.wrong_winner_prob.value) == (1, 0.6)
    assert found.on_path_entropy_1.n == 3
    assert (found.on_path_entropy_2.n, found.on_path_entropy_2.value) == (1, 0.05)


def test_inflation_compares_first_token_and_string() -> None:
    found = summarise(
        frame_of(
            row(0.1, p_mass_first=0.3, p_mass_first_literal=0.3),
            row(0.1, upper=0.25, p_mass_first=0.4, p_mass_first_literal=0.1),
            row(0.3, p_mass_first=0.3),
            row(0.001, p_mass_first=0.1),
        )
    ).inflation
    assert found.ratio_of_means == pytest.approx(1.1 / 0.501)
    assert (found.median_ratio, found.n_median) == (pytest.approx(3), 3)
    assert both(found.first_unconfirmed) == ((1, 3), (2, 3))
    assert both(found.literal_unconfirmed) == ((1, 2), (1, 2))


def test_detection_ranks_wrong_answers_by_low_mass() -> None:
    found = summarise(
        frame_of(row(0.1), row(0.5), right(0.5), right(0.9), row(0.9, abstained=True))
    ).detection
    assert (found.n_wrong, found.n_correct) == (2, 2)
    assert found.string == pytest.approx(3.5 / 4)


def test_cost_adds_up() -> None:
    found = summarise(
        frame_of(row(near_tie=True, forward_tokens=30), row(budget_spent=True, mass_nodes=9))
    ).cost
    assert (found.forward_tokens, found.forward_tokens_mean) == (40, 20)
    assert (found.mass_nodes_mean, found.near_ties, found.budget_spent) == (6.5, 1, 1)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [right()],
        [row(0.5)],
        [row(abstained=True)],
        [right(), right()],
        [row(), row()],
        [row(top_form_prob=None, top_form_by_rules_prob=None, form_masses=[], tempered=[])],
        [right(candidates=[])],
    ],
)
def test_small_runs_have_a_summary(rows: list[Any]) -> None:
    found = summarise(frame_of(*rows))
    assert found.n == len(rows)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False)) == found.to_dict()


def test_every_key_is_explained() -> None:
    text = (Path(__file__).parents[2] / "docs" / "summary.md").read_text(encoding="utf-8")
    found = summarise(frame_of(right(), row(0.5))).to_dict()
    told = set(re.findall(r"`(?:….)?([\w.]+)`", text))
    parts = {name for key in told for name in key.split(".")}
    assert set(found) <= parts
    for key in ("confidence", "trajectory", "unconfirmed", "dispersion"):
        section = text.split(f"\n### `{key}`\n")[1].split("\n### ")[0]
        for name in keys(found[key]) - set(artefacts.ARTEFACTS):
            assert f"`{name}`" in section or f"….{name}`" in section, (key, name)


def keys(value: Any) -> set[str]:
    """Every key of plain values; rates stand for themselves."""
    if isinstance(value, list):
        return {name for item in value for name in keys(item)}
    if not isinstance(value, dict) or "numerator" in value:
        return set()
    return {name for key, item in value.items() for name in {key, *keys(item)}} - {"lower", "upper"}


def test_a_missing_column_is_named() -> None:
    with pytest.raises(UserError, match="'emitted_mass_lower'"):
        summarise(frame_of(right()).drop("emitted_mass_lower"))


def test_the_seed_decides_and_nothing_else() -> None:
    run = frame_of(*(row(i / 40, relation="ab"[i % 2]) for i in range(20)), right(relation="c"))
    assert summarise(run, seed=1) == summarise(run, seed=1)
    assert summarise(run, seed=1) != summarise(run, seed=2)


MASS = st.sampled_from([0.0, 0.1, 0.19, 0.2, 0.21, 0.35, 0.5, 0.9])
ROW = st.builds(
    lambda p, width, rival, kind, flag, relation: row(
        p,
        upper=min(1.0, p + width),
        rival=rival,
        correct=kind == "correct",
        abstained=kind == "abstained",
        alias_gap=flag and kind == "wrong",
        several_groups=flag,
        relation=relation,
    ),
    MASS,
    st.sampled_from([0.0, 0.02, 0.2]),
    MASS,
    st.sampled_from(["correct", "wrong", "wrong", "abstained"]),
    st.booleans(),
    st.sampled_from([None, "a", "b"]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, max_size=30))
def test_counts_agree_with_row_by_row_judgement(rows: list[Any]) -> None:
    found = summarise(frame_of(*rows))
    for place, tau in enumerate(TAUS):
        point = found.sweep.string[place]
        outcomes = [
            outcome(
                r["correct"],
                r["abstained"],
                Interval(r["p_mass_lower"], r["p_mass_upper"]),
                tau,
            )
            for r in rows
        ]
        assert point.counts == {name: outcomes.count(name) for name in point.counts}
    causes = [
        cause(*(Interval(r[f"{name}_lower"], r[f"{name}_upper"]) for name in names))
        for names in [["gold_mass", "emitted_mass", "p_mass", "emitted_form_mass"]]
        for r in rows
        if not r["correct"] and not r["abstained"] and r["p_mass_lower"] >= 0.2
    ]
    assert found.causes.curated == {name: causes.count(name) for name in found.causes.curated}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, min_size=1, max_size=30))
def test_no_number_is_nan_and_intervals_hold_their_order(rows: list[Any]) -> None:
    found = summarise(frame_of(*rows))
    assert all(math.isfinite(number) for number in numbers(found.to_dict()))
    rates = found.rates.all_rows
    for bounds in (rates.string.failures_per_wrong, rates.string.misfire, rates.proper_per_wrong):
        if bounds.lower.value is not None and bounds.upper.value is not None:
            assert bounds.lower.value <= bounds.upper.value

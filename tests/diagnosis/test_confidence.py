"""Confidence and trajectory against sklearn, plain bins and row-by-row twins; the null, the cap."""

from math import exp
from statistics import fmean
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score
from summary_rows import frame_of, right, row

from misspoke.diagnosis.confidence import confidence
from misspoke.diagnosis.contrast import MEASURES, dispersion
from misspoke.diagnosis.rows import read_rows
from misspoke.diagnosis.trajectory import OFFSETS, trajectory
from misspoke.measures import equal_mass_ece

TAU = 0.2
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def said(prob: float, is_right: bool, p: float = 0.1, **changes: Any) -> Any:
    """A row whose first content token has a probability, with a P-mass."""
    return row(p, rival=0.4, correct=is_right, content_winner_prob=prob, **changes)


def many(seed: int, n: int = 400) -> list[Any]:
    rng = np.random.default_rng(seed)
    return [
        said(
            round(float(rng.random()), 3),
            bool(rng.random() < 0.5),
            float(rng.choice([0.1, 0.5])),
            abstained=bool(rng.random() < 0.1),
            relation=f"r{rng.integers(8)}",
            answer_logprobs=(-rng.random(3)).tolist(),
            trajectory=rng.random(6).tolist(),
            answer_step=int(rng.integers(1, 4)),
            answer_end=int(rng.integers(3, 7)),
        )
        for _ in range(n)
    ]


def judged(rows: list[Any]) -> list[Any]:
    return [one for one in rows if one["correct"] or not one["abstained"]]


def test_confidence_agrees_with_sklearn() -> None:
    rows = many(0)
    found = confidence(read_rows(frame_of(*rows)), TAU, 0)
    for forecast, prob in ((found.winner, winner), (found.sequence, sequence)):
        probs = [prob(one) for one in judged(rows)]
        correct = [one["correct"] for one in judged(rows)]
        assert forecast.n == len(probs)
        assert forecast.accuracy == pytest.approx(fmean(correct))
        assert forecast.mean == pytest.approx(fmean(probs))
        assert forecast.auroc == pytest.approx(roc_auc_score(correct, probs))
        assert forecast.ece == pytest.approx(equal_mass_ece(probs, correct))
        assert forecast.brier is not None
        assert forecast.brier.score == pytest.approx(brier_score_loss(correct, probs))
        assert forecast.auroc_interval is not None
        assert forecast.auroc_interval[0] < forecast.auroc < forecast.auroc_interval[1]


def winner(one: Any) -> float:
    return float(one["content_winner_prob"])


def sequence(one: Any) -> float:
    return exp(sum(one["answer_logprobs"][one["answer_step"] - 1 : one["answer_end"]]))


@QUICK
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.05, 0.1, 0.3, 0.99, 1.0, 1.0000001, None]),
            st.sampled_from(["right", "wrong", "abstained"]),
            st.sampled_from([0.1, 0.5]),
        ),
        max_size=20,
    ),
    st.integers(1, 12),
)
def test_bins_agree_with_row_by_row_counting(
    drawn: list[tuple[float | None, str, float]], times: int
) -> None:
    rows = [
        said(prob, kind == "right", p, abstained=kind == "abstained")  # type: ignore[arg-type]
        for prob, kind, p in drawn * times
    ]
    bins = confidence(read_rows(frame_of(*rows)), TAU, 0).winner.bins
    assert [(one.low, one.high) for one in bins] == [(k / 10, (k + 1) / 10) for k in range(10)]
    known = [one for one in judged(rows) if one["content_winner_prob"] is not None]
    for one in bins:
        last = one.high == 1
        inside = [
            r
            for r in known
            if one.low <= r["content_winner_prob"] and (r["content_winner_prob"] < one.high or last)
        ]
        failures = [r for r in inside if not r["correct"] and r["p_mass_lower"] >= TAU]
        assert (one.n, one.failures) == (len(inside), len(failures))
        if one.n < 30:
            assert (one.mean, one.accuracy, one.interval) == (None, None, None)
        else:
            assert one.accuracy == pytest.approx(fmean(r["correct"] for r in inside))
            assert one.mean == pytest.approx(fmean(r["content_winner_prob"] for r in inside))
            assert one.interval is not None


def test_an_unknown_step_leaves_the_sequence_out() -> None:
    rows = [
        right(answer_logprobs=[-1.0, None], answer_end=2),
        right(answer_logprobs=[None, -1.0], answer_step=2, answer_end=2),
        right(answer_logprobs=[], answer_end=2),
        right(answer_logprobs=[-1.0, -1.0, -5.0], answer_end=2),
    ]
    found = confidence(read_rows(frame_of(*rows)), TAU, 0).sequence
    assert found.n == 2
    assert found.mean == pytest.approx((exp(-1) + exp(-2)) / 2)
    assert (found.ece, found.brier, found.auroc, found.auroc_interval) == (None,) * 4


def test_trajectory_agrees_with_row_by_row_steps() -> None:
    rows = many(1)
    points = trajectory(read_rows(frame_of(*rows)), 0)
    assert [point.offset for point in points] == list(range(-3, 6)) == list(OFFSETS)
    figures = 0
    for point in points:
        masses: dict[bool, list[float]] = {True: [], False: []}
        for one in judged(rows):
            step = one["answer_step"] + point.offset
            if 1 <= step <= min(one["answer_end"], len(one["trajectory"])):
                masses[one["correct"]].append(one["trajectory"][step - 1])
        counts = (len(masses[True]), len(masses[False]))
        assert (point.n_correct, point.n_wrong) == counts
        if min(counts) < 30:
            assert (point.auroc, point.interval, point.mean_correct) == (None, None, None)
            continue
        figures += 1
        labels = [True] * counts[0] + [False] * counts[1]
        assert point.auroc == pytest.approx(roc_auc_score(labels, masses[True] + masses[False]))
        assert point.mean_correct == pytest.approx(fmean(masses[True]))
        assert point.mean_wrong == pytest.approx(fmean(masses[False]))
        assert point.interval is not None
        assert point.interval[0] < point.auroc < point.interval[1]
    assert figures >= 5


def test_no_step_before_the_first_and_none_behind_the_end() -> None:
    rows = [right(trajectory=[0.1, 0.2, 0.3], answer_step=1, answer_end=2)]
    counts = [point.n_correct for point in trajectory(read_rows(frame_of(*rows)), 0)]
    assert counts == [0, 0, 0, 1, 1, 0, 0, 0, 0]


def losing(rng: np.random.Generator, spread: float) -> Any:
    """A failure: its strongest form holds some share of P, which is below one half."""
    p = float(rng.uniform(0.2, 0.5))
    return row(p, rival=0.5, top_form_prob=p * spread * float(rng.uniform(0.8, 1.0)))


def winning(rng: np.random.Generator, low: float) -> Any:
    p = float(rng.uniform(low, 1.0))
    return right(p, top_form_prob=p * float(rng.uniform(0.8, 1.0)))


def test_the_null_explains_what_mass_alone_forces() -> None:
    """Same shares at every P: the contrast is large, and mass makes it; for p see `test_null`."""
    rng = np.random.default_rng(8)
    rows = [losing(rng, 1.0) for _ in range(150)] + [winning(rng, 0.2) for _ in range(400)]
    found = dispersion(read_rows(frame_of(*rows)), TAU, 0)
    null = (found.overall.null or {})["top_form_prob"]
    contrast = found.overall.contrasts["top_form_prob"]
    assert null is not None
    assert contrast.difference is not None
    assert contrast.welch is not None
    assert contrast.welch.p < 1e-6
    assert contrast.difference < -0.15
    assert null.mean == pytest.approx(contrast.difference, rel=0.05)
    assert null.interval[0] < null.mean < null.interval[1] < 0
    assert list(found.overall.null or {}) == list(MEASURES)
    assert all(cell.null is None for cell in found.bins)


def test_the_null_does_not_explain_forms_that_are_split() -> None:
    rng = np.random.default_rng(3)
    rows = [losing(rng, 0.5) for _ in range(150)] + [winning(rng, 0.2) for _ in range(400)]
    null = (dispersion(read_rows(frame_of(*rows)), TAU, 0).overall.null or {})["top_form_prob"]
    assert null is not None
    assert null.p == pytest.approx(2 / 2001)
    assert 2 <= null.strata <= 7


def test_few_failures_have_no_null_and_nothing_beyond_the_cap() -> None:
    rng = np.random.default_rng(4)
    rows = [losing(rng, 1.0) for _ in range(29)] + [winning(rng, 0.2) for _ in range(100)]
    cell = dispersion(read_rows(frame_of(*rows)), TAU, 0).overall
    assert cell.null == dict.fromkeys(MEASURES)
    assert all(one.beyond_cap is None for one in cell.contrasts.values())


def test_beyond_the_cap_is_by_hand() -> None:
    rng = np.random.default_rng(5)
    rows = [losing(rng, 0.9) for _ in range(60)] + [winning(rng, 0.3) for _ in range(90)]
    for one in rows:
        one["p_mass_first_literal"] = one["p_mass_lower"] * 0.7
        one["top_first_token_prob"] = one["p_mass_lower"] * 0.6
    small = right(0.3, top_form_prob=0.45, p_mass_first_literal=0.3, top_first_token_prob=0.45)
    rows.append(small)  # more than P: cut at P itself
    found = dispersion(read_rows(frame_of(*rows)), TAU, 0).overall.contrasts
    for name, mass in (
        ("top_form_prob", "p_mass_lower"),
        ("top_first_token_prob", "p_mass_first_literal"),
    ):
        failures = [one[name] for one in rows if not one["correct"]]
        held = [min(one[name], one[mass], 1 - one[mass]) for one in rows if one["correct"]]
        beyond = found[name].beyond_cap
        assert beyond is not None
        assert beyond.value == pytest.approx(fmean(failures) - fmean(held))
        assert beyond.interval is not None
        assert beyond.interval[0] < beyond.value < beyond.interval[1]
        assert beyond.value > (found[name].difference or 0)
    for name in ("top_form_share", "effective_forms", "top_first_token_share"):
        assert found[name].beyond_cap is None

"""Detectors on made-up runs, against other libraries and plain loops over resamples."""

import json
import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from detector_rows import TAU, doubted, evaluated_frame, evaluated_rows, one, run_of
from numpy.typing import NDArray
from scipy import stats
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve
from sklearn.model_selection import GroupKFold
from summary_rows import frame_of, right, row

from misspoke.diagnosis import resampled, summarise
from misspoke.diagnosis.detectors import Detectors
from misspoke.diagnosis.evaluated import POINTS
from misspoke.diagnosis.judged import KINDS
from misspoke.diagnosis.plain import plain
from misspoke.diagnosis.resampled import Estimate, estimates
from misspoke.diagnosis.scores import DETECTORS, FREE
from misspoke.measures import bootstrap_weights, cluster_codes
from misspoke.records import UserError

ROWS = [r for r in run_of(0) if not r["abstained"]]
"""The judged rows of `found`, whose run has abstained ones too."""

SOME = ("sequence_logprob", "top_entropy", "answer_characters")


@cache
def found() -> Detectors:
    return evaluated_rows(run_of(0), *SOME)


DOUBTS = {
    "sequence_logprob": lambda r: -r["answer_logprobs"][0],
    "top_entropy": lambda r: r["top_entropy"],
    "answer_characters": lambda r: len(r["answer"]),
    "oracle_p_mass": lambda r: -r["p_mass_lower"],
    "oracle_lead": lambda r: r["rival_mass"] - r["gold_mass_lower"],
}


def kind_of(r: Any, kind: str) -> bool:
    """The definition of each kind, for rows whose masses are points and whose gold is one form."""
    if r["correct"]:
        return False
    failure, first = r["p_mass_lower"] >= TAU, r["p_mass_first"] >= TAU
    gold, low, high = r["gold_mass_lower"], r["emitted_mass_lower"], r["emitted_mass_upper"]
    minority = failure and gold <= low
    decided = failure and gold > high
    form, top = r["emitted_form_mass_lower"], r["top_form_prob"]
    return {
        "wrong": True,
        "knowledge_gap": not failure,
        "commitment_failure": failure,
        "knowledge_gap_first": not first,
        "commitment_failure_first": first,
        "minority_belief": minority,
        "split_vote": decided and form > top,
        "greedy_miss": decided and top > form,
        "undetermined": failure and not minority and not decided,
    }[kind]


def known(name: str) -> list[Any]:
    return [r for r in ROWS if DOUBTS[name](r) is not None]


def arrays(name: str, kind: str = "wrong") -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Doubts of correct rows and of a kind, which are of the kind, and their places in `ROWS`."""
    places = [
        place
        for place, r in enumerate(ROWS)
        if DOUBTS[name](r) is not None and (r["correct"] or kind_of(r, kind))
    ]
    chosen = [ROWS[place] for place in places]
    doubts = np.array([DOUBTS[name](r) for r in chosen], dtype=np.float64)
    return doubts, np.array([not r["correct"] for r in chosen]), np.array(places)


def drawn(resamples: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """The relations of `ROWS` as codes, and how often each row is in each resample."""
    relations = cluster_codes([r["relation"] for r in ROWS])
    [weights] = bootstrap_weights(len(ROWS), clusters=relations, resamples=resamples, seed=0)
    return relations, weights


def ends(values: list[float], relations: NDArray[Any]) -> tuple[float, float]:
    """The expanded percentile interval of resamples of these relations."""
    n = len(set(relations.tolist()))
    tail = stats.norm.cdf(-math.sqrt(n / (n - 1)) * stats.t.ppf(0.975, n - 1))
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def recall(doubts: NDArray[Any], positive: NDArray[Any], weights: Any = None) -> float:
    """At 5% false alarms, by another library's ROC curve."""
    alarms, hits, _ = roc_curve(positive, doubts, sample_weight=weights, drop_intermediate=False)
    place = np.searchsorted(alarms, 0.05, side="right") - 1
    if place + 1 == len(alarms):
        return float(hits[-1])
    part = (0.05 - alarms[place]) / (alarms[place + 1] - alarms[place])
    return float(hits[place] + part * (hits[place + 1] - hits[place]))


@pytest.mark.parametrize("name", DOUBTS)
def test_figures_agree_with_other_libraries(name: str) -> None:
    it = one(found(), name)
    doubts, wrong, _ = arrays(name)
    area, accuracy = roc_auc_score(wrong, doubts), 1 - wrong.mean()
    assert (it.n, it.n_missing) == (len(wrong), len(ROWS) - len(wrong))
    assert it.auroc == pytest.approx(area)
    assert it.augrc == pytest.approx(
        (1 - area) * accuracy * (1 - accuracy) + (1 - accuracy) ** 2 / 2
    )
    assert (it.recall.n, it.recall.n_correct) == (wrong.sum(), (~wrong).sum())
    assert it.recall.recall == pytest.approx(recall(doubts, wrong))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", DOUBTS)
def test_each_kind_is_held_against_the_correct_rows(name: str, kind: str) -> None:
    doubts, positive, _ = arrays(name, kind)
    area, cell = one(found(), name).areas[kind], one(found(), name).kinds[kind]
    n, n_correct = positive.sum(), (~positive).sum()
    assert area.n == cell.n == n
    assert cell.n_correct == n_correct
    if n < 30:
        assert (area.auroc, area.interval, cell.recall, cell.interval) == (None, None, None, None)
        return
    assert area.auroc == pytest.approx(roc_auc_score(positive, doubts))
    assert cell.recall == pytest.approx(recall(doubts, positive))


def test_the_kinds_are_all_there_and_counted() -> None:
    counts = {kind: sum(kind_of(r, kind) for r in ROWS) for kind in KINDS}
    assert found().kinds == counts
    assert found().n_wrong == sum(not r["correct"] for r in ROWS)
    assert found().n_correct == len(ROWS) - found().n_wrong
    assert counts["minority_belief"] > 0
    assert counts["undetermined"] > 0


def test_causes_are_those_of_the_summary() -> None:
    frame = frame_of(
        *run_of(3),
        row(0.49, rival=0.31, top_form_prob=0.4),
        row(0.49, rival=0.31, top_form_prob=0.2, form_masses=[]),
    )
    made = summarise(frame, detectors=["perplexity"])
    assert made.detectors is not None
    assert {name: made.detectors.kinds[name] for name in made.causes.curated} == (
        made.causes.curated
    )
    assert min(made.causes.curated.values()) > 0


def test_intervals_come_from_resampled_relations_each_with_a_threshold_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A loop over the same resamples; whole relations are drawn."""
    monkeypatch.setattr(resampled, "RESAMPLES", 60)
    relations, weights = drawn(60)
    assert all(np.ptp(weights[:, relations == code], axis=1).max() == 0 for code in set(relations))
    it = one(evaluated_rows(run_of(0), *SOME), "sequence_logprob")
    for kind in ("wrong", "knowledge_gap"):
        doubts, positive, places = arrays("sequence_logprob", kind)
        values = [recall(doubts, positive, w) for w in weights[:, places]]
        cell = it.recall if kind == "wrong" else it.kinds[kind]
        assert cell.interval == pytest.approx(ends(values, relations))
        values = [roc_auc_score(positive, doubts, sample_weight=w) for w in weights[:, places]]
        interval = it.auroc_interval if kind == "wrong" else it.areas[kind].interval
        assert interval == pytest.approx(ends(values, relations))


def test_differences_are_paired_and_of_the_rows_that_both_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resampled, "RESAMPLES", 60)
    relations, weights = drawn(60)
    doubts, wrong, places = arrays("top_entropy")
    base = np.array([DOUBTS["sequence_logprob"](ROWS[place]) for place in places])

    def difference(w: Any = None) -> float:
        areas = [roc_auc_score(wrong, values, sample_weight=w) for values in (doubts, base)]
        return float(areas[0] - areas[1])

    against = one(evaluated_rows(run_of(0), *SOME), "top_entropy").against
    assert against is not None
    assert against.n == len(places) < len(ROWS)
    assert against.difference == pytest.approx(difference())
    wanted = ends([difference(w) for w in weights[:, places]], relations)
    assert against.interval == pytest.approx(wanted)
    assert one(found(), "sequence_logprob").against is None


def test_a_detector_that_ranks_as_the_base_does_differs_by_nothing() -> None:
    """All answers have one token: their perplexity is their probability."""
    made = evaluated_rows(run_of(1), "perplexity")
    against = one(made, "perplexity").against
    assert against is not None
    assert (against.difference, against.interval) == (0, (0, 0))
    assert [it.name for it in made.table] == ["perplexity"]


def test_calibration_is_out_of_fold() -> None:
    it = one(found(), "sequence_logprob")
    doubts, wrong, _ = arrays("sequence_logprob")
    relations = cluster_codes([r["relation"] for r in ROWS])
    probs = np.empty(len(wrong))
    for train, test in GroupKFold(5).split(doubts, wrong, relations):
        fitted = IsotonicRegression(out_of_bounds="clip").fit(doubts[train], wrong[train])
        probs[test] = fitted.predict(doubts[test])
    assert it.brier is not None
    assert it.brier.score == pytest.approx(brier_score_loss(wrong, probs))
    parts = it.brier.reliability - it.brier.resolution + it.brier.uncertainty
    assert parts == pytest.approx(it.brier.score)
    assert it.ece is not None
    assert 0 < it.ece < 1


def test_curves_are_thin_and_end_at_the_error_rate() -> None:
    curve = one(found(), "oracle_lead").curve
    assert len(curve.coverage) == len(curve.risk) == POINTS
    assert (curve.coverage[-1], curve.risk[-1]) == (1, pytest.approx(found().n_wrong / len(ROWS)))
    assert list(curve.coverage) == sorted(set(curve.coverage))
    order = np.argsort([DOUBTS["oracle_lead"](r) for r in ROWS])
    wrong = np.array([not r["correct"] for r in ROWS])[order]
    for coverage, risk in zip(curve.coverage, curve.risk, strict=True):
        accepted = round(coverage * len(ROWS))
        assert risk == pytest.approx(wrong[:accepted].mean())
    tied = one(found(), "answer_characters").curve
    assert (tied.coverage, tied.risk) == ((1.0,), (curve.risk[-1],))


def test_what_cannot_rank_is_worth_a_coin() -> None:
    tied = one(found(), "answer_characters")
    assert (tied.auroc, tied.auroc_interval) == (0.5, (0.5, 0.5))
    assert tied.prr == pytest.approx(0)
    assert tied.recall.recall == pytest.approx(0.05)
    assert tied.ece is not None  # of a constant, the error rate of the other folds


def test_the_oracles_know_more() -> None:
    made = summarise(frame_of(*run_of(0)))
    assert made.detectors is not None
    p_mass = one(made.detectors, "oracle_p_mass")
    assert p_mass.auroc == pytest.approx(made.detection.string)
    assert [oracle.name for oracle in made.detectors.oracles] == ["oracle_p_mass", "oracle_lead"]
    assert p_mass.cost is None
    assert p_mass.recall.recall == 1


def test_missing_rows_are_counted_by_reason_and_their_cost_is_not() -> None:
    drawn = {
        "samples": [
            {"answer": "a", "tokens": [1], "logprob": -1.0, "meaning": 0, "agrees": True},
            {"answer": "b", "tokens": [2], "logprob": -1.0, "meaning": 1, "agrees": False},
        ],
        "sample_tokens": 11,
    }
    long = {"what": "samples", "reason": "prompt too long"}
    rows = [
        doubted(1.0, **drawn),
        doubted(2.0, "gap", **drawn | {"sample_tokens": 14}),
        doubted(1.0, "gap", missing=[long]),
        doubted(1.0, "gap", missing=[{"what": "truth", "reason": "asked in vain"}, long]),
        doubted(1.0, "gap"),
        doubted(1.0, "gap", abstained=True, missing=[long]),
    ]
    made = evaluated_rows(rows, "sequence_logprob", "concept_entropy", "self_consistency", "p_true")
    sampled = one(made, "self_consistency")
    assert (sampled.n, sampled.n_missing, sampled.cost) == (2, 3, 12.5)
    assert sampled.missing == {"prompt too long": 2, "not measured": 1}
    asked = one(made, "p_true")
    assert (asked.n, asked.cost, asked.auroc) == (0, None, None)
    assert asked.missing == {"not measured": 4, "asked in vain": 1}
    assert one(made, "sequence_logprob").cost == 0
    assert one(made, "sequence_logprob").missing == {}
    assert one(made, "concept_entropy").cost == 7
    assert sampled.auroc == 0.5


@pytest.mark.parametrize(
    "rows",
    [[], [right()], [row(0.5)], [row(abstained=True)], [right(), row()], [row(), row()]],
)
def test_small_runs_have_figures_that_are_json(rows: list[Any]) -> None:
    made = plain(evaluated_frame(frame_of(*rows), *DETECTORS))
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert len(made["table"]) == len(DETECTORS)


@pytest.mark.parametrize("correct", [29, 30])
def test_a_cell_needs_thirty_rows_on_both_sides(correct: int) -> None:
    rows = [doubted(i / 9) for i in range(correct)] + [doubted(5.0, "gap") for _ in range(30)]
    it = one(evaluated_rows(rows, "sequence_logprob"), "sequence_logprob")
    enough = correct >= 30
    assert (it.kinds["knowledge_gap"].recall is not None) == enough
    assert (it.areas["knowledge_gap"].auroc is not None) == enough
    assert (it.recall.recall is not None) == (it.ece is not None) == enough
    assert it.kinds["knowledge_gap"].n == 30
    assert it.auroc == 1


def test_the_seed_decides_and_nothing_else() -> None:
    rows = run_of(2)
    names = ("sequence_logprob", "top_entropy")
    assert evaluated_rows(rows, *names) == evaluated_rows(rows, *names)
    other = evaluated_rows(rows, *names, seed=1)
    first = evaluated_rows(rows, *names)
    assert one(other, "top_entropy").auroc == one(first, "top_entropy").auroc
    assert one(other, "top_entropy").auroc_interval != one(first, "top_entropy").auroc_interval


def test_a_detector_has_the_same_figures_in_any_company() -> None:
    alone = evaluated_rows(run_of(0), "top_entropy")
    assert one(alone, "top_entropy") == one(found(), "top_entropy")


def test_estimates_are_none_where_they_are_not_defined() -> None:
    clusters = np.arange(4)

    def part(weights: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        total = weights.sum(axis=1)
        return {"n": total, "never": total * math.nan}

    [made, nothing] = estimates([part, lambda _: {}], clusters, 0)
    assert made == {"n": Estimate(4.0, (4.0, 4.0)), "never": Estimate(None, None)}
    assert nothing == {}


# --- in a summary


def detectors_of(rows: list[Any], *names: str) -> Detectors | None:
    return summarise(frame_of(*rows), detectors=names).detectors


def test_a_summary_has_the_detectors_that_were_asked_for() -> None:
    rows = [doubted(1.0), doubted(2.0, "gap")]
    free = summarise(frame_of(*rows)).detectors
    assert free is not None
    assert tuple(it.name for it in free.table) == FREE
    every = detectors_of(rows, "all")
    assert every is not None
    assert tuple(it.name for it in every.table) == tuple(DETECTORS)
    assert detectors_of(rows, "none") is None
    assert detectors_of(rows) is None
    with pytest.raises(UserError, match="nonsense"):
        detectors_of(rows, "nonsense")


def test_a_run_without_a_column_of_detectors_is_named() -> None:
    frame = frame_of(doubted(1.0), doubted(2.0, "gap"))
    for name in ("content_winner_prob", "rival_mass", "top_entropy", "answer_end"):
        with pytest.raises(UserError, match=f"'{name}'"):
            summarise(frame.drop(name))
    with pytest.raises(UserError, match="'missing'"):
        summarise(frame.drop("missing"), detectors=["p_true"])
    assert summarise(frame.drop("missing", "rival_mass"), detectors=()).detectors is None

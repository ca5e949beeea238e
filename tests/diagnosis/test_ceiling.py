"""The ceiling: what a detector recalls of each kind of wrong answer at one confidence."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from detector_rows import doubted, evaluated_rows, one

from misspoke.diagnosis import resampled
from misspoke.diagnosis.ceiling import EDGES, CeilingRow, in_bins
from misspoke.diagnosis.detectors import Detectors


def of(found: Detectors, detector: str, kind: str) -> CeilingRow:
    [it] = [r for r in found.ceiling.rows if (r.detector, r.kind) == (detector, kind)]
    return it


def simulated(n: int, seed: int = 0) -> list[Any]:
    """A detector that reads gaps, and takes failures for right answers of the same confidence.

    Gaps and failures are unsure more often than right answers are.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        kind = str(rng.choice(["correct", "gap", "failure"], p=[0.5, 0.2, 0.3]))
        sure = float(rng.beta(2, 1.2) if kind == "correct" else rng.beta(1, 2))
        doubt = 9 - np.floor(4 * sure) + rng.normal(0, 0.5) + (3 if kind == "gap" else 0)
        relation = f"r{rng.integers(40)}"
        rows.append(doubted(float(doubt), kind, content_winner_prob=sure, relation=relation))
    return rows


@cache
def found() -> Detectors:
    return evaluated_rows(simulated(2500), "sequence_logprob", "answer_tokens")


def test_failures_that_look_right_are_recalled_as_often_as_right_answers_are_flagged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resampled, "RESAMPLES", 10)
    recalled = []
    for seed in range(4):
        made = evaluated_rows(simulated(2500, seed), "sequence_logprob")
        row = of(made, "sequence_logprob", "commitment_failure")
        recalled += [cell.recall for cell in row.bins if cell.recall is not None]
        gaps = of(made, "sequence_logprob", "knowledge_gap")
        assert all(
            cell.recall is not None and cell.recall > 0.9 for cell in gaps.bins if cell.n > 60
        )
    assert len(recalled) == 16
    assert np.mean(recalled) == pytest.approx(0.05, abs=0.015)
    assert max(recalled) < 0.2


def test_confidence_alone_recalls_failures_only_overall() -> None:
    """Failures are unsure more often; within a bin, with a threshold of its own, that is gone."""
    row = of(found(), "sequence_logprob", "commitment_failure")
    assert row.overall.recall is not None
    inside = [cell.recall for cell in row.bins if cell.recall is not None]
    assert row.overall.recall > 3 * float(np.mean(inside))


def test_what_tells_nothing_recalls_the_alarm_rate_everywhere() -> None:
    for kind in ("knowledge_gap", "commitment_failure"):
        row = of(found(), "answer_tokens", kind)
        for cell in (row.overall, *row.bins):
            assert cell.recall == pytest.approx(0.05)
            assert cell.interval == pytest.approx((0.05, 0.05))


def test_an_oracle_recalls_what_no_detector_does() -> None:
    row = of(found(), "oracle_p_mass", "commitment_failure")
    assert all(cell.recall == 1 for cell in row.bins)


def test_the_table_has_each_detector_and_oracle_by_each_kind() -> None:
    names = ["sequence_logprob", "answer_tokens", "oracle_p_mass", "oracle_lead"]
    kinds = [
        "knowledge_gap",
        "commitment_failure",
        "knowledge_gap_first",
        "commitment_failure_first",
    ]
    wanted = [(name, kind) for name in names for kind in kinds]
    assert [(row.detector, row.kind) for row in found().ceiling.rows] == wanted
    for row in found().ceiling.rows:
        assert row.overall == one(found(), row.detector).kinds[row.kind]
        assert sum(cell.n for cell in row.bins) == row.overall.n


def test_the_bins_hold_all_judged_rows() -> None:
    bins = found().ceiling.bins
    assert tuple(each.low for each in bins) == EDGES[:-1]
    assert tuple(each.high for each in bins) == EDGES[1:]
    assert sum(each.n_wrong for each in bins) == found().n_wrong
    assert sum(each.n_correct for each in bins) == found().n_correct
    kinds = [of(found(), "answer_tokens", kind) for kind in ("knowledge_gap", "commitment_failure")]
    for place, each in enumerate(bins):
        assert sum(row.bins[place].n for row in kinds) == each.n_wrong
        assert all(row.bins[place].n_correct == each.n_correct for row in kinds)


def test_a_bin_holds_its_lower_edge_and_the_last_holds_one() -> None:
    probs = np.array([0.0, 0.2499, 0.25, 0.5, 0.75, 0.9, 1.0])
    places = [np.flatnonzero(inside).tolist() for inside in in_bins(probs)]
    assert places == [[0, 1], [2], [3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("failures", "correct", "told"), [(30, 30, True), (29, 30, False), (30, 29, False)]
)
def test_a_cell_with_few_rows_gives_its_number_alone(
    failures: int, correct: int, told: bool
) -> None:
    few = [doubted(i / 9, "failure", content_winner_prob=0.3) for i in range(failures)]
    few += [doubted(i / 7, content_winner_prob=0.3) for i in range(correct)]
    many = [
        doubted(i / 9, kind, content_winner_prob=0.6)
        for i in range(40)
        for kind in ("failure", "correct")
    ]
    made = evaluated_rows(few + many, "sequence_logprob")
    row = of(made, "sequence_logprob", "commitment_failure")
    empty, cell, full, _ = row.bins
    assert (cell.n, cell.n_correct) == (failures, correct)
    assert (cell.recall is not None, cell.interval is not None) == (told, told)
    assert (empty.n, empty.recall) == (0, None)
    assert full.recall is not None
    assert row.overall.recall is not None


def test_the_threshold_of_a_bin_is_that_of_its_own_right_answers() -> None:
    """In each bin one right answer in twenty is above all others, and all failures are between."""
    rows = []
    for level, sure in enumerate((0.1, 0.4, 0.6, 0.9)):
        base = 10.0 * (4 - level)
        right = [base + (5 if i % 20 == 0 else 0) for i in range(40)]
        rows += [doubted(value, content_winner_prob=sure) for value in right]
        rows += [
            doubted(base + level - 1.5, "failure", content_winner_prob=sure) for _ in range(30)
        ]
    made = evaluated_rows(rows, "sequence_logprob")
    row = of(made, "sequence_logprob", "commitment_failure")
    assert [cell.recall for cell in row.bins] == pytest.approx([0, 0, 1, 1])
    assert row.overall.recall is not None
    assert row.overall.recall < 0.25

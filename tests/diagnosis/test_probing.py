"""Probes: nothing leaks from what is held out, and what is planted is found."""

from typing import Any

import numpy as np
import pytest
from detector_rows import TAU, doubted, one
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from summary_rows import frame_of

from misspoke.diagnosis.detectors import Detectors, evaluate
from misspoke.diagnosis.probing import out_of_fold, question_doubts
from misspoke.diagnosis.rows import read_rows
from misspoke.measures import group_folds
from misspoke.records import UserError

N, RELATIONS, WIDTH = 600, 24, 32


def relations_and_labels(seed: int, n: int = N) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Questions of relations, some of which are mostly answered wrongly, and others rightly."""
    rng = np.random.default_rng(seed)
    relations = rng.integers(RELATIONS, size=n)
    rates = 1 / (1 + np.exp(-rng.normal(0, 2, RELATIONS)))
    return relations, rng.random(n) < rates[relations]


def noise(seed: int, relations: NDArray[np.int64]) -> NDArray[np.float64]:
    """States that know their relation, and nothing of whether the answer is wrong."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(RELATIONS, WIDTH))[relations] + rng.normal(size=(len(relations), WIDTH))


def evaluated(
    relations: NDArray[np.int64],
    wrong: NDArray[np.bool_],
    states: NDArray[Any],
    layers: tuple[int, ...] = (),
    *names: str,
    **columns: list[Any],
) -> Detectors:
    """A run's probes; `columns` set columns of the rows."""
    rows = [
        doubted(
            1.0,
            "gap" if is_wrong else "correct",
            relation=f"r{relation}",
            **{name: values[place] for name, values in columns.items()},
        )
        for place, (relation, is_wrong) in enumerate(zip(relations, wrong, strict=True))
    ]
    return evaluate(
        read_rows(frame_of(*rows)),
        names or ("probe", "probe_question"),
        states.astype(np.float16),
        layers,
        TAU,
        0,
    )


def test_noise_is_worth_nothing_where_a_leaky_split_would_see_much() -> None:
    fair, leaky = [], []
    for seed in range(6):
        relations, wrong = relations_and_labels(seed)
        states = noise(seed + 100, relations)
        folds = group_folds(relations)
        assert folds is not None
        shuffled = np.random.default_rng(seed).permutation(N) % 5
        fair.append(roc_auc_score(wrong, out_of_fold(states, wrong, folds)))
        leaky.append(roc_auc_score(wrong, out_of_fold(states, wrong, shuffled)))
    assert np.mean(fair) == pytest.approx(0.5, abs=0.05)
    assert min(leaky) > 0.65


def test_states_without_anything_do_not_rank_the_folds_the_wrong_way_round() -> None:
    """The share of wrong answers outside of a fold runs counter to that within it."""
    areas = []
    for seed in range(6):
        relations, wrong = relations_and_labels(seed)
        folds = group_folds(relations)
        assert folds is not None
        states = np.random.default_rng(seed).normal(size=(N, 8))
        areas.append(roc_auc_score(wrong, out_of_fold(states, wrong, folds)))
    assert np.mean(areas) == pytest.approx(0.5, abs=0.05)


def test_a_fold_does_not_see_its_own_labels_nor_its_other_rows() -> None:
    relations, wrong = relations_and_labels(1)
    states = noise(2, relations)
    folds = group_folds(relations)
    assert folds is not None
    before = out_of_fold(states, wrong, folds)
    held_out = folds == 3
    np.testing.assert_array_equal(
        out_of_fold(states, wrong ^ held_out, folds)[held_out], before[held_out]
    )
    first = np.flatnonzero(held_out)[0]
    wild = np.where(held_out[:, None], 1000 * states + 7, states)
    wild[first] = states[first]
    assert out_of_fold(wild, wrong, folds)[first] == pytest.approx(before[first], abs=1e-12)
    assert not np.allclose(out_of_fold(wild, wrong, folds)[~held_out], before[~held_out])


def test_the_probe_is_the_plain_regression_on_scaled_states() -> None:
    relations, wrong = relations_and_labels(3, 200)
    states = noise(4, relations) * np.logspace(-2, 2, WIDTH) + 5
    folds = group_folds(relations)
    assert folds is not None
    found = out_of_fold(states, wrong, folds)
    for fold in range(5):
        train, test = states[folds != fold], states[folds == fold]
        mean, deviation = train.mean(axis=0), train.std(axis=0)
        labels = wrong[folds != fold]
        twin = LogisticRegression(C=0.01, class_weight="balanced", tol=1e-8, max_iter=5000)
        twin.fit((train - mean) / deviation, labels)
        logits = (test - mean) / deviation @ twin.coef_[0] + twin.intercept_[0]
        assert found[folds == fold] == pytest.approx(1 / (1 + np.exp(-logits)), abs=2e-3)


def test_a_planted_signal_is_found_at_its_layer() -> None:
    relations, wrong = relations_and_labels(5)
    states = np.stack([noise(seed, relations) for seed in (11, 12, 13, 14)], axis=1)
    states[:, 3, 0] += 6 * wrong
    found = evaluated(relations, wrong, states, (4, 8, 12, 16))
    probe = found.probe
    assert probe is not None
    assert probe.layers == (4, 8, 12, 16)
    assert (probe.n, probe.layer) == (N, 12)
    *others, there = probe.areas
    assert there is not None
    assert there > 0.9
    for area, interval in zip(others, probe.intervals, strict=False):
        assert area is not None
        assert area < 0.65
        assert interval is not None
        assert interval[0] < area < interval[1]
    row = one(found, "probe")
    assert row.auroc == probe.areas[2]  # the middle one, though another is better
    assert row.auroc_interval == probe.intervals[2]
    assert row.cost == 0


def test_layers_have_numbers_of_their_own_where_none_are_given() -> None:
    relations, wrong = relations_and_labels(6, 150)
    found = evaluated(relations, wrong, noise(7, relations)[:, None].repeat(3, axis=1))
    assert found.probe is not None
    assert found.probe.layers == (0, 1, 2)
    assert found.probe.layer == 1
    assert len(set(found.probe.areas)) == 1


def test_rows_without_states_are_left_out_and_counted_by_reason() -> None:
    relations, wrong = relations_and_labels(8, 300)
    states = noise(9, relations)[:, None]
    states[:40] = 0
    why = {"what": "states", "reason": "too long"}
    other = {"what": "truth", "reason": "not this"}
    missing: list[Any] = [[other, why]] * 30 + [[]] * 10 + [[other]] * 260
    found = evaluated(relations, wrong, states, missing=missing)
    probe, question = found.table
    for row in (probe, question):
        assert (row.n, row.n_missing) == (260, 40)
        assert row.missing == {"too long": 30, "not measured": 10}
    unseen = np.arange(300) < 40
    otherwise = evaluated(relations, wrong ^ unseen, states, missing=missing)
    assert one(otherwise, "probe").auroc == probe.auroc


@pytest.mark.parametrize("n_wrong", [29, 30])
def test_thirty_of_each_class_are_needed(n_wrong: int) -> None:
    n = 120
    relations = np.arange(n) % 10
    wrong = np.arange(n) < n_wrong
    found = evaluated(relations, wrong, noise(10, relations)[:, None])
    row = one(found, "probe")
    assert found.probe is not None
    if n_wrong < 30:
        assert (row.n, row.auroc, row.missing) == (0, None, {"too few answers to fit a probe": n})
        assert found.probe.areas == (None,)
    else:
        assert (row.n, row.missing) == (n, {})
        assert row.auroc is not None


def test_a_fold_whose_training_rows_are_all_of_one_class_has_no_doubts() -> None:
    wrong = np.arange(60) < 20
    folds = np.where(wrong, 0, 1 + np.arange(60) % 2).astype(np.int64)
    found = out_of_fold(np.random.default_rng(0).normal(size=(60, 3)), wrong, folds)
    assert np.isnan(found).tolist() == wrong.tolist()


def test_one_relation_alone_cannot_be_held_out() -> None:
    _, wrong = relations_and_labels(3, 200)
    found = evaluated(
        np.zeros(200, dtype=np.int64), wrong, noise(4, np.zeros(200, dtype=int))[:, None]
    )
    assert one(found, "probe").n == 0


def test_values_beyond_half_precision_are_taken_at_its_limit() -> None:
    relations, wrong = relations_and_labels(5, 200)
    states = noise(6, relations)[:, None]
    states[:, 0, 1] = np.where(wrong, np.inf, -np.inf)
    row = one(evaluated(relations, wrong, states), "probe")
    assert row.auroc is not None
    assert row.auroc > 0.7


def test_words_of_the_question_are_a_control() -> None:
    relations, wrong = relations_and_labels(12)
    rng = np.random.default_rng(0)
    telling = [
        f"Which {'mayor' if is_wrong else 'river'} is in town{rng.integers(50)}"
        for is_wrong in wrong
    ]
    folds = group_folds(relations)
    assert folds is not None
    assert roc_auc_score(wrong, question_doubts(telling, wrong, folds)) == 1
    by_relation = [f"What is the rel{relation} of it{rng.integers(50)}" for relation in relations]
    assert roc_auc_score(wrong, question_doubts(by_relation, wrong, folds)) < 0.65
    shuffled = rng.permutation(N) % 5
    assert roc_auc_score(wrong, question_doubts(by_relation, wrong, shuffled)) > 0.65


def test_a_question_without_words_has_no_doubt_of_its_own() -> None:
    wrong = np.arange(100) % 2 == 0
    folds = (np.arange(100) // 20).astype(np.int64)
    texts = ["?" if place % 10 == 0 else f"who is {place}" for place in range(100)]
    found = question_doubts(texts, wrong, folds)
    assert np.isnan(found).tolist() == [place % 10 == 0 for place in range(100)]
    assert np.isnan(question_doubts(["?"] * 100, wrong, folds)).all()


def test_the_probe_comes_again() -> None:
    relations, wrong = relations_and_labels(13, 200)
    states = noise(14, relations)[:, None]
    assert evaluated(relations, wrong, states) == evaluated(relations, wrong, states)


@pytest.mark.parametrize("shape", [(99, 2, 4), (100, 3, 4)])
def test_states_of_another_run_are_refused(shape: tuple[int, ...]) -> None:
    relations, wrong = relations_and_labels(0, 100)
    with pytest.raises(UserError, match=f"{shape[0]} rows and {shape[1]} layers"):
        evaluated(relations, wrong, np.ones(shape), (1, 2))


def test_without_states_a_probe_is_missing_and_no_other_detector_asks_for_them() -> None:
    relations, wrong = relations_and_labels(0, 60)
    rows = read_rows(
        frame_of(*(doubted(1.0, "gap" if one else "correct", relation="r") for one in wrong))
    )
    found = evaluate(rows, ("perplexity", "probe"), None, (), TAU, 0)
    assert found.probe is None
    assert one(found, "probe").missing == {"not measured": 60}
    unasked = evaluate(rows, ("perplexity",), noise(0, relations)[:, None], (), TAU, 0)
    assert unasked.probe is None

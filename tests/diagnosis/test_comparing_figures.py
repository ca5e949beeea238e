"""The published figures and the line of the alignment tax, against counting by hand."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats
from sklearn.metrics import brier_score_loss, roc_auc_score
from summary_rows import frame_of, row

from misspoke.diagnosis.comparing.paired import levels
from misspoke.diagnosis.comparing.published import FIGURES, UNMEASURED, beside, measured
from misspoke.diagnosis.comparing.quantities import quantities
from misspoke.diagnosis.comparing.tax import read_costs, tax
from misspoke.diagnosis.rows import read_rows

COUNT = 240


def rows_of(seed: int = 0) -> pl.DataFrame:
    """Rows with all that is read, at random."""
    chance = np.random.default_rng(seed)
    made = []
    for place in range(COUNT):
        p, correct = float(chance.random()), bool(chance.random() < 0.4)
        begins = bool(chance.random() < 0.2)
        changes: dict[str, Any] = {
            "p_mass_first_literal": float(chance.random()),
            "top_first_token_prob": float(chance.random()),
            "content_winner_prob": float(chance.random()),
            "content_winner_is_gold": correct or bool(chance.random() < 0.3),
            "on_path_entropy_2": float(chance.random()) if chance.random() < 0.5 else None,
            "relation": f"r{place % 7}",
            "answer_logprobs": [-float(chance.random()), -float(chance.random()), -9.0],
            "answer_end": 2,
            "residual": 0.1,
            "candidates": [
                {"answer": "Lyon", "prob": 0.5, "concept": 0},
                {"answer": "Paris", "prob": 0.3, "concept": 1},
                {"answer": "in Paris", "prob": 0.1, "concept": 2, "meaning": 1},
            ],
        }
        made.append(row(p, correct=correct, **changes))
        made[-1]["first_tokens"] = [" Paris", " paris"]
        made[-1]["winner_token"] = " Paris" if begins else " Lyon"
        made[-1]["winner_prob"] = float(chance.random())
    extra = {
        name: [one.pop(name) for one in made]
        for name in ("first_tokens", "winner_token", "winner_prob")
    }
    filled = frame_of(*made).with_columns(token_entropy=pl.lit(1.0))
    return filled.with_columns(**{name: pl.Series(v) for name, v in extra.items()})


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return rows_of()


def test_published_definitions_by_hand(frame: pl.DataFrame) -> None:
    among = np.arange(COUNT) % 5 != 0
    found = measured(read_rows(frame), among)
    held = frame.filter(pl.Series(among))
    wrong = held.filter(~pl.col("correct"))
    known = pl.col("p_mass_first_literal") >= 0.2
    failed, correct = wrong.filter(known), held.filter(pl.col("correct") & known)
    a, b = (f["top_first_token_prob"].to_numpy() for f in (failed, correct))
    pooled = np.sqrt(((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / (
        len(a) + len(b) - 2))  # fmt: skip
    won = wrong.filter(pl.col("winner_token") == " Lyon")
    entropies = held["on_path_entropy_2"].drop_nulls()
    expected = {
        "failures_per_wrong_literal": (wrong.height, failed.height / wrong.height),
        "top_first_token_prob_failures": (failed.height, a.mean()),
        "top_first_token_prob_correct": (correct.height, b.mean()),
        "dispersion_d": (min(len(a), len(b)), (b.mean() - a.mean()) / pooled),
        "wrong_winner_prob": (won.height, won["winner_prob"].mean()),
        "p_mass_auroc": (
            min(wrong.height, held["correct"].sum()),
            roc_auc_score(~held["correct"].to_numpy(), -held["p_mass_first_literal"].to_numpy()),
        ),
        "on_path_entropy_2": (len(entropies), entropies.mean()),
    }
    assert {f.name for f in FIGURES} - set(UNMEASURED) == set(expected) == set(found)
    for name, (n, value) in expected.items():
        assert found[name].n == n, name
        assert found[name].value == pytest.approx(value), name
    for line in beside([found]):
        n, value = expected.get(line.figure.name, (0, None))
        assert line.ours[0].n == n
        assert line.ours[0].value == (None if value is None else pytest.approx(value))


def test_quantities_by_hand(frame: pl.DataFrame) -> None:
    found = quantities(read_rows(frame), 0.2)
    wrong = frame.filter(~pl.col("correct"))
    begins = wrong.filter(~pl.col("content_winner_is_gold"))["content_winner_prob"]
    known, failed = (f.filter(pl.col("p_mass_lower") >= 0.2) for f in (frame, wrong))
    literal = wrong.filter(pl.col("p_mass_first_literal") >= 0.2)
    path = frame["on_path_entropy_2"].drop_nulls()
    expected = {
        "accuracy": (COUNT, frame["correct"].mean()),
        "failures_per_wrong": (wrong.height, failed.height / wrong.height),
        "failures_per_question": (COUNT, failed.height / COUNT),
        "failures_per_wrong_literal": (wrong.height, literal.height / wrong.height),
        "misfire": (known.height, failed.height / known.height),
        "wrong_winner_prob": (len(begins), begins.mean()),
        "p_mass": (COUNT, frame["p_mass_lower"].mean()),
        "on_path_entropy_2": (len(path), path.mean()),
        "top_form_prob_of_failures": (failed.height, failed["top_form_prob"].mean()),
    }
    for name, (n, value) in expected.items():
        assert found[name].n == n, name
        assert found[name].value == pytest.approx(value), name


def test_few_rows_have_counts_and_no_figures(frame: pl.DataFrame) -> None:
    found = measured(read_rows(frame), np.arange(COUNT) < 29)
    assert all(one.value is None for one in found.values())


def test_a_line_of_the_tax_by_hand(frame: pl.DataFrame) -> None:
    rows = read_rows(frame)
    clusters = rows.clusters
    line = tax(read_costs(rows), levels(quantities(rows, 0.2), clusters, 0), clusters, 0)
    probs = np.exp([sum(logs[:2]) for logs in frame["answer_logprobs"].to_list()])
    correct = frame["correct"].to_numpy()
    assert line.calibration.brier is not None
    assert line.calibration.brier.score == pytest.approx(brier_score_loss(correct, probs))
    places = np.argsort(probs)
    bins = np.array_split(places, 15)
    by_hand = sum(abs(probs[b].sum() - correct[b].sum()) for b in bins) / COUNT
    assert line.calibration.ece == pytest.approx(by_hand)
    # meanings: Lyon 0.5 with the rest of 0.1, Paris 0.3 and 0.1 together
    assert line.diversity.effective == pytest.approx(np.exp(stats.entropy([0.6, 0.4])))
    assert line.diversity.residual == pytest.approx(0.1)
    assert line.accuracy.value == pytest.approx(correct.mean())
    assert line.sharpness.temperature is None  # one temperature is no grid


def test_abstentions_are_no_forecasts(frame: pl.DataFrame) -> None:
    abstained = frame.with_columns(abstained=~pl.col("correct") & (pl.int_range(COUNT) < 60))
    rows = read_rows(abstained)
    line = tax(read_costs(rows), levels(quantities(rows, 0.2), rows.clusters, 0), rows.clusters, 0)
    assert line.calibration.n == COUNT - abstained["abstained"].sum()

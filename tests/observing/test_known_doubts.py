"""Every detector's doubt on table models whose distributions are known: by hand, end to end."""

from collections import Counter
from math import log

import polars as pl
import pytest

from misspoke.diagnosis.rows import read_rows
from misspoke.diagnosis.scores import DETECTORS, doubts
from misspoke.lm.table import Table, TableModel
from misspoke.observing.detecting import Extras
from misspoke.observing.diagnose import Observer
from misspoke.observing.observe import Limits
from misspoke.records import Question
from misspoke.records.observation import Observation
from misspoke.runs import answers_schema, to_row
from misspoke.search import AnswerLimits

QUESTION = "What is the currency of Malaysia?"
RUPIAH: Table = {
    (): {" Rupiah": 0.4, " Ringgit": 0.35, ' "': 0.15, " Dollar": 0.1},
    (" Rupiah",): {".": 0.8, " of": 0.2},
    (" Rupiah", " of"): {" Asia": 1.0},
    (' "',): {"ringgits": 1.0},
}
"""Greedy says Rupiah; ringgit, in two spellings, holds more."""
TRUTH: Table = {
    (): {" True": 0.3, " (": 0.2, " False": 0.3, " No": 0.2},
    (" (",): {"A": 1.0},
    (" (", "A"): {")": 1.0},
}
SAMPLES = 400
EXACT = Limits(epsilon=0.0, answers=AnswerLimits(nodes=500, residual=0.0))


def entropy(*probs: float) -> float:
    return -sum(p * log(p) for p in probs if p)


@pytest.fixture(scope="module")
def row() -> Observation:
    lm = TableModel({QUESTION: RUPIAH, "The possible answer is:": TRUTH})
    asked = Question(QUESTION, [["ringgit", "Malaysian ringgit"]])
    extras = Extras(samples=SAMPLES, truth=True, layers=())
    [found] = Observer.of(lm, limits=EXACT, extras=extras).observe([asked])
    return found.row


@pytest.fixture(scope="module")
def doubt(row: Observation) -> dict[str, float]:
    rows = read_rows(pl.DataFrame([to_row(row)], schema=answers_schema()))
    return {name: float(values[0]) for name, values in doubts(rows, DETECTORS).items()}


def test_what_was_said(row: Observation) -> None:
    assert (row.answer, row.correct) == ("Rupiah", False)


def test_from_the_greedy_answer(doubt: dict[str, float]) -> None:
    first, second = entropy(0.4, 0.35, 0.15, 0.1), entropy(0.8, 0.2)
    assert doubt["sequence_logprob"] == pytest.approx(-log(0.4 * 0.8))
    assert doubt["perplexity"] == pytest.approx(-log(0.4 * 0.8) / 2)
    assert doubt["entropy_first"] == pytest.approx(first)
    assert doubt["entropy_mean"] == pytest.approx((first + second) / 2)
    assert doubt["entropy_max"] == pytest.approx(first)
    assert doubt["top_entropy"] == pytest.approx(first / log(100))
    assert doubt["answer_characters"] == len("Rupiah")
    assert doubt["answer_tokens"] == 2


def test_from_the_answer_search(doubt: dict[str, float]) -> None:
    """Ringgit and "ringgits" are one answer; the Rupiah of Asia is another than the Rupiah."""
    assert doubt["concept_entropy"] == pytest.approx(entropy(0.32, 0.08, 0.5, 0.1))
    assert doubt["pooled_margin"] == pytest.approx(0.5 - 0.32)


def test_from_samples(row: Observation, doubt: dict[str, float]) -> None:
    """Against the same samples by hand, and near what they are drawn from."""
    shares = Counter(sample.meaning for sample in row.samples)
    assert doubt["semantic_entropy_discrete"] == pytest.approx(
        entropy(*(count / SAMPLES for count in shares.values()))
    )
    masses: dict[int, float] = {}
    probs = {"Rupiah": 0.32, "Rupiah of Asia": 0.08, "Ringgit": 0.35, "ringgits": 0.15,
             "Dollar": 0.1}  # fmt: skip
    for answer, meaning in {(s.answer, s.meaning) for s in row.samples}:
        masses[meaning] = masses.get(meaning, 0.0) + probs[answer]
    by_hand = -sum(log(masses[sample.meaning]) for sample in row.samples) / SAMPLES
    assert doubt["semantic_entropy"] == pytest.approx(by_hand)
    assert sum(masses.values()) == pytest.approx(1.0)  # nothing is counted twice
    assert doubt["semantic_entropy"] == pytest.approx(entropy(*masses.values()), abs=0.1)
    agreeing = sum(sample.agrees for sample in row.samples)
    assert doubt["self_consistency"] == pytest.approx(1 - agreeing / SAMPLES)
    assert doubt["self_consistency"] == pytest.approx(0.6, abs=0.12)


def test_from_asking(doubt: dict[str, float]) -> None:
    """True is said as " True" (0.3) and as " (A)" (0.2); the token "True" is not said at all."""
    assert doubt["p_true"] == pytest.approx(0.3 / (0.3 + 0.5))
    assert doubt["p_true_literal"] == pytest.approx(0.0)


def test_probes_are_no_function_of_a_row(doubt: dict[str, float]) -> None:
    assert {"probe", "probe_question"}.isdisjoint(doubt)

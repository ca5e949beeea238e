"""Runs of a population with known rates: figures come near them, and intervals cover them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import pytest
from population import Population, Truth, no_problem, split_votes
from scipy.stats import binom

from misspoke.diagnosis import summarise
from misspoke.diagnosis.contrast import dispersion
from misspoke.diagnosis.leads import gold_leads
from misspoke.diagnosis.rates import headline
from misspoke.diagnosis.rows import Rows, read_rows
from misspoke.measures import Spread

TAU = 0.2
DATA_SETS = 80
FIGURES = tuple(Truth.__dataclass_fields__)


Estimate = tuple[float | None, Spread | None]


def estimated_rates(rows: Rows) -> dict[str, Estimate]:
    """The rates of a run, with their intervals."""
    everything = np.ones(rows.n, dtype=np.bool_)
    led = gold_leads(rows)
    rates = headline(rows, TAU, 0, everything, (led.surely, led.possibly))
    found = {
        "accuracy": rates.accuracy,
        "failures_per_wrong": rates.string.failures_per_wrong.lower,
        "failures_per_question": rates.string.failures_per_question.lower,
        "misfire": rates.string.misfire.lower,
        "proper_per_wrong": rates.proper_per_wrong.lower,
        "proper_per_question": rates.proper_per_question.lower,
    }
    return {name: (rate.value, rate.interval) for name, rate in found.items()}


def estimated(rows: Rows) -> dict[str, Estimate]:
    """All that a `Truth` holds, as a run shows it."""
    contrast = dispersion(rows, TAU, 0).overall.contrasts["top_form_prob"]
    return estimated_rates(rows) | {"top_form_difference": (contrast.difference, contrast.interval)}


def covered(
    estimates: Callable[[Rows], dict[str, Estimate]], clustered: bool = True
) -> Counter[str]:
    """In how many of the data sets each interval covers the truth."""
    rng = np.random.default_rng(6)
    population = Population(misfires=0.4, agreement=2.0)
    truth = asdict(population.truth)
    counts: Counter[str] = Counter()
    for _ in range(DATA_SETS):
        rows = read_rows(population.draw(rng, relations=40, questions=12))
        if not clustered:
            rows = replace(rows, clusters=np.arange(rows.n))
        for name, (_, interval) in estimates(rows).items():
            assert interval is not None
            counts[name] += interval[0] <= truth[name] <= interval[1]
    return counts


LEAST = int(binom.ppf(1e-4, DATA_SETS, 0.95))
"""An interval with the coverage that it claims covers fewer with a chance under 1 in 10,000."""


def test_intervals_cover_the_truth() -> None:
    counts = covered(estimated)
    assert set(counts) == set(FIGURES)
    assert min(counts.values()) >= LEAST, counts
    assert sum(counts.values()) < DATA_SETS * len(FIGURES)  # they are not simply wide


def test_intervals_over_questions_would_not() -> None:
    """Rows of a relation are alike: taken as independent, they give intervals that are too narrow.

    Otherwise the test above would prove nothing about clusters.
    """
    counts = covered(estimated_rates, clustered=False)
    assert counts["accuracy"] < LEAST
    assert counts["misfire"] < LEAST


@pytest.mark.parametrize(
    "population",
    [Population(), no_problem(), split_votes(0.4), Population(known=0.8, agreement=40)],
)
def test_a_large_run_comes_near_the_truth(population: Population) -> None:
    frame = population.draw(np.random.default_rng(1), relations=1500, questions=6)
    for name, (value, _) in estimated(read_rows(frame)).items():
        assert value == pytest.approx(getattr(population.truth, name), abs=0.025), name


def test_a_summary_takes_a_simulated_run() -> None:
    population = Population()
    frame = population.draw(np.random.default_rng(2), relations=20, questions=20)
    found = summarise(frame)
    failures = found.rates.all_rows.string.counts["commitment_failure"]
    assert sum(found.causes.curated.values()) == failures
    assert found.causes.curated["undetermined"] == 0
    assert found.causes.curated["split_vote"] > found.causes.curated["greedy_miss"] > 0
    assert found.confidence.winner.n == frame.height - found.abstained.count


def test_without_a_commitment_problem_none_is_found() -> None:
    """Wrong answers with P ≥ τ there are, but each is what the model believes the most."""
    found = summarise(no_problem().draw(np.random.default_rng(3), 20, 30), detectors=())
    counts = found.rates.all_rows.string.counts
    assert counts["commitment_failure"] > 20
    assert found.causes.curated["minority_belief"] == counts["commitment_failure"]
    for rates in (found.rates.all_rows.proper_per_wrong, found.rates.all_rows.proper_per_question):
        assert (rates.lower.numerator, rates.upper.numerator) == (0, 0)
    assert found.references.concept_argmax.misfire == found.misfire[3].greedy.lower


def test_split_votes_are_those_asked_for() -> None:
    found = summarise(split_votes(0.4).draw(np.random.default_rng(4), 60, 60), detectors=())
    causes = found.causes.curated
    assert causes["greedy_miss"] == 0
    assert causes["split_vote"] / sum(causes.values()) == pytest.approx(0.4, abs=0.06)

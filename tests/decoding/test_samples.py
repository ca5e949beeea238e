"""Samples: drawn as the model's probabilities say, the same for the same seed, and well counted."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import QUESTION, model, random_table, seeds

from misspoke.decoding.decode import decode
from misspoke.decoding.desk import Desk
from misspoke.decoding.samples import (
    Adaptive,
    Fixed,
    SamplePooling,
    SelfConsistency,
    draw,
)
from misspoke.decoding.speaker import Speaker
from misspoke.lm import Context, Request, Want, run_jobs
from misspoke.lm.protocol import answer_want
from misspoke.lm.table import TableModel
from misspoke.measures.voting import lead_probability
from misspoke.records import UserError
from misspoke.records.decoding import Asked
from misspoke.search import explore

ASKED = Asked(QUESTION)


def samples(lm: TableModel, count: int, temperature: float, seed: int = 0) -> list[str]:
    desk = Desk.of(Speaker.of(lm), ASKED)
    how = SelfConsistency(stopping=Fixed(count), temperature=temperature, seed=seed)
    [found] = run_jobs(lm, iter([explore(draw(desk, how))]), 1)
    return [sample.answer for sample in found]


def test_answers_are_drawn_as_often_as_they_are_probable() -> None:
    lm = model({(): {" A1": 0.2, " B2": 0.5, " C": 0.3}, (" C",): {"3": 0.5, "4": 0.5}})
    counts = Counter(samples(lm, 4000, 1.0))
    for answer, prob in {"A1": 0.2, "B2": 0.5, "C3": 0.15, "C4": 0.15}.items():
        error = (prob * (1 - prob) / 4000) ** 0.5
        assert abs(counts[answer] / 4000 - prob) < 4 * error


def test_temperature_sharpens() -> None:
    lm = model({(): {" A1": 0.2, " B2": 0.8}})
    counts = Counter(samples(lm, 4000, 0.5))
    prob = 0.8**2 / (0.8**2 + 0.2**2)
    assert abs(counts["B2"] / 4000 - prob) < 4 * (prob * (1 - prob) / 4000) ** 0.5


def test_the_same_seed_draws_the_same_and_another_draws_otherwise() -> None:
    lm = model({(): {f" {name}1": 0.1 for name in "ABCDEFGHIJ"}})
    assert samples(lm, 50, 1.0, 7) == samples(lm, 50, 1.0, 7)
    assert samples(lm, 50, 1.0, 7) != samples(lm, 50, 1.0, 8)
    assert samples(lm, 50, 1.0)[:20] == samples(lm, 20, 1.0)  # a sample has chances of its own


@given(seeds, st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=5))
def test_a_draw_is_the_first_token_whose_cumulative_exceeds_its_place(
    seed: int, places: list[float]
) -> None:
    lm = model(random_table(seed))
    context = Context((), lm.tokenizer.encode(QUESTION))
    draws = frozenset((1.0, place) for place in places)
    [found] = lm.next_tokens([Request(context, (), Want(draws=draws))])
    probs = np.exp(lm.distribution(context, ()))
    for (_, place), (token, logprob) in found.drawn.items():
        total = 0.0
        for expected, prob in enumerate(probs):  # noqa: B007
            total += prob
            if total > place * probs.sum():
                break
        assert token == expected or abs(total - place) < 1e-9
        assert logprob == pytest.approx(np.log(probs[token]))


def test_a_model_that_hides_its_tail_cannot_be_drawn_from() -> None:
    lm = model({(): {" A": 0.5, " B": 0.5}}, reveals=1)
    assert answer_want(np.log([0.5, 0.5]), Want(draws=frozenset({(1.0, 0.1)})), 0, 1).drawn == {}
    with pytest.raises(UserError, match="shows only its 1 most probable"):
        decode(lm, ASKED, SelfConsistency())


def test_self_consistency_takes_the_mode_and_counts_each_prefix_once() -> None:
    lm = model({(): {" Rome": 0.9, " Oslo": 0.1}})
    found = decode(lm, ASKED, SelfConsistency(temperature=1.0))
    assert found.answer == "Rome"
    drawn = Counter(samples(lm, 10, 1.0))
    assert found.classes[0].score == drawn["Rome"] / 10
    assert found.beyond_prompt == len(drawn)  # the end behind each distinct answer
    assert found.belief.lower == pytest.approx(0.9)


def test_sample_pooling_weighs_each_text_once_with_its_probability() -> None:
    lm = model({(): {" St Paul": 0.3, " Saint Paul": 0.3, " Rome": 0.4}})
    found = decode(lm, ASKED, SamplePooling(stopping=Fixed(200)))
    assert found.answer == "Saint Paul" or found.answer == "St Paul"
    assert found.belief.lower == pytest.approx(0.6)
    assert [one.score for one in found.classes] == pytest.approx([0.6, 0.4])


def test_asc_stops_when_the_lead_is_sure() -> None:
    sure = decode(model({(): {" Rome": 1.0}}), ASKED, SelfConsistency("asc", Adaptive()))
    assert sure.classes[0].score == 1
    assert not Adaptive().enough([3])
    assert Adaptive().enough([4])
    assert not Adaptive().enough([4, 1])
    assert not Adaptive().enough([])


def test_asc_draws_the_first_of_the_same_samples() -> None:
    lm = model({(): {" Rome": 0.6, " Oslo": 0.4}})
    adaptive = SelfConsistency("asc", Adaptive(count=40), temperature=1.0)
    desk = Desk.of(Speaker.of(lm), ASKED)
    [found] = run_jobs(lm, iter([explore(draw(desk, adaptive))]), 1)
    assert [one.answer for one in found] == samples(lm, 40, 1.0)[: len(found)]
    votes = sorted(Counter(one.answer for one in found).values(), reverse=True)
    assert len(found) == 40 or lead_probability(votes[0], votes[1] if votes[1:] else 0) >= 0.95


@pytest.mark.parametrize(("first", "second"), [(0, 0), (4, 0), (5, 2), (3, 3), (10, 1)])
def test_the_beta_rule_is_the_integral_that_it_says(first: int, second: int) -> None:
    x = (np.arange(200_000) + 0.5) / 200_000
    density = x**second * (1 - x) ** first
    expected = density[x < 0.5].sum() / density.sum()
    assert lead_probability(first, second) == pytest.approx(expected, abs=1e-5)

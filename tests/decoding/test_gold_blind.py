"""No decoder sees right answers: with other gold every decoder says the same."""

import random
from dataclasses import fields, replace

import pytest
from endings import Endings
from tables import model, random_table

from misspoke.decoding.catalogue import DECODERS, chosen
from misspoke.lm import LanguageModel
from misspoke.observing.worked_example import worked_example
from misspoke.prompts import HEADERS
from misspoke.records import Question
from misspoke.records.decoding import Asked
from misspoke.records.trial import Trial
from misspoke.trials.trying import Court

QUESTIONS = {
    "What is the capital of Malta?": ["Valletta", "La Valletta"],
    "What is the currency of Malaysia?": ["ringgit", "Malaysian ringgit"],
    "Who wrote Emma?": ["Jane Austen", "Austen"],
}


def tables() -> LanguageModel:
    rows = {}
    for place, (question, answers) in enumerate(QUESTIONS.items()):
        first, second = (f" {answer}" for answer in answers)
        rows[f"{question}\nAnswer:"] = {first: 0.3, second: 0.2, " Rome": 0.35, " Mr": 0.15}
        rows[" Mr"] = {" Pip": 0.5, " Rome": 0.5}
        rows[f"Proposed answer:{first}\nIs the proposed answer right?"] = {
            " Yes": 0.2 + place / 4, " No": 0.8 - place / 4,
        }  # fmt: skip
    return Endings(rows)


def trials(lm: LanguageModel, gold: dict[str, list[str]]) -> list[Trial]:
    questions = [
        Question(question, answers, id=f"q{place}", distractors=answers)
        for place, (question, answers) in enumerate(gold.items())
    ]
    court = Court.of(lm, chosen("all"))
    return sorted(court.hear(questions), key=lambda trial: trial.id)


def blind(trial: Trial) -> tuple[object, ...]:
    """What decoders made of a question: everything that they could know."""
    decodings = [replace(one, right=False) for one in trial.decodings]
    candidates = [(one.answer, one.prob, one.concept) for one in trial.candidates]
    return trial.prompt, decodings, candidates, trial.residual


@pytest.mark.parametrize("seed", range(3))
def test_random_gold_leaves_every_decoder_unchanged(seed: int) -> None:
    draw = random.Random(seed)
    noise = {
        question: ["".join(draw.choices("abcdefgh", k=8)) for _ in answers]
        for question, answers in QUESTIONS.items()
    }
    right, wrong = trials(tables(), QUESTIONS), trials(tables(), noise)
    assert [blind(trial) for trial in right] == [blind(trial) for trial in wrong]
    assert any(one.right for trial in right for one in trial.decodings)
    assert not any(one.right for trial in wrong for one in trial.decodings)
    assert len(right[0].decodings) == len(DECODERS)


def test_gold_that_stands_in_the_examples_changes_no_prompt_but_is_marked() -> None:
    lm = model(random_table(1))
    primed = [Question("Q?", [HEADERS[0][0].answer], id="q")]
    plain = [Question("Q?", ["Zzz"], id="q")]
    court = Court.of(lm, chosen("greedy,concept"))
    [one], [other] = list(court.hear(primed)), list(court.hear(plain))
    assert one.primed
    assert not other.primed
    assert blind(one) == blind(other)


def test_what_a_decoder_is_given_has_no_place_for_answers() -> None:
    assert {field.name for field in fields(Asked)} == {"question", "stem"}


def test_the_worked_example_is_judged() -> None:
    lm, question = worked_example()
    [trial] = Court.of(lm, chosen("greedy,string,concept")).hear([question])
    assert trial.cause == "split_vote"
    assert [one.right for one in trial.decodings] == [False, False, True]
    assert trial.decodings[2].certified
    assert sum(one.prob for one in trial.candidates) + trial.residual == pytest.approx(1)

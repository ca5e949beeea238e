"""Refusals, and answers that only look like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from misspoke.concepts.refusals import REFUSALS, abstains, refusal

EXAMPLES: dict[str, tuple[list[str], list[str]]] = {
    "do not know": (
        [
            "I don't know",
            "I don’t know.",
            "I do not know",
            "I really don't know the answer",
            "I honestly do not know who wrote it.",
            "Unfortunately, I don't know",
            "Well, I don't know.",
            "“I don't know”",
            "We don't know.",
            "I DON'T KNOW!",
        ],
        ["I Don't Know How to Love Him", "I know", "I don't knowingly", "Idaho"],
    ),
    "do not know, alone": (
        ["Don't know.", "Do not know", "Dunno", "IDK", "No idea.", "no clue"],
        ["Don't Know Why", "No Idea Records", "Don't Know Much"],
    ),
    "do not remember": (
        ["I don't remember.", "I do not recall the name", "I don't understand the question"],
        ["I Don't Remember How", "I remember"],
    ),
    "do not have": (
        [
            "I don't have enough information",
            "I do not have access to that",
            "I don't have an answer",
        ],
        ["I Don't Have to Be Me"],
    ),
    "have no idea": (
        ["I have no idea", "I have absolutely no idea.", "I have no information about that"],
        ["I Have No Mouth, and I Must Scream", "I have a dream"],
    ),
    "not sure": (
        [
            "I'm not sure",
            "I am not sure.",
            "I'm unsure",
            "I am not entirely certain",
            "Im not sure",
            "I'm not familiar with that",
            "I'm not aware of any",
        ],
        ["I'm Not Surprised", "I'm Not There", "I'm Not in Love", "I'm not certainly"],
    ),
    "not sure, alone": (["Not sure.", "not entirely sure"], ["Not Sure Records"]),
    "cannot": (
        [
            "I cannot answer that question",
            "I can't answer this.",
            "I can't provide information on that",
            "I can not determine the year",
            "I can't say for sure",
            "I cannot help you",
            "I couldn't find any record",
        ],
        ["I Can't Stop Loving You", "I Can't Help Falling in Love", "I Can't Get No", "I can see"],
    ),
    "not able": (["I am unable to answer", "I'm not able to say"], ["Unable", "I am Able to"]),
    "unable, alone": (["Unable to determine."], ["Unable Seaman", "Unable to Dance"]),
    "decline": (
        ["I must decline to answer", "I refuse to answer", "I would rather not say"],
        ["Decline", "I Decline", "I'd say"],
    ),
    "as an ai": (
        ["As an AI language model, I", "As a language model, I", "I'm an AI", "I am just an AI."],
        ["As an airline", "As a Man Thinks", "I, Robot", "AI", "I'm an Aircraft"],
    ),
    "i am sorry": (
        [
            "I'm sorry",
            "I am so sorry, but",
            "I'm sorry but I",
            "I apologize, but",
            "My apologies.",
            "I apologise for that",
        ],
        ["I'm Sorry Sir", "Apologize", "Apologies to the Queen"],
    ),
    "sorry": (
        ["Sorry.", "Sorry, I do not", "Sorry but no", "Sorry, but that", "Sorry, no answer"],
        ["Sorry Day", "Sorry, Wrong Number", "Sorry Seems to Be the Hardest Word"],
    ),
    "unknown": (
        [
            "Unknown",
            "unknown.",
            "Not known",
            "The answer is unknown.",
            "It is unknown",
            "Unanswerable",
            "Unclear.",
            "Currently unknown",
            "Answer: unknown",
            "Not available",
        ],
        ["Unknown Pleasures", "The Unknown Soldier", "Unknown Mortal Orchestra", "Known Unknown"],
    ),
    "it is unknown": (
        ["It is unclear who", "It is not known whether he", "It's unknown when"],
        ["It", "It Is Known", "It is not clean", "This Is England"],
    ),
    "cannot be determined": (
        ["Cannot be determined", "It cannot be determined.", "The answer cannot be known"],
        ["Cannot Be Tamed", "Can't Be Broken"],
    ),
    "no answer": (
        ["No answer", "No answer.", "No information available", "No known answer", "No data."],
        ["No Answer Records", "No Country for Old Men", "No", "No Information Society"],
    ),
    "there is no": (
        [
            "There is no information on this",
            "There is no definitive answer",
            "There's no record",
            "There is not enough information",
        ],
        ["There Is No Spoon", "There Is No Ending", "There's No Business Like Show Business"],
    ),
    "not enough information": (
        ["Not enough information", "Insufficient data."],
        ["Not Enough Time", "Insufficient"],
    ),
    "not applicable": (["N/A", "n/a.", "N.A."], ["NA", "Na", "N/A Records", "N"]),
}


def test_every_pattern_has_examples() -> None:
    assert list(EXAMPLES) == list(REFUSALS)


@pytest.mark.parametrize(
    ("name", "answer"),
    [(name, answer) for name, (found, _) in EXAMPLES.items() for answer in found],
)
def test_refusals(name: str, answer: str) -> None:
    assert abstains(answer)
    assert refusal(answer) == name


@pytest.mark.parametrize("answer", [answer for _, missed in EXAMPLES.values() for answer in missed])
def test_answers_that_only_look_like_refusals(answer: str) -> None:
    assert refusal(answer) is None
    assert not abstains(answer)


@pytest.mark.parametrize("answer", ["", "  ", ".", "“”", "\n", "...", "—", "?", "**"])
def test_no_answer_at_all(answer: str) -> None:
    assert abstains(answer)
    assert refusal(answer) is None


@pytest.mark.parametrize(
    "answer",
    ["I, Claudius", "None", "Nothing", "Nobody", "No", "Anonymous", "?!a", "$", "東京", "0", "I"],
)
def test_short_and_odd_answers_are_answers(answer: str) -> None:
    assert not abstains(answer)


@given(st.sampled_from([answer for found, _ in EXAMPLES.values() for answer in found]))
def test_case_openers_and_apostrophes_do_not_matter(answer: str) -> None:
    for written in (answer.upper(), answer.lower(), f' "{answer}"', answer.replace("'", "’")):
        assert abstains(written)

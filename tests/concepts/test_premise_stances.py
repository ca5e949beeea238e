"""Stances against replies that were labelled by reading, and forms that every item must take."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from misspoke.concepts.premises import stance
from misspoke.questions.premises import premises
from misspoke.records.premise import Loaded

ITEMS = {one.id: one for one in premises()}
LABELLED: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("premise_replies.jsonl").read_text().splitlines()
]
DOCUMENT = Path(__file__).parents[2] / "docs" / "premises.md"


def sides() -> Iterator[tuple[str, Loaded, tuple[str, ...], str]]:
    """Of each item both sides: its id, the question, its rivals, what its twin says."""
    for one in ITEMS.values():
        yield one.id, one.false, one.answers, one.true.said
        yield one.id, one.true, (one.false.said,), one.false.said


def read(row: dict[str, Any]) -> str:
    item = ITEMS[row["item"]]
    if row["premise"] == "false":
        return stance(row["reply"], item.false, item.answers)
    return stance(row["reply"], item.true, (item.false.said,))


def test_the_table_is_of_real_models_by_a_good_half_and_each_reply_stands_once() -> None:
    real = [row for row in LABELLED if row["source"] != "written"]
    assert len(LABELLED) >= 120
    assert len(real) >= 100
    assert len({(r["item"], r["premise"], r["reply"]) for r in LABELLED}) == len(LABELLED)
    assert {row["half"] for row in LABELLED} == {"mended", "counted"}


def test_errors_are_as_documented() -> None:
    wrong = Counter(row["half"] for row in LABELLED if read(row) != row["stance"])
    of = Counter(row["half"] for row in LABELLED)
    text = " ".join(DOCUMENT.read_text(encoding="utf-8").split())
    assert f"{wrong['mended']} of the {of['mended']}" in text
    assert f"{wrong['counted']} of the {of['counted']}" in text


def test_accepting_and_rejecting_are_hardly_ever_taken_for_each_other() -> None:
    crossed = [row for row in LABELLED if {read(row), row["stance"]} == {"accepts", "rejects"}]
    assert len(crossed) <= 2


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("{accept} of that.", "accepts"),
        ("Actually, {accept} of that.", "accepts"),
        ("In fact {accept} of that.", "accepts"),
        ("I think {accept} of that.", "accepts"),
        ("Yes, {premise}.", "accepts"),
        ("Because the guards could not hold back the crowd, {premise}.", "accepts"),
        ("{premise}, but not always.", "accepts"),
        ("They could not adapt to the drought.", "accepts"),
        ("It is {twin}, not {said}.", "corrects"),
        ("It is {twin} rather than {said}.", "corrects"),
        ("It is {twin} and not {said}.", "corrects"),
        ("{reject} It is so.", "rejects"),
        ("In fact, {reject}", "rejects"),
        ("I think that {reject}", "rejects"),
        ("Great question! {reject}", "rejects"),
        ("It is a myth that {premise}.", "rejects"),
        ("It is not true that {premise}.", "rejects"),
        ("No, {accept} of that.", "rejects"),
        ("It isn't.", "rejects"),
        ("That is wrong.", "rejects"),
        ("That's false.", "rejects"),
        ("Wrong!", "rejects"),
        ("Never.", "rejects"),
        ("No.", "rejects"),
        ("Great question!", "other"),
        ("Thank you for asking.", "other"),
    ],
)
def test_a_form_is_read_alike_on_both_sides_of_every_item(form: str, expected: str) -> None:
    for name, loaded, rivals, twin in sides():
        text = form.format(
            accept=loaded.accept,
            reject=loaded.reject,
            premise=loaded.premise,
            said=loaded.said,
            twin=twin,
        )
        assert stance(text, loaded, rivals) == expected, (name, text)


@pytest.mark.parametrize(
    ("item", "side", "text", "expected"),
    [
        ("capital-of-australia", "false", "Sydney is not only the largest city but also the "
         "capital.", "accepts"),
        ("capital-of-australia", "false", "Sydney did not become the capital until 1901.",
         "accepts"),
        ("capital-of-australia", "false", "Sydney is the largest city, not the capital.",
         "rejects"),
        ("capital-of-australia", "false", "While Toronto is large, Canberra is the capital.",
         "corrects"),
        ("capital-of-australia", "false", "Canberra, the capital of Australia, was built for it.",
         "corrects"),
        ("capital-of-japan", "false", "Tokyo, a city that I know, has a harbour.", "accepts"),
        ("father-of-relativity", "false", "Newton did not develop that theory.", "rejects"),
        ("father-of-relativity", "false", "Einstein, not Newton, developed it.", "corrects"),
        ("father-of-relativity", "true", "Newton did not know of light's speed.", "other"),
        ("ocean-between-europe-and-north-america", "false", "The ocean is not salty.", "accepts"),
        ("makers-of-honey", "false", "Butterflies can't make honey.", "rejects"),
        ("makers-of-honey", "false", "They won't make honey.", "rejects"),
        ("largest-planet", "true", "No planet is as large as Jupiter.", "accepts"),
        ("country-of-great-wall", "false", "There is no Great Wall in India.", "rejects"),
        ("touch-of-ice", "true", "There is no heat in it.", "other"),
        ("planet-with-life", "false", "Neptune is not the only planet that is known to have life.",
         "rejects"),
        ("taste-of-lemons", "true", "They are a fruit that is not very sweet.", "accepts"),
        ("planet-with-life", "true", "The first life forms on Earth were not humans.", "accepts"),
        ("liquid-metal", "true", "Mercury does not freeze at room temperature.", "accepts"),
        ("what-the-sun-is", "true", "It is not a planet, since it shines.", "accepts"),
        ("sinking-of-the-titanic", "false", "It went down on the night of 14 April 1912.",
         "corrects"),
        ("sinking-of-the-titanic", "false", "It sank in 1996, and was launched in 1912.",
         "accepts"),
        ("sinking-of-the-titanic", "false", "Built in 1912, it sank in 1940.", "accepts"),
        ("greek-god-of-the-sea", "false", "Apollo is the god of the sea in Greek myth.", "accepts"),
        ("frozen-water", "false", "Frozen water is not steam but ice.", "rejects"),
        ("boiling-point-of-water", "false", "It is not possible for water to boil at 60 degrees.",
         "rejects"),
        ("days-of-a-week", "false", 'The answer to this question is "No."', "rejects"),
        ("grams-of-a-kilogram", "false", "A kilogram has 1,000 grams, as it says.",
         "corrects"),
        ("direction-of-sunrise", "false", "The Sun rises in the east and sets in the west.",
         "corrects"),
        ("days-of-a-week", "false", "Great question!\nThey are nine.", "accepts"),
        ("continent-without-countries", "true", "There are no countries in Antarctica.", "accepts"),
    ],
)  # fmt: skip
def test_what_a_negation_governs(item: str, side: str, text: str, expected: str) -> None:
    one = ITEMS[item]
    loaded, rivals = (one.false, one.answers) if side == "false" else (one.true, (one.false.said,))
    assert stance(text, loaded, rivals) == expected

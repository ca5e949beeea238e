"""What each relation of the atlas must look like, and a few facts of it that anyone can check."""

import re
from collections import Counter

import pytest

from misspoke.concepts.surface import surface_forms
from misspoke.questions import load
from misspoke.records import Question

ATLAS = load("atlas")
PLANETS = {"Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"}
CONTINENTS = {"Africa", "Asia", "Europe", "North America", "South America", "Oceania"}
SIZES = {
    "capital": 170,
    "currency": 178,
    "continent": 149,
    "language": 108,
    "symbol": 110,
    "author": 265,
    "painter": 73,
    "composer": 94,
    "landmark_city": 167,
    "landmark_name": 69,
    "capital_of": 162,
    "country_of_city": 228,
    "currency_code": 140,
    "element": 118,
    "atomic_number": 118,
    "planet": 72,
    "director": 191,
    "inventor": 107,
    "discoverer": 99,
    "event_year": 193,
}


def relation(name: str) -> list[Question]:
    return [question for question in ATLAS.questions if question.relation == name]


def preferred(question: Question) -> str:
    return question.all_answers()[0]


def answers(name: str) -> dict[str, str]:
    """The preferred answer of each row of a relation, by the rest of its id."""
    prefix = f"{name.replace('_', '-')}-"
    return {question.id.removeprefix(prefix): preferred(question) for question in relation(name)}


def test_every_relation_has_its_questions() -> None:
    assert Counter(question.relation for question in ATLAS.questions) == SIZES


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("symbol", "[A-Z][a-z]?"),
        ("currency_code", "[A-Z]{3}"),
        ("element", "[a-z]{3,13}"),
        ("atomic_number", "[1-9][0-9]{0,2}"),
        ("event_year", "[12][0-9]{3}"),
        ("continent", "|".join(sorted(CONTINENTS))),
        ("planet", "|".join(sorted(PLANETS))),
        ("director", r"[^\W\d_].* .*"),  # nobody goes by a single name
        ("capital_of", r"[A-Z].+"),
        ("country_of_city", r"[A-Z].+"),
    ],
)
def test_answers_and_distractors_have_one_shape(name: str, shape: str) -> None:
    for question in relation(name):
        for answer in (preferred(question), *question.distractors):
            assert re.fullmatch(shape, answer), (question.id, answer)


@pytest.mark.parametrize("name", ["symbol", "currency_code", "element", "atomic_number"])
def test_no_two_subjects_share_an_answer(name: str) -> None:
    given = list(answers(name).values())
    assert len(set(given)) == len(given)


@pytest.mark.parametrize(
    ("name", "subject", "answer"),
    [
        ("capital_of", "ottawa", "Canada"),
        ("capital_of", "amsterdam", "Netherlands"),
        ("capital_of", "yamoussoukro", None),  # two seats: left out
        ("capital_of", "london", None),  # of England, too
        ("country_of_city", "mumbai", "India"),
        ("country_of_city", "sydney", None),  # there is one in Canada
        ("currency_code", "swiss-franc", "CHF"),
        ("currency_code", "japanese-yen", "JPY"),
        ("currency_code", "turkish-lira", None),  # TRY is a word
        ("element", "fe", "iron"),
        ("element", "w", "tungsten"),
        ("atomic_number", "hydrogen", "1"),
        ("atomic_number", "iron", "26"),
        ("atomic_number", "oganesson", "118"),
        ("planet", "titan", "Saturn"),
        ("planet", "triton", "Neptune"),
        ("planet", "red-planet", "Mars"),
        ("director", "jaws", "Steven Spielberg"),
        ("director", "seven-samurai", "Akira Kurosawa"),
        ("inventor", "dynamite", "Alfred Nobel"),
        ("inventor", "telephone", None),  # disputed
        ("discoverer", "penicillin", "Alexander Fleming"),
        ("discoverer", "oxygen", None),  # disputed
        ("event_year", "battle-of-hastings-fought", "1066"),
        ("event_year", "berlin-wall-fell", "1989"),
        ("event_year", "neil-armstrong-walked-on-the-moon", "1969"),
    ],
)
def test_a_known_fact(name: str, subject: str, answer: str | None) -> None:
    assert answers(name).get(subject) == answer


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("capital-of-prague", "Czechia"),
        ("capital-of-amsterdam", "Holland"),
        ("capital-of-naypyidaw", "Burma"),
        ("country-of-city-detroit", "America"),
        ("country-of-city-glasgow", "Scotland"),
        ("element-al", "aluminum"),
        ("element-cs", "cesium"),
        ("element-s", "sulphur"),
        ("director-seven-samurai", "Kurosawa"),
        ("inventor-esperanto", "Ludwik Zamenhof"),
        ("discoverer-x-rays", "Roentgen"),
        ("event-year-battle-of-hastings-fought", "AD 1066"),
    ],
)
def test_another_name_is_right(row: str, name: str) -> None:
    (question,) = (question for question in ATLAS.questions if question.id == row)
    assert name in question.all_answers()


def test_capitals_are_asked_in_both_directions_alike() -> None:
    asked = {question.question: preferred(question) for question in relation("capital")}
    for question in relation("capital_of"):
        capital = re.fullmatch("Of which country is (.+) the capital[?]", question.question)
        assert capital is not None, question.id
        country = preferred(question)
        there = {f"What is the capital of {article}{country}?" for article in ("", "the ")}
        assert [asked[text] for text in there if text in asked] == [capital[1]], question.id


def test_symbols_are_asked_in_both_directions_alike() -> None:
    symbols = answers("symbol")
    elements = {symbol.capitalize(): element for symbol, element in answers("element").items()}
    assert {symbols[element]: element for element in symbols}.items() <= elements.items()
    assert set(answers("atomic_number")) == set(elements.values())


def test_atomic_numbers_count_the_elements() -> None:
    assert sorted(map(int, answers("atomic_number").values())) == list(range(1, 119))


def test_atomic_numbers_can_be_written_out() -> None:
    for question in relation("atomic_number"):
        forms = surface_forms(question.all_answers())
        assert any(text.isalpha() for form in forms.values() for text in _words(form)), question.id


def _words(forms: tuple[str, ...]) -> list[str]:
    return [form.replace(" ", "").replace("-", "") for form in forms]


@pytest.mark.parametrize(
    ("name", "least", "greatest"),
    [
        ("atomic_number", 1, 118),
        ("event_year", 1000, 2024),
    ],
)
def test_wrong_numbers_are_near_and_possible(name: str, least: int, greatest: int) -> None:
    for question in relation(name):
        right = int(preferred(question))
        assert least <= right <= greatest, question.id
        for wrong in map(int, question.distractors):
            assert least <= wrong <= greatest, question.id
            assert 0 < abs(wrong - right) < 10, question.id


def test_every_planet_is_asked_for_and_moons_only_of_planets_with_moons() -> None:
    assert set(answers("planet").values()) == PLANETS
    moons = [
        question for question in relation("planet") if "orbits the planet" in str(question.stem)
    ]
    assert {preferred(question) for question in moons} == PLANETS - {"Mercury", "Venus", "Earth"}


def test_codes_mostly_begin_alike_with_their_distractors() -> None:
    near = [
        wrong[0] == preferred(question)[0]
        for question in relation("currency_code")
        for wrong in question.distractors
    ]
    assert sum(near) > 0.75 * len(near)


def test_stems_say_what_kind_of_answer_follows() -> None:
    endings = {
        "event_year": " in the year",
        "country_of_city": " is in the country of",
        "capital_of": " is the capital of the country of",
        "director": " was directed by",
        "inventor": " by",
        "discoverer": " by",
    }
    for question in ATLAS.questions:
        if question.relation in endings:
            assert str(question.stem).endswith(endings[question.relation]), question.id

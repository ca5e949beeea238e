"""The surface forms of an answer."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from misspoke.concepts.abbreviations import NAMES
from misspoke.concepts.equivalence import key
from misspoke.concepts.folding import has_content
from misspoke.concepts.surface import MOST_FORMS, RULES, Form, closure, surface_forms
from misspoke.concepts.text import strip_openers, tidy

LISTED = """
    Canberra|New York City|São Tomé & Príncipe|Côte d'Ivoire|N’Djamena|Port-au-Prince|Guinea-Bissau
    Bosnia and Herzegovina|St. Kitts and Nevis|Saint Petersburg|Mt Fuji|Washington, D.C.|La Paz
    J. K. Rowling|J.R.R. Tolkien|C. S. Lewis|George W. Bush|W.B. Yeats|A. A. Milne|Wall Street
    Dr. Martin Luther King, Jr.|Sammy Davis Junior|Doctor Who|Abbey Rd|The Beatles|The The|A-ha
    AC/DC|Guns N' Roses|Earth, Wind & Fire|Yahoo!|P!nk|Ke$ha|Apollo 13|Catch-22|1984|21st|twelve
    Nineteen Eighty-Four|The First World War|1,000|One Thousand and One Nights|Ocean's Eleven|3.14
    50%|-40|½|H2O|CO2|Na|Co|CO|He|K|Au|Straße|Zürich|Łódź|Ærø|Øresund|İstanbul|Đà Nẵng|Hawaiʻi|x
    東京|Москва|Αθήνα|서울|मुंबई|yen|Yen|red|UNESCO|Ph.D.|C++|C#|A+|WALL-E|“Heroes”|McDonald's|O'Brien
    Who's Afraid of Virginia Woolf?|Star Wars: Episode IV - A New Hope|'s-Hertogenbosch|Amazon.com
"""
NAMES_IN_USE = (
    *(name for group in NAMES for name in group),
    *(name.strip() for line in LISTED.strip().splitlines() for name in line.split("|")),
)
GAPS = st.sampled_from((" ", ", ", "-", " & ", ""))
ANSWER = st.text(max_size=20) | st.lists(
    st.sampled_from(NAMES_IN_USE), min_size=1, max_size=3
).flatmap(lambda names: GAPS.map(lambda gap: gap.join(names)))


def texts(answer: str) -> list[str]:
    return [form.text for form in closure(answer)]


@given(ANSWER)
@example("The A Team")
@example("A. Lincoln")
@example("Join us")
@example("U.S.\u2009000")
@example("A\x1fA")
def test_the_laws_of_the_closure(answer: str) -> None:
    forms = closure(answer)
    spelled = [form.text for form in forms]
    first = tidy(answer)
    if not has_content(first):
        assert forms == ()
        return
    assert forms[0] == Form(first)
    assert len(forms) <= MOST_FORMS
    assert len(set(spelled)) == len(spelled)
    assert [len(form.rules) for form in forms] == sorted(len(form.rules) for form in forms)
    for form in forms:
        assert key(form.text) == key(answer)
        assert strip_openers(form.text) == form.text
        assert form.text == " ".join(form.text.split())
        assert has_content(form.text)
        assert set(form.rules) <= set(RULES)
        assert form.rules.count("case") <= 1


@pytest.mark.parametrize("answer", NAMES_IN_USE)
def test_a_spelling_of_a_spelling_is_a_spelling(answer: str) -> None:
    forms = texts(answer)
    assert key(answer) == key(forms[0])
    if len(forms) == MOST_FORMS:
        return
    for form in closure(answer):
        if "case" in form.rules:
            continue
        for name, rule in RULES.items():
            for proposal in rule(form.text):
                plain = " ".join(proposal.split())
                if key(plain) == key(answer) and strip_openers(plain) == plain:
                    assert plain in forms, (form.text, name)


def test_real_answers_stay_far_below_the_bound() -> None:
    sizes = {answer: len(closure(answer)) for answer in NAMES_IN_USE}
    assert max(sizes.values()) < MOST_FORMS // 2
    assert sum(sizes.values()) / len(sizes) < 15


def test_the_bound_keeps_the_forms_of_the_fewest_rules() -> None:
    answer = "Dr. St. John's-Mt. Doe, Jr. & Sons and twenty-one U.S. Saints' Côte-d'Or, Ltd."
    forms = closure(answer)
    assert len(forms) == MOST_FORMS
    assert forms[0].text == answer


@pytest.mark.parametrize(
    ("rule", "spelling", "others"),
    [
        ("case", "new york city", ["New york city", "New York City"]),
        ("case", "Great Barrier Reef", ["great barrier reef", "Great barrier reef"]),
        ("case", "bosnia and herzegovina", ["Bosnia and Herzegovina"]),
        ("case", "Paris", ["paris", "PARIS"]),
        ("case", "o'brien", ["O'brien"]),
        ("case", "yen", ["Yen"]),
        ("diacritics", "São Tomé", ["Sao Tome"]),
        ("diacritics", "Øresund", ["Oresund"]),
        ("apostrophe", "N'Djamena", ["N’Djamena", "NDjamena"]),
        ("apostrophe", "Nukuʻalofa", ["Nuku'alofa", "Nukualofa"]),
        ("apostrophe", "Rock ’n’ Roll", ["Rock 'n' Roll", "Rock n Roll"]),
        ("punctuation", "U.S.A.", ["USA"]),
        ("punctuation", "Washington, D.C.", ["Washington, DC", "Washington D.C."]),
        ("punctuation", "St. Louis", ["St Louis"]),
        ("punctuation", "Star Wars: A New Hope", ["Star Wars A New Hope"]),
        ("punctuation", "Yahoo!", ["Yahoo"]),
        ("punctuation", "“Heroes”", ["Heroes"]),
        ("hyphen", "Port-au-Prince", ["Port au Prince", "Port–au–Prince"]),
        ("hyphen", "Port au Prince", ["Port-au-Prince"]),
        ("hyphen", "Guinea–Bissau", ["Guinea-Bissau", "Guinea Bissau"]),
        ("ampersand", "Trinidad & Tobago", ["Trinidad and Tobago"]),
        ("ampersand", "Trinidad and Tobago", ["Trinidad & Tobago"]),
        ("numbers", "twelve", ["12"]),
        ("numbers", "12", ["twelve"]),
        ("numbers", "21", ["twenty-one", "twenty one"]),
        ("numbers", "1000", ["1,000", "one thousand"]),
        ("numbers", "12,345", ["12345"]),
        ("numbers", "Ocean's Eleven", ["Ocean's 11"]),
        ("numbers", "21st century", ["twenty-first century"]),
        ("numbers", "First World War", ["1st World War"]),
        ("title", "Saint Louis", ["St Louis", "St. Louis"]),
        ("title", "ST. LOUIS", ["SAINT LOUIS", "ST LOUIS"]),
        ("title", "Mt Everest", ["Mount Everest", "Mt. Everest"]),
        ("title", "Fort Worth", ["Ft. Worth"]),
        ("title", "Dr Who", ["Doctor Who"]),
        ("title", "Sammy Davis, Jr.", ["Sammy Davis, Junior", "Sammy Davis, Jr"]),
        ("title", "Wall Street", ["Wall St.", "Wall St"]),
        ("title", "Saint-Denis", ["St-Denis", "St.-Denis"]),
        ("abbreviation", "United States", ["US", "U.S.", "USA", "U.S.A."]),
        ("abbreviation", "U.S. Army", ["United States Army", "US Army"]),
        ("abbreviation", "president of the united states", ["president of the US"]),
        ("abbreviation", "NYC", ["New York City"]),
        ("abbreviation", "Washington, D.C.", ["Washington, DC"]),
        ("abbreviation", "DR Congo", ["Democratic Republic of the Congo", "DRC"]),
        ("initials", "J. K. Rowling", ["J.K. Rowling", "JK Rowling"]),
        ("initials", "JK Rowling", ["J.K. Rowling", "J. K. Rowling"]),
        ("initials", "J. R. R. Tolkien", ["J.R.R. Tolkien", "JRR Tolkien"]),
        ("initials", "JRR Tolkien", ["J.R.R. Tolkien", "J. R. R. Tolkien"]),
        ("case", "King of France", ["king of France", "king of france"]),
    ],
)
def test_each_rule(rule: str, spelling: str, others: list[str]) -> None:
    proposals = list(RULES[rule](spelling))
    for other in others:
        assert other in proposals
        assert other in texts(spelling)


@pytest.mark.parametrize(
    ("spelling", "never"),
    [
        ("Na", ["na", "NA"]),
        ("Co", ["CO", "co"]),
        ("He", ["he"]),
        ("K", ["k"]),
        ("US", ["us", "Us"]),
        ("U.S.", ["u.s.", "us"]),
        ("WHO", ["who", "Who"]),
        ("Who", ["who"]),
        ("H2O", ["h2o"]),
        ("red", ["RED"]),
        ("United States", ["America", "us", "States"]),
        ("1984", ["1,984", "nineteen eighty-four"]),
        ("1.5", ["15", "1 5", "one.five"]),
        ("12.5", ["twelve.5", "12.five"]),
        ("9/11", ["nine/11"]),
        ("H2O2", ["Htwo"]),
        ("50%", ["fifty%"]),
        ("Zürich", ["Zuerich"]),
        ("A. A. Milne", ["Milne", "A Milne"]),
        ("A-ha", ["ha", "A ha"]),
        ("La Paz", ["Los Angeles Paz"]),
        ("Mongolia", ["Mongolian"]),
        ("Amazon.com", ["Amazoncom"]),
    ],
)
def test_what_is_no_spelling(spelling: str, never: list[str]) -> None:
    assert not set(never) & set(texts(spelling))


@pytest.mark.parametrize(
    "symbol", ["Na", "He", "Co", "CO", "In", "As", "No", "K", "H", "CO2", "3D"]
)
def test_symbols_have_no_other_case(symbol: str) -> None:
    assert texts(symbol) == [symbol]


def test_openers_and_blanks_are_tidied() -> None:
    assert texts(" The \n Beatles ")[0] == "Beatles"
    assert texts("10\u202f000")[0] == "10000"
    assert texts('"The Who"')[0] == 'Who"'
    assert "Who" in texts('"The Who"')
    assert closure("") == closure(" .\n") == closure("“”") == ()


def test_surface_forms_of_several_answers() -> None:
    forms = surface_forms(["Rome", "the Moon"])
    assert forms == {"Rome": ("Rome", "rome", "ROME"), "the Moon": ("Moon", "moon", "MOON")}


def test_the_documentation_lists_exactly_the_rules() -> None:
    page = Path(__file__).parents[2] / "docs" / "surface-forms.md"
    listed = re.findall(r"^### `(\w+)`$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == list(RULES)
    for rule in RULES.values():
        assert rule.__doc__

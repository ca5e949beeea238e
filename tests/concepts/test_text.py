"""Where an answer begins and ends, and its canonical text."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from misspoke.concepts.abbreviations import NAMES, ROADS, SUFFIXES, TITLES
from misspoke.concepts.folding import has_content, without_diacritics
from misspoke.concepts.numbers import (
    digits_for_words,
    digits_in_text,
    ordinal_suffix,
    spell_cardinal,
    spell_ordinal,
)
from misspoke.concepts.text import (
    NEWLINES,
    OPENER_BLANKS,
    OPENER_MARKS,
    SENTENCE_MARKS,
    answer_end,
    canonical,
    head,
    is_word_char,
    needs_boundary,
    strip_openers,
)

PLAIN_WORDS = "the a an A The of and & one two ten twenty hundred thousand first second Third 1"
ODD_WORDS = """
    21 1,000 1.5 .5 -5 J. K. Rowling Côte d'Ivoire São N’Djamena Guinea-Bissau A-ha C++ A- 9/11 ½
    10² İ ẞ ŉ ǰ ΐ ﬁn Ⅷ № ° € % # @ * _ " “ « - – — ( ) , ; : ! ? … ... 東京 が กรุงเทพ मुंबई ʻ ` ´
"""
SPOKEN_WORDS = (
    *(word for group in NAMES for name in group for word in name.split()),
    *(word for table in (TITLES, SUFFIXES, ROADS) for pair in table.items() for word in pair),
    *(PLAIN_WORDS + ODD_WORDS).split(),
    *("\n", "\t", "\u00a0"),
)
SPOKEN = st.lists(st.sampled_from(SPOKEN_WORDS), max_size=7).flatmap(
    lambda words: st.sampled_from(("", " ", "-", ", ", "\u00a0")).map(lambda gap: gap.join(words))
)
TEXT = st.text(max_size=30) | SPOKEN


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("A A", "A"),
        ("A A ", "A "),
        ("The a\u00a0", "a\u00a0"),
        ("Paris", "Paris"),
        (" Paris", "Paris"),
        (" the Beatles", "Beatles"),
        ('"The Beatles"', 'Beatles"'),
        ("**Paris**", "Paris**"),
        ("\u00a0\u2009“an Apple", "Apple"),
        ("THE THE", "THE"),
        ("The The", "The"),
        ("the a an Ox", "Ox"),
        ("A", "A"),
        ("the", "the"),
        (" The ", "The "),
        ('The "A"', 'A"'),
        ("A-ha", "A-ha"),
        ("Theodore", "Theodore"),
        ("Anne", "Anne"),
        ("A.", "A."),
        ("'s-Hertogenbosch", "s-Hertogenbosch"),
        ("\nParis", "\nParis"),
        (" \nParis", "\nParis"),
        ("The\nParis", "The\nParis"),
        ("", ""),
        ("   ", ""),
        ("„Der Spiegel“", "Der Spiegel“"),
    ],
)
def test_openers_are_stripped(text: str, rest: str) -> None:
    assert strip_openers(text) == rest


@given(TEXT)
def test_stripping_openers_is_idempotent_and_keeps_an_end_of_the_text(text: str) -> None:
    rest = strip_openers(text)
    assert strip_openers(rest) == rest
    assert rest in text
    assert has_content(rest) == has_content(text)


@given(st.text(alphabet=OPENER_BLANKS + OPENER_MARKS, max_size=6), st.sampled_from(["Rome", "7"]))
def test_any_marks_and_blanks_are_openers(openers: str, answer: str) -> None:
    assert strip_openers(openers + answer) == answer
    assert strip_openers(openers + " the " + openers + answer) == answer


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The Beatles", "beatles"),
        ("São Tomé & Príncipe", "sao tome and principe"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("Đà Nẵng", "da nang"),
        ("Diyarbakır", "diyarbakir"),
        ("İstanbul", "istanbul"),
        ("N'Djamena", "ndjamena"),
        ("N’Djamena", "ndjamena"),
        ("Hawaiʻi", "hawaii"),
        ("Guinea-Bissau", "guinea bissau"),
        ("Guinea–Bissau", "guinea bissau"),
        ("AC/DC", "ac dc"),
        ("9/11", "9/11"),
        ("St. Louis", "saint louis"),
        ("St.Louis", "saint louis"),
        ("ST LOUIS", "saint louis"),
        ("Wall St.", "wall street"),
        ("Bury St Edmunds", "bury saint edmunds"),
        ("St", "st"),
        ("Mt. Everest", "mount everest"),
        ("6 ft", "6 ft"),
        ("Ft. Worth", "fort worth"),
        ("Dr Who", "doctor who"),
        ("Mulholland Dr.", "mulholland drive"),
        ("Sammy Davis Jr.", "sammy davis junior"),
        ("U.S.A.", "united states"),
        ("u.s.a.", "united states"),
        ("US", "united states"),
        ("us", "us"),
        ("Us", "us"),
        ("the United States of America", "united states"),
        ("U. S. Army", "united states army"),
        ("LA PAZ", "la paz"),
        ("LA Lakers", "los angeles lakers"),
        ("U.K.", "united kingdom"),
        ("uk", "united kingdom"),
        ("Washington, D.C.", "washington dc"),
        ("Washington D. C.", "washington dc"),
        ("J. K. Rowling", "jk rowling"),
        ("J.K.Rowling", "jk rowling"),
        ("A. A. Milne", "aa milne"),
        ("A-ha", "a-ha"),
        ("M*A*S*H", "mash"),
        ("Ph.D.", "phd"),
        ("1,000", "1000"),
        ("1'000", "1000"),
        ("10\u202f000", "10000"),
        ("1,000,000", "1000000"),
        ("1.5", "1.5"),
        ("1,5", "1 5"),
        (".5", ".5"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("1939–1945", "1939 1945"),
        ("10:30", "10:30"),
        ("½", "1/2"),
        ("1½", "1 1/2"),
        ("10²", "10^2"),
        ("H₂O", "h2o"),
        ("A+", "a+"),
        ("AB-", "ab-"),
        ("C++", "c++"),
        ("C#", "c#"),
        ("50%", "50%"),
        ("$5", "$5"),
        ("twenty-one", "21"),
        ("One Thousand and One Nights", "1001 nights"),
        ("one hundred and five", "105"),
        ("two hundred thousand", "200000"),
        ("nineteen eighty-four", "19 84"),
        ("Hundred Years' War", "hundred years war"),
        ("First World War", "1st world war"),
        ("the twenty-first century", "21st century"),
        ("Paris.", "paris"),
        ("“Paris”!", "paris"),
        ("The", "the"),
        ("+", "+"),
        ("&", "and"),
        ("東京。", "東京"),
        ("ガーナ", "ガーナ"),
        ("Москва", "москва"),
        ("Αθήνα", "αθηνα"),
        ("서울", "서울"),
        ("मुंबई", "मुंबई"),
        ("", ""),
        ("...", ""),
        ("Ｔｏｋｙｏ", "tokyo"),
    ],
)
def test_canonical_text(text: str, wanted: str) -> None:
    assert canonical(text) == wanted


@given(TEXT)
@example("A, boy")
@example("ʻ")
@example("the `")
@example("US of America of America")
def test_canonical_text_is_idempotent_and_survives(text: str) -> None:
    plain = canonical(text)
    assert canonical(plain) == plain
    assert plain == " ".join(plain.split())
    if has_content(text):
        assert plain


@given(TEXT)
def test_canonical_text_does_not_depend_on_openers_and_outer_blanks(text: str) -> None:
    assert canonical(strip_openers(text)) == canonical(text)
    assert canonical("\u00a0" + text + " ") == canonical(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Zürich", "Zurich"), ("Øresund", "Oresund"), ("Æthelred", "Aethelred"), ("が", "が")],
)
def test_diacritics_go_and_other_marks_stay(text: str, plain: str) -> None:
    assert without_diacritics(text) == plain
    assert without_diacritics(unicodedata.normalize("NFD", text)) == plain


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("Paris", None),
        ("Paris.", 5),
        ("Paris. It is", 5),
        ("Paris\nQ:", 5),
        ("Paris\r\n", 5),
        ("Paris\u2028", 5),
        ("\nParis", 0),
        ("", None),
        ("Yahoo!", 5),
        ("Really? Yes.", 6),
        ("東京。", 2),
        ("東京！", 2),
        ("山.", 1),
        ("1.", None),
        ("1.5", None),
        ("1.5.", None),
        ("1.5. It", 3),
        ("1.5 km.", 6),
        ("In 1984. It", 7),
        ("1984.\n", 4),
        ("J. K. Rowling.", 13),
        ("Washington, D.C. is", None),
        ("the U.S. Army. It", 13),
        ("St. Louis.", 9),
        ("Mt. Everest, 8849 m.", None),
        ("Dr. Watson.", 10),
        ("Martin Luther King Jr. was", None),
        ("Apple Inc. is", 9),
        ("No. It is", 2),
        ("“No.” It is", 3),
        ("Chanel No. 5 and", None),
        ("H2O.", 3),
        ("CO2.", None),
        ("CO2. It", 3),
        ("Hawai'i.", 7),
        ("C++.", 3),
        ("50%. It", 3),
        ("“Paris”.", 7),
        ("**Paris**. It", 9),
        ("Peru (Lima).", 11),
        ("...Paris.", 8),
        ("... and so on.", 13),
        (".NET. It", 4),
        ('".NET". It', 6),
        ("Microsoft .NET.", 14),
        ("Well... yes", 4),
        ("Zürich.", 6),
        ("Zu\u0308rich.", 7),
    ],
)
def test_answer_end(text: str, end: int | None) -> None:
    assert answer_end(text) == end


ENDED = st.text(alphabet="ab1 .,St\n!。'\"é\u0301東J", max_size=12) | TEXT


@given(ENDED, ENDED)
def test_the_end_of_an_answer_is_stable(text: str, more: str) -> None:
    end = answer_end(text)
    if end is not None:
        assert text[end] in NEWLINES + SENTENCE_MARKS + "."
        assert answer_end(text + more) == end


@given(ENDED)
def test_an_answer_that_was_cut_has_no_newline_or_sentence_mark(text: str) -> None:
    end = answer_end(text)
    assert not any(char in NEWLINES + SENTENCE_MARKS for char in text[:end])


@given(ENDED, ENDED)
def test_only_a_stop_after_a_digit_is_decided_late(text: str, more: str) -> None:
    end = answer_end(text + more)
    if answer_end(text) is None and end is not None:
        assert end >= len(text) or (end == len(text) - 1 and text[-2].isdigit())


@pytest.mark.parametrize(
    ("answer", "proper"),
    [
        ("Paris", "Paris"),
        ("Paris, which is in France", "Paris"),
        ("Paris which is in France", "Paris"),
        ("the Beatles (1962)", "Beatles"),
        ("Paris; or Lyon", "Paris"),
        ("Paris: the capital", "Paris"),
        ("Paris - the capital", "Paris"),
        ("Paris — the capital", "Paris"),
        ("Paris—the capital", "Paris"),
        ("Guinea-Bissau", "Guinea-Bissau"),
        ("1,000 metres", "1,000 metres"),
        ("10:30", "10:30"),
        ("Canberra is the capital", "Canberra"),
        ("Canberra and it is small", "Canberra"),
        ("Romeo and Juliet", "Romeo and Juliet"),
        ("The Man Who Sold the World", "Man Who Sold the World"),
        ("Washington, D.C., is", "Washington, D.C."),
        ("Martin Luther King, Jr. was", "Martin Luther King, Jr."),
        ('"Paris", he said', "Paris"),
        ("**Paris** is", "Paris"),
        ("(Paris) is", "(Paris)"),
        (", Paris", ", Paris"),
        ("Paris,", "Paris"),
        ("", ""),
        ("Isaac", "Isaac"),
        ("Paris\nQuestion", "Paris"),
    ],
)
def test_head(answer: str, proper: str) -> None:
    assert head(answer) == proper


@given(TEXT)
def test_a_head_is_part_of_the_answer_and_never_empty(answer: str) -> None:
    proper = head(answer)
    assert proper in answer
    assert has_content(proper) == has_content(answer)


@pytest.mark.parametrize("char", ["a", "Z", "é", "1", "½", "Ⅷ", "東", "\u0301", "ि", "ʻ"])
def test_word_characters(char: str) -> None:
    assert is_word_char(char)


@pytest.mark.parametrize(
    "form",
    [
        "東京",
        "とうきょう",
        "トーキョー",
        "กรุงเทพ",
        "ລາວ",
        "ភ្នំពេញ",
        "ရန်ကုန်",
        "ལྷ་ས",
        "𠀋",
        "Ｘ線",
        "ﾄｰｷｮｰ",
    ],
)
def test_scripts_without_spaces_need_no_boundary(form: str) -> None:
    assert not needs_boundary(form)


@pytest.mark.parametrize(
    "form", ["Paris", "서울", "Москва", "دمشق", "मुंबई", "1984", "東京 A", "C++", ""]
)
def test_other_scripts_need_a_boundary(form: str) -> None:
    assert needs_boundary(form)


@given(st.integers(0, 100) | st.integers(1, 9).map(lambda n: n * 100))
def test_a_spelled_cardinal_reads_as_itself(value: int) -> None:
    spelled = spell_cardinal(value)
    assert spelled is not None
    assert canonical(spelled) == str(value)
    assert digits_in_text(f"Apollo {spelled}!") == f"Apollo {value}!"


@given(st.integers(1, 100))
def test_spelled_thousands_read_as_themselves(thousands: int) -> None:
    spelled = spell_cardinal(thousands * 1000)
    assert spelled is not None
    assert canonical(spelled) == str(thousands * 1000) == canonical(f"{thousands},000")


@given(st.integers(1, 99))
def test_a_spelled_ordinal_reads_as_itself(value: int) -> None:
    assert canonical(spell_ordinal(value) or "") == f"{value}{ordinal_suffix(value)}"


@pytest.mark.parametrize("value", [101, 1001, 1984, 101_000])
def test_broken_numbers_are_not_spelled(value: int) -> None:
    assert spell_cardinal(value) is None


def test_numbers_in_running_words() -> None:
    words = ["twenty", "twenty", "one", "hundred", "and"]
    assert digits_for_words(words) == ["20", "21", "hundred", "and"]
    assert digits_for_words(["one", "hundred", "and", "one"]) == ["101"]
    assert digits_for_words(["twenty", "zero"]) == ["20", "0"]
    assert digits_in_text("Three, Two and twenty-second") == "3, 2 and 22nd"
    assert digits_in_text("One hundred, five") == "100, 5"

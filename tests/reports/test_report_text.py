import pytest
from reports.report_rows import HOSTILE

from misspoke.records import Interval
from misspoke.reports.text import (
    interval,
    percent_between,
    percent_spread,
    quoted,
    visible,
    visible_token,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_acts_is_left_in_a_visible_text(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    shown.encode()


def test_letters_and_their_joiners_stay_as_they_are() -> None:
    for text in ("Ångström", "東京", "می\u200cخواهم", "👩\u200d🚀", "a\\b"):
        assert visible(text) == text


def test_hidden_characters_are_escapes() -> None:
    assert visible("a\x00\n\u202eb\ud800") == r"a\x00\n\u202eb\ud800"


def test_a_tokens_outer_blanks_are_shown() -> None:
    assert visible_token(" Paris ") == "␣Paris␣"
    assert visible_token("  ") == "␣␣"
    assert visible_token("\n") == r"\n"
    assert visible_token("") == "(end)"


def test_bounds_that_read_the_same_are_given_once() -> None:
    assert interval(Interval(0.361, 0.364)) == "0.36"
    assert interval(Interval(0.36, 0.37)) == "0.36–0.37"
    assert interval(Interval(0.0, 0.001)) == "<0.01"
    assert interval(Interval(0.0, 0.4)) == "0.00–0.40"
    assert interval(Interval(0.001, 0.4)) == "<0.01–0.40"
    assert percent_between(0.361, 0.372) == "36–37%"
    assert percent_between(0.5, 0.5) == "50%"
    assert percent_between(0.001, 0.3) == "<1–30%"
    assert percent_spread((0.01, 0.154)) == "[1–15%]"
    assert percent_spread(None) == ""


def test_a_long_answer_is_cut_in_a_sentence() -> None:
    assert quoted("word " * 50, 12) == "“word word w…”"

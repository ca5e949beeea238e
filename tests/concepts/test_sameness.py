"""Whether two answers are one: every rule, the properties of all, and the page on them."""

import importlib.util
import re
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sameness_cases import APART, CITY, COUNTRY, JOINS, MALAYSIA, NEVER, WHO, YEAR

from misspoke.concepts.equivalence import classes, equivalent
from misspoke.concepts.sameness import DEFAULT, MOST_CHARACTERS, RULES, joining_rule, same
from misspoke.questions import load
from misspoke.records import UserError

ROOT = Path(__file__).parents[2]


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "equivalence_table", ROOT / "tools/equivalence/table.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


tool = _tool()
PAIRS = tool.load_pairs()

_OWN = [(name, *pair) for name, pairs in JOINS.items() for pair in pairs]
_APART = [(name, *pair) for name, pairs in APART.items() for pair in pairs]

PIECES = (
    "Paris", ", France", " (Zn)", "New ", "York", " City", "Malaysian ", "ringgit", "s", "the ",
    "St. ", "J. ", "JFK", "Kennedy", "8", ".0", " km", "July 4, ", "1776", "about ", "not ",
    " in ", "River ", "Nile", "東京", "القاهرة", "\u202e", "é", "\u0301", "\n", "  ", "'",
    "South ", "Sudan", "and ", "II",
)  # fmt: skip
ANSWER = st.text(max_size=20) | st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
QUESTION = st.sampled_from([None, "", MALAYSIA, WHO, CITY, COUNTRY, YEAR]) | st.text(max_size=30)


@pytest.mark.parametrize(("name", "question", "a", "b"), _OWN)
def test_a_rule_joins(name: str, question: str | None, a: str, b: str) -> None:
    assert same(question, (name,))(a, b)
    assert same(question, (name,))(b, a)
    if name != "spelling":
        assert not equivalent(a, b)
        assert joining_rule(question, a, b, (name,)) == name


@pytest.mark.parametrize(("name", "question", "a", "b"), _APART)
def test_a_rule_leaves_apart(name: str, question: str | None, a: str, b: str) -> None:
    assert not same(question, (name,))(a, b)
    assert joining_rule(question, a, b, (name,)) is None


def test_every_rule_has_cases() -> None:
    assert list(JOINS) == list(APART) == list(RULES)
    assert set(DEFAULT) < set(RULES)


@pytest.mark.parametrize(("question", "a", "b"), NEVER)
def test_what_shares_words_stays_apart(question: str | None, a: str, b: str) -> None:
    assert not same(question)(a, b)
    assert not same(question)(b, a)


def test_rules_act_together() -> None:
    are_one = same(MALAYSIA)
    forms = ["ringgit", "Malaysian ringgit", "ringgits (MYR)", "the Malaysian Ringgits", "RINGGIT"]
    assert all(are_one(a, b) for a in forms for b in forms)
    assert classes([*forms, "Malaysian dollar"], are_one) == [0, 0, 0, 0, 0, 1]
    assert joining_rule(MALAYSIA, "ringgits", "Malaysian ringgit") == "echo + inflection"
    assert joining_rule(MALAYSIA, "Ringgit", "ringgit") == "spelling"
    assert joining_rule(MALAYSIA, "ringgit", "dollar") is None


def test_the_predicate_is_not_transitive() -> None:
    are_one = same()
    strings = ["Athens", "Athens, Greece", "Athens, Georgia"]
    assert are_one("Athens", strings[1])
    assert are_one("Athens", strings[2])
    assert classes(strings, are_one) == [0, 0, 1]


def test_an_unknown_rule_is_told() -> None:
    with pytest.raises(
        UserError, match=r"^No rule joins answers by the name 'tale'; use spelling,"
    ):
        same(None, ("tale",))
    with pytest.raises(UserError, match="tale"):
        joining_rule(None, "a", "b", ("spelling", "tale"))


def test_no_rules_leave_spelling() -> None:
    assert same(None, ())("St. Louis", "saint louis")
    assert not same(None, ())("Paris", "Paris, France")
    assert joining_rule(None, "St. Louis", "saint louis", ()) == "spelling"


def test_an_empty_answer_is_one_with_empty_ones_alone() -> None:
    are_one = same(MALAYSIA, tuple(RULES))
    assert are_one("", " ")
    assert are_one("...", "")
    assert not are_one("", "Paris")
    assert not are_one(", France", "")


def test_long_answers_are_compared_by_spelling() -> None:
    long = "x" * MOST_CHARACTERS
    assert same()(long, f"{long}".upper())
    assert not same()(long, f"{long}, France")
    assert not same()("a, " * 50_000, "b, " * 50_000)


@pytest.mark.parametrize("name", RULES)
@given(question=QUESTION, a=ANSWER, b=ANSWER)
@settings(max_examples=40, deadline=None)
def test_a_rule_is_symmetric_and_reflexive(name: str, question: str | None, a: str, b: str) -> None:
    are_one = same(question, (name,))
    assert are_one(a, b) == are_one(b, a)
    assert are_one(a, a)


@given(question=QUESTION, a=ANSWER, b=ANSWER)
@settings(deadline=None)
def test_default_is_symmetric_and_wider_than_spelling(question: str | None, a: str, b: str) -> None:
    are_one = same(question)
    assert are_one(a, b) == are_one(b, a)
    assert are_one(a, f" the {a}") or not equivalent(a, f" the {a}")
    assert are_one(a, b) or not equivalent(a, b)
    assert (joining_rule(question, a, b) is None) == (not are_one(a, b))


def test_the_pairs_are_sound() -> None:
    labels = Counter(pair.label for pair in PAIRS)
    relations = {question.relation for question in load("atlas").questions}
    assert len(PAIRS) >= 440
    assert set(labels) == {"same", "different", "broader"}
    assert min(labels.values()) > 0.15 * len(PAIRS)
    assert {pair.relation for pair in PAIRS} == relations | {"other"}
    assert len({(pair.question, *sorted((pair.a, pair.b))) for pair in PAIRS}) == len(PAIRS)


def test_the_parts_are_drawn_by_hash() -> None:
    for pair in PAIRS:
        drawn = sha256("\t".join((pair.question, pair.a, pair.b)).encode()).digest()[0]
        assert pair.part == ("held" if drawn % 2 else "dev"), pair


def test_a_pair_of_one_spelling_is_the_same() -> None:
    assert [pair for pair in PAIRS if equivalent(pair.a, pair.b) and pair.label != "same"] == []


def test_the_default_is_precise_on_pairs_it_was_not_made_on() -> None:
    held = [pair for pair in PAIRS if pair.part == "held" and pair.joined(DEFAULT)]
    assert sum(pair.label == "same" for pair in held) > 0.95 * len(held)
    assert len(held) > 200


def test_counts_by_hand() -> None:
    pairs = [
        tool.Pair("r", MALAYSIA, "ringgit", "Malaysian ringgit", "same", "dev"),
        tool.Pair("r", MALAYSIA, "Ringgit", "ringgit", "same", "dev"),
        tool.Pair("r", MALAYSIA, "Malaysia dollar", "dollar", "broader", "dev"),
        tool.Pair("r", MALAYSIA, "yen", "Malaysian yen", "different", "dev"),
        tool.Pair("r", MALAYSIA, "ringgit", "MYR", "same", "dev"),
    ]
    assert tool.counts(pairs, ("echo",), True) == ["3", "33.3%", "1", "1", "33.3%"]
    assert tool.counts(pairs, ("echo",), False) == ["4", "50.0%", "1", "1", "66.7%"]
    assert tool.counts(pairs, ("dates",), True) == ["0", "–", "0", "0", "0.0%"]


def test_the_page_has_the_table_and_every_rule() -> None:
    page = tool.PAGE.read_text(encoding="utf-8")
    assert tool.with_table(page, tool.table(PAIRS)) == page, "run tools/equivalence/table.py"
    told = page.split("\n## The rules\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE) == list(RULES)


def test_the_examples_of_the_page_hold() -> None:
    """In the table of rules: joined pairs stand in the second column, others in the third."""
    page = tool.PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|(.*)\|(.*)\|$", page, re.MULTILINE)
    checked = 0
    for name, _, joins, apart in rows[: len(RULES)]:
        for cell, expected in ((joins, True), (apart, False)):
            for a, b, question in re.findall(r"`([^`]*)` ~ `([^`]*)`(?: \(“([^”]*)”\))?", cell):
                assert same(question or None, (name,))(a, b) == expected, (name, a, b)
                checked += 1
    assert checked > 40

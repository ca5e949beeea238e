"""Concept decoding against enumeration: pooled masses, certificates, and what has no end."""

from collections.abc import Callable

import pytest
from enumeration import answers, pooled, random_relation
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import QUESTION, model, random_table, seeds

from misspoke.concepts.reading import close_reader
from misspoke.decoding.concept import Concept
from misspoke.decoding.decode import decode
from misspoke.decoding.desk import LONGEST, Desk
from misspoke.decoding.sameness import ByRules, ByText
from misspoke.lm.table import END
from misspoke.observing.worked_example import worked_example
from misspoke.records.decoding import AnswerClass, Asked
from misspoke.search import AnswerLimits, Inquiry

EXACT = AnswerLimits(nodes=10_000, top=1000, residual=0.0, floor=0.0, max_tokens=LONGEST)
ASKED = Asked(QUESTION)


class Related:
    """Sameness by any relation."""

    asks = False

    def __init__(self, seed: int, share: float) -> None:
        self.same = random_relation(seed, share)

    def predicate(self, _: Desk) -> Callable[[str, str], bool]:
        return self.same

    def join(self, _: Desk, classes: tuple[AnswerClass, ...]) -> Inquiry[tuple[AnswerClass, ...]]:
        yield from ()
        return classes


@settings(max_examples=300, deadline=None)
@given(seeds, st.integers(0, 2**16), st.sampled_from([0.0, 0.1, 0.3, 0.6, 1.0]))
def test_a_certified_winner_is_the_heaviest_class_of_all(
    seed: int, relation: int, share: float
) -> None:
    table = random_table(seed)
    sameness = Related(relation, share)
    found = decode(model(table), ASKED, Concept(sameness=sameness, limits=EXACT))
    truth = pooled(answers(table, close_reader(QUESTION, None), LONGEST), sameness.same)
    if found.certified:
        mass, members = truth[0]
        assert {form for form, _ in found.classes[0].forms} <= members
        assert found.answer in members
        assert found.belief.lower - 1e-9 <= mass <= found.belief.upper + 1e-9
        assert len(truth) == 1 or mass > truth[1][0]


@settings(max_examples=150, deadline=None)
@given(seeds, st.integers(0, 2**16), st.sampled_from([0.0, 0.3, 1.0]))
def test_a_search_to_the_end_finds_every_class_with_its_mass(
    seed: int, relation: int, share: float
) -> None:
    table = random_table(seed)
    sameness = Related(relation, share)
    found = decode(model(table), ASKED, Concept(sameness=sameness, limits=EXACT, early=False))
    said = answers(table, close_reader(QUESTION, None), LONGEST)
    truth = {a: mass for mass, group in pooled(said, sameness.same) for a in group}
    mine = {form: one.prob for one in found.classes for form, _ in one.forms}
    probable = [answer for answer in said if said[answer].best > 1e-12]  # others are rounding
    assert {a: mine[a] for a in probable} == pytest.approx(
        {a: truth[a] for a in probable}, abs=1e-9
    )
    assert found.residual == pytest.approx(0, abs=1e-9)
    masses = [one.prob for one in found.classes]
    assert masses == sorted(masses, reverse=True)


@settings(max_examples=100, deadline=None)
@given(seeds, st.integers(1, 12))
def test_bounds_hold_at_any_budget(seed: int, nodes: int) -> None:
    table = random_table(seed)
    limits = AnswerLimits(nodes=nodes, top=4, residual=0.0, floor=1e-3, max_tokens=LONGEST)
    found = decode(model(table), ASKED, Concept(sameness=ByText(), limits=limits))
    truth = answers(table, close_reader(QUESTION, None), LONGEST)
    assert found.belief.lower - 1e-9 <= truth[found.answer].prob <= found.belief.upper + 1e-9
    assert sum(one.prob for one in found.classes) + found.residual == pytest.approx(1)


def test_an_early_stop_saves_nodes_and_gives_the_same_answer() -> None:
    table = {
        (): {" A": 0.7, " B": 0.2, " C": 0.1},
        **{(f" {x}",): {"x": 0.5, END: 0.5} for x in "ABC"},
    }
    early = decode(model(table), ASKED, Concept(sameness=Related(0, 1.0), limits=EXACT))
    late = decode(model(table), ASKED, Concept(sameness=Related(0, 1.0), limits=EXACT, early=False))
    assert early.certified
    assert early.answer == late.answer
    assert early.beyond_prompt < late.beyond_prompt


def test_saint_basil_is_answered_rightly_by_concept_and_wrongly_by_greedy() -> None:
    lm, question = worked_example()
    found = decode(lm, Asked(question.question))
    assert found.answer == "Saint Basil's Cathedral"
    assert found.changed_from_greedy
    assert found.certified
    assert {form for form, _ in found.classes[0].forms} >= {
        "Saint Basil's Cathedral", "St. Basil's Cathedral", "St Basil's Cathedral",
    }  # fmt: skip
    assert (
        decode(lm, Asked(question.question), Concept(sameness=ByText())).answer == "Moscow Kremlin"
    )


def test_where_nothing_ends_the_greedy_answer_is_given() -> None:
    table = {tuple([" go"] * n): {" go": 1.0} for n in range(60)}
    limits = AnswerLimits(nodes=3, top=4, residual=0.0, floor=0.0, max_tokens=LONGEST)
    found = decode(model(table), ASKED, Concept(limits=limits))
    assert found.answer == " ".join(["go"] * LONGEST)
    assert not found.certified
    assert found.belief.upper == pytest.approx(1.0)


def test_equal_classes_go_to_the_one_that_was_opened_first() -> None:
    found = decode(model({(): {" B": 0.5, " A": 0.5}}), ASKED)
    assert found.answer == "A"
    assert found.margin == 0
    assert not found.certified


def test_a_budget_of_one_node_still_answers() -> None:
    lm, question = worked_example()
    limits = AnswerLimits(nodes=1, top=24, residual=0.0, floor=1e-3, max_tokens=LONGEST)
    found = decode(lm, Asked(question.question), Concept(limits=limits))
    assert found.answer == "Moscow Kremlin"
    assert not found.certified


@pytest.mark.parametrize(
    ("spellings", "answer"),
    [
        ([" Москва", " МОСКВА", " Kiev"], "Москва"),
        ([" القاهرة", ' "القاهرة"', " Giza"], "القاهرة"),
        ([" 東京", "「東京」", " Osaka"], "東京"),
    ],
)
def test_other_scripts_are_pooled_like_latin(spellings: list[str], answer: str) -> None:
    probs = dict(zip(spellings, (0.35, 0.25, 0.4), strict=True))
    found = decode(model({(): probs}), ASKED, Concept(sameness=ByRules()))
    assert found.answer == answer
    assert found.belief.lower == pytest.approx(0.6)


def test_a_model_that_always_refuses_says_so() -> None:
    found = decode(model({(): {" I do not know": 0.9, " No idea": 0.1}}), ASKED)
    assert found.answer == "I do not know"
    assert found.certified


def test_a_full_search_keeps_what_is_not_settled() -> None:
    """What a scorer may bring to the front is there, also where the winner is certain."""
    table = {
        (): {" Rome": 0.6, " Oslo": 0.12, " Bern": 0.1, " Y": 0.18},
        (" Y",): {" a": 1.0},
        **{(" Y", *[" a"] * n): {" a": 1.0} for n in range(1, 40)},
    }
    limits = AnswerLimits(nodes=4, top=24, residual=0.0, floor=1e-3, max_tokens=LONGEST)
    late = decode(model(table), ASKED, Concept(limits=limits, early=False))
    assert {one.answer for one in late.classes} >= {"Rome", "Oslo", "Bern"}
    early = decode(model(table), ASKED, Concept(limits=limits))
    assert early.certified
    assert [one.answer for one in early.classes] == ["Rome"]
    assert early.residual == pytest.approx(0.4)


def test_a_heavy_path_that_was_not_read_is_not_beaten_by_a_light_end() -> None:
    table = {(): {" go": 0.9, END: 0.1}, **{tuple([" go"] * n): {" go": 1.0} for n in range(1, 60)}}
    limits = AnswerLimits(nodes=3, top=24, residual=0.0, floor=1e-3, max_tokens=LONGEST)
    found = decode(model(table), ASKED, Concept(limits=limits))
    assert found.answer == " ".join(["go"] * LONGEST)
    assert [one.answer for one in found.classes] == [found.answer, ""]
    assert sum(one.prob for one in found.classes) + found.residual == pytest.approx(1)


@settings(max_examples=100, deadline=None)
@given(seeds, st.integers(0, 2**16), st.integers(1, 8), st.booleans())
def test_belief_holds_the_class_of_the_answer(
    seed: int, relation: int, nodes: int, early: bool
) -> None:
    table = random_table(seed)
    sameness = Related(relation, 0.3)
    limits = AnswerLimits(nodes=nodes, top=6, residual=0.0, floor=1e-3, max_tokens=LONGEST)
    found = decode(model(table), ASKED, Concept(sameness=sameness, limits=limits, early=early))
    truth = pooled(answers(table, close_reader(QUESTION, None), LONGEST), sameness.same)
    mass = next(mass for mass, members in truth if found.answer in members)
    assert found.belief.lower - 1e-9 <= mass <= found.belief.upper + 1e-9


def test_winners_are_often_certified_before_the_search_ends() -> None:
    """Else the property of certified winners would hold of nothing."""
    early = [decode(model(random_table(s)), ASKED, Concept(limits=EXACT)) for s in range(40)]
    late = [
        decode(model(random_table(s)), ASKED, Concept(limits=EXACT, early=False)) for s in range(40)
    ]
    assert sum(one.certified for one in early) > 30
    sooner = sum(a.beyond_prompt < b.beyond_prompt for a, b in zip(early, late, strict=True))
    assert sooner > 20

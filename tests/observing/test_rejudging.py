"""Rows judged anew without the model: the truth is always between their bounds."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reference import in_closed, in_event
from tables import FORMS, QUESTION, model, random_table, seeds, texts

from misspoke.concepts.answer_step import answer_start
from misspoke.lm.table import END, TableModel
from misspoke.observing.diagnose import Observer
from misspoke.observing.observe import Limits
from misspoke.observing.rejudging import Rejudged, rejudge
from misspoke.observing.said import closing
from misspoke.records import Interval, Question
from misspoke.records.observation import Observation
from misspoke.search import AnswerLimits

EXACT = Limits(epsilon=0.0, mass_nodes=100_000, answers=AnswerLimits(nodes=1_000, floor=0.0))
COARSE = Limits(epsilon=0.2, mass_nodes=3, answers=AnswerLimits(nodes=2, top=2, floor=0.05))
SLACK = 1e-9

two_lists = st.tuples(
    st.lists(st.sampled_from(FORMS), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(FORMS), min_size=1, max_size=3, unique=True),
)
limits = st.sampled_from([EXACT, COARSE, Limits(), Limits(answer_tokens=2)])
Groups = list[list[str]]


def look(lm: TableModel, groups: Groups, how: Limits) -> Observation:
    [found] = Observer.of(lm, limits=how).observe([Question(QUESTION, groups)])
    return found.row


def again(row: Observation, groups: Groups, how: Limits) -> Rejudged:
    return rejudge(row, groups, closing([row]), how.answer_tokens, how.epsilon)


def holds(interval: Interval, truth: Interval) -> bool:
    """Whether an interval may hold what lies between the bounds of another."""
    return interval.lower <= truth.upper + SLACK and truth.lower <= interval.upper + SLACK


@settings(max_examples=150, deadline=None)
@given(seeds, two_lists, st.booleans(), limits, st.sampled_from([None, 3]))
def test_the_truth_is_between_the_bounds(
    seed: int, lists: tuple[list[str], list[str]], several: bool, how: Limits, reveals: int | None
) -> None:
    """Random models; answers taken from the right ones, and then accepted as names of them."""
    known, hidden = lists
    table = random_table(seed, depth=3)
    said = list(texts(table))
    assume(not any(answer_start(text, QUESTION, None) for text, _ in said))
    before = [known[:1], known[1:]] if several and known[1:] else [known]
    after = [[*before[0], *hidden], *before[1:]]
    row = look(model(table, reveals=reveals), before, how)
    found = again(row, after, how)
    new = found.row
    truth = sum(prob for text, prob in said if in_event(text, new.forms))
    closed = sum(prob for text, prob in said if in_closed(text, new.forms))
    assert new.p_mass.lower - SLACK <= truth <= new.p_mass.upper + SLACK
    assert new.p_mass_closed.lower - SLACK <= closed <= new.p_mass_closed.upper + SLACK
    same_length = Limits(epsilon=0, mass_nodes=100_000, answer_tokens=how.answer_tokens)
    fresh = look(model(table), after, same_length)
    assert (new.gold, new.forms) == (fresh.gold, fresh.forms)
    assert fresh.p_mass.lower == pytest.approx(truth, abs=1e-9)
    if found.settled:
        assert_agree(new, fresh)
    assert_bounds(new, fresh, found.settled)
    if how.epsilon == 0:
        assert_first(new, fresh, found.settled)


def assert_agree(new: Observation, fresh: Observation) -> None:
    """What a row says for certain is what the model says."""
    assert (new.correct, new.abstained) == (fresh.correct, fresh.abstained)
    for name in ("outcome", "cause", "cause_by_rules"):
        mine, theirs = getattr(new, name), getattr(fresh, name)
        both_failed = new.outcome == fresh.outcome == "commitment_failure"
        if not name.startswith("cause") or both_failed:
            assert mine == theirs or "undetermined" in (mine, theirs), name
    assert new.alias_gap == fresh.alias_gap
    assert new.content_winner_is_gold == fresh.content_winner_is_gold
    assert new.lost_midway == fresh.lost_midway
    if new.lost_midway:
        assert new.lost_step == fresh.lost_step


def assert_bounds(new: Observation, fresh: Observation, settled: bool) -> None:
    """Every interval holds what the model gives."""
    assert holds(new.gold_mass, fresh.gold_mass)
    assert holds(new.gold_mass_by_rules, fresh.gold_mass_by_rules)
    for mine, theirs in zip(new.form_masses, fresh.form_masses, strict=True):
        assert mine.form == theirs.form
        assert holds(Interval(mine.lower, mine.upper), Interval(theirs.lower, theirs.upper))
    if settled:
        assert holds(new.emitted_mass, fresh.emitted_mass)
        assert holds(new.emitted_form_mass, fresh.emitted_form_mass)


def assert_first(new: Observation, fresh: Observation, settled: bool) -> None:
    """The first-token masses, of rows whose opener paths were all read for them."""
    first = Interval(new.p_mass_first, new.p_mass_first_upper)
    assert holds(first, Interval(fresh.p_mass_first, fresh.p_mass_first_upper))
    if settled:
        for name in ("outcome_first", "outcome_first_literal"):
            assert getattr(new, name) in (getattr(fresh, name), "undetermined"), name


PRESS = {
    (): {" Luther": 0.5, " Gu": 0.3, " Calvin": 0.2},
    (" Gu",): {"tenberg": 1.0},
}
SEEN = Limits(answers=AnswerLimits(nodes=0))
"""The answer search reads along the greedy answer alone."""


def test_what_was_not_explored_may_be_of_the_new_name() -> None:
    row = look(model(PRESS), [["Johannes Gutenberg"]], SEEN)
    assert row.residual == pytest.approx(0.5)
    new = again(row, [["Johannes Gutenberg", "Gutenberg"]], SEEN).row
    assert (new.p_mass.lower, new.p_mass.upper) == (0, pytest.approx(0.3))
    assert (new.outcome, new.budget_spent) == ("undetermined", True)


def test_first_tokens_bound_what_the_search_left_open() -> None:
    row = look(model(PRESS), [["Johannes Gutenberg"]], SEEN)
    new = again(row, [["Johannes Gutenberg", "Zwingli"]], SEEN).row
    assert new.p_mass.upper == pytest.approx(0.0, abs=1e-9)  # no token begins it
    assert new.p_mass_first_upper == pytest.approx(0.0, abs=1e-9)
    gutenberg = again(row, [["Johannes Gutenberg", "Gutenberg"]], SEEN).row
    assert gutenberg.p_mass_first_upper == pytest.approx(0.3)
    assert gutenberg.outcome_first == "undetermined"


def test_the_emitted_class_moves_with_its_measured_bounds() -> None:
    row = look(model(PRESS), [["Johannes Gutenberg"]], SEEN)
    new = again(row, [["Johannes Gutenberg", "Luther"]], SEEN).row
    assert new.p_mass.lower == pytest.approx(0.5)
    assert new.p_mass.upper == pytest.approx(0.5)
    assert (new.correct, new.outcome, new.cause) == (True, "correct", None)
    assert new.emitted_mass == new.p_mass


def test_a_candidate_is_no_lower_bound() -> None:
    """It pools texts that the event leaves out: "Calvin.5" reads as "Calvin"."""
    table = {**PRESS, (" Calvin",): {".": 1.0}, (" Calvin", "."): {"5": 1.0}}
    row = look(model(table), [["Johannes Gutenberg"]], Limits())
    assert {"Calvin": 0.2}.items() <= {
        one.answer: pytest.approx(one.prob) for one in row.candidates
    }.items()
    after = [["Johannes Gutenberg", "Calvin"]]
    new = again(row, after, Limits()).row
    assert (new.p_mass.lower, new.p_mass.upper) == (0, pytest.approx(0.2))
    assert look(model(table), after, Limits()).p_mass.upper == 0


def test_a_shorter_name_may_take_what_a_longer_one_had() -> None:
    table = {(): {" Luther": 0.6, " Gu tenberg": 0.4}}
    row = look(model(table), [["Gu tenberg"], ["Calvin"]], Limits())
    assert row.form_masses[0].lower == pytest.approx(0.4)
    new = again(row, [["Gu tenberg"], ["Calvin", "Gu"]], Limits()).row
    fresh = look(model(table), [["Gu tenberg"], ["Calvin", "Gu"]], Limits())
    assert new.form_masses[0].lower == 0 == fresh.form_masses[0].lower
    assert new.gold_mass.lower == 0
    assert new.p_mass.lower == pytest.approx(0.4)


def test_what_cannot_be_known_is_null() -> None:
    row = look(model(PRESS), [["Calvin"]], Limits())
    assert row.top_form_prob == pytest.approx(0.2)
    new = again(row, [["Calvin", "Gutenberg"]], Limits()).row
    for name in ("top_form", "top_form_prob", "top_form_share", "effective_forms"):
        assert getattr(new, name) is None
    assert new.top_form_by_rules_prob is None


def test_a_candidate_of_an_old_form_may_hide_texts_of_a_new_one() -> None:
    row = look(model({(): {" Paris": 1.0}, (" Paris",): {".5": 1.0}}), [["Paris"]], Limits())
    assert (row.answer, row.correct, row.p_mass.upper) == ("Paris", False, 0)
    assert again(row, [["Paris", "Paris.5"]], Limits()).row.p_mass.upper == 1


def test_a_longer_name_may_close_what_was_open() -> None:
    table = {(): {" Paris": 1.0}, (" Paris",): {", France": 0.7, " Hilton": 0.3}}
    row = look(model(table), [["Paris"]], Limits())
    assert (row.p_mass.lower, row.p_mass_closed.upper) == (pytest.approx(1), 0)
    after = [["Paris", "Paris, France"]]
    new, fresh = again(row, after, Limits()).row, look(model(table), after, Limits())
    assert fresh.p_mass_closed.lower == pytest.approx(0.7)
    assert new.p_mass_closed.upper >= 0.7 - SLACK


def test_a_new_name_may_take_a_part_of_the_emitted_class() -> None:
    table = {(): {" Luther": 0.6, " Calvin": 0.4}, (" Luther",): {END: 0.6, " King": 0.4}}
    row = look(model(table), [["Calvin"]], Limits())
    assert row.emitted_mass.lower == pytest.approx(0.6)
    after = [["Calvin", "Luther King"]]
    new, fresh = again(row, after, Limits()).row, look(model(table), after, Limits())
    assert not new.correct
    assert fresh.emitted_mass.upper == pytest.approx(0.36)
    assert new.emitted_mass.lower <= 0.36 + SLACK

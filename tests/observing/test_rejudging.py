"""Rows judged anew without the model: the truth is always between their bounds."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reference import in_closed, in_event
from tables import FORMS, QUESTION, model, random_table, seeds, texts

from misspoke.concepts.answer_step import answer_start
from misspoke.lm.table import END, Table, TableModel
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

"""String mass: against enumeration of everything that a table model can say."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import in_closed, in_event
from tables import QUESTION, form_lists, model, random_table, seeds, texts

from misspoke.concepts import Event, Scanner, Vocabulary
from misspoke.lm import Context, run_jobs
from misspoke.lm.table import TableModel
from misspoke.search import StringMass, TokenTree, explore, on, string_mass

TIGHT = 1e-9


def measure(
    lm: TableModel,
    gold: list[str],
    rival: list[str] | tuple[str, ...] = (),
    epsilon: float = 0.0,
    budget: int = 10_000,
) -> StringMass:
    context = Context((), lm.tokenizer.encode(QUESTION))
    tree = TokenTree(context, lm.tokenizer.token_bytes)
    scanner = Scanner(Vocabulary(lm.tokenizer.token_bytes))
    search = string_mass(tree, (), Event(gold, rival), scanner, epsilon=epsilon, budget=budget)
    [found] = run_jobs(lm, iter([explore(on(tree, search))]), 1)
    return found


@settings(max_examples=150, deadline=None)
@given(seeds, form_lists)
def test_the_mass_is_the_sum_over_all_that_can_be_said(seed: int, forms: list[str]) -> None:
    table = random_table(seed)
    found = measure(model(table), forms)
    truth = sum(prob for text, prob in texts(table) if in_event(text, forms))
    closed = sum(prob for text, prob in texts(table) if in_closed(text, forms))
    for interval, value in ((found.gold, truth), (found.closed_interval(-1), closed)):
        assert interval.width == pytest.approx(0, abs=TIGHT)
        assert interval.lower == pytest.approx(value, abs=TIGHT)


@settings(max_examples=100, deadline=None)
@given(seeds, form_lists, form_lists)
def test_the_emitted_class_is_what_gold_leaves(
    seed: int, gold: list[str], rival: list[str]
) -> None:
    table = random_table(seed)
    found = measure(model(table), gold, rival)
    truth = sum(
        prob for text, prob in texts(table) if in_event(text, rival) and not in_event(text, gold)
    )
    right = sum(prob for text, prob in texts(table) if in_event(text, gold))
    assert found.emitted.lower == pytest.approx(truth, abs=TIGHT)
    assert found.emitted.upper == pytest.approx(truth, abs=TIGHT)
    assert found.gold.lower == pytest.approx(right, abs=TIGHT)


@settings(max_examples=150, deadline=None)
@given(
    seeds,
    form_lists,
    form_lists,
    st.sampled_from([0.3, 0.1, 0.02]),
    st.integers(1, 12),
    st.sampled_from([None, 2, 4]),
)
def test_bounds_hold_the_truth_however_early_the_search_stops(
    seed: int, gold: list[str], rival: list[str], epsilon: float, budget: int, reveals: int | None
) -> None:
    table = random_table(seed)
    found = measure(model(table, reveals=reveals), gold, rival, epsilon, budget)
    said = list(texts(table))
    truths = {
        found.gold: sum(p for t, p in said if in_event(t, gold)),
        found.closed_interval(found.event.gold_mask): sum(p for t, p in said if in_closed(t, gold)),
        found.emitted: sum(p for t, p in said if in_event(t, rival) and not in_event(t, gold)),
    }
    for interval, truth in truths.items():
        assert interval.lower - TIGHT <= truth <= interval.upper + TIGHT
    assert found.nodes <= budget
    if not found.spent and reveals is None:
        assert found.gold.width <= epsilon + TIGHT


@settings(max_examples=100, deadline=None)
@given(seeds, form_lists)
def test_form_masses_partition_the_union(seed: int, forms: list[str]) -> None:
    found = measure(model(random_table(seed)), forms)
    parts = [found.interval(1 << i) for i in range(len(found.event.forms))]
    assert sum(part.lower for part in parts) == pytest.approx(found.gold.lower, abs=TIGHT)


@settings(max_examples=100, deadline=None)
@given(seeds, form_lists, st.sampled_from(["Paris", "St", "1", "A", "Guinea"]))
def test_a_further_form_never_lowers_the_mass(seed: int, forms: list[str], further: str) -> None:
    lm = model(random_table(seed))
    less, more = measure(lm, forms).gold, measure(lm, [*forms, further]).gold
    assert more.lower >= less.lower - TIGHT


def test_a_budget_that_is_spent_is_said() -> None:
    lm = model({(): {" P": 0.5, " X": 0.5}, (" P",): {"aris": 1.0}})
    assert measure(lm, ["Paris"], budget=1).spent
    assert not measure(lm, ["Paris"], budget=9).spent


def test_nothing_is_read_twice() -> None:
    lm = model(random_table(7))
    found = measure(lm, ["Paris", "St"])
    assert found.nodes == len(found.booked)
    assert replace(found).below(()) == pytest.approx(found.gold.lower)

"""Compliance mass: against enumeration of everything that a table model can say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import QUESTION, model, random_table, seeds, texts

from misspoke.concepts import Vocabulary
from misspoke.concepts.instructions import automaton_of, complies
from misspoke.lm import Context, run_jobs
from misspoke.lm.table import TableModel
from misspoke.records import Interval
from misspoke.records.instruction import Instruction
from misspoke.search import TokenTree, compliance_mass, explore, on

PHRASES = ("Paris", "Par", "P", "St.", "1.5", '"', ",", "The Paris", "東京", "é")


def begin(phrase: str) -> Instruction:
    return Instruction("begin", "start", "", "", "begins", (phrase,))


def measure(
    lm: TableModel, instruction: Instruction, epsilon: float = 0.0, budget: int = 10_000
) -> tuple[Interval, int]:
    tree = TokenTree(Context((), lm.tokenizer.encode(QUESTION)), lm.tokenizer.token_bytes)
    vocabulary = Vocabulary(lm.tokenizer.token_bytes)
    search = compliance_mass(
        tree, (), automaton_of(instruction), vocabulary, epsilon=epsilon, budget=budget
    )
    [found] = run_jobs(lm, iter([explore(on(tree, search))]), 1)
    return found, len(tree)


@settings(max_examples=100, deadline=None)
@given(seeds, st.sampled_from(PHRASES))
def test_the_mass_is_the_sum_over_all_that_can_be_said(seed: int, phrase: str) -> None:
    table = random_table(seed)
    found, _ = measure(model(table), begin(phrase))
    truth = sum(prob for text, prob in texts(table) if complies(begin(phrase), text))
    assert found.lower == pytest.approx(truth, abs=1e-9)
    assert found.upper == pytest.approx(truth, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from(PHRASES), st.integers(1, 4), st.sampled_from([None, 2]))
def test_little_of_it_holds_the_truth(
    seed: int, phrase: str, budget: int, reveals: int | None
) -> None:
    table = random_table(seed)
    found, read = measure(model(table, reveals=reveals), begin(phrase), budget=budget)
    truth = sum(prob for text, prob in texts(table) if complies(begin(phrase), text))
    assert read <= budget
    assert found.lower - 1e-9 <= truth <= found.upper + 1e-9


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from(PHRASES))
def test_it_is_as_narrow_as_was_asked(seed: int, phrase: str) -> None:
    found, _ = measure(model(random_table(seed)), begin(phrase), epsilon=0.1)
    assert found.width <= 0.1 + 1e-9


def test_a_first_token_that_only_begins_it_is_not_credited() -> None:
    lm = model({(): {"St": 0.7, "A": 0.3}, ("St",): {".": 0.2, ",": 0.8}})
    found, read = measure(lm, begin("St."))
    assert found.lower == found.upper == pytest.approx(0.14)
    assert read == 2

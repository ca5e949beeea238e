"""Answer search and greedy: against enumeration."""

from collections import defaultdict
from collections.abc import Mapping

import pytest
from decoding.enumeration import answers
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import QUESTION, model, random_table, seeds, texts

from misspoke.concepts.reading import close_reader, read_whole
from misspoke.concepts.text import answer_end
from misspoke.lm import Context, Want, run_jobs
from misspoke.lm.table import TableModel
from misspoke.search import (
    AnswerLimits,
    Answers,
    Found,
    TokenTree,
    answer_search,
    explore,
    greedy,
    on,
)
from misspoke.search.answers import Enough, Read, by_path

EXACT = AnswerLimits(nodes=10_000, top=1000, residual=0.0, floor=0.0, max_tokens=50)


def never(_found: Mapping[str, Found], _frontier: float) -> bool:
    return False


def search(
    lm: TableModel, limits: AnswerLimits, read: Read = read_whole, enough: Enough = never
) -> Answers:
    context = Context((), lm.tokenizer.encode(QUESTION))
    tree = TokenTree(context, lm.tokenizer.token_bytes)
    job = answer_search(tree, (), (), read, limits, enough)
    [found] = run_jobs(lm, iter([explore(on(tree, job))]), 1)
    return found


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_every_answer_has_the_probability_of_all_its_texts(seed: int) -> None:
    table = random_table(seed, depth=3)
    found = search(model(table), EXACT)
    truth: dict[str, float] = defaultdict(float)
    for text, prob in texts(table):
        truth[text[: answer_end(text)].strip()] += prob
    assert dict(found.found) == pytest.approx(truth, abs=1e-9)
    assert found.residual == pytest.approx(0, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_a_short_search_gives_lower_bounds_and_the_rest(seed: int) -> None:
    table = random_table(seed)
    short = search(model(table), AnswerLimits(nodes=3, top=3, residual=0.1))
    whole = dict(search(model(table), EXACT).found)
    assert sum(prob for _, prob in short.found) + short.residual == pytest.approx(1)
    for answer, prob in short.found:
        assert prob <= whole[answer] + 1e-9


@settings(max_examples=200, deadline=None)
@given(
    seeds,
    st.integers(1, 30),
    st.integers(1, 5),
    st.sampled_from([0.0, 0.01, 0.1, 0.3]),
    st.booleans(),
)
def test_every_answer_above_the_frontier_is_found(
    seed: int, nodes: int, top: int, floor: float, close: bool
) -> None:
    table = random_table(seed)
    read = close_reader(QUESTION, None) if close else read_whole
    limits = AnswerLimits(nodes=nodes, top=top, residual=0.0, floor=floor, max_tokens=50)
    found = search(model(table), limits, read)
    truth = answers(table, read, 50)
    for answer, said in truth.items():
        if said.best > found.frontier + 1e-12:
            assert found.paths[answer].best == pytest.approx(said.best)
    for answer, leaf in found.paths.items():
        assert leaf.best <= truth[answer].best + 1e-12


def test_the_frontier_is_the_most_probable_text_that_was_not_read_to_its_end() -> None:
    table = {
        (): {" A": 0.5, " B": 0.3, " C": 0.2},
        **{(f" {name}",): {"x": 1.0} for name in "ABC"},
        (" B", "x"): {"y": 1.0},
    }
    limits = AnswerLimits(nodes=3, top=9, residual=0.0, floor=0.0, max_tokens=50)
    found = search(model(table), limits)
    assert (dict(found.found), found.frontier) == ({"Ax": 0.5}, pytest.approx(0.3))
    assert search(model(table), EXACT).frontier == 0.0


@pytest.mark.parametrize(
    ("changes", "frontier"),
    [({"top": 1}, 0.3), ({"floor": 0.25}, 0.2), ({"floor": 0.4}, 0.3)],
    ids=["children not looked at", "under the floor", "the best under the floor"],
)
def test_what_is_given_up_stays_in_the_frontier(changes: dict[str, float], frontier: float) -> None:
    table = {(): {" A": 0.5, " B": 0.3, " C": 0.2}, **{(f" {n}",): {"x": 1.0} for n in "ABC"}}
    values = {"nodes": 100, "top": 9, "residual": 0.0, "floor": 0.0, "max_tokens": 50}
    found = search(model(table), AnswerLimits(**{**values, **changes}))  # type: ignore[arg-type]
    assert found.frontier >= frontier - 1e-12
    assert "Ax" in found.paths
    assert "Cx" not in found.paths


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_paths_are_in_the_order_of_the_most_probable_and_write_their_answers(seed: int) -> None:
    table = random_table(seed)
    lm = model(table)
    found = search(lm, EXACT)
    order = sorted(found.paths, key=lambda answer: (-found.paths[answer].best, answer))
    assert list(found.paths) == order
    assert {answer: leaf.prob for answer, leaf in found.paths.items()} == dict(found.found)
    for answer, leaf in found.paths.items():
        text = b"".join(lm.tokenizer.token_bytes[token] or b"" for token in leaf.path).decode()
        assert read_whole(text, True) == answer
        prob, path = 1.0, ()
        for token in leaf.path:
            name = lm.tokenizer.texts[token]
            prob *= table.get(path, {"<end>": 1.0})[name]
            path = (*path, name)
        assert leaf.best == pytest.approx(prob)


def test_equal_paths_are_ordered_by_their_answers() -> None:
    leaves = {"b": Found(0.3, 0.2), "c": Found(0.1, 0.1), "a": Found(0.2, 0.2)}
    assert list(by_path(leaves)) == ["a", "b", "c"]


def test_an_answer_keeps_its_most_probable_path() -> None:
    leaf = Found()
    leaf.add(0.2, (1,))
    leaf.add(0.3, (2,))
    leaf.add(0.1, (3,))
    assert (leaf.prob, leaf.best, leaf.path) == (pytest.approx(0.6), 0.3, (2,))


def test_the_search_stops_when_it_is_enough() -> None:
    table = {(): {" A": 0.7, " B": 0.2, " C": 0.1}, **{(f" {n}",): {"x": 1.0} for n in "ABC"}}
    lm = model({**table, **{(f" {n}", "x"): {"y": 1.0} for n in "ABC"}})
    told: list[tuple[set[str], float]] = []

    def enough(found: Mapping[str, Found], frontier: float) -> bool:
        told.append((set(found), frontier))
        return bool(found)

    stopped = search(lm, EXACT, enough=enough)
    assert told[-1] == ({"Axy"}, pytest.approx(0.2))
    assert not any(found for found, _ in told[:-1])
    assert dict(stopped.found) == pytest.approx({"Axy": 0.7})
    assert stopped.residual == pytest.approx(0.3)
    assert stopped.frontier == pytest.approx(0.2)
    assert len(search(lm, EXACT).found) == 3


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_greedy_takes_the_most_probable_token_each_time(seed: int) -> None:
    table = random_table(seed)
    lm = model(table)
    context = Context((), lm.tokenizer.encode(QUESTION))
    tree = TokenTree(context, lm.tokenizer.token_bytes)

    job = greedy(tree, lambda _: Want(), lambda _: False, 20)
    [found] = run_jobs(lm, iter([explore(on(tree, job))]), 1)
    path: tuple[str, ...] = ()
    for token in found.tokens:
        row = table.get(path, {"<end>": 1.0})
        text = lm.tokenizer.texts[token]
        assert row[text] == max(row.values())
        path = (*path, text)
    assert path[-1] == "<end>"

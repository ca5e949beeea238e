"""Answer search and greedy: against enumeration."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from tables import QUESTION, model, random_table, seeds, texts

from misspoke.concepts.reading import read_whole
from misspoke.concepts.text import answer_end
from misspoke.lm import Context, Path, Want, run_jobs
from misspoke.lm.table import TableModel
from misspoke.search import AnswerLimits, Answers, TokenTree, answer_search, explore, greedy, on

EXACT = AnswerLimits(nodes=10_000, top=1000, residual=0.0, floor=0.0, max_tokens=50)


def search(lm: TableModel, limits: AnswerLimits) -> Answers:
    context = Context((), lm.tokenizer.encode(QUESTION))
    tree = TokenTree(context, lm.tokenizer.token_bytes)
    job = answer_search(tree, (), (), read_whole, limits)
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


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_greedy_takes_the_most_probable_token_each_time(seed: int) -> None:
    table = random_table(seed)
    lm = model(table)
    context = Context((), lm.tokenizer.encode(QUESTION))
    tree = TokenTree(context, lm.tokenizer.token_bytes)

    def never(path: Path) -> bool:  # noqa: ARG001
        return False

    job = greedy(tree, lambda _: Want(), never, 20)
    [found] = run_jobs(lm, iter([explore(on(tree, job))]), 1)
    path: tuple[str, ...] = ()
    for token in found.tokens:
        row = table.get(path, {"<end>": 1.0})
        text = lm.tokenizer.texts[token]
        assert row[text] == max(row.values())
        path = (*path, text)
    assert path[-1] == "<end>"

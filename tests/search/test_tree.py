"""The token tree: what trees share, what each counts, and what searches in step ask for."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import QUESTION, model, random_table, seeds

from misspoke.lm import Context, NextTokens, Path, Request, Want, run_jobs
from misspoke.lm.table import END, TableModel
from misspoke.records.token_set import TokenSet
from misspoke.search import Inquiry, Search, TokenTree, explore, on, together

TABLE = {
    (): {" A": 0.6, " B": 0.4},
    (" A",): {"x": 0.5, "y": 0.5},
    (" A", "x"): {"y": 0.9, END: 0.1},
}
Asks = Sequence[dict[Path, Want]]


class Recording(TableModel):
    """A table model that keeps what it was asked, call by call."""

    def __init__(self) -> None:
        super().__init__({QUESTION: TABLE, "Other?": TABLE})
        self.asked: list[list[Request]] = []

    def next_tokens(self, requests: Sequence[Request]) -> Sequence[NextTokens]:
        self.asked.append(list(requests))
        return super().next_tokens(requests)

    def paths(self) -> list[list[Path]]:
        return [[request.path for request in requests] for requests in self.asked]


@pytest.fixture
def lm() -> Recording:
    return Recording()


@pytest.fixture
def a(lm: Recording) -> Path:
    return (lm.tokenizer.token(" A"),)


def tree_of(lm: TableModel, question: str = QUESTION) -> TokenTree:
    return TokenTree(Context((), lm.tokenizer.encode(question)), lm.tokenizer.token_bytes)


def asking(asks: Asks, result: str = "") -> Search[str]:
    """A search that asks for one thing after the other."""
    yield from asks
    return result


def run(lm: TableModel, inquiry: Inquiry[object]) -> object:
    [found] = run_jobs(lm, iter([explore(inquiry)]), 1)
    return found


def for_paths(*paths: Path, **wanted: object) -> Asks:
    want = Want(**(wanted or {"top": 2}))  # type: ignore[arg-type]
    return [dict.fromkeys([path], want) for path in paths]


def test_the_result_of_an_inquiry_is_that_of_its_job(lm: Recording) -> None:
    assert run(lm, on(tree_of(lm), asking(for_paths(()), "found"))) == "found"


def test_an_inquiry_that_asks_for_nothing_needs_no_model(lm: Recording) -> None:
    assert run(lm, on(tree_of(lm), asking([{}, {}], "found"))) == "found"
    assert lm.asked == []


def test_trees_that_share_forward_once_and_count_each_for_itself(lm: Recording, a: Path) -> None:
    tree = tree_of(lm)
    other = tree.share()
    run(lm, on(tree, asking(for_paths((), a))))
    spent = tree.forwarded
    assert other.own_tokens == 0
    run(lm, on(other, asking(for_paths((), a))))
    assert lm.paths() == [[()], [a]]
    assert (other.forwarded, other.own_tokens) == (spent, tree.own_tokens)
    assert tree.own_tokens == len(tree.context.suffix) + 1
    assert other[a] == tree[a]


def test_trees_that_share_do_not_see_each_others_paths(lm: Recording, a: Path) -> None:
    tree = tree_of(lm)
    other = tree.share()
    run(lm, on(tree, asking(for_paths((), a, top=2))))
    run(lm, on(other, asking(for_paths(a))))
    assert list(other.paths()) == [a]
    assert () not in other
    assert other.get(()) is None
    assert other.logprob(a) is None
    assert tree.logprob(a) == pytest.approx(-0.510826, abs=1e-6)
    assert (len(tree), len(other)) == (2, 1)


@given(st.lists(st.lists(st.integers(0, 3), max_size=5).map(tuple), max_size=12))
def test_own_tokens_are_the_prompt_and_the_distinct_prefixes(paths: list[Path]) -> None:
    tree = TokenTree(Context((7, 8, 9), (1, 2)), [b"x"] * 4)
    for path in paths:
        tree.visit(path)
    prefixes: set[Path] = set()
    for path in paths:
        while path:
            prefixes.add(path)
            path = path[:-1]
    assert tree.own_tokens == (2 + len(prefixes) if paths else 0)


@given(seeds, st.lists(st.integers(0, 2), min_size=1, max_size=12))
def test_a_tree_alone_counts_what_the_model_forwards(seed: int, choices: list[int]) -> None:
    lm = model(random_table(seed))
    tree = tree_of(lm)

    def wander() -> Search[None]:
        path: Path = ()
        for choice in choices:
            yield {path: Want(top=3)}
            token = tree[path].top[min(choice, len(tree[path].top) - 1)][0]
            path = (*path, token) if tree.token_bytes[token] else ()

    run(lm, on(tree, wander()))
    assert tree.own_tokens == tree.forwarded


def test_what_two_trees_that_share_need_in_one_round_is_asked_once(lm: Recording) -> None:
    tree = tree_of(lm)
    other = tree.share()
    mine, theirs = for_paths((), top=2), for_paths((), entropy=True)
    run(lm, together(on(tree, asking(mine)), on(other, asking(theirs))))
    [[request]] = lm.asked
    assert request.want == Want(top=2, entropy=True)
    assert () in tree
    assert () in other
    assert other[()].entropy == pytest.approx(0.673012, abs=1e-6)


def test_the_same_place_in_trees_that_do_not_share_is_asked_for_each(lm: Recording) -> None:
    trees = tree_of(lm), tree_of(lm, "Other?")
    run(lm, together(*(on(tree, asking(for_paths(()))) for tree in trees)))
    [requests] = lm.asked
    assert [request.context for request in requests] == [tree.context for tree in trees]


def test_inquiries_over_two_trees_ask_for_a_place_once_and_merge_what_they_want(
    lm: Recording,
) -> None:
    one, two = tree_of(lm), tree_of(lm, "Other?")

    def wide(want: Want) -> Inquiry[None]:
        yield {(one, ()): want, (two, ()): want}

    run(lm, together(wide(Want(top=2)), wide(Want(top=1, tokens=frozenset({3})))))
    [requests] = lm.asked
    assert [request.context for request in requests] == [one.context, two.context]
    assert {request.want for request in requests} == {Want(top=2, tokens=frozenset({3}))}


def test_searches_in_step_have_each_their_result_and_may_end_apart(lm: Recording, a: Path) -> None:
    tree = tree_of(lm)
    short, long = asking(for_paths(()), "short"), asking(for_paths((), a), "long")
    assert run(lm, on(tree, together(short, long, asking([], "none")))) == (
        "short", "long", "none",
    )  # fmt: skip
    assert lm.paths() == [[()], [a]]


WANTS: dict[str, tuple[Want, Want, Want]] = {
    "fewer of the top": (Want(top=2), Want(top=1), Want()),
    "more of the top": (Want(top=1), Want(top=2), Want(top=2)),
    "other tokens": (
        Want(tokens=frozenset({1})),
        Want(tokens=frozenset({1, 2})),
        Want(tokens=frozenset({2})),
    ),
    "other draws": (
        Want(draws=frozenset({(1.0, 0.1)})),
        Want(draws=frozenset({(1.0, 0.1), (0.5, 0.9)})),
        Want(draws=frozenset({(0.5, 0.9)})),
    ),
    "entropy": (Want(top=2, entropy=True), Want(entropy=True), Want()),
}


@pytest.mark.parametrize("case", WANTS)
def test_only_what_is_not_known_is_asked(lm: Recording, case: str) -> None:
    first, second, rest = WANTS[case]
    run(lm, on(tree_of(lm), asking([{(): first}, {(): second}])))
    wants = [request.want for requests in lm.asked for request in requests]
    assert wants == ([first] if rest == Want() else [first, rest])


def test_what_is_learnt_later_is_added_to_what_was_known(lm: Recording, a: Path) -> None:
    tree = tree_of(lm)
    known = TokenSet([a[0]], len(lm.tokenizer.token_bytes))
    low, high = (1.0, 0.0), (0.7, 0.99)
    asks = [
        Want(top=2, draws=frozenset({low}), tokens=frozenset(a)),
        Want(entropy=True, draws=frozenset({high}), sets=frozenset({known})),
        Want(top=1, temperatures=(0.5,), tempered=frozenset(a)),
    ]
    run(lm, on(tree, asking([{(): want} for want in asks])))
    apart = [_alone(lm, want) for want in asks]
    found = tree[()]
    assert found.drawn == {**apart[0].drawn, **apart[1].drawn}
    assert set(found.drawn) == {low, high}
    assert found.top == apart[0].top
    assert found.entropy == apart[1].entropy
    assert found.set_probs == apart[1].set_probs
    assert found.tempered == apart[2].tempered
    assert found.logprobs == apart[0].logprobs
    assert tree.forwarded == len(tree.context.suffix)


def _alone(lm: TableModel, want: Want) -> NextTokens:
    tree = tree_of(lm)
    run(lm, on(tree, asking([{(): want}])))
    return tree[()]


def test_the_paths_stand_behind_their_parents(lm: Recording, a: Path) -> None:
    tree = tree_of(lm)
    x: Callable[[str], int] = lm.tokenizer.token
    deep = (*a, x("x"))
    run(lm, on(tree, asking(for_paths(deep, a, ()))))
    assert list(tree.paths()) == [(), a, deep]
    assert tree.data(deep) == b" Ax"
    assert tree.data(deep, 1) == b"x"

"""The token tree of a page: against brute force over the table model, and small ones by hand."""

from collections.abc import Sequence
from math import exp, log
from typing import Any

import pytest
from hypothesis import given, settings
from reports.report_rows import row
from tables import form_lists, random_table, seeds

import misspoke
from misspoke.concepts import Event
from misspoke.lm.table import TableModel
from misspoke.observing.worked_example import worked_example
from misspoke.records.observation import Observation, TokenProb, TreeNode
from misspoke.reports.page.token_tree import APART, LEAST, OPENER, WHOLE, WITHIN, token_tree


def paths(tree: dict[str, list[Any]]) -> list[tuple[str, ...]]:
    """Each node's token texts, from where the answer begins."""
    found: list[tuple[str, ...]] = []
    for parent, text in zip(tree["parent"], tree["text"], strict=True):
        found.append((*(found[parent] if parent >= 0 else ()), text))
    return found


def joints(tree: dict[str, list[Any]]) -> list[float]:
    found: list[float] = []
    for parent, prob in zip(tree["parent"], tree["prob"], strict=True):
        found.append(prob * (found[parent] if parent >= 0 else 1.0))
    return found


def node(parent: int, token: int, prob: float, text: str) -> TreeNode:
    return TreeNode(parent, token, log(prob), text)


def test_the_worked_example_is_drawn_as_its_table_says() -> None:
    lm, question = worked_example()
    tree = token_tree(misspoke.observe(lm, question))
    held = dict(zip(paths(tree), joints(tree), strict=True))
    assert held[(" Saint",)] == pytest.approx(0.24)
    assert held[(" Mos", "cow", " Kremlin")] == pytest.approx(0.31 * 0.97, rel=1e-3)
    said = [paths(tree)[at] for at in tree["said"]]
    assert said[:3] == [(" Mos",), (" Mos", "cow"), (" Mos", "cow", " Kremlin")]
    marks = dict(zip(paths(tree), tree["mark"], strict=True))
    assert marks[(" Saint",)] == WITHIN
    assert marks[(" The",)] == OPENER
    assert marks[(" Mos",)] == APART
    whole = (" Saint", " Basil", "'s", " C")
    assert marks[whole] == WITHIN
    assert marks.get((*whole, "athedral"), WHOLE) == WHOLE


@settings(max_examples=40, deadline=None)
@given(seeds, form_lists)
def test_every_node_holds_what_brute_force_says(seed: int, forms: list[str]) -> None:
    """Joint probabilities are sums over all texts of the table; marks are what the forms allow."""
    table = random_table(seed)
    lm = TableModel({"Q?": table})
    observed = misspoke.observe(lm, misspoke.Question("Q?", [forms], id="q"))
    if observed.answer_step != 1:
        return
    tree = token_tree(observed)
    event = Event(observed.forms)
    columns = zip(paths(tree), joints(tree), tree["mark"], strict=True)
    for place, (path, joint, mark) in enumerate(columns):
        if place in tree["said"] and not path[-1]:
            continue  # whatever token ended the answer
        prob, at = 1.0, table
        for depth, text in enumerate(path):
            given_here = at.get(path[:depth], {"<end>": 1.0})
            prob *= given_here.get(text or "<end>", 0.0)
        assert joint == pytest.approx(prob, rel=2e-3)
        if mark == WHOLE:
            assert event.holds("".join(path)) is not None
        else:
            assert event.holds("".join(path)) is None
    for parent in {-1, *tree["parent"]}:
        children = [p for p, of in zip(tree["prob"], tree["parent"], strict=True) if of == parent]
        assert sum(children) <= 1 + 1e-3
        assert children == sorted(children, reverse=True)


def small(nodes: Sequence[TreeNode], **changes: Any) -> Observation:
    values = {
        "answer_tokens": (5, 6, 7),
        "answer_logprobs": (log(0.6), log(0.5), log(0.9)),
        "answer_entropies": (1.0, 1.0, 1.0),
        "answer_step": 1,
        "answer_end": 2,
        "top_tokens": (TokenProb(" Arab", 0.6), TokenProb(" Farsi", 0.2), TokenProb(" So", 0.01)),
        "nodes": tuple(nodes),
    }
    return row(**{**values, **changes})


def test_the_answers_end_and_likely_first_tokens_are_added() -> None:
    tree = token_tree(small([node(-1, 5, 0.6, " Arab")]))
    assert paths(tree) == [(" Arab",), (" Farsi",), (" So",), (" Arab", "")]
    assert tree["prob"] == [0.6, 0.2, 0.01, 0.5]
    assert tree["said"] == [0, 3]
    assert tree["mark"] == [APART, WHOLE, APART, APART]


def test_the_tree_begins_where_the_answer_does() -> None:
    nodes = [
        node(-1, 4, 0.5, "It is"),
        node(-1, 9, 0.4, " other"),
        node(0, 5, 0.6, " Farsi"),
        node(2, 8, 0.25, " or"),
    ]
    tree = token_tree(
        small(
            nodes,
            answer_tokens=(4, 5, 6),
            answer_step=2,
            answer_end=3,
            top_tokens=(TokenProb(" Farsi", 0.5),),
        )
    )
    assert paths(tree) == [(" Farsi",), (" Farsi", ""), (" Farsi", " or")]
    assert joints(tree) == pytest.approx([0.6, 0.54, 0.15])


def test_dust_is_left_out_unless_it_was_said() -> None:
    nodes = [node(-1, 5, LEAST / 2, " Arab"), node(-1, 6, LEAST / 2, " Dust")]
    tree = token_tree(small(nodes, answer_logprobs=(log(LEAST / 2), -1.0, -1.0), top_tokens=()))
    assert paths(tree) == [(" Arab",), (" Arab", "")]


def test_what_is_likely_behind_dust_is_dust() -> None:
    nodes = [node(-1, 8, 2 * LEAST, " Few"), node(0, 9, 0.4, " less"), node(0, 10, 0.6, " more")]
    tree = token_tree(small(nodes, top_tokens=()))
    assert (" Few", " more") in paths(tree)
    assert (" Few", " less") not in paths(tree)


def test_nodes_without_a_probability_have_no_place() -> None:
    nodes = [TreeNode(-1, 3, None, " unread"), node(0, 4, 0.5, " behind")]
    assert (" unread",) not in paths(token_tree(small(nodes)))


def test_texts_cut_within_a_character_are_no_right_path() -> None:
    tree = token_tree(small([node(-1, 5, 0.6, " Persia\ufffd")], forms=(("Persian", 0.3),)))
    assert tree["mark"][0] == APART


def test_emitted_tokens_are_said_even_where_no_node_stands_for_them() -> None:
    tree = token_tree(small([], winner_token=" Arab", answer_end=3))
    assert paths(tree)[0] == (" Arab",)
    assert tree["said"] == [0, *[at for at in tree["said"] if at]]
    assert exp(log(0.6)) == pytest.approx(tree["prob"][0], rel=1e-3)

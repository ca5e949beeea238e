"""A row's token tree, as the page draws it: from the answer step on, with what each path means."""

from dataclasses import dataclass, field
from math import exp, isclose
from typing import Any

from misspoke.concepts import Event
from misspoke.records.observation import Observation
from misspoke.reports.page.packing import short

LEAST = 5e-4
"""Tokens of less joint probability are left to what is elsewhere."""
_STARTS = 12
"""Most probable first tokens that are shown although nothing was computed behind them."""

APART, OPENER, WITHIN, WHOLE = range(4)
"""What a path is to the right answer: off it, only openers, within a right form, one in full."""


@dataclass(slots=True)
class _Node:
    """A token behind others, and the tokens behind it."""

    prob: float
    """Of the token, behind its parent."""
    joint: float
    """Of the whole path, from the answer step on."""
    text: str
    """Of the token."""
    said: bool = False
    children: dict[int | str, "_Node"] = field(default_factory=dict)


def token_tree(row: Observation) -> dict[str, list[Any]]:
    """The tree in columns, parents before children, the most probable child first.

    `parent`: each node's parent by its place (−1: where the answer begins). `prob`: of its token
    behind that one. `text`: how it reads, an empty text ends the answer. `mark`: what the path is
    to the right answer. `said`: the nodes of the greedy answer. Tokens that nothing was computed
    behind are there only where the answer begins; those of little probability are left out.
    """
    root = _root(row)
    columns: dict[str, list[Any]] = {"parent": [], "prob": [], "text": [], "mark": [], "said": []}
    event = Event(row.forms)
    stack = [(root, -1, "")]
    while stack:
        node, place, before = stack.pop()
        ordered = sorted(node.children.values(), key=lambda child: -child.prob)
        for child in ordered:
            if child.joint < LEAST and not child.said:
                continue
            text = before + child.text
            at = len(columns["parent"])
            columns["parent"].append(place)
            columns["prob"].append(short(child.prob))
            columns["text"].append(child.text)
            columns["mark"].append(_mark(event, text, ends=not child.text))
            if child.said:
                columns["said"].append(at)
            stack.append((child, at, text))
    return columns


def _root(row: Observation) -> _Node:
    """The computed tree at the answer step, with likely first tokens and the answer's end."""
    nodes: list[_Node | None] = []
    start = row.answer_tokens[: row.answer_step - 1]
    root = _Node(1.0, 1.0, "")
    paths: list[tuple[int, ...]] = []
    for stored in row.nodes:
        path = (*(paths[stored.parent] if stored.parent >= 0 else ()), stored.token)
        paths.append(path)
        parent = nodes[stored.parent] if stored.parent >= 0 else None
        if path[:-1] == start:
            parent = root
        made = None
        if parent is not None and stored.logprob is not None and len(path) > len(start):
            prob = exp(stored.logprob)
            made = _Node(prob, parent.joint * prob, stored.text)
            parent.children[stored.token] = made
        nodes.append(made)
    _say(row, root)
    _add_starts(row, root)
    return root


def _say(row: Observation, root: _Node) -> None:
    """Mark the greedy answer's path, up to the token that ended it."""
    at = root
    for step in range(row.answer_step - 1, min(row.answer_end, len(row.answer_tokens))):
        token, prob = row.answer_tokens[step], exp(row.answer_logprobs[step])
        ends = step + 1 == row.answer_end
        if token not in at.children:
            text = "" if ends else _emitted_text(row, step)
            at.children[token] = _Node(prob, at.joint * prob, text)
        at = at.children[token]
        at.said = True


def _emitted_text(row: Observation, step: int) -> str:
    """How an emitted token reads that no node stands for: known where the answer begins."""
    if step == row.answer_step - 1:
        return row.winner_token
    return row.content_winner_token if step == row.content_step - 1 else "\ufffd"


def _add_starts(row: Observation, root: _Node) -> None:
    """Add the most probable first tokens that nothing was computed behind."""
    held = [(child.text, child.prob) for child in root.children.values()]
    for top in row.top_tokens[:_STARTS]:
        known = any(
            text == top.token and isclose(prob, top.prob, rel_tol=0.01) for text, prob in held
        )
        if not known and sum(prob for _, prob in held) + top.prob <= 1.0 + 1e-6:
            held.append((top.token, top.prob))
            root.children[f"top {len(held)}"] = _Node(top.prob, top.prob, top.token)


def _mark(event: Event, text: str, *, ends: bool) -> int:
    if "\ufffd" in text:
        return APART
    if event.holds(text) is not None:
        return WHOLE
    state = event.advance(event.start, text.encode())
    if ends or not event.reach(state):
        return APART
    return OPENER if event.at_root(state) else WITHIN

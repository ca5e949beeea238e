"""Grouping right answers: spellings of one answer are a group, different answers are groups."""

from collections.abc import Iterable

from misspoke.concepts.equivalence import classes


def group_answers(answers: Iterable[str | Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Group a question's right answers.

    A flat list of strings is grouped by the equivalence rules, in the order of first appearance. A
    list of alias lists is kept as given; a string among lists is a group of its own. Repetitions
    within a group are dropped.
    """
    listed = list(answers)
    flat = [answer for answer in listed if isinstance(answer, str)]
    if len(flat) < len(listed):
        return tuple(
            (answer,) if isinstance(answer, str) else tuple(dict.fromkeys(answer))
            for answer in listed
        )
    groups: list[dict[str, None]] = []
    for answer, index in zip(flat, classes(flat), strict=True):
        if index == len(groups):
            groups.append({})
        groups[index][answer] = None
    return tuple(tuple(group) for group in groups)

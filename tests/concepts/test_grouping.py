"""Grouping of right answers."""

from hypothesis import given
from hypothesis import strategies as st

from misspoke.concepts.equivalence import key
from misspoke.concepts.grouping import group_answers


def test_a_flat_list_is_grouped_by_spelling() -> None:
    assert group_answers(["U.S.", "Canada", "United States", "canada", "U.S."]) == (
        ("U.S.", "United States"),
        ("Canada", "canada"),
    )


def test_short_names_and_parts_are_other_groups() -> None:
    assert group_answers(["New York", "New York City", "NY"]) == (
        ("New York",),
        ("New York City",),
        ("NY",),
    )


def test_alias_lists_are_kept_as_given() -> None:
    assert group_answers([["Holland", "Netherlands", "Holland"], ["holland"]]) == (
        ("Holland", "Netherlands"),
        ("holland",),
    )


def test_a_string_among_alias_lists_is_a_group() -> None:
    assert group_answers(["Rome", ["Milan", "Milano"]]) == (("Rome",), ("Milan", "Milano"))


def test_no_answers_make_no_groups() -> None:
    assert group_answers([]) == ()


@given(st.lists(st.sampled_from(["Rome", "rome", "The Rome", "1", "one", "Co", "CO", "Milan"])))
def test_a_flat_list_is_partitioned_by_key(answers: list[str]) -> None:
    groups = group_answers(answers)
    keys = [key(group[0]) for group in groups]
    assert keys == list(dict.fromkeys(key(answer) for answer in answers))
    for group, group_key in zip(groups, keys, strict=True):
        members = [answer for answer in answers if key(answer) == group_key]
        assert list(group) == list(dict.fromkeys(members))


@given(st.lists(st.sampled_from(["Rome", "rome", "one", "1"])))
def test_grouping_is_idempotent(answers: list[str]) -> None:
    groups = group_answers(answers)
    assert group_answers(groups) == groups

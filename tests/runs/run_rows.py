"""Observations and trials to store: one filled with every kind of value, and strategies for any."""

from dataclasses import fields, is_dataclass, replace
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from misspoke.records.observation import Observation
from misspoke.records.trial import Trial

_PLAIN = {bool: True, int: 7, float: 0.25, str: "Canberra, „ja“\n\u2028"}


def example(hint: Any, size: int = 2) -> Any:
    """A value of a declared type, with `size` members in every tuple."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if get_origin(hint) in (Union, UnionType):
        return example(next(a for a in get_args(hint) if a is not NoneType), size)
    if get_origin(hint) is tuple:
        return (example(get_args(hint)[0], size),) * size
    assert is_dataclass(hint)
    hints = get_type_hints(hint)
    made: Any = hint
    return made(**{field.name: example(hints[field.name], size) for field in fields(hint)})


def observation(row_id: str, size: int = 2) -> Observation:
    return replace(example(Observation, size), id=row_id)


def trial(row_id: str, size: int = 2) -> Trial:
    return replace(example(Trial, size), id=row_id)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a declared type that Parquet can hold."""
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(-(2**63), 2**63 - 1)
    if hint is float:
        return st.floats(allow_nan=False)
    if hint is str:
        return st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    if get_origin(hint) in (Union, UnionType):
        return st.one_of([st.none() if a is NoneType else values(a) for a in get_args(hint)])
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    hints = get_type_hints(hint)
    return st.builds(hint, **{field.name: values(hints[field.name]) for field in fields(hint)})


observations = values(Observation)
trials = values(Trial)

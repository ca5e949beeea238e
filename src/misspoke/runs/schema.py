"""The columns of answers.parquet, derived from the fields of a record type.

The type is `Observation` unless another is named; a run folder holds rows of one type.

A field is one column of the same name, except that an `Interval` field `x` is the two columns
`x_lower` and `x_upper`. Tuples are lists, and dataclasses inside them are structs. A row is the
same thing in plain Python: a dict of columns that JSON can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    Protocol,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from misspoke.records import Interval
from misspoke.records.observation import Observation

if TYPE_CHECKING:
    import polars as pl


class Row(Protocol):
    """What a run folder can hold rows of: the record types that `runs.kinds` lists."""

    @property
    def id(self) -> str:
        """Its own in its run."""


_SCALARS = {bool: "Boolean", int: "Int64", float: "Float64", str: "String"}
"""The polars type of each scalar."""


def answers_schema(record: type = Observation) -> pl.Schema:
    """Name and polars type of every column of answers.parquet."""
    import polars as pl

    return pl.Schema({column: kind.dtype() for column, kind in _columns(record).items()})


def to_row(record: Row) -> dict[str, Any]:
    """The record as a row of plain Python.

    Raises:
        TypeError: a field holds something that its declared type does not allow.
    """
    declared: type = type(record)
    row = {}
    for name, hint in _fields(declared).items():
        value = getattr(record, name)
        if _is_interval(hint):
            for bound, kind in _bounds(hint).items():
                row[f"{name}_{bound}"] = kind.to_plain(getattr(value, bound, None))
        else:
            row[name] = _kind(hint).to_plain(value)
    return row


def from_row(row: Mapping[str, Any], record: type = Observation) -> Any:
    """The record, of the type given, that `to_row` made the row of.

    Raises:
        KeyError: a column is missing.
        TypeError: a column holds what its field cannot.
    """
    values: dict[str, Any] = {}
    for name, hint in _fields(record).items():
        if _is_interval(hint):
            held = {b: kind.from_plain(row[f"{name}_{b}"]) for b, kind in _bounds(hint).items()}
            values[name] = None if None in held.values() else Interval(**held)
        else:
            values[name] = _kind(hint).from_plain(row[name])
    return record(**values)


def missing_columns(found: Collection[str], record: type = Observation) -> list[str]:
    """The columns that a row needs and that are not among those found."""
    return [column for column in _columns(record) if column not in found]


@cache
def _fields(record: type) -> dict[str, Any]:
    hints = get_type_hints(record)
    return {field.name: hints[field.name] for field in fields(record)}


@cache
def _columns(record: type) -> dict[str, _Kind]:
    columns: dict[str, _Kind] = {}
    for name, hint in _fields(record).items():
        if _is_interval(hint):
            columns |= {f"{name}_{bound}": kind for bound, kind in _bounds(hint).items()}
        else:
            columns[name] = _kind(hint)
    return columns


def _is_interval(hint: Any) -> bool:
    return Interval in (hint, _optional(hint))


@cache
def _bounds(hint: Any) -> dict[str, _Kind]:
    kind = _kind(float if hint is Interval else float | None)
    return {"lower": kind, "upper": kind}


def _optional(hint: Any) -> Any:
    """The X of `X | None`; None for any other type."""
    members = set(get_args(hint)) if get_origin(hint) in (Union, UnionType) else set()
    if len(members) == 2 and NoneType in members:
        return (members - {NoneType}).pop()
    return None


@dataclass(frozen=True, slots=True)
class _Kind:
    """How the values of one type are stored."""

    dtype: Callable[[], pl.DataType]
    to_plain: Callable[[Any], Any]
    from_plain: Callable[[Any], Any]


@cache
def _kind(hint: Any) -> _Kind:
    if hint in _SCALARS:
        return _scalar_kind(hint)
    if (inner := _optional(hint)) is not None:
        return _optional_kind(_kind(inner))
    if get_origin(hint) is tuple:
        members = set(get_args(hint)) - {...}
        if len(members) == 1:
            return _list_kind(_kind(members.pop()))
    if isinstance(hint, type) and is_dataclass(hint):
        return _struct_kind(hint)
    raise TypeError(f"answers.parquet has no column type for {hint!r}")


def _scalar_kind(scalar: type) -> _Kind:
    def dtype() -> pl.DataType:
        import polars as pl

        made: pl.DataType = getattr(pl, _SCALARS[scalar])()
        return made

    def convert(value: Any) -> Any:
        if value is None:
            raise TypeError(f"None where {scalar.__name__} is due")
        return scalar(value)  # NumPy's scalars too

    return _Kind(dtype, convert, convert)


def _optional_kind(inner: _Kind) -> _Kind:
    return _Kind(
        inner.dtype,
        lambda value: None if value is None else inner.to_plain(value),
        lambda value: None if value is None else inner.from_plain(value),
    )


def _list_kind(inner: _Kind) -> _Kind:
    def dtype() -> pl.DataType:
        import polars as pl

        return pl.List(inner.dtype())

    return _Kind(
        dtype,
        lambda values: [inner.to_plain(value) for value in values],
        lambda values: tuple(inner.from_plain(value) for value in values),
    )


def _struct_kind(record: type) -> _Kind:
    hints = get_type_hints(record)
    kinds = {field.name: _kind(hints[field.name]) for field in fields(record)}

    def dtype() -> pl.DataType:
        import polars as pl

        return pl.Struct({name: kind.dtype() for name, kind in kinds.items()})

    return _Kind(
        dtype,
        lambda value: {n: kind.to_plain(getattr(value, n)) for n, kind in kinds.items()},
        lambda value: record(**{n: kind.from_plain(value[n]) for n, kind in kinds.items()}),
    )

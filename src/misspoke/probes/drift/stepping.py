"""Inquiries side by side, with the types of what they find."""

from collections.abc import Iterable
from typing import TypeVar, cast

from misspoke.search import Inquiry, together

S = TypeVar("S")
T = TypeVar("T")


def every(inquiries: Iterable[Inquiry[T]]) -> Inquiry[tuple[T, ...]]:
    """Runs inquiries of one kind in step."""
    return cast("tuple[T, ...]", (yield from together(*inquiries)))


def both(one: Inquiry[S], other: Inquiry[T]) -> Inquiry[tuple[S, T]]:
    """Runs two inquiries in step."""
    return cast("tuple[S, T]", (yield from together(one, other)))

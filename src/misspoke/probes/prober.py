"""What each probe is to those that run it: items in, rows out, and what the rows are made with."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from misspoke.runs import JSON, Row


class Item(Protocol):
    """What a row is made of: a question, an instruction, a premise."""

    @property
    def id(self) -> str:
        """Its own among the items of a run; its row has the same."""


ItemT = TypeVar("ItemT", bound=Item, contravariant=True)
RowT = TypeVar("RowT", bound=Row, covariant=True)


class Prober(Protocol[ItemT, RowT]):
    """Puts items of one type to a model, and makes a row of each."""

    @property
    def record(self) -> type[RowT]:
        """The type of its rows; `runs.kinds` names their kind."""

    @property
    def needs(self) -> str:
        """What would make unfit items fit, and the page that tells: "a column `x` (docs/x.md)"."""

    def settings(self) -> dict[str, JSON]:
        """What the rows are made with, beside the model, the items and the seed of figures."""

    def unfit(self, item: ItemT) -> str | None:
        """Why no row can be made of an item, in a few words: "no distractor"; None where one can.

        Items that are unfit are left out, and counted by these words.
        """

    def expected_tokens(self, items: Sequence[ItemT]) -> int:
        """An estimate of the tokens that will be forwarded for these items."""

    def probe(self, items: Iterable[ItemT]) -> Iterator[RowT]:
        """The rows, as they come; the items work side by side."""

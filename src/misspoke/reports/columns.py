"""A table for the terminal whose columns are as narrow as they must be, and break no word."""

import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from misspoke.reports.bars import OTHER

_GAPS = (2, 1)
"""Blanks between columns, and where there is no room."""
_PARTS = re.compile(r"\[[^\[\]]*\][^ ]*|\([^()]*\)[^ ]*|[^ ]+")
"""What stays on a line if it has room at all: words, intervals, remarks in brackets."""
_AT = re.compile(r"(?<=[-_/…])")
"""Where a name breaks that is longer than a line."""


class Columns:
    """A head and rows of texts: the first column at the left, figures at the right."""

    def __init__(
        self, head: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1
    ) -> None:
        """`words` are the columns, from the left, that hold words."""
        self.head = tuple(head)
        self.rows = [tuple(row) for row in rows]
        self.words = words

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table, in lines made here."""
        lines = [self.head, *self.rows]
        columns = list(zip(*lines, strict=True))
        least = sum(max(1, *map(_least, column)) for column in columns)
        rooms = {gap: options.max_width - gap * (len(columns) - 1) for gap in _GAPS}
        gap = next((gap for gap in _GAPS if rooms[gap] >= least), _GAPS[-1])
        widths = _widths(columns, rooms[gap])
        table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style=OTHER)
        for place, (name, width) in enumerate(zip(self.head, widths, strict=True)):
            table.add_column(
                Text("\n".join(_lines(name, width))),
                justify="left" if place < self.words else "right",
                width=width,
                overflow="fold",
                vertical="top",
            )
        for row in self.rows:
            pairs = zip(row, widths, strict=True)
            table.add_row(*(Text("\n".join(_lines(text, width))) for text, width in pairs))
        yield table


def _widths(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """The width of each column: what it would like, or the room shared where it is needed most."""
    most = [max(1, *map(_longest, column)) for column in columns]
    widths = [
        min(top, max(1, *map(_least, column))) for top, column in zip(most, columns, strict=True)
    ]
    while sum(widths) > room and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    while sum(widths) < room and widths != most:
        needs = [
            sum(len(_lines(text, width)) for text in column) if width < top else 0
            for column, width, top in zip(columns, widths, most, strict=True)
        ]
        widths[needs.index(max(needs))] += 1
    return widths


def _longest(text: str) -> int:
    return max(map(cell_len, text.split("\n")))


def _least(text: str) -> int:
    """The longest part that must stay on a line."""
    parts = (piece for part in _PARTS.findall(text) for piece in _pieces(part))
    return max(map(cell_len, parts), default=0)


def _pieces(part: str) -> list[str]:
    return [part] if part[0] in "[(" else [piece for piece in _AT.split(part) if piece]


def _lines(text: str, width: int) -> list[str]:
    """The text in lines of at most so many cells."""
    lines: list[str] = []
    for given in text.split("\n"):
        lines.append("")
        for part in _PARTS.findall(given):
            for piece, apart in _fitting(part, width):
                joined = f"{lines[-1]} {piece}" if apart and lines[-1] else f"{lines[-1]}{piece}"
                if cell_len(joined) <= width:
                    lines[-1] = joined
                else:
                    lines[-1:] = [lines[-1], piece] if lines[-1] else [piece]
    return lines


def _fitting(part: str, width: int) -> list[tuple[str, bool]]:
    """A part in pieces that a line holds, and whether a blank stands before each."""
    if cell_len(part) <= width:
        return [(part, True)]
    inner = part.split(" ") if part[0] in "[(" else [part]
    found: list[tuple[str, bool]] = []
    for word in inner:
        for place, piece in enumerate(_AT.split(word)):
            found += [
                (chop, not place and not number)
                for number, chop in enumerate(chop_cells(piece, width) if piece else [])
            ]
    return found

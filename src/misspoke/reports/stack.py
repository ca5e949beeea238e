"""Parts of a whole as one bar for the terminal, told apart by colour and by character."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name, its count, the character that it is drawn with, its colour."""

    name: str
    count: int
    char: str
    style: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A bar over the whole width, and below it what each part is."""

    parts: Sequence[Part]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the bar as one line, and the legend."""
        shown = [part for part in self.parts if part.count]
        widths = cells([part.count for part in shown], options.max_width)
        for part, width in zip(shown, widths, strict=True):
            yield Segment(part.char * width, console.get_style(part.style))
        yield Segment.line()
        legend = Text(overflow="fold")
        for part in shown:
            legend.append("  " if legend else "")
            legend.append(part.char, style=part.style)
            legend.append(f" {part.name} {part.count:,}")
        yield legend


def cells(counts: Sequence[int], width: int) -> list[int]:
    """Share out `width` cells by counts: what there is gets one at least, if there is room."""
    if not counts or width < len(counts):
        return [1] * min(width, len(counts)) + [0] * (len(counts) - width)
    whole = sum(counts)
    given = [max(1, round(width * count / whole)) for count in counts]
    while (over := sum(given) - width) != 0:
        largest = max(range(len(given)), key=given.__getitem__)
        given[largest] -= 1 if over > 0 else -1
    return given

"""Parts of terminal drawings: bars, text from data, and output for consoles of few characters."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.constrain import Constrain
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from misspoke.records import Interval
from misspoke.reports.text import visible

GOLD = "#3b8fd9"
"""Blue and orange stay apart for every kind of colour vision, on light and dark grounds."""
WRONG = "#d9822b"
OTHER = "#8a8a8a"

WIDEST = 100
"""Drawings grow no wider: bars far from their labels are hard to read."""

_EIGHTHS = " ▏▎▍▌▋▊▉"
_PLAINER = {
    "█": "#",
    "▉": "█#",
    "▊": "█#",
    "▋": "▌#",
    "▌": "#",
    "▍": " ",
    "▎": " ",
    "▏": " ",
    "░": "-",
    "▓": "%",
    "▁": "_",
    "▂": "_",
    "▃": "-",
    "▄": "-",
    "▅": "=",
    "▆": "=",
    "▇": "#",
    "─": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "·": "-",
    "…": ".",
    "→": ">",
    "►": ">",
    "≥": ">",
    "≤": "<",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "✓": "+",
    "✗": "x",
    "␣": "_",
    "τ": "t",
}
"""What stands for a character that a console lacks: the first of these that it has."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A mass as a bar: full up to its lower bound, shaded from there to its upper bound."""

    mass: Interval
    scale: float
    """The mass that fills the whole width."""
    style: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the bar as one line."""
        yield Segment(self.drawn(options.max_width), console.get_style(self.style))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Take whatever width there is."""
        return Measurement(4, options.max_width)

    def drawn(self, width: int) -> str:
        """The bar's characters, `width` of them."""
        eighths = self._eighths(self.mass.lower, width)
        if self.mass.lower > 0:
            eighths = max(1, eighths)
        full, part = divmod(eighths, 8)
        bar = "█" * full + (_EIGHTHS[part] if part else "")
        shaded = round(self._eighths(self.mass.upper, width) / 8) - len(bar)
        return (bar + "░" * shaded).ljust(width)

    def _eighths(self, mass: float, width: int) -> int:
        share = mass / self.scale if self.scale > 0 else 0.0
        return round(8 * width * min(1.0, max(0.0, share)))


@dataclass(frozen=True, slots=True)
class Drawing:
    """A renderable within `WIDEST`, without characters that the console cannot encode.

    Such a character gives way to a plainer one of the same width, so that columns stay in place.
    """

    content: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the content's segments, in characters that the console has."""
        segments = console.render(Constrain(self.content, WIDEST), options)
        yield from _encodable(segments, options.encoding)


def data_text(text: str, style: str | Style = "") -> Text:
    """Text from data or a model: never markup, never a control character."""
    return Text(visible(text), style=style, overflow="fold")


def _encodable(segments: Iterable[Segment], encoding: str) -> Iterable[Segment]:
    if encoding.lower().startswith("utf"):
        yield from segments
        return
    for text, style, control in segments:
        yield Segment("".join(_simpler(char, encoding) for char in text), style, control)


def _simpler(char: str, encoding: str) -> str:
    """The character if the encoding has it, else one of the same width that stands for it."""
    for choice in char + _PLAINER.get(char, ""):
        if _encodes(choice, encoding):
            return choice
    return "?" * cell_len(char)


def _encodes(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True

"""Terminal drawings as SVG pictures that need nothing from elsewhere and are always the same."""

from io import StringIO

from rich.console import Console, RenderableType
from rich.terminal_theme import TerminalTheme

from misspoke.reports.text import visible

_THEME = TerminalTheme(
    background=(250, 250, 248),
    foreground=(40, 42, 46),
    normal=[
        (40, 42, 46),
        (180, 60, 40),
        (60, 130, 70),
        (160, 120, 20),
        (40, 110, 170),
        (130, 80, 150),
        (30, 130, 140),
        (120, 120, 120),
    ],
)
"""A light ground of its own, so that the picture reads well on any page."""

_FORMAT = """\
<svg class="terminal" role="img" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix, .{unique_id}-title {{
    font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
    font-variant-east-asian: full-width;
}}
.{unique_id}-matrix {{ font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def svg(renderable: RenderableType, title: str, width: int = 96) -> str:
    """Draw a renderable as an SVG picture, `width` columns wide.

    The same renderable and title give the same picture, whatever the terminal and its settings.
    """
    console = Console(
        file=StringIO(),
        record=True,
        width=width,
        height=25,  # with a height given, rich does not ask the terminal for its width
        force_terminal=True,
        force_interactive=False,
        color_system="truecolor",
        no_color=False,
        legacy_windows=False,
    )
    console.print(renderable)
    return console.export_svg(
        title=visible(title), theme=_THEME, code_format=_FORMAT, unique_id="misspoke"
    )

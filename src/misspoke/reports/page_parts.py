"""Pieces of HTML: the page around them, text made safe, tables, pictures and commands."""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from html import escape, unescape
from importlib.resources import files
from typing import TYPE_CHECKING

from misspoke.reports.text import visible

if TYPE_CHECKING:
    from misspoke.reports.charts import Chart

SHELL = ("dom", "words", "theme", "figures", "shell")
"""The scripts of every page, in order."""
EXPLORER = (
    *SHELL[:-1],
    "questions",
    "filtering",
    "csv",
    "listing",
    "election",
    "tree_data",
    "tree",
    "detail",
    "map",
    "explorer",
    "shell",
)
"""The scripts of a page with questions to explore, in order."""


def document(
    title: str,
    facts: str,
    main: str,
    footer: str,
    *,
    nav: Sequence[tuple[str, str]] = (),
    data: str = "",
) -> str:
    """A whole page that needs nothing from elsewhere; `main`, `footer` and `data` are HTML already.

    `nav` names sections by their ids. A page with `data` is one whose questions can be explored.
    """
    script = script_text(EXPLORER if data else SHELL)
    style = style_text("page", "explorer") if data else style_text("page")
    links = "".join(f'<a href="#{safe(name)}">{safe(text)}</a>' for name, text in nav)
    return f"""<!DOCTYPE html>
<html lang="en" class="plain">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{safe(title)}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<nav class="bar" aria-label="Sections"><strong>misspoke</strong><div>{links}</div>
<fieldset id="themes" class="live-only"><legend>Theme</legend></fieldset></nav>
<header>
<h1>{safe(title)}</h1>
<p class="facts">{safe(facts)}</p>
</header>
<main id="main">
{main}
</main>
<footer>
{footer}
</footer>
{data}
<script>{script}</script>
</body>
</html>
"""


@cache
def script_text(names: tuple[str, ...]) -> str:
    """The one script of a page: its files in order, none of which leaves anything outside."""
    return f'"use strict";(() => {{\n{_assets(names, "js")}}})();'


@cache
def style_text(*names: str) -> str:
    """The style sheet of a page."""
    return _assets(names, "css")


def policy(script: str) -> str:
    """What a page may do: show itself, and run this one script."""
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def safe(text: str) -> str:
    """Text for HTML, in elements and in quoted attributes: nothing in it acts on the page."""
    return escape(visible(text), quote=True)


def foreign(text: str) -> str:
    """Text from data or a model: safe, and of a direction of its own."""
    return f"<bdi>{safe(text)}</bdi>"


_UNNAMED = 'aria-label="Table"'
_TAG = re.compile(r"<[^>]*>")
_FIGURE = re.compile(r"(?:n ?= ?|T = |[+−–<>≤≥× ])*[0-9∞]")
_DASH = ("", "–", "too few", "n.s.", "not settled", "not measured here")


def table(head: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], caption: str = "") -> str:
    """A table of cells that are HTML already; the first cell of a row is its heading.

    Each row comes with its class, which may be empty. Columns of figures stand at their right. A
    table without a caption goes by the title that it is folded under, or by its section's.
    """
    held = [(kind, list(cells)) for kind, cells in rows]
    figures = _figure_columns([cells for _, cells in held])
    columns = "".join(
        f'<th scope="col"{_right(place in figures)}>{cell}</th>' for place, cell in enumerate(head)
    )
    title = f"<caption>{caption}</caption>" if caption else ""
    body = "\n".join(_row(kind, cells, figures) for kind, cells in held)
    named = f'aria-label="{_TAG.sub("", caption)}"' if caption else _UNNAMED
    return (
        f'<div class="scroll" tabindex="0" role="group" {named}>'
        f"<table>{title}<thead><tr>{columns}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def section(title: str, *content: str, name: str = "", words: Sequence[str] = ()) -> str:
    """A section under a heading; `name` is its id, by which the page's bar leads to it.

    `words` are those of the page's glossary that it uses: its head leads to them.
    """
    body = _named("\n".join(part for part in content if part), title)
    identity = f' id="{safe(name)}"' if name else ""
    links = ", ".join(f'<a href="#{word_id(one)}">{safe(one)}</a>' for one in words)
    used = f'\n<p class="defined">Words: {links}</p>' if words else ""
    return f"<section{identity}>\n<h2>{safe(title)}</h2>{used}\n{body}\n</section>"


def word_id(word: str) -> str:
    """The id of a word of the glossary."""
    return f"word-{'tau' if word == 'τ' else word.lower().replace(' ', '-')}"


def beside(chart: str, *content: str) -> str:
    """A chart, and what is said of it at its side where the page is wide."""
    said = "\n".join(part for part in content if part)
    return (
        f'<div class="beside">{chart}\n<div>{said}</div></div>' if chart and said else chart + said
    )


def folded(title: str, content: str, *, printed: bool = False) -> str:
    """Content that a click unfolds; on paper it is there only if `printed`."""
    kind = ' class="printed"' if printed else ""
    named = _named(content, title)
    return f"<details{kind}>\n<summary>{safe(title)}</summary>\n{named}\n</details>"


def note(text: str) -> str:
    """A remark beside a figure or a table."""
    return f'<p class="note">{safe(text)}</p>'


def figure(chart: "Chart | None", title: str = "", remark: str = "", *, name: str = "") -> str:
    """A chart under its title, which can be saved; nothing where there is none.

    `name` is the id of the figure, where something else on the page needs to find it.
    """
    if chart is None:
        return ""
    identity = f' id="{safe(name)}"' if name else ""
    caption = f"<figcaption>{safe(title)}</figcaption>" if title else ""
    beside = note(remark) if remark else ""
    file = safe(chart.name)
    return f'<figure{identity} data-file="{file}">{caption}\n{chart.svg}\n{beside}</figure>'


def figured(text: str) -> str:
    """A figure that stays on a line, and its interval in brackets on the next."""
    shown, bracket, rest = text.partition(" [")
    if " [" in rest:
        return safe(text)
    ends = f' <span class="number ends">[{safe(rest)}</span>' if bracket else ""
    return f'<span class="number">{safe(shown)}</span>{ends}'


def command(text: str) -> str:
    """A command line that can be copied."""
    return (
        f'<div class="command"><pre tabindex="0" aria-label="Command">'
        f"<code>{safe(text)}</code></pre></div>"
    )


def _assets(names: Iterable[str], kind: str) -> str:
    folder = files("misspoke.reports") / "assets"
    return "\n".join((folder / f"{name}.{kind}").read_text(encoding="utf-8") for name in names)


def _row(kind: str, cells: Sequence[str], figures: frozenset[int]) -> str:
    attribute = f' class="{kind}"' if kind else ""
    first, *others = cells
    return (
        f'<tr{attribute}><th scope="row">{first}</th>'
        + "".join(
            f"<td{_right(place in figures)}>{cell}</td>" for place, cell in enumerate(others, 1)
        )
        + "</tr>"
    )


def _right(figure: bool) -> str:
    return ' class="right"' if figure else ""


def _figure_columns(rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """The places, behind the rows' headings, of cells that are figures, dashes or empty."""
    if not rows:
        return frozenset()
    return frozenset(
        place
        for place in range(1, min(map(len, rows)))
        if all(_is_figure(row[place]) for row in rows)
        and any(_FIGURE.match(_plain(row[place])) for row in rows)
    )


def _is_figure(cell: str) -> bool:
    text = _plain(cell)
    return "<bdi>" not in cell and (text in _DASH or bool(_FIGURE.match(text)))


def _plain(cell: str) -> str:
    return unescape(_TAG.sub("", cell)).strip()


def _named(content: str, title: str) -> str:
    """Name the tables that have no name yet; text that a page shows holds no such attribute."""
    return content.replace(_UNNAMED, f'aria-label="{safe(title)}"')

"""Pieces of HTML: the page around them, text made safe, tables, pictures and commands."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from html import escape
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


def table(head: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], caption: str = "") -> str:
    """A table of cells that are HTML already; the first cell of a row is its heading.

    Each row comes with its class, which may be empty.
    """
    columns = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    title = f"<caption>{caption}</caption>" if caption else ""
    body = "\n".join(_row(kind, cells) for kind, cells in rows)
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="Table">'
        f"<table>{title}<thead><tr>{columns}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def section(title: str, *content: str, name: str = "") -> str:
    """A section under a heading; `name` is its id, by which the page's bar leads to it."""
    body = "\n".join(part for part in content if part)
    identity = f' id="{safe(name)}"' if name else ""
    return f"<section{identity}>\n<h2>{safe(title)}</h2>\n{body}\n</section>"


def folded(title: str, content: str, *, printed: bool = False) -> str:
    """Content that a click unfolds; on paper it is there only if `printed`."""
    kind = ' class="printed"' if printed else ""
    return f"<details{kind}>\n<summary>{safe(title)}</summary>\n{content}\n</details>"


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


def _row(kind: str, cells: Sequence[str]) -> str:
    attribute = f' class="{kind}"' if kind else ""
    first, *others = cells
    return (
        f'<tr{attribute}><th scope="row">{first}</th>'
        + "".join(f"<td>{cell}</td>" for cell in others)
        + "</tr>"
    )

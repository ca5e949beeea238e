"""Pieces of HTML: the page around them, text made safe, tables, and a vote as an inline picture."""

from collections.abc import Iterable, Sequence
from html import escape

from misspoke.records.observation import Observation
from misspoke.reports.page_style import STYLE
from misspoke.reports.text import interval, shortened, visible
from misspoke.reports.votes import Concept, Vote, concepts

_LABEL_CHARS = 34
_LEFT, _BAR, _WIDTH = 250, 370, 720
_ROW = 22


_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def document(title: str, facts: str, main: str, footer: str) -> str:
    """A whole page that needs nothing from elsewhere; `main` and `footer` are HTML already."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{safe(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{safe(title)}</h1>
<p class="facts">{safe(facts)}</p>
</header>
<main>
{main}
</main>
<footer>
{footer}
</footer>
</body>
</html>
"""


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
    title = f"<caption class='note'>{caption}</caption>" if caption else ""
    body = "\n".join(_row(kind, cells) for kind, cells in rows)
    return (
        f'<div class="scroll"><table>{title}<thead><tr>{columns}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def section(title: str, *content: str) -> str:
    """A section under a heading."""
    body = "\n".join(content)
    return f"<section>\n<h2>{safe(title)}</h2>\n{body}\n</section>"


def folded(title: str, content: str, *, printed: bool = False) -> str:
    """Content that a click unfolds; on paper it is there only if `printed`."""
    kind = ' class="printed"' if printed else ""
    return f"<details{kind}>\n<summary>{safe(title)}</summary>\n{content}\n</details>"


def vote_picture(row: Observation, number: int) -> str:
    """The row's election as an inline SVG; `number` tells it apart from others on the page."""
    found = [concept for concept in concepts(row) if concept.role != "rest"]
    scale = max((concept.mass.upper for concept in found), default=0.0) or 1.0
    lines: list[str] = []
    for concept in found:
        lines += _concept(concept, scale, len(lines) * _ROW)
    title = "; ".join(f"{concept.label}{_tag(concept)}: {_mass(concept)}" for concept in found)
    return (
        f'<div class="scroll"><svg class="vote" role="img" aria-labelledby="vote-{number}" '
        f'viewBox="0 0 {_WIDTH} '
        f'{max(1, len(lines)) * _ROW}"><title id="vote-{number}">{safe(title)}</title>\n'
        + "\n".join(lines)
        + "\n</svg></div>"
    )


def _row(kind: str, cells: Sequence[str]) -> str:
    attribute = f' class="{kind}"' if kind else ""
    first, *others = cells
    return (
        f'<tr{attribute}><th scope="row">{first}</th>'
        + "".join(f"<td>{cell}</td>" for cell in others)
        + "</tr>"
    )


def _concept(concept: Concept, scale: float, top: int) -> list[str]:
    """A line for the concept, its bar made of its strings, and a line for each of several."""
    several = len(concept.votes) > 1
    label = concept.label if several or not concept.votes else concept.votes[0].string
    parts, at = [], 0.0
    for vote in concept.votes:
        parts.append(_bar(at, vote.mass.lower, scale, top, f"{concept.role} part"))
        at += vote.mass.lower
    parts.append(_bar(at, concept.mass.lower - at, scale, top, f"{concept.role} part"))
    parts.append(_bar(concept.mass.lower, concept.mass.width, scale, top, f"{concept.role} open"))
    lines = [
        _line(
            label, _tag(concept), _mass(concept), "".join(parts), top, total=concept.role != "other"
        )
    ]
    for vote in concept.votes if several else ():
        lines.append(_string(vote, concept.role, scale, top + len(lines) * _ROW))
    return lines


def _tag(concept: Concept) -> str:
    return {"gold": " (right)", "emitted": " (said)"}.get(concept.role, "")


def _mass(concept: Concept) -> str:
    return ("≥" if concept.role == "other" else "") + interval(concept.mass)


def _string(vote: Vote, role: str, scale: float, top: int) -> str:
    bars = _bar(0, vote.mass.lower, scale, top, role)
    bars += _bar(vote.mass.lower, vote.mass.width, scale, top, f"{role} open")
    tag = " (said)" if vote.emitted else ""
    return _line(vote.string, tag, interval(vote.mass), bars, top, total=False)


def _line(label: str, tag: str, value: str, bars: str, top: int, *, total: bool) -> str:
    kind, left = ("total", 0) if total else ("string", 16)
    text = safe(shortened(visible(label), _LABEL_CHARS - len(tag)) + tag)
    return (
        f'<text class="{kind}" x="{left}" y="{top + 15}">{text}</text>{bars}'
        f'<text class="value {kind}" x="{_WIDTH}" y="{top + 15}">{safe(value)}</text>'
    )


def _bar(start: float, length: float, scale: float, top: int, kind: str) -> str:
    if length <= 0:
        return ""
    left, width = _LEFT + _BAR * start / scale, _BAR * length / scale
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{top + 4}" width="{width:.1f}" '
        f'height="{_ROW - 8}"/>'
    )

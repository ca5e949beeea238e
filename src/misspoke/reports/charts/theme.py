"""How all charts look: type, colours, and the shapes of outcomes."""

from typing import Any

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""The name of the language; nothing is fetched from there."""

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'
SIZE = 13
"""Of every text, in pixels of a picture `WIDTH` wide: 11 on the narrowest screens."""
CHARACTER = 7.3
"""Width of a character of that size, on the safe side."""
WIDTH = 420

INK, FAINT, LINE = "var(--ink)", "var(--faint)", "var(--line)"
GROUND = "var(--ground)"
RIGHT, WRONG, OTHER = "var(--gold)", "var(--wrong)", "var(--other)"
OPEN, LEFT = "var(--open)", "var(--left)"
INKS = {
    RIGHT: "var(--gold-ink)",
    WRONG: "var(--wrong-ink)",
    OPEN: "var(--open-ink)",
    LEFT: "var(--left-ink)",
    OTHER: FAINT,
}
"""Of words, what is dark enough to be read where lines have a colour."""

LIGHT = {
    "ground": "#fbfaf7",
    "ink": "#22242a",
    "faint": "#5a5e67",
    "line": "#dfdcd3",
    "gold": "#2673b8",
    "wrong": "#c26a12",
    "other": "#80807b",
    "open": "#8a4fa3",
    "left": "#3d8f7a",
    "gold-ink": "#1d5f9b",
    "wrong-ink": "#964c05",
    "open-ink": "#7a3f94",
    "left-ink": "#23705d",
}
"""The page's light colours, for pictures that are files."""

OUTCOME_COLOURS = {
    "correct": RIGHT,
    "commitment_failure": WRONG,
    "knowledge_gap": OTHER,
    "undetermined": OPEN,
    "abstained": LEFT,
}

SHAPES = {
    "correct": "m-2.4 0a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0-4.8 0z",
    "commitment_failure": "m0-4.2l3.9 6.8h-7.8z",
    "knowledge_gap": "m-2.1-2.1l4.2 4.2m0-4.2l-4.2 4.2",
    "undetermined": "m0-3.8l3.4 3.8-3.4 3.8-3.4-3.8z",
    "abstained": "m-2.5-2.5h5v5h-5z",
}
"""The shape of each outcome, from its centre: nobody needs to tell the colours apart."""

CONFIG: dict[str, Any] = {
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "mark": {"aria": False},
    "text": {"fontSize": SIZE},
    "axis": {
        "aria": False,
        "labelFontSize": SIZE,
        "labelColor": FAINT,
        "labelLimit": 0,
        "labelFlush": False,
        "labelBound": False,
        "labelOverlap": False,
        "titleFontSize": SIZE,
        "titleFontWeight": "normal",
        "titleColor": FAINT,
        "titleLimit": 0,
        "grid": False,
        "gridColor": LINE,
        "tickColor": LINE,
        "domain": False,
        "domainColor": FAINT,
        "tickSize": 4,
    },
}

"""A Vega-Lite description made into a small inline picture that needs nothing from elsewhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from misspoke.reports.charts.theme import CONFIG, FONT, GROUND, SCHEMA, SHAPES
from misspoke.reports.text import visible

_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_VARIABLE = re.compile(r"var\(--([a-z-]+)\)")
_PLACE = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")
_DRAWING = """
d transform x x1 x2 y y1 y2 width height points cx cy r opacity data-row
fill fill-opacity stroke stroke-width stroke-dasharray stroke-opacity stroke-linecap stroke-linejoin
font-size font-weight font-style text-anchor
"""
_KEPT = frozenset(_DRAWING.split())
"""Attributes that draw; all others are notes of the maker's, or address something outside."""
_LOOKS = """
fill stroke stroke-width stroke-dasharray stroke-linejoin font-size font-weight text-anchor
"""
_INHERITED = frozenset(_LOOKS.split())
"""What elements take from the group that they are in."""
_MARGIN, _LARGER = 14, 1.3
"""Around a picture that is a file, and how much larger than on a page it is shown."""
_FEW = 3
"""Fewer marks say for themselves how they look."""
_ONE = frozenset({"opacity", "fill-opacity", "stroke-opacity"})


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture for a page, or for a file where its colours are literal."""

    name: str
    """A slug, unique on a page."""
    title: str
    """Plain words of what it shows with the main numbers; the picture's accessible name."""
    svg: str
    """One `<svg>` element, as wide as what holds it; no script, no style, no address."""


def render(
    name: str, title: str, spec: Mapping[str, Any], colours: Mapping[str, str] | None = None
) -> Chart:
    """Draw a Vega-Lite description, without a network.

    Texts within it are shown as they are, whatever they hold; numbers that are not finite count as
    missing. Colours are variables of the page, `var(--ink)` and so on, unless `colours` gives each
    by its name (`ink`) a literal value: then the picture is fit to be a file by itself.

    Raises:
        ValueError: the description is none, or wants data from an address.
    """
    from vl_convert import vegalite_to_svg

    plain = _plain(spec)
    whole = {"$schema": SCHEMA, **plain, "config": CONFIG | plain.get("config", {})}
    drawn = ElementTree.fromstring(vegalite_to_svg(whole, allowed_base_urls=[]))  # noqa: S314
    title = visible(title)
    picture = _root(drawn, title)
    for child in drawn:
        picture.extend(_cleaned(child))
    if colours is not None:
        _as_file(picture, colours)
    return Chart(name, title, ElementTree.tostring(picture, encoding="unicode"))


def _plain(value: Any) -> Any:
    """The description with texts that no drawing can trip over."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _root(drawn: ElementTree.Element, title: str) -> ElementTree.Element:
    """The outermost element: named, and without a size of its own."""
    return ElementTree.Element(
        "svg",
        {
            "xmlns": _SVG[1:-1],
            "class": "chart",
            "role": "img",
            "aria-label": title,
            "viewBox": drawn.get("viewBox", ""),
            "font-family": FONT,
            "font-variant": "tabular-nums",
        },
    )


def _cleaned(element: ElementTree.Element) -> list[ElementTree.Element]:
    """What is to be seen of an element: itself, its content alone, or nothing."""
    tag = element.tag.removeprefix(_SVG)
    kept = {key: value for key, value in element.items() if _matters(key, value)}
    if tag == "g" and kept.get("transform") == "translate(0,0)":
        del kept["transform"]
    if tag == "g":
        content = _shared([part for child in element for part in _cleaned(child)])
        kept = {key: _rounded(key, value) for key, value in kept.items()}
        return [_with(tag, kept, content)] if kept and content else content
    if _is_unseen(tag, kept, element):
        return []
    if not _is_row(element, kept):
        kept = {key: _rounded(key, value) for key, value in kept.items()}
    made = _with(tag, kept, [])
    made.text = element.text
    return [made]


def _matters(key: str, value: str) -> bool:
    return key in _KEPT and not (key in _ONE and value == "1")


def _rounded(key: str, value: str) -> str:
    if key in ("d", "transform", "x2", "y2", "x", "y", "width", "height", "points"):
        return _NUMBER.sub(lambda found: f"{round(float(found[0]), 2):g}", value)
    return value


def _is_unseen(tag: str, kept: Mapping[str, str], element: ElementTree.Element) -> bool:
    if tag == "text":
        return not element.text
    if tag == "path" and not kept.get("d"):
        return True
    return "fill" not in kept and "stroke" not in kept


def _with(
    tag: str, attributes: dict[str, str], content: list[ElementTree.Element]
) -> ElementTree.Element:
    made = ElementTree.Element(tag, attributes)
    made.extend(content)
    return made


def _shared(content: list[ElementTree.Element]) -> list[ElementTree.Element]:
    """Many elements that look alike, within a group that says once how."""
    if len(content) < _FEW:
        return content
    first, *others = content
    alike = {
        key: value
        for key, value in first.items()
        if key in _INHERITED and all(other.get(key) == value for other in others)
    }
    if not alike:
        return content
    for element in content:
        for key in alike:
            del element.attrib[key]
    return [_with("g", alike, content)]


def _is_row(element: ElementTree.Element, kept: dict[str, str]) -> bool:
    """Whether a mark stands for a row, as "12 correct" says: then its path holds its place."""
    row, _, shape = element.get("aria-label", "").partition(" ")
    at = _PLACE.fullmatch(element.get("transform", ""))
    if not row.isdecimal() or shape not in SHAPES or at is None:
        return False
    kept.pop("transform", None)
    kept["d"] = f"M{float(at[1]):.1f} {float(at[2]):.1f}{SHAPES[shape]}"
    kept["data-row"] = row
    return True


def _as_file(picture: ElementTree.Element, colours: Mapping[str, str]) -> None:
    """Give the picture literal colours, a ground of its own with a margin, and a size."""
    _, _, width, height = map(float, picture.get("viewBox", "").split())
    across, down = width + 2 * _MARGIN, height + 2 * _MARGIN
    box = f"{-_MARGIN} {-_MARGIN} {across:g} {down:g}"
    size = {"width": f"{_LARGER * across:.0f}", "height": f"{_LARGER * down:.0f}"}
    picture.attrib |= {"viewBox": box, **size}
    corner = {"x": f"{-_MARGIN}", "y": f"{-_MARGIN}", "width": f"{across:g}", "height": f"{down:g}"}
    picture.insert(0, ElementTree.Element("rect", corner | {"fill": GROUND}))
    for element in picture.iter():
        for key in ("fill", "stroke"):
            if found := _VARIABLE.fullmatch(element.get(key, "")):
                element.set(key, colours[found[1]])

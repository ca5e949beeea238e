"""Data within a page: JSON that no HTML parser can read as anything else."""

import json
import re
from collections.abc import Iterable
from typing import Any

_OTHER = re.compile(r"[<>&]|[^\x20-\x7e]")


def packed(value: Any) -> str:
    """The value as JSON on one line, fit to stand in a `script` element.

    `<`, `>`, `&` and all that is not printable are escapes, so that the text neither ends the
    element nor acts on what shows the file.

    Raises:
        ValueError: a number is not finite.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _OTHER.sub(_escaped, text)


def block(name: str, content: str) -> str:
    """A block of data for the scripts; `content` is packed already."""
    return f'<script type="application/json" id="{name}">{content}</script>'


def short(value: float | None) -> float | int | None:
    """A number to four significant digits, as few characters as it needs."""
    if value is None:
        return None
    rounded = float(f"{value:.4g}")
    return int(rounded) if rounded.is_integer() else rounded


def coded(names: Iterable[str]) -> tuple[list[str], list[int]]:
    """The distinct names in order of appearance, and of each name its place among them."""
    places: dict[str, int] = {}
    codes = [places.setdefault(name, len(places)) for name in names]
    return list(places), codes


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    if char.isprintable() and char not in "<>&":
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))

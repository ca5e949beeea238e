"""What a run was made with, as a table."""

from collections.abc import Iterator, Mapping
from typing import Any

from misspoke.reports.page_parts import folded, foreign, safe, section, table
from misspoke.reports.text import shortened

_LONGEST = 600
"""Characters of a text that are shown in a cell."""


def settings(manifest: Mapping[str, Any]) -> str:
    """What the run was made with."""
    rows = (
        ("", [safe(shortened(name, _LONGEST)), foreign(shortened(value, _LONGEST))])
        for part in ("settings", "facts")
        for name, value in _flat(manifest.get(part, {}))
    )
    names = folded("Show the settings", table(("Name", "Value"), rows))
    return section("Settings and versions", names, name="settings")


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The values of nested mappings, under dotted names."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + str(name), str(value)

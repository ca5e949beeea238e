"""compare.html: a comparison on one page that needs nothing from elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from misspoke.runs import write_atomically

PAGE = "compare.html"


def write_comparison(folder: Path, compared: Mapping[str, Any]) -> Path:
    """Write `compare.html` into a folder: the whole page, or nothing; raises OSError."""
    path = folder / PAGE
    write_atomically(path, str(compared["kind"]))
    return path

"""docs/benchmarks.md: each command replaces its own part, between markers; the rest is kept."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.processes import ROOT
from misspoke.records import UserError

PAGE = ROOT / "docs" / "benchmarks.md"
PARTS = {
    "peers": "Against other libraries",
    "detectors": "Against lm-polygraph",
    "engine": "The engine against a bare forward",
    "run": "A whole run",
    "decoding": "Decoders",
    "loading": "Loading",
    "memory": "Memory against rows",
    "coverage": "Coverage of the intervals",
}
"""Each part's name in its markers, and its heading."""

_OPENING = """\
# Benchmarks

What misspoke costs, and what other libraries and the bare model cost, measured in the same run on
the same machine. `make bench-peers` writes the two parts "Against …", `make bench` the parts behind
them, and `python -m benchmarks.coverage` the last; what stands outside the markers is written by
hand and kept. Code: `benchmarks/`.
"""
_LOG = "\n## What made it faster\n"


def blank() -> str:
    """A page with nothing measured yet."""
    parts = (f"\n## {title}\n\n{_wrapped(name, '')}" for name, title in PARTS.items())
    return _OPENING + "".join(parts) + _LOG


def replace_part(text: str, name: str, body: str) -> str:
    """The page with another body between a part's markers; raises UserError if they are gone."""
    opening, closing = _markers(name)
    if text.count(opening) != 1 or text.count(closing) != 1:
        raise UserError(
            f"docs/benchmarks.md: needs {opening} and {closing} once each; put them back, or "
            "remove the file"
        )
    before, rest = text.split(opening)
    if closing not in rest:
        raise UserError(f"docs/benchmarks.md: {closing} stands before {opening}; swap them")
    return before + _wrapped(name, body).rstrip("\n") + rest.split(closing)[1]


def write_part(name: str, body: str, page: Path = PAGE) -> None:
    """Replaces a part of the page, which is made if it is not there, and prints the part."""
    text = page.read_text(encoding="utf-8") if page.exists() else blank()
    page.write_text(replace_part(text, name, body), encoding="utf-8")
    print(f"\n{PARTS[name]}\n\n{body}\n", flush=True)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: the first column to the left, the others to the right."""
    ruler = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, ruler, *rows))


def spread(values: Sequence[float], form: str = ".1f") -> str:
    """The median, and the lowest and the highest in brackets."""
    return f"{median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def _markers(name: str) -> tuple[str, str]:
    return f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"


def _wrapped(name: str, body: str) -> str:
    opening, closing = _markers(name)
    return f"{opening}\n{body.strip()}\n{closing}\n"

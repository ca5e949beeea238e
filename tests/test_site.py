"""The site of the docs: it builds without a warning, loads nothing from elsewhere, and is fresh."""

import importlib.util
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from misspoke.cli.app import app

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
TOOLS = ROOT / "tools/docs"

needs_mkdocs = pytest.mark.skipif(
    importlib.util.find_spec("material") is None, reason='needs pip install ".[docs]"'
)

_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_COUNTS = re.compile(r"\((\d[\d,]*/\d[\d,]*)\)")


def tool(name: str) -> ModuleType:
    """A script of tools/docs as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", TOOLS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def anchors(path: Path) -> set[str]:
    """The anchors that a code host makes of a page's headings."""
    text = _FENCED.sub("", path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        found.add(re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-"))
    return found


@pytest.mark.parametrize("name", ["commands", "interface", "probes"])
def test_the_written_references_are_fresh(name: str) -> None:
    written = tool(name)
    stored = written.PAGE.read_text(encoding="utf-8")
    assert stored == written.page(), "stale: run `make docs`"


def _listed(*group: str) -> list[str]:
    """The commands that `--help` lists, but for groups of commands."""
    shown = CliRunner().invoke(app, [*group, "--help"], terminal_width=200).output
    found = re.findall(r"^  (\w+)  ", shown.split("Commands:")[1], re.MULTILINE)
    return [name for name in found if name != "probe"]


def test_the_commands_page_has_every_option_that_help_has() -> None:
    """Held against what `--help` prints, which the page is not made from."""
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    names = re.findall(r"^## misspoke (.+)$", page, re.MULTILINE)
    assert sorted(names) == sorted([*_listed(), *(f"probe {one}" for one in _listed("probe"))])
    for name in names:
        told = page.split(f"\n## misspoke {name}\n")[1].split("\n## ")[0]
        printed = CliRunner().invoke(app, [*name.split(), "--help"], terminal_width=200).output
        options = set(re.findall(r"^  (?:-\w, )?(--?[\w-]+)", printed, re.MULTILINE)) - {"--help"}
        assert options
        assert options == set(re.findall(r"^  (?:-\w, )?(--?[\w-]+)", told, re.MULTILINE))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_anchors_lead_somewhere(path: Path) -> None:
    """On a code host; the strict build checks those of the site."""
    for link in _LINK.findall(path.read_text(encoding="utf-8")):
        file, _, anchor = link.partition("#")
        if anchor and not file.startswith(("http://", "https://")):
            assert anchor in anchors((path.parent / file) if file else path), link


def test_links_across_the_root_are_those_of_the_site() -> None:
    pytest.importorskip("mkdocs", reason="mkdocs is not installed: pip install '.[docs]'")
    links = tool("site").links_of_site
    assert links("[a](../CONTRIBUTING.md#b)", "architecture.md") == "[a](CONTRIBUTING.md#b)"
    assert links("[a](../README.md)", "tour.md") == "[a](index.md)"
    assert links("[a](docs/atlas.md#b)", "CONTRIBUTING.md") == "[a](atlas.md#b)"
    assert links("[a](https://docs/x)", "CONTRIBUTING.md") == "[a](https://docs/x)"
    assert links("[a](atlas.md)", "tour.md") == "[a](atlas.md)"


def test_the_rates_of_the_failure_mode_are_those_of_the_results() -> None:
    told = _COUNTS.findall((ROOT / "docs/hallucination.md").read_text(encoding="utf-8"))
    known = _COUNTS.findall((ROOT / "docs/results.md").read_text(encoding="utf-8"))
    assert len(told) >= 14
    assert set(told) <= set(known)


class _Loaded(HTMLParser):
    """What a page loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.diagrams = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("link", "script", "img", "iframe", "source", "video", "object"):
            names = ("href", "src", "srcset", "data")
            self.addresses += [given[name] or "" for name in names if name in given]
        self.diagrams += "mermaid" in (given.get("class") or "")


@needs_mkdocs
def test_the_site_builds_strictly_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    assert "WARNING" not in built.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert {path.stem for path in (ROOT / "docs").glob("*.md")} <= {path.stem for path in pages}
    for page in pages:
        parser = _Loaded()
        parser.feed(page.read_text(encoding="utf-8"))
        assert parser.addresses
        elsewhere = [one for one in parser.addresses if re.match(r"(\w+:)?//", one)]
        assert elsewhere == [], page.name
        assert not parser.diagrams  # the theme would load what draws them
    for sheet in tmp_path.rglob("*.css"):
        assert not re.search(r"(@import|url\()\W*(\w+:)?//", sheet.read_text(encoding="utf-8"))

"""The documentation agrees with the code: columns, links, commands; and tells nobody's paths."""

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from misspoke.cli.app import app
from misspoke.runs import answers_schema

ROOT = Path(__file__).parent.parent
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
_MACHINE_PATH = re.compile(r"(?<![\w.])(?:/(?:home|root|tmp|work|Users|mnt|usr|opt|var)/|[A-Z]:\\)")


def section(text: str, heading: str) -> str:
    """What stands under a heading of the second level."""
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def commands(text: str) -> list[str]:
    """The lines of code blocks that begin with `misspoke`, continued lines put together."""
    blocks = "\n".join(_BLOCK.findall(text)).replace("\\\n", " ")
    return [line.strip() for line in blocks.splitlines() if re.match(r"\s*misspoke\s", line)]


def test_the_columns_are_those_of_the_schema() -> None:
    text = (ROOT / "docs" / "columns.md").read_text(encoding="utf-8")
    assert _ROW.findall(section(text, "answers.parquet")) == list(answers_schema())


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_relative_links_lead_somewhere(path: Path) -> None:
    links = [link.split("#")[0] for link in _LINK.findall(path.read_text(encoding="utf-8"))]
    local = [link for link in links if link and not link.startswith(("http://", "https://"))]
    assert [link for link in local if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_commands_parse(path: Path) -> None:
    program = get_command(app)
    for line in commands(path.read_text(encoding="utf-8")):
        _, name, *arguments = shlex.split(line, comments=True)
        assert name in program.commands, line
        program.commands[name].make_context(name, arguments)


def test_the_readme_shows_commands() -> None:
    assert len(commands((ROOT / "README.md").read_text(encoding="utf-8"))) >= 5


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_no_machine_path(path: Path) -> None:
    assert _MACHINE_PATH.findall(path.read_text(encoding="utf-8")) == []

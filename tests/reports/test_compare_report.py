"""A comparison in the terminal and on its page: what is shown, and that nothing in it acts."""

import json
import re
import shutil
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import siblings
from rich.console import Console

import misspoke
from misspoke.records.lineage import Lineage
from misspoke.reports.compare_figures import (
    QUANTITIES,
    between,
    figure,
    level,
    prompt_grids,
    signed,
    small_p,
)
from misspoke.reports.compare_terminal import comparison_lines

BAD = '<script>alert(1)</script>[bold]x[/bold]&"\x1b[31m'
BASE, INSTRUCT = Lineage("ducks", "base", 1_000), Lineage("ducks", "instruct", 1_100)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reported")
    rows = siblings.drawn(90)
    siblings.run(folder / "base", rows, BASE, name=BAD)
    cold = [siblings.sharpened(row, 0.6) for row in rows]
    siblings.run(folder / "in struct#1", cold, INSTRUCT)
    split = siblings.drawn(90, split=0.5)
    siblings.run(folder / "split", split, Lineage("ducks", "instruct", 1_000))
    return folder


@pytest.fixture(scope="module")
def compared(home: Path) -> misspoke.Comparison:
    return misspoke.compare([home / "base", home / "in struct#1", home / "split"])


def drawn(values: Mapping[str, Any], width: int = 100) -> str:
    console = Console(width=width, color_system=None, force_terminal=False)
    with console.capture() as printed:
        console.print(comparison_lines(values))
    return printed.get()


class Page(HTMLParser):
    """The tags of a page, its links, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "href" and value is not None:
                self.links.append(value)
            if name.startswith("on") or (name == "src" and value):
                self.outside.append(f"{tag} {name}")

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_needs_nothing_and_nothing_in_it_acts(
    compared: misspoke.Comparison, tmp_path: Path
) -> None:
    path = compared.report(tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / "compare.html"
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert page.outside == []
    assert page.tags.count("script") == 1  # the page's own
    assert "alert(1)" not in text.replace("&lt;script&gt;alert(1)&lt;/script&gt;", "")
    assert "\x1b" not in text
    assert "<script>alert(1)</script>[bold]x" in page.text.replace("\\x1b[31m", "")
    assert "default-src 'none'" in text
    stored = json.loads((path.parent / "comparison.json").read_text(), parse_constant=pytest.fail)
    assert stored == compared.to_dict()


def test_answers_lead_to_the_question_in_their_runs_report(
    compared: misspoke.Comparison, home: Path, tmp_path: Path
) -> None:
    (home / "in struct#1" / "report.html").write_text("a report")
    path = compared.report(tmp_path / "out")
    page = Page(path.read_text(encoding="utf-8"))
    deep = [link for link in page.links if "#q=" in link]
    examples = compared.to_dict()["examples"]
    assert len(deep) == 3 * len(examples)
    assert examples
    address, row_id = deep[1].split("#q=")
    assert not set(address) & set(" #?")  # the folder's name has both
    assert (path.parent / unquote(address)).read_text() == "a report"
    assert unquote(row_id) == examples[0]["id"]


def test_a_moved_folder_keeps_its_links(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "runs")
    places = [tmp_path / "runs" / name for name in ("base", "split")]
    path = misspoke.compare(places).report(tmp_path / "runs" / "compare")
    (tmp_path / "runs").rename(tmp_path / "moved")
    (tmp_path / "moved" / "split" / "report.html").write_text("a report")
    page = Page((tmp_path / "moved" / "compare" / path.name).read_text(encoding="utf-8"))
    link = next(link for link in page.links if "split" in link and "#q=" in link)
    found = tmp_path / "moved" / "compare" / unquote(link.split("#")[0])
    assert found.read_text() == "a report"


def test_the_terminal_says_what_may_be_claimed(compared: misspoke.Comparison) -> None:
    values = compared.to_dict()
    text = " ".join(drawn(values).split())
    assert "A base model and its instruct sibling (ducks)" in text
    assert "No greedy answer differs, as none can by temperature alone." in text
    for words, _ in QUANTITIES.values():
        assert " ".join(words.split()[:2]) in text
    assert "[bold]x[/bold]" in drawn(values)  # as it is, no markup
    assert "\x1b" not in drawn(values)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_terminal_is_as_wide_as_it_is(compared: misspoke.Comparison, width: int) -> None:
    lines = drawn(compared.to_dict(), width).splitlines()
    assert max(map(len, lines)) <= width


def test_strangers_are_named_on_the_face_of_page_and_terminal(home: Path, tmp_path: Path) -> None:
    siblings.run(tmp_path / "stranger", siblings.drawn(90, seed=3))
    found = misspoke.compare([home / "base", tmp_path / "stranger"])
    sentence = "No family is declared for stranger; these are differences between two models, and "
    page = Page(found.report(tmp_path / "out").read_text(encoding="utf-8"))
    assert sentence in " ".join(page.text.split())
    assert sentence in " ".join(drawn(found.to_dict()).split())
    assert "With instruction tuning" not in page.text


def test_prompts_make_a_grid() -> None:
    levels = {name: {"n": 40, "value": 0.25, "most": 0.25} for name in QUANTITIES}
    runs = [
        {"model": "ducks", "form": form, "shots": shots, "levels": levels}
        for form, shots in (("text", 5), ("text", 0), ("chat", 0))
    ]
    [grid] = prompt_grids({"runs": [*runs, {**runs[0], "model": "geese"}]})
    assert (grid.model, grid.shots) == ("ducks", (0, 5))
    assert grid.rows[0] == ("Accuracy, text", ("25.0%", "25.0%"))
    assert grid.rows[1] == ("Accuracy, chat", ("25.0%", ""))


def test_numbers_are_said_with_their_signs_and_never_where_there_are_none() -> None:
    assert signed(0.0123, "share") == "+1.2"
    assert signed(-0.0123, "probability") == "−0.012"
    assert signed(0.0, "share") == signed(-0.00001, "share") == "0.0"
    assert figure(None, "share") == "too few"
    assert figure(-0.5, "number") == "−0.50"
    assert between([-0.1, 0.2], "share") == "[−10.0, 20.0]"
    assert between(None, "share") == ""
    assert level({"n": 12, "value": None, "most": None}, "share") == "n = 12"
    assert level({"n": 50, "value": 0.1, "most": 0.2}, "share") == "10.0–20.0%"
    assert [small_p(p) for p in (0.0001, 0.04999, 0.5, None)] == ["< 0.001", "0.050", "0.50", ""]


def test_the_page_of_decoders(tmp_path: Path) -> None:
    lm = siblings.model(siblings.drawn(40, split=0.5))
    asked = siblings.asked(40)
    misspoke.contest(lm, asked, tmp_path / "a", ["concept"])
    misspoke.contest(lm, asked, tmp_path / "b", ["string"])
    found = misspoke.compare([tmp_path / "a", tmp_path / "b"])
    assert found.kind == "decoders"
    page = Page(found.report(tmp_path / "out").read_text(encoding="utf-8"))
    text = " ".join(page.text.split())
    assert "2 contests of decoders compared" in text
    assert "concept (1)" in text
    assert "string (2)" in re.sub(r"\s+", " ", drawn(found.to_dict()))

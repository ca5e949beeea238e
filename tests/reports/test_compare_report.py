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
from misspoke.reports import compare_words
from misspoke.reports.columns import Columns
from misspoke.reports.compare_figures import (
    QUANTITIES,
    between,
    changed,
    figure,
    level,
    p_value,
    prompt_grids,
    short_names,
    signed,
    small_p,
    unsettled,
)
from misspoke.reports.compare_terminal import comparison_lines
from misspoke.reports.compare_words import lead, nothing_line, reading

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


def test_nothing_declared_of_a_model_acts_in_the_terminal(home: Path, tmp_path: Path) -> None:
    line = Lineage("[/d]\x1b[31mred", "base", 1_000)
    for name, seed in (("one", 1), ("other", 2)):
        siblings.run(tmp_path / name, siblings.drawn(40, seed), line)
    text = drawn(misspoke.compare([home / "base", tmp_path / "one", tmp_path / "other"]).to_dict())
    alone = drawn(misspoke.compare([home / "base", tmp_path / "one"]).to_dict())
    for shown in (text, alone):
        assert "[/d]\\x1b[31mred" in "".join(shown.split())
        assert "\x1b" not in shown


def test_what_undetermined_rows_leave_open_is_said_and_has_no_p() -> None:
    found: dict[str, Any] = {
        "difference": 0.07, "interval": [0.04, 0.1], "settled": [-0.26, 0.26],
        "test": {"holm_p": 0.0001},
    }  # fmt: skip
    text = "+7.0 [4.0, 10.0]"
    assert changed(found, "share") == f"{text}; not settled: −26.0 to +26.0 points"
    assert (unsettled(found), p_value(found)) == (True, "not settled")
    wider = found | {"settled": [0.02, 0.11]}
    assert changed(wider, "share") == f"{text}; undetermined rows settled: +2.0 to +11.0 points"
    assert (unsettled(wider), p_value(wider)) == (False, "< 0.001")
    for settled in (None, [0.07001, 0.07002]):
        assert changed(found | {"settled": settled}, "share") == text
    assert p_value(found | {"test": None}) == ""


def test_too_few_questions_are_no_absence_of_differences(home: Path, tmp_path: Path) -> None:
    siblings.run(tmp_path / "few", siblings.drawn(90)[:20], INSTRUCT)
    [pair] = misspoke.compare([home / "base", tmp_path / "few"]).to_dict()["pairs"]
    assert nothing_line(pair).startswith("There are too few questions to test a difference, ")
    [pair] = misspoke.compare([home / "base", home / "in struct#1"]).to_dict()["pairs"]
    assert nothing_line(pair | {"claims": []}).startswith("No headline difference is beyond chance")


def test_caveats_stand_in_the_opening_of_several_pairs_too() -> None:
    def pair(*caveats: str, says: str = "Two sizes.") -> dict[str, Any]:
        return {"kind": {"says": says, "caveats": caveats}}

    def opening(*pairs: dict[str, Any], kind: str = "sizes") -> list[str]:
        return reading({"kind": kind, "pairs": pairs})

    assert opening(pair(), pair()) == ["Two sizes."]
    assert opening(pair("x", "y"), pair("x", "y")) == ["Two sizes.", "Beware: x; y."]
    assert opening(pair(says="One."), pair("x", says="Other."), pair(says="One.")) == [
        "3 pairs, sizes of one family: what may be claimed is said of each.",
        "Beware: in 1 of 3 pairs something else differs as well; it is said of each.",
    ]
    assert opening(pair(says="One."), pair(), kind="mixed") == [
        "2 pairs, of several kinds: what may be claimed is said of each."
    ]


def test_relations_are_spoken_of_where_there_are_some(compared: misspoke.Comparison) -> None:
    values = compared.to_dict()
    assert "resamples of whole relations" in compare_words.tests_line(values)
    assert "McNemar" not in compare_words.tests_line(values)
    alone = compare_words.tests_line(values | {"grouped": False})
    assert "relation" not in alone
    assert "McNemar" in alone


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


def test_the_lead_says_what_differs_by_test_and_interval() -> None:
    runs = [{"label": name, "model": name} for name in ("duck", "goose")]

    def found(a: float, b: float, p: float, *ends: float, settled: Any = None) -> dict[str, Any]:
        sides = ({"n": 900, "value": value, "most": value} for value in (a, b))
        return {
            **dict(zip("ab", sides, strict=True)),
            "difference": b - a,
            "interval": ends,
            "settled": settled,
            "test": {"holm_p": p},
        }

    def said(accuracy: dict[str, Any], failures: dict[str, Any]) -> str:
        differences = {"accuracy": accuracy, "failures_per_wrong": failures}
        return lead({"runs": runs}, {"a": 0, "b": 1, "differences": differences})

    same = found(0.04, 0.041, 1.0, -0.02, 0.02)
    assert said(found(0.459, 0.333, 1e-9, -0.19, -0.05), same) == (
        "goose is right on 12.6 points fewer of the questions than duck (33.3% against 45.9%, "
        "p < 0.001); failures per wrong answer do not differ beyond chance (4.1% against 4.0%)."
    )
    unsure = found(0.4, 0.5, 1e-9, -0.01, 0.2)  # the interval holds 0
    more = found(0.04, 0.09, 0.012, 0.02, 0.07)
    assert said(unsure, more).startswith("goose and duck do not differ in accuracy beyond chance (")
    assert "its failures per wrong answer are 5.0 points more (9.0% against 4.0%" in said(
        unsure, more
    )
    left = found(0.04, 0.09, 0.012, 0.02, 0.07, settled=(-0.01, 0.08))
    assert "whether failures per wrong answer differ is not settled" in said(unsure, left)


def test_heads_name_the_runs(compared: misspoke.Comparison, tmp_path: Path) -> None:
    values = compared.to_dict()
    text = Page(compared.report(tmp_path / "heads").read_text(encoding="utf-8")).text
    for pair in values["pairs"]:
        a, b = short_names(values, pair)
        assert f"{b} − {a}" in text
        assert f"{a} ↓ in {b} →" in text
    assert "b − a" not in text


def test_runs_of_one_model_go_by_how_they_were_asked() -> None:
    runs = [{"label": f"duck, text {n}-shot", "model": "duck"} for n in (0, 5)]
    assert short_names({"runs": runs}, {"a": 0, "b": 1}) == ("text 0-shot", "text 5-shot")


def test_columns_break_no_word_and_no_interval() -> None:
    head = ("Quantity", "smollm2-135m-instruct", "Difference", "p (Holm)")
    rows = [("Commitment failures per wrong answer", "4.3–4.8%", "−0.8 [−3.1, 1.0]", "0.044")] * 2
    for width in (48, 60, 100):
        console = Console(width=width, color_system=None)
        with console.capture() as printed:
            console.print(Columns(head, rows))
        lines = printed.get().splitlines()
        assert max(map(len, lines)) <= width
        parts = " ".join(lines).split()
        for word in ("Commitment", "failures", "4.3–4.8%", "[−3.1,", "0.044"):
            assert parts.count(word) == 2
        assert sum("[−3.1, 1.0]" in line for line in lines) == 2
        assert sum(map(len, parts)) == sum(
            map(len, " ".join(" ".join(row) for row in (head, *rows)).split())
        )

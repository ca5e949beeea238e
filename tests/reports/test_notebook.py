"""A run in a notebook: a short piece of HTML that holds the verdict, and in which no text acts."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from reports.report_rows import HOSTILE, a_run, every_outcome, hostile, row
from speakers import COMMITTED, SPLIT, observed

from misspoke.api import Run
from misspoke.diagnosis.advice import advise
from misspoke.reports.figures import MASSES, WRONG_OUTCOMES, outcome_cell
from misspoke.reports.notebook import REPORT, run_html, summary_html

NAMED = {"settings": {"model": {"name": "simulated"}, "questions": {"name": "atlas"}}}
VOID = {"br", "hr", "img", "input", "link", "meta"}


class Piece(HTMLParser):
    """A piece of HTML: its tags with their attributes, its text, and that it is well formed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in VOID
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def cells(html: str) -> list[list[str]]:
    """The rows of the one table, as texts."""
    lines = re.findall(r"<tr[^>]*>(.*?)</tr>", html)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in lines]


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return a_run(tmp_path_factory.mktemp("split"), observed(SPLIT))[1]


def test_it_holds_the_title_the_verdicts_with_their_evidence_and_the_outcomes(
    tmp_path: Path, split: dict[str, Any]
) -> None:
    html = summary_html(split, NAMED, tmp_path / REPORT)
    piece = Piece(html)
    assert piece.text.startswith("simulated on atlas, 400 questionsAccuracy 50% (200 of 400)")
    at = 0
    for one in advise(split, "simulated", "atlas"):
        for text in (one.verdict, *one.evidence, *([one.command] if one.command else [])):
            at = piece.text.index(text, at)
    assert "There is a commitment problem: on 10% of the questions" in piece.text
    headline = split["rates"]["all_rows"]
    told = [
        [words.replace("<", "&lt;"), *(outcome_cell(headline, mass, name) for mass in MASSES)]
        for name, words in WRONG_OUTCOMES.items()
    ]
    assert cells(html) == [["200 wrong answers at τ = 0.2, judged by", *MASSES.values()], *told]


def test_a_committed_model_is_not_said_to_have_a_problem(tmp_path: Path) -> None:
    committed = a_run(tmp_path, observed(COMMITTED))[1]
    text = Piece(summary_html(committed, NAMED, tmp_path / REPORT)).text
    assert "There is no commitment problem" in text
    assert "There is a commitment problem" not in text


def test_it_needs_no_script_no_style_sheet_and_no_colour_of_its_own(
    tmp_path: Path, split: dict[str, Any]
) -> None:
    html = summary_html(split, NAMED, tmp_path / REPORT)
    piece = Piece(html)
    names = {tag for tag, _ in piece.tags}
    assert not names & {"script", "style", "link", "iframe", "object", "svg", "img"}
    for _, attributes in piece.tags:
        assert not any(name.startswith("on") for name in attributes)
        style = attributes.get("style") or ""
        colours = re.findall(r"(?<![\w-])(?:color|background)\s*:\s*([^;]+)", style)
        assert set(colours) <= {"inherit", "transparent"}
        assert "url" not in style
    assert len(html) < 12_000


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_do_not_act(tmp_path: Path, text: str) -> None:
    run, summary = a_run(tmp_path / "run", [row()])
    plain = Piece(summary_html(summary, NAMED, run.folder / REPORT)).tags
    manifest = {"settings": {"model": {"name": text}, "questions": {"name": text}}}
    html = summary_html(summary, manifest, run.folder / REPORT)
    piece = Piece(html)
    assert piece.tags == plain
    assert all(char.isprintable() for char in html)
    html.encode()


def test_rows_stay_out_of_it(tmp_path: Path) -> None:
    run, summary = a_run(tmp_path, [hostile(0, HOSTILE[0]), hostile(1, HOSTILE[1])])
    assert "alert" not in summary_html(summary, run.manifest, run.folder / REPORT)


def test_the_report_is_linked_where_a_notebook_can_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "javascript:alert(1)" / 'a "b" <c> #d\x1b'
    run, summary = a_run(folder, [row()])
    page = folder / REPORT
    assert "<a " not in summary_html(summary, run.manifest, page)  # not written yet
    page.write_text("")
    monkeypatch.chdir(tmp_path)
    piece = Piece(summary_html(summary, run.manifest, page))
    [link] = [attributes for tag, attributes in piece.tags if tag == "a"]
    address = "./javascript%3Aalert%281%29/a%20%22b%22%20%3Cc%3E%20%23d%1B/report.html"
    assert link["href"] == address
    assert str(page).replace("\x1b", r"\x1b") in piece.text
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    html = summary_html(summary, run.manifest, page)
    assert "<a " not in html
    assert str(page).replace("\x1b", r"\x1b") in Piece(html).text


def test_a_run_draws_itself_from_its_summary_file(tmp_path: Path) -> None:
    run, summary = a_run(tmp_path, every_outcome().values())
    assert Run(run)._repr_html_() is None  # its summary is empty
    for damaged in ("{", "", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")):
        (tmp_path / "summary.json").write_text(damaged)
        assert Run(run)._repr_html_() is None
    (tmp_path / "summary.json").write_text(json.dumps(summary))
    html = Run(run)._repr_html_()
    assert html == run_html(run)
    assert html == summary_html(summary, run.manifest, tmp_path / REPORT)
    assert "tiny on made, 11 questions" in Piece(str(html)).text
    (tmp_path / "summary.json").unlink()
    assert Run(run)._repr_html_() is None


@pytest.mark.parametrize("rows", [[], [row(outcome="correct", answer="Farsi")]])
def test_a_run_without_wrong_answers_has_no_table(tmp_path: Path, rows: list[Any]) -> None:
    run, summary = a_run(tmp_path, rows)
    html = summary_html(summary, run.manifest, run.folder / REPORT)
    assert "nothing to explain" in Piece(html).text
    assert "<table" not in html
    assert not re.search(r"\b(nan|None|null)\b", html)

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from reports.report_rows import HOSTILE, a_run, every_outcome, hostile, row

from misspoke.records.observation import Observation
from misspoke.reports import write_report
from misspoke.reports.figures import advice, conditions
from misspoke.reports.page_parts import (
    EXPLORER,
    SHELL,
    document,
    folded,
    safe,
    script_text,
    section,
    table,
)

VOID = {"br", "input", "meta"}


class Page(HTMLParser):
    """Checks that elements are nested well, and gathers what they are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @property
    def scripts(self) -> list[str | None]:
        """The type of each script; the one that runs has none."""
        return [attributes.get("type") for tag, attributes in self.tags if tag == "script"]

    def handle_data(self, data: str) -> None:
        self.text += data


def page(folder: Path, rows: list[Observation], **settings: str) -> str:
    run, summary = a_run(folder, rows, **settings)
    path = write_report(run, summary)
    assert path == folder / "report.html"
    return path.read_text()


def test_the_conditions_are_those_that_a_run_notes() -> None:
    manifest = {
        "settings": {
            "model": {"name": "tiny", "dtype": "float32"},
            "style": {"form": "text", "shots": 4, "stem": False},
        },
        "facts": {"lineage": {"family": "ducks", "role": "base"}},
    }
    assert conditions(manifest) == ["base", "float32", "text, 4 shots"]
    asked = {"form": "chat", "shots": 1, "stem": True}
    assert conditions({"settings": {"style": asked}}) == ["chat, 1 shot, stem"]
    assert conditions({"settings": {"model": "tiny", "style": "text"}}) == ["text"]
    assert conditions({}) == []


def test_every_section_is_in_the_bar_and_every_word_is_explained(tmp_path: Path) -> None:
    parsed = Page(page(tmp_path, list(every_outcome().values())))
    links = [attributes["href"] for tag, attributes in parsed.tags if tag == "a"]
    named = {attributes["id"] for _, attributes in parsed.tags if attributes.get("id")}
    sections = [attributes["id"] for tag, attributes in parsed.tags if tag == "section"]
    assert {f"#{name}" for name in sections} <= set(links)
    assert {link[1:] for link in links if link and link.startswith("#")} <= named
    words = {link for link in links if link and link.startswith("#word-")}
    assert {"#word-tau", "#word-p-mass", "#word-greedy-miss"} <= words
    assert sections.index("overview") < sections.index("verdict")


def test_tables_go_by_their_captions_and_headings() -> None:
    plain = table(["A", "B"], [("", ["a", "1"])])
    captioned = table(["A", "B"], [("", ["a", "1"])], "The <em>first</em>")
    text = section("Heading", plain, folded("Fold & more", plain), captioned)
    assert re.findall(r'aria-label="([^"]*)"', text) == ["Heading", "Fold &amp; more", "The first"]


def test_columns_of_figures_stand_at_the_right() -> None:
    rows = [("", ["x", "−0.1 <span>[0 to 1]</span>", "–", "12 monkeys", "<bdi>1912</bdi>"])]
    rows.append(("", ["y", "+3", "&lt;1%", "none", "<bdi>1913</bdi>"]))
    text = table("abcde", rows)
    assert re.findall(r'<th scope="col"( class="right")?>(.)', text) == [
        ("", "a"),
        (' class="right"', "b"),
        (' class="right"', "c"),
        ("", "d"),
        ("", "e"),
    ]
    assert text.count('<td class="right">') == 4


def test_the_page_names_its_own_run_where_it_advises_on_names(tmp_path: Path) -> None:
    rows = [row(f"q{number}", alias_gap=number < 12) for number in range(40)]
    run, summary = a_run(tmp_path / "my run", rows)
    told = advice(summary, run.manifest, str(run.folder))
    commands = [one.command for one in told if one.rule == "labels"]
    assert commands == [f"misspoke aliases '{run.folder}'"]
    assert safe(commands[0] or "") in write_report(run, summary).read_text()


def test_nothing_is_tabled_of_no_wrong_answers(tmp_path: Path) -> None:
    rows = [row for row in every_outcome().values() if row.correct]
    text = page(tmp_path, rows)
    for absent in ("0 wrong answers, by", "(0 of 0)", "[0–0%]", "0 (surely)"):
        assert absent not in text
    assert "No commitment problem was seen: no answer was wrong." in text


def test_the_page_holds_what_a_run_found(tmp_path: Path) -> None:
    text = page(tmp_path, list(every_outcome().values()))
    parsed = Page(text)
    for part in ("tiny on made", "7 wrong answers", "float32", "versions.misspoke"):
        assert part in parsed.text
    tags = [tag for tag, _ in parsed.tags]
    assert tags.count("h1") == 1
    assert all("scope" in attributes for tag, attributes in parsed.tags if tag == "th")
    drawings = [attributes for tag, attributes in parsed.tags if tag == "svg"]
    pictures = [drawing for drawing in drawings if "aria-hidden" not in drawing]
    assert {picture["role"] for picture in pictures} == {"img"}
    assert all(picture["aria-label"] for picture in pictures)
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    links = [attributes["href"] for tag, attributes in parsed.tags if tag == "a"]
    assert {str(link)[1:] for link in links} <= set(ids)
    assert {"#verdict", "#questions", "#settings"} <= set(links)
    headings = [tag for tag in tags if tag in ("h1", "h2", "h3")]
    assert headings[0] == "h1"
    assert "h3" not in headings[: headings.index("h2")]
    files = [str(a["data-file"]) for _, a in parsed.tags if "data-file" in a]
    assert len(set(files)) == len(files) > 3


def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    text = page(tmp_path, list(every_outcome().values()))
    outside = text.replace(script_text(EXPLORER), "").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|url\(|@import|<link|src=", outside)
    assert not re.search(r"fetch\(|XMLHttp|import\(|innerHTML|insertAdjacent|eval\(", text)


@pytest.mark.parametrize(("data", "names"), [("", SHELL), ("<i></i>", EXPLORER)])
def test_one_script_may_run_and_it_is_the_pages_own(data: str, names: tuple[str, ...]) -> None:
    text = document("Title", "facts", "", "", data=data)
    [script] = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'; base-uri 'none'" in text
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:;" in text
    assert script == script_text(names)
    assert "</" not in script


def test_texts_do_not_act(tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if "\ud800" not in text]
    rows = [hostile(i, text) for i, text in enumerate(texts)]
    text = page(tmp_path, rows, model="".join(texts), **{'"><script>': "</footer><script>"})
    parsed = Page(text)
    assert parsed.scripts == ["application/json", "application/json", None]
    assert not any(name.startswith("on") for _, attrs in parsed.tags for name in attrs)
    assert all(char.isprintable() or char == "\n" for char in text)
    assert safe("".join(texts)) in text


@pytest.mark.parametrize("rows", [[], [row(outcome="correct", answer="Farsi")]])
def test_a_run_without_failures_is_no_trouble(tmp_path: Path, rows: list[Observation]) -> None:
    assert "There are no commitment failures." in page(tmp_path, rows)


def test_the_page_is_the_same_every_time(tmp_path: Path) -> None:
    run, summary = a_run(tmp_path, every_outcome().values())
    first = write_report(run, summary).read_bytes()
    assert write_report(run, summary).read_bytes() == first

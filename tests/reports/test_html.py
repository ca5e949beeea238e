import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from reports.report_rows import HOSTILE, a_run, every_outcome, hostile, row

from misspoke.records.observation import Observation
from misspoke.reports import listing, write_report
from misspoke.reports.page_parts import safe

VOID = {"meta", "rect"}


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

    def handle_data(self, data: str) -> None:
        self.text += data


def page(folder: Path, rows: list[Observation], **settings: str) -> str:
    run, summary = a_run(folder, rows, **settings)
    path = write_report(run, summary)
    assert path == folder / "report.html"
    return path.read_text()


def test_the_page_holds_what_a_run_found(tmp_path: Path) -> None:
    text = page(tmp_path, list(every_outcome().values()))
    parsed = Page(text)
    for part in ("tiny on made", "7 wrong answers", "dtype float32", "versions.misspoke"):
        assert part in parsed.text
    tags = [tag for tag, _ in parsed.tags]
    assert tags.count("h1") == 1
    assert tags.count("article") == 4
    assert all("scope" in attributes for tag, attributes in parsed.tags if tag == "th")
    drawings = [attributes for tag, attributes in parsed.tags if tag == "svg"]
    pictures = [drawing for drawing in drawings if "aria-hidden" not in drawing]
    assert [picture["role"] for picture in pictures] == ["img"] * 9
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    labels = {label for picture in pictures for label in str(picture["aria-labelledby"]).split()}
    assert labels == set(ids)
    headings = [tag for tag in tags if tag in ("h1", "h2", "h3")]
    assert headings[0] == "h1"
    assert "h3" not in headings[: headings.index("h2")]


def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    text = page(tmp_path, list(every_outcome().values()))
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in text
    assert not re.search(r"https?:|//|url\(|@import|<script|<link|src=|href=", text)


def test_texts_do_not_act(tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if "\ud800" not in text]
    rows = [hostile(i, text) for i, text in enumerate(texts)]
    text = page(tmp_path, rows, model="".join(texts), **{'"><script>': "</footer><script>"})
    parsed = Page(text)
    assert "script" not in {tag for tag, _ in parsed.tags}
    assert not any(name.startswith("on") for _, attrs in parsed.tags for name in attrs)
    assert all(char.isprintable() or char == "\n" for char in text)
    for hostile_text in texts:
        assert safe(hostile_text) in text


def test_failures_are_listed_first_and_long_lists_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "LISTED", 5)
    text = page(tmp_path, list(every_outcome().values()))
    _, table = text.split("5 of 11 questions, failures first")
    listed = re.findall(r'<tr class="(\w+)"', table)
    assert listed == ["commitment_failure"] * 4 + ["undetermined"]


@pytest.mark.parametrize("rows", [[], [row(outcome="correct", answer="Farsi")]])
def test_a_run_without_failures_is_no_trouble(tmp_path: Path, rows: list[Observation]) -> None:
    assert "There are none." in page(tmp_path, rows)


def test_the_page_is_the_same_every_time(tmp_path: Path) -> None:
    run, summary = a_run(tmp_path, every_outcome().values())
    first = write_report(run, summary).read_bytes()
    assert write_report(run, summary).read_bytes() == first

import re
from xml.etree import ElementTree

import pytest
from reports.report_rows import HOSTILE, every_outcome, hostile

from misspoke.reports import election, svg


def test_a_picture_is_the_same_whatever_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    one = every_outcome()["split vote"]
    picture = svg(election(one), "A split vote")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "40")
    assert svg(election(one), "A split vote") == picture


def test_a_picture_needs_nothing_from_elsewhere() -> None:
    picture = svg(election(every_outcome()["split vote"]), "A split vote")
    assert re.findall(r"https?:[^\"]*", picture) == ["http://www.w3.org/2000/svg"]
    assert all(name.startswith("#") for name in re.findall(r"url\(([^)]*)\)", picture))
    assert "@import" not in picture
    assert "@font-face" not in picture


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_do_not_act(text: str) -> None:
    root = ElementTree.fromstring(svg(election(hostile(1, text)), text))  # noqa: S314 - our own
    assert {element.tag.split("}")[1] for element in root.iter()} <= {
        *("svg", "style", "defs", "clipPath", "rect", "g", "text", "circle")
    }

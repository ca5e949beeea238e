"""From a description to an inline picture: compact, safe, named, and alone."""

import re
import subprocess
import sys
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from reports.report_rows import HOSTILE
from reports.svg_reading import SVG, root, words

from misspoke.reports.charts import LIGHT, render
from misspoke.reports.text import visible

ACTING = (*HOSTILE, "<img src=x onerror=alert(1)>", "</svg><script>alert(1)</script>", "]]>", "--")


def spec(label: str = "a", y: float = 2.0) -> dict[str, object]:
    """A bar with its name on the axis, and beside it."""
    place = {
        "x": {"field": "label", "type": "nominal"},
        "y": {"field": "y", "type": "quantitative"},
    }
    return {
        "title": label,
        "data": {"values": [{"label": label, "y": y}]},
        "layer": [
            {"mark": {"type": "bar", "tooltip": True}, "encoding": place},
            {"mark": "text", "encoding": place | {"text": {"field": "label"}}},
        ],
    }


@pytest.mark.parametrize("text", ACTING)
def test_texts_do_not_act(text: str) -> None:
    chart = render("x", text, spec(text))
    assert {element.tag for element in root(chart).iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "g", "path", "line", "rect", "text")
    }
    for element in root(chart).iter():
        assert not [key for key, _ in element.items() if key.startswith("on") or "href" in key]
    assert words(chart).count(visible(text)) == 3
    assert root(chart).get("aria-label") == chart.title == visible(text)
    assert "<script" not in chart.svg
    assert "<img" not in chart.svg
    assert all(char.isprintable() for char in chart.svg)


def test_a_picture_is_named_and_fits_its_place_and_needs_nothing() -> None:
    chart = render("x", "What it shows: 3", spec())
    top = root(chart)
    assert (top.get("role"), top.get("aria-label")) == ("img", "What it shows: 3")
    assert top.get("viewBox")
    assert not {"width", "height", "style"} & set(top.keys())
    assert chart.svg.count("http") == 1
    assert 'xmlns="http://www.w3.org/2000/svg"' in chart.svg
    for key in ("url(", "href", "xlink", "<style", "<title"):
        assert key not in chart.svg
    roles = [element.get(key) for element in list(top.iter())[1:] for key in ("role", "aria-label")]
    assert set(roles) == {None}


def test_rows_are_carried_by_whole_numbers_alone() -> None:
    def described(text: str) -> str:
        place = {"x": {"field": "y", "type": "quantitative"}}
        mark = {"type": "point", "aria": True}
        made = {
            "data": {"values": [{"y": 1, "d": text}]},
            "layer": [{"mark": mark, "encoding": place | {"description": {"field": "d"}}}],
        }
        return render("x", "x", made).svg

    assert 'data-row="12"' in described("12 correct")
    for text in ("12 nothing", "x correct", "12", "1\" onload='x correct", "-1 correct"):
        assert "data-row" not in described(text)
        assert "onload" not in described(text)


def test_what_is_not_a_number_is_not_drawn() -> None:
    for value in (float("nan"), float("inf")):
        chart = render("x", "x", spec(y=value))
        assert "nan" not in chart.svg.lower()
        assert "infinity" not in chart.svg.lower()


@pytest.mark.parametrize("url", ["https://example.org/x.json", "http://127.0.0.1:1/x"])
def test_data_from_an_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not allowed"):
        render("x", "x", spec() | {"data": {"url": url}})


def test_literal_colours_make_a_file_by_itself() -> None:
    chart = render("x", "x", spec() | {"mark": {"color": "var(--wrong)"}}, LIGHT)
    assert "var(" not in chart.svg
    top = root(chart)
    assert {"width", "height"} <= set(top.keys())
    assert next(iter(top)).get("fill") == LIGHT["ground"]
    ElementTree.fromstring(chart.svg)  # noqa: S314 - our own


def test_literal_colours_are_the_pages_light_ones() -> None:
    sheet = (files("misspoke.reports") / "assets" / "page.css").read_text(encoding="utf-8")
    for name, colour in LIGHT.items():
        [first, *_] = re.findall(rf"--{name}:\s*(#\w+);", sheet)
        assert first == colour


def test_drawing_waits_until_it_is_asked_for() -> None:
    code = "import sys, misspoke, misspoke.reports.charts; print('vl_convert' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"

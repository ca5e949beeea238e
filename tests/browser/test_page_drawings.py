"""The pictures of an opened question, drawn from numbers that are known: the vote and the tree."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from browser.conftest import value_of

pytestmark = pytest.mark.browser

NAMES = ("dom", "words", "election", "tree_data", "tree")
WIDTH = 640
PARTIES = [
    ["Paris", "gold", 0.2, 0.5, [["Paris", 0.15, 0.3, 0], ["la ville", 0.05, 0.2, 0]]],
    ["Lyon", "emitted", 0.4, 0.4, [["Lyon", 0.4, 0.4, 1]]],
    ["Rome", "other", 0.1, 0.3, [["Rome", 0.1, 0.3, 0]]],
    ["anything else", "rest", 0.0, 0.1, []],
]


@pytest.fixture(scope="module")
def blank(browser: Any) -> Iterator[Any]:
    """A page that holds nothing but a place to draw in."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_content("<style>svg { display: block }</style><div id='place'></div>")
    yield page
    page.close()


VOTE = """(() => {
  const drawing = election(given.parties, given.tau, false, given.width);
  document.getElementById("place").replaceChildren(drawing);
  const box = (one) => {
    const { x, y, width, height } = one.getBBox();
    const [kind, fill] = ["class", "fill"].map((name) => one.getAttribute(name) ?? "");
    return { kind, fill, x, y, width, height, text: one.textContent };
  };
  const boxes = (which) => [...drawing.querySelectorAll(which)].map(box);
  return [boxes("rect:not(defs rect)"), boxes("text"), boxes(".tau")];
})()"""


def vote(page: Any, tau: float = 0.2) -> tuple[list[Any], list[Any], list[Any]]:
    rects, texts, lines = value_of(
        page, NAMES, VOTE, {"parties": PARTIES, "tau": tau, "width": WIDTH}
    )
    return rects, texts, lines


def test_bars_are_as_long_as_what_they_hold(blank: Any) -> None:
    rects, _, _ = vote(blank)
    scale = (WIDTH - 2) / 0.5
    held = [one for one in rects if one["kind"] in ("gold", "emitted", "other")]
    ends = {one["kind"]: one["x"] + one["width"] for one in held}
    for kind, low in (("gold", 0.2), ("emitted", 0.4), ("other", 0.1)):
        assert ends[kind] == pytest.approx(low * scale, abs=2)
    gold = [one for one in held if one["kind"] == "gold"]
    assert [one["width"] for one in gold] == pytest.approx([0.15 * scale, 0.05 * scale], abs=2)
    assert gold[1]["x"] == pytest.approx(0.15 * scale)
    thin = [one["width"] for one in rects if "thin" in one["kind"]]
    assert thin == pytest.approx([0.15 * scale, 0.05 * scale])


def test_what_may_be_held_besides_is_hatched(blank: Any) -> None:
    rects, _, _ = vote(blank)
    scale = (WIDTH - 2) / 0.5
    hatched = {one["fill"]: one for one in rects if one["fill"]}
    assert set(hatched) == {"url(#hatch-gold)", "url(#hatch-other)"}
    for name, low, high in (("gold", 0.2, 0.5), ("other", 0.1, 0.3)):
        one = hatched[f"url(#hatch-{name})"]
        assert one["x"] == pytest.approx(low * scale)
        assert one["width"] == pytest.approx((high - low) * scale)
    drawn = blank.evaluate("[...document.querySelectorAll('#place pattern rect')].length")
    assert drawn == 3


@pytest.mark.parametrize("tau", [0.05, 0.2, 0.5, 0.9])
def test_the_threshold_stands_at_its_mass_over_the_bars_alone(blank: Any, tau: float) -> None:
    rects, texts, lines = vote(blank, tau)
    scale = (WIDTH - 2) / max(0.5, tau * 1.15)
    tracks = [one for one in rects if one["kind"] == "track"]
    assert len(lines) == len(tracks) == 3
    for line, track in zip(lines, tracks, strict=True):
        assert line["x"] == pytest.approx(tau * scale, abs=0.1)
        assert abs(line["y"] - track["y"]) <= 4
        assert line["height"] <= track["height"] + 8
        for text in texts:
            across = text["x"] <= line["x"] <= text["x"] + text["width"]
            assert not across or not (
                text["y"] + 3 < line["y"] + line["height"]
                and line["y"] < text["y"] + text["height"] - 3
            )
    label = [one for one in texts if one["text"] == f"τ = {tau:g}"]
    assert len(label) == 1
    assert abs(label[0]["x"] + label[0]["width"] / 2 - tau * scale) <= label[0]["width"] / 2 + 1
    assert label[0]["x"] >= 0
    assert label[0]["x"] + label[0]["width"] <= WIDTH


# A greedy path of five tokens of little mass, a right answer of two, and a bush of others.
TREE = {
    "parent": [-1, 0, 1, 2, -1, 4, -1, 6, -1, 8],
    "prob": [0.5, 0.2, 0.5, 0.5, 0.06, 0.5, 0.11, 0.9, 0.2, 0.9],
    "text": [" New", " York", " City", "", " Par", "is", " Rome", " proper", " Oslo", " fjord"],
    "mark": [0, 0, 0, 0, 2, 3, 0, 0, 0, 0],
    "said": [0, 1, 2, 3],
}
DEEP = {
    "parent": list(range(-1, 9)),
    "prob": [0.98] + [0.97] * 9,
    "text": [" considerable", " uncertainty", " surrounding", " everything"] * 2 + [" at", " all"],
    "mark": [0] * 10,
    "said": list(range(10)),
}
DRAWN = """(() => {
  const place = document.getElementById("place");
  place.style.width = `${given.width}px`;
  place.style.overflowX = "auto";
  showTree(place, given.tree);
  const left = place.getBoundingClientRect().left;
  const box = (one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    const names = ["aria-label", "stroke-width", "class"];
    const [label, thick, kind] = names.map((name) => one.getAttribute(name));
    return { x: x - left, y, width, height, label, thick: Number(thick), kind };
  };
  const parts = place.querySelectorAll("[role=treeitem], .link, .node .pill");
  return [place.querySelector("svg"), ...parts].map(box);
})()"""


def drawn(page: Any, tree: Any, width: int = 647) -> tuple[Any, list[Any], list[Any], list[Any]]:
    """The whole picture, its nodes, its lines, and the boxes of the nodes."""
    picture, *parts = value_of(page, NAMES, DRAWN, {"tree": tree, "width": width})
    nodes = [one for one in parts if one["label"]]
    links = [one for one in parts if one["kind"].startswith("link")]
    return picture, nodes, links, [one for one in parts if one["kind"] == "pill"]


def labels(nodes: list[Any]) -> list[str]:
    return [re.sub(r",.*", "", one["label"]).strip("␣ ") for one in nodes]


def test_what_was_said_and_the_best_right_path_are_unfolded(blank: Any) -> None:
    _, nodes, _, _ = drawn(blank, TREE)
    shown = labels(nodes)
    assert shown[:4] == ["New", "York", "City", "(end)"]
    assert {"Par", "is", "Oslo", "fjord", "Rome"} <= set(shown)
    assert "proper" not in shown


def test_a_right_answer_far_down_the_list_is_seen(blank: Any) -> None:
    """Behind seven others of more mass, at less than one per cent."""
    tree = {
        "parent": [-1] * 9,
        "prob": [0.2, 0.15, 0.12, 0.11, 0.1, 0.09, 0.08, 0.07, 0.004],
        "text": [f" w{n}" for n in range(8)] + [" right"],
        "mark": [0] * 8 + [3],
        "said": [0],
    }
    _, nodes, _, _ = drawn(blank, tree)
    assert "right" in labels(nodes)
    assert "1 more" in labels(nodes)


def test_lines_are_as_thick_as_what_flows_and_never_blocks(blank: Any) -> None:
    for tree, width in ((TREE, 647), (DEEP, 2000), (DEEP, 360)):
        _, _, links, pills = drawn(blank, tree, width)
        thickest = max(one["thick"] for one in links)
        assert thickest <= 18
        root = tree["prob"][0]
        assert links[0]["thick"] / root == pytest.approx(thickest / root)
        assert links[0]["x"] + links[0]["width"] <= pills[0]["x"] - 1
    _, nodes, links, _ = drawn(blank, TREE, 647)
    by_label = dict(zip(labels(nodes), (one["thick"] for one in links), strict=True))
    assert by_label["Oslo"] / by_label["New"] == pytest.approx(0.4, rel=0.02)


@pytest.mark.parametrize("width", [330, 647])
def test_a_tree_without_room_is_an_outline(blank: Any, width: int) -> None:
    """All that was said stays in the picture; a line for each token, further in than the last."""
    picture, nodes, _, _ = drawn(blank, DEEP, width)
    assert picture["width"] <= width
    for one in nodes:
        assert one["x"] + one["width"] <= width
    path = nodes[:10]
    assert all(a["x"] < b["x"] and a["y"] < b["y"] for a, b in pairwise(path))
    _, wide, _, _ = drawn(blank, DEEP, 2000)
    assert len({one["y"] for one in wide[:3]}) == 1


def test_no_two_tokens_lie_on_each_other(blank: Any) -> None:
    for tree, width in ((TREE, 647), (TREE, 330), (DEEP, 330), (DEEP, 2000)):
        _, _, _, pills = drawn(blank, tree, width)
        for at, one in enumerate(pills):
            for other in pills[at + 1 :]:
                apart = (
                    one["x"] + one["width"] <= other["x"] + 1
                    or other["x"] + other["width"] <= one["x"] + 1
                    or abs(one["y"] - other["y"]) >= 21
                )
                assert apart

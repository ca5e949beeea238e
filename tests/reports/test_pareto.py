"""The Pareto picture: every decoder where its numbers are, and its name in sight."""

import itertools
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports.report_rows import HOSTILE
from trial_rows import DECODERS, some_trials, trial

from misspoke.diagnosis import Verdicts, judge
from misspoke.diagnosis.decoders import Mean
from misspoke.reports import pareto_svg
from misspoke.reports.labels import Label, place
from misspoke.reports.page_parts import safe
from misspoke.reports.pareto import pareto_figure, points

FIELD = (60.0, 30.0, 700.0, 400.0)
NAMES = ("greedy", *(f"decoder-{number}" for number in range(11)))


def verdicts(**changes: tuple[float, float]) -> Verdicts:
    """Verdicts on decoders of the (accuracy, tokens) given."""
    judged = judge(some_trials(40), resamples=50)
    base = judged.decoders[0]
    made = tuple(
        replace(
            base,
            decoder=name,
            accuracy=replace(base.accuracy, value=accuracy, interval=(accuracy, accuracy)),
            beyond_prompt=Mean(tokens, (tokens, tokens)),
        )
        for name, (accuracy, tokens) in changes.items()
    )
    return replace(judged, decoders=made)


def overlaps(labels: list[Label]) -> list[tuple[Label, Label]]:
    return [
        (one, other)
        for one, other in itertools.combinations(labels, 2)
        if one.box[0] < other.box[2]
        and other.box[0] < one.box[2]
        and one.box[1] < other.box[3]
        and other.box[1] < one.box[3]
    ]


def test_the_frontier_is_what_nothing_beats() -> None:
    found = points(
        verdicts(
            greedy=(0.4, 4),
            same=(0.4, 4),
            dear=(0.4, 5),
            bad=(0.3, 4),
            good=(0.5, 50),
            dearer=(0.5, 60),
            best=(0.6, 400),
        )
    )
    assert [point.verdict.decoder for point in found if point.best] == [
        *("greedy", "same", "good", "best")
    ]


def test_points_are_where_their_numbers_are() -> None:
    picture = pareto_svg(verdicts(greedy=(0.4, 5), one=(0.5, 50), two=(0.45, 100)))
    ticks = re.findall(r'"tick end" x="[\d.]+" y="([\d.]+)">(\d+)%', picture)
    (low_y, low), *_, (high_y, high) = ((float(y) - 4, int(share)) for y, share in ticks)
    across = dict(re.findall(r'"tick middle" x="([\d.]+)" y="[\d.]+">([\d.,]+)<', picture))
    places = {float(number.replace(",", "")): float(x) for x, number in across.items()}
    dots = re.findall(r'class="dot (\w+)" d="M([\d.]+) ([\d.]+)m', picture)
    assert [kind for kind, *_ in dots] == ["one", "one", "two"]
    for (_, x, y), (accuracy, tokens) in zip(dots, [(40, 5), (50, 50), (45, 100)], strict=True):
        assert float(x) == pytest.approx(places[tokens], abs=0.2)
        share = low + (low_y - float(y)) / (low_y - high_y) * (high - low)
        assert share == pytest.approx(accuracy, abs=0.1)
    for text in ("one: 50.0% [50.0–50.0] at 50.0 tokens", "two: 45.0% [45.0–45.0] at 100 tokens"):
        assert text in picture


def test_bars_reach_from_end_to_end_of_the_intervals() -> None:
    judged = judge(some_trials(200), resamples=200)
    picture = pareto_svg(judged)
    ticks = re.findall(r'"tick end" x="[\d.]+" y="([\d.]+)">(\d+)%', picture)
    (low_y, low), *_, (high_y, high) = ((float(y) - 4, int(share)) for y, share in ticks)
    bars = re.findall(r'"whisker \w+" d="M[\d.]+ [\d.]+h8M[\d.]+ ([\d.]+)V([\d.]+)M', picture)
    assert len(bars) == len(DECODERS)
    for bar, verdict in zip(bars, judged.decoders, strict=True):
        ends = [low + (low_y - float(y)) / (low_y - high_y) * (high - low) for y in bar]
        assert verdict.accuracy.interval is not None
        assert ends == pytest.approx([100 * end for end in verdict.accuracy.interval], abs=0.1)


@pytest.mark.parametrize("decoders", [("greedy",), DECODERS, NAMES], ids=len)
def test_a_picture_is_a_file_by_itself(decoders: tuple[str, ...]) -> None:
    judged = judge(some_trials(60, decoders=decoders), resamples=50)
    picture = pareto_svg(judged)
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own
    assert {element.tag.split("}")[1] for element in root.iter()} <= {
        *("svg", "title", "desc", "style", "rect", "g", "path", "text")
    }
    assert re.findall(r"https?:[^\"]*", picture) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"url\(|@import|@font-face|<script|href", picture)
    assert "prefers-color-scheme: dark" in picture
    names = re.findall(r'class="name[^"]*"[^>]*>([^<]*)<', picture)
    assert names == list(decoders)
    assert pareto_svg(judged) == picture
    assert "<style>" not in pareto_figure(judged)


@pytest.mark.parametrize("rows", [[], [replace(trial(), primed=True)]])
def test_nothing_judged_is_no_trouble(rows: list[object]) -> None:
    picture = pareto_svg(judge(rows, resamples=50))
    ElementTree.fromstring(picture)  # noqa: S314 - our own
    assert "No question was judged." in picture


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from([0.0, 0.3, 4.0, 1e5]) | st.floats(0, 1e6)),
        min_size=1,
        max_size=12,
    )
)
@settings(deadline=None, max_examples=40)
def test_any_numbers_can_be_drawn(numbers: list[tuple[float, float]]) -> None:
    made = {f"d{place}": pair for place, pair in enumerate(numbers)}
    picture = pareto_svg(verdicts(**made))
    ElementTree.fromstring(picture)  # noqa: S314 - our own
    assert "nan" not in picture.lower()
    for x, y in re.findall(r'class="dot \w+" d="M([-\d.]+) ([-\d.]+)m', picture):
        assert 58 <= float(x) <= 740
        assert 33.9 <= float(y) <= 408.1


@given(st.lists(st.tuples(st.floats(60, 690), st.floats(40, 390)), min_size=1, max_size=12))
@settings(deadline=None, max_examples=60)
def test_labels_do_not_cover_each_other(places: list[tuple[float, float]]) -> None:
    texts = [f"decoder {number}" for number in range(len(places))]
    assert overlaps(place(places, texts, FIELD, [])) == []


@pytest.mark.parametrize("where", [(60.0, 30.0), (690.0, 395.0), (380.0, 200.0)])
def test_labels_of_equal_points_do_not_cover_each_other(where: tuple[float, float]) -> None:
    labels = place([where] * 12, ["self-consistency-8"] * 12, FIELD, [])
    assert overlaps(labels) == []
    for label in labels:
        left, top, right, bottom = label.box
        assert FIELD[0] <= left < right <= FIELD[2]
        assert FIELD[1] <= top < bottom <= FIELD[3]


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_do_not_act(text: str) -> None:
    picture = pareto_svg(verdicts(greedy=(0.4, 4), **{text: (0.5, 9)}))
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own
    assert "script" not in {element.tag.split("}")[1] for element in root.iter()}
    assert all(char.isprintable() or char == "\n" for char in picture)
    assert safe(text) in picture

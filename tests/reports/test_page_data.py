"""The data of a page: what it holds of the rows, that it is data only, and that it stays small."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports.report_rows import HOSTILE, a_run, every_outcome, hostile, row

from misspoke.records import Interval
from misspoke.records.observation import DrawnAnswer, Observation
from misspoke.reports.page import data as data_room
from misspoke.reports.page import listed as listed_room
from misspoke.reports.page.choosing import evenly, failures_and_sample
from misspoke.reports.page.data import PageData, page_data
from misspoke.reports.page.details import detail
from misspoke.reports.page.packing import coded, packed, short
from misspoke.reports.verdict import verdict


def blocks(data: PageData) -> tuple[dict[str, Any], dict[int, Any]]:
    """The table, and the details by their rows, as a browser reads them."""
    found = re.findall(
        r'<script type="application/json" id="(\w+)">(.*?)</script>', data.blocks, re.S
    )
    texts = dict(found)
    lines = [json.loads(line) for line in texts["details"].split("\n") if line]
    return json.loads(texts["rows"]), dict(lines)


def made(folder: Path, rows: list[Observation], tau: float = 0.2) -> PageData:
    run, _ = a_run(folder, rows)
    return page_data(run, tau)


@given(st.recursive(st.text() | st.floats(-1e9, 1e9) | st.none(), lambda x: st.lists(x)))
def test_packed_data_is_the_value_and_cannot_act(value: Any) -> None:
    text = packed(value)
    assert json.loads(text) == value
    assert not set("<>&\u2028\u2029") & set(text)
    assert all(char.isprintable() for char in text)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        packed(float("nan"))


def test_numbers_are_short_and_names_are_codes() -> None:
    assert [short(v) for v in (None, 0.0, 1.0, 0.123456, 1.23456e-7)] == [
        None,
        0,
        1,
        0.1235,
        1.235e-7,
    ]
    assert coded(["b", "a", "b"]) == (["b", "a"], [0, 1, 0])


@given(st.lists(st.booleans(), min_size=8, max_size=60), st.integers(0, 20))
def test_failures_come_before_an_even_sample(failed: list[bool], most: int) -> None:
    mask = np.array(failed, dtype=np.bool_)
    places = failures_and_sample(mask, most)
    assert places.tolist() == sorted(set(places.tolist()))
    assert set(np.flatnonzero(mask)) <= set(places.tolist())
    assert places.size == max(mask.sum(), min(most, mask.size))
    others = np.flatnonzero(~mask)
    taken = np.searchsorted(others, [place for place in places if not mask[place]])
    if taken.size > 1:
        steps = np.diff(taken)
        assert steps.max() - steps.min() <= 1
        assert taken[-1] >= others.size - -(-others.size // taken.size)


def test_an_even_sample_of_none() -> None:
    assert evenly(np.arange(5), 0).size == 0


def test_the_table_holds_every_row_at_the_threshold(tmp_path: Path) -> None:
    rows = list(every_outcome().values())
    table, details = blocks(made(tmp_path, rows, tau=0.45))
    assert table["id"] == [one.id for one in rows]
    assert table["question"] == [one.question for one in rows]
    assert table["gold"] == [[list(group) for group in one.gold] for one in rows]
    outcomes = [table["names"]["outcome"][code] for code in table["outcome"]]
    assert outcomes.count("commitment_failure") == 0
    assert outcomes[:2] == ["correct", "correct"]
    assert table["lower"] == [short(one.p_mass.lower) for one in rows]
    assert table["upper"] == [short(one.p_mass.upper) for one in rows]
    assert list(details) == list(range(len(rows)))
    for place, one in enumerate(rows):
        assert details[place]["verdict"] == verdict(one, 0.45)


def test_causes_and_flags_are_told(tmp_path: Path) -> None:
    rows = [
        row("a", cause="split_vote", alias_gap=True),
        row(
            "b", cause="minority_belief", emitted=0.5, near_tie=True, lost_midway=True, lost_step=2
        ),
    ]
    table, details = blocks(made(tmp_path, rows))
    names = table["names"]
    assert [names["cause"][code] for code in table["cause"]] == ["split_vote", "minority_belief"]
    flags = [
        [n for bit, n in enumerate(names["flag"]) if held >> bit & 1] for held in table["flags"]
    ]
    assert flags == [["alias_gap"], ["lost_midway", "near_tie"]]
    assert len(details[1]["remarks"]) == 2


def test_a_detail_holds_the_election_and_the_samples() -> None:
    drawn = [
        DrawnAnswer(text, (1,), -1.0, 0, text == "Arabic") for text in ("Arabic", "Farsi", "Arabic")
    ]
    found = detail(
        row(samples=tuple(drawn), p_true=Interval(0.1, 0.2), p_false=Interval(0.7, 0.8)), 0.2
    )
    labels = [(label, role) for label, role, *_ in found["concepts"]]
    assert labels[:2] == [("Persian", "gold"), ("Arabic", "emitted")]
    assert labels[-1] == ("anything else", "rest")
    assert found["concepts"][0][2:4] == [0.43, 0.43]
    assert found["samples"] == [["Arabic", 2, 1], ["Farsi", 1, 0]]
    assert found["true"] == [0.1, 0.2]


def test_above_the_limit_details_are_of_failures_and_a_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_room, "DETAILED", 6)
    rows = [row(f"q{n}", forms=(("Persian", 0.43 if n % 5 == 0 else 0.01),)) for n in range(20)]
    data = made(tmp_path, rows)
    table, details = blocks(data)
    assert len(table["id"]) == 20
    assert set(details) >= {0, 5, 10, 15}
    assert (data.detailed, data.failures_detailed, len(details)) == (6, 4, 6)


def test_what_does_not_fit_is_left_out_failures_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(f"q{n}", forms=(("Persian", 0.43 if n < 4 else 0.01),)) for n in range(60)]
    whole = made(tmp_path / "whole", rows)
    room = len(whole.listed.packed) + (len(whole.blocks) - len(whole.listed.packed)) // 4
    monkeypatch.setattr(data_room, "PAGE_BYTES", room)
    data = made(tmp_path / "cut", rows)
    _, details = blocks(data)
    assert 4 < len(details) < 30
    assert {0, 1, 2, 3} <= set(details)
    assert data.detailed == len(details)
    assert len(data.blocks) < room + 200


def test_a_table_that_is_too_long_is_thinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(f"q{n}", forms=(("Persian", 0.43 if n == 77 else 0.01),)) for n in range(100)]
    monkeypatch.setattr(listed_room, "TABLE_BYTES", 8_000)
    data = made(tmp_path, rows)
    table, details = blocks(data)
    assert table["n"] == 100
    assert 10 < len(table["id"]) < 90
    assert "q77" in table["id"]
    assert len(data.listed.packed) <= 8_000
    at = table["id"].index("q77")
    assert details[at]["verdict"] == verdict(rows[77], 0.2)
    assert data.listed.places[at] == 77


def test_hostile_texts_are_in_the_data_as_they_are(tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if "\ud800" not in text]
    data = made(tmp_path, [hostile(i, text) for i, text in enumerate(texts)])
    table, details = blocks(data)
    assert table["question"] == texts
    assert [details[i]["concepts"][0][4][0][0] for i in range(len(texts))] == texts
    outside = re.sub(r"</?script[^>]*>", "", data.blocks)
    assert not set("<>&") & set(outside)


def test_a_run_without_rows_has_empty_data(tmp_path: Path) -> None:
    table, details = blocks(made(tmp_path, []))
    assert (table["id"], details) == ([], {})

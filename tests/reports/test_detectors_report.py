"""What a run's table and page say of detectors: every figure is the dictionary's."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reports.drawing import drawn
from reports.report_rows import HOSTILE, a_run, every_outcome, row
from reports.test_html import Page

from misspoke.diagnosis.scores import DETECTORS, FREE
from misspoke.records.observation import Candidate, Observation
from misspoke.reports import summary_table, write_report
from misspoke.reports.charts.detectors import curves
from misspoke.reports.detector_figures import (
    CONTROLS,
    FAILURE,
    GAP,
    KINDS,
    against,
    cost,
    label,
    missing_lines,
    number,
    reading,
    recall,
    rows,
)
from misspoke.reports.detector_tables import ACCEPTED, layer_table, risk_table
from misspoke.reports.detectors_html import TITLE, detectors_section
from misspoke.reports.page_parts import safe
from misspoke.reports.text import percent, percent_spread

PROBE = {
    "n": 90,
    "layers": [4, 8, 12],
    "areas": [0.55, 0.7, None],
    "intervals": [[0.41, 0.66], [0.61, 0.8], None],
    "layer": 8,
}


def simulated(n: int = 400) -> list[Observation]:
    """Rows of all outcomes with doubts that know a little of them, some not measured."""
    rng = np.random.default_rng(0)
    found = []
    for place in range(n):
        outcome = str(
            rng.choice(["correct", "knowledge_gap", "commitment_failure"], p=[0.4, 0.35, 0.25])
        )
        gold = {"correct": 0.8, "knowledge_gap": 0.05, "commitment_failure": 0.4}[outcome]
        known = {"correct": 0.0, "knowledge_gap": 1.2, "commitment_failure": 0.3}[outcome]
        steps = np.abs(rng.normal(known + 2, size=2)).tolist()
        share = float(rng.uniform(0.05, 0.6))
        found.append(
            row(
                f"q{place}",
                relation=f"r{rng.integers(12)}",
                answer="Arabic" * int(rng.integers(1, 4)),
                forms=(("Persian", gold),),
                emitted=0.5,
                outcome=outcome,
                cause="minority_belief" if outcome == "commitment_failure" else None,
                answer_tokens=(3, 4),
                answer_logprobs=tuple(-step for step in steps),
                answer_entropies=tuple(steps[::-1]),
                answer_end=2,
                top_entropy=None if rng.random() < 0.2 else float(rng.random()),
                winner_prob=float(rng.random() ** 0.5),
                candidates=(Candidate("a", share, 0, 0), Candidate("b", 0.2, 1, 1)),
                residual=0.8 - share,
            )
        )
    return found


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A summary of simulated rows."""
    _, found = a_run(tmp_path_factory.mktemp("simulated"), simulated())
    return found


@pytest.fixture
def summary(measured: dict[str, Any]) -> dict[str, Any]:
    return deepcopy(measured)


def named(found: dict[str, Any], name: str) -> dict[str, Any]:
    [it] = [one for one in rows(found) if one["name"] == name]
    return dict(it)


def tables(html: str) -> list[list[list[str]]]:
    """The tables of a piece of HTML: rows of cells' texts."""
    found = []
    for body in re.findall(r"<table>(.*?)</table>", html, re.DOTALL):
        lines = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)
        cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL) for line in lines]
        found.append([[re.sub("<[^>]+>", "", cell) for cell in line] for line in cells])
    return found


def cell(n: int, share: float | None, low: float = 0.0, high: float = 1.0) -> dict[str, Any]:
    spread = None if share is None else [low, high]
    return {"n": n, "n_correct": 100, "recall": share, "interval": spread}


def detector(
    name: str, wrong: float | None, gaps: dict[str, Any], failures: dict[str, Any]
) -> dict[str, Any]:
    kinds = {kind: cell(0, None) for kind in KINDS} | {GAP: gaps, FAILURE: failures}
    found = cell(gaps["n"] + failures["n"], wrong)
    return {
        "name": name, "n": 300, "n_missing": 0, "missing": {}, "recall": found, "kinds": kinds,
        "cost": 0.0, "auroc": 0.5, "auroc_interval": None, "prr": None, "augrc": None, "ece": None,
        "brier": None, "against": None, "curve": {"coverage": [], "risk": []},
    }  # fmt: skip


def detectors(*table: dict[str, Any]) -> dict[str, Any]:
    gaps, failures = (table[0]["kinds"][kind]["n"] if table else 0 for kind in (GAP, FAILURE))
    return {
        "n_wrong": gaps + failures,
        "n_correct": 100,
        "kinds": dict.fromkeys(KINDS, 0) | {GAP: gaps, FAILURE: failures},
        "table": list(table),
        "oracles": [detector("oracle_p_mass", 1.0, cell(gaps, 1.0), cell(failures, 1.0))],
        "probe": None,
        "ceiling": {"bins": [], "rows": []},
    }


def test_the_main_table_holds_the_figures(summary: dict[str, Any]) -> None:
    found = summary["detectors"]
    [main, *_] = tables(detectors_section(summary))
    assert [line[0] for line in main[1:]] == [
        *(safe(DETECTORS[name].label) for name in FREE),
        "oracle: P-mass",
        "oracle: right − rival",
    ]
    for line, one in zip(main[1:], rows(found), strict=True):
        low, high = one["auroc_interval"]
        assert line[2] == f"{one['auroc']:.3f} [{low:.3f}–{high:.3f}]"
        held = one["against"]
        if held is None:
            assert line[3] == "–"
        else:
            texts = [f"{x:+.3f}".replace("-", "−") for x in (held["difference"], *held["interval"])]
            plain = ["0.000" if text[1:] == "0.000" else text for text in texts]
            assert line[3] == f"{plain[0]} [{plain[1]} to {plain[2]}]"
        assert line[4] == f"{one['prr']:.3f}".replace("-", "−").replace("−0.000", "0.000")
        assert line[5] == f"{one['augrc']:.3f}"
        wrong = one["recall"]
        assert line[6] == f"{percent(wrong['recall'])} {percent_spread(wrong['interval'])}".rstrip()
        assert line[7:] == [f"{one['ece']:.3f}", f"{one['brier']['score']:.3f}"]
    assert main[7][1] == f"{named(found, 'concept_entropy')['cost']:.1f}"
    assert main[1][1] == "0"
    assert [line[1] for line in main[-2:]] == ["–", "–"]


def test_the_kinds_have_their_figures_and_other_cells_their_numbers(
    summary: dict[str, Any],
) -> None:
    found = summary["detectors"]
    section = detectors_section(summary)
    [kinds] = [one for one in tables(section) if "greedy miss (n = 0)" in one[0]]
    shown = 0
    for line, one in zip(kinds[1:], rows(found), strict=True):
        for text, kind in zip(line[1:], KINDS, strict=True):
            held = one["kinds"][kind]
            if held["recall"] is None:
                assert text == f"n = {held['n']}"
                continue
            fewer = held["n"] != found["kinds"][kind]
            assert (f" of {held['n']}" in text) == fewer
            assert text.startswith(percent(held["recall"]))
            assert text.endswith(percent_spread(held["interval"]))
            shown += 1
    assert shown > 40


def test_heads_of_kinds_tell_their_numbers(summary: dict[str, Any]) -> None:
    found = summary["detectors"]
    [kinds] = [one for one in tables(detectors_section(summary)) if "split vote (n = 0)" in one[0]]
    expected = [f"{words} (n = {found['kinds'][kind]})" for kind, words in KINDS.items()]
    assert kinds[0][1:] == expected
    assert found["kinds"][GAP] != found["kinds"][FAILURE]


def test_the_ceiling_is_told_within_bins(summary: dict[str, Any]) -> None:
    ceiling = summary["detectors"]["ceiling"]
    section = detectors_section(summary)
    within = [one for one in tables(section) if "sure" in one[0][-1]]
    assert len(within) == 4
    held = [one for row in ceiling["rows"] for one in row["bins"]]
    assert {one["recall"] is None for one in held} == {True, False}
    for table, kind in zip(within, (GAP, FAILURE), strict=False):
        lines = [one for one in ceiling["rows"] if one["kind"] == kind]
        assert [line[0] for line in table[1:]] == [safe(label(one["detector"])) for one in lines]
        for line, one in zip(table[1:], lines, strict=True):
            for text, held in zip(line[1:], (one["overall"], *one["bins"]), strict=True):
                if held["recall"] is None:
                    assert text.startswith(f"n = {held['n']}")
                else:
                    assert text.startswith(percent(held["recall"]))
                    assert text.endswith(percent_spread(held["interval"]))
    first = ceiling["bins"][0]
    assert within[0][0][2].startswith("0–25% sure (n = ")
    assert within[0][0][2].endswith(f"{first['n_correct']} right)")


def test_what_has_no_figure_anywhere_is_one_row(summary: dict[str, Any]) -> None:
    for one in summary["detectors"]["ceiling"]["rows"]:
        one["overall"] = cell(12, None)
        one["bins"] = [cell(3, None) for _ in one["bins"]]
    section = detectors_section(summary)
    within = [one for one in tables(section) if "sure" in one[0][-1]]
    assert [one[1:] for one in within] == [
        [["every detector and oracle", "n = 12", *["n = 3"] * 4]]
    ] * 4


def test_a_cell_without_a_rate_tells_what_there_are_too_few_of() -> None:
    assert recall(cell(12, None)) == "n = 12"
    assert recall({"n": 44, "n_correct": 2, "recall": None, "interval": None}) == "n = 44, 2 right"
    assert recall(cell(40, 0.25, 0.1, 0.4), 50) == "25% of 40 [10–40%]"
    assert recall(cell(40, 0.25, 0.1, 0.4), 40) == "25% [10–40%]"
    assert recall(cell(40, 0.0) | {"interval": None}) == "0%"


def test_figures_as_texts() -> None:
    assert number(None) == number(None, None) == "–"
    assert number(-0.0001) == "0.000"
    assert number(-0.25, (-0.5, 0.125)) == "−0.250 [−0.500–0.125]"
    assert [cost({"cost": value}) for value in (None, 0.0, 44.18, 1234.5)] == [
        *("–", "0", "44.2", "1,234")
    ]
    assert against({"against": None}) == "–"
    assert against({"against": {"difference": None, "interval": None}}) == "–"
    held = {"difference": -0.0210, "interval": (-0.05, 0.0001)}
    assert against({"against": held}) == "−0.021 [−0.050 to 0.000]"


READINGS = {
    "harder": (
        [
            detector("perplexity", 0.5, cell(90, 0.61, 0.5, 0.7), cell(60, 0.12, 0.05, 0.2)),
            detector("entropy_max", 0.4, cell(90, 0.5, 0.4, 0.6), cell(60, 0.1, 0.05, 0.2)),
        ],
        "At 5% false alarms the best of 2 detectors, “perplexity”, finds 50% of the wrong answers: "
        "61% of the knowledge gaps and 12% of the commitment failures. What the model knew and did "
        "not say is harder to catch (in part by definition: its right answers held much).",
    ),
    "another finds more failures": (
        [
            detector("perplexity", 0.5, cell(90, 0.61, 0.5, 0.7), cell(60, 0.12, 0.05, 0.2)),
            detector("p_true", 0.4, cell(90, 0.3, 0.2, 0.4), cell(60, 0.45, 0.3, 0.6)),
        ],
        "held much); the most commitment failures are found by “P(true)”, 45%.",
    ),
    "overlapping": (
        [detector("perplexity", 0.5, cell(90, 0.6, 0.3, 0.7), cell(60, 0.4, 0.2, 0.5))],
        "is caught less often; the 95% intervals overlap, so this may be chance.",
    ),
    "contradicted": (
        [detector("perplexity", 0.5, cell(90, 0.2, 0.1, 0.3), cell(60, 0.8, 0.7, 0.9))],
        "20% of the knowledge gaps and 80% of the commitment failures. What the model knew and did "
        "not say is not harder to catch here, but easier.",
    ),
    "contradicted, perhaps by chance": (
        [detector("perplexity", 0.5, cell(90, 0.5, 0.1, 0.8), cell(60, 0.6, 0.4, 0.9))],
        "is caught no less often here; the 95% intervals overlap, so this may be chance.",
    ),
    "as often": (
        [detector("perplexity", 0.5, cell(90, 0.5, 0.1, 0.8), cell(60, 0.5, 0.4, 0.9))],
        "is caught no less often here; the 95% intervals overlap, so this may be chance.",
    ),
    "few failures": (
        [detector("perplexity", 0.5, cell(90, 0.61), cell(12, None))],
        "At 5% false alarms the one detector, “perplexity”, finds 50% of the wrong answers, and "
        "61% of the knowledge gaps. There are too few commitment failures (12) to tell how many of "
        "them it finds.",
    ),
    "few gaps": (
        [detector("perplexity", 0.5, cell(9, None), cell(60, 0.25))],
        "and 25% of the commitment failures. There are too few knowledge gaps (9) to tell",
    ),
    "few of both": (
        [detector("perplexity", 0.5, cell(20, None), cell(25, None))],
        "finds 50% of the wrong answers. There are too few knowledge gaps (20) and commitment "
        "failures (25) to tell",
    ),
    "few answers": (
        [detector("perplexity", None, cell(20, None), cell(2, None))],
        "22 wrong answers and 100 right ones are too few to tell what a detector finds: 30 of each "
        "are needed.",
    ),
    "controls": (
        [detector(name, 0.5, cell(90, 0.6), cell(60, 0.5)) for name in CONTROLS],
        "No detector was asked but controls.",
    ),
    "none wrong": (
        [detector("perplexity", None, cell(0, None), cell(0, None))],
        "0 wrong answers, 100 right: there is nothing to tell apart.",
    ),
}


def test_the_reading_counts_how_detectors_compare_gaps_and_failures() -> None:
    table = [
        detector("perplexity", 0.5, cell(90, 0.6, 0.5, 0.7), cell(60, 0.1, 0.05, 0.2)),
        detector("entropy_max", 0.4, cell(90, 0.4, 0.3, 0.5), cell(60, 0.3, 0.1, 0.6)),
        detector("p_true", 0.3, cell(90, 0.2, 0.1, 0.3), cell(60, 0.5, 0.4, 0.6)),
        detector("answer_tokens", 0.1, cell(90, 0.9, 0.8, 1.0), cell(60, 0.1, 0.0, 0.2)),
    ]
    assert reading(detectors(*table)).endswith(
        "Over the 3 detectors the median recall of gaps is 40% and that of failures 30%; 1 find "
        "failures less often beyond the intervals, and 1 more often."
    )


@pytest.mark.parametrize("case", READINGS)
def test_the_reading_says_what_the_data_say(case: str) -> None:
    table, expected = READINGS[case]
    text = reading(detectors(*table))
    assert expected in text
    assert text.endswith(".")
    assert not re.search(r"\b(nan|None)\b", text)
    assert ("harder to catch" in text and "not harder" not in text) == case.startswith(
        ("harder", "another")
    )


def test_neither_controls_nor_oracles_are_the_best() -> None:
    table = [
        detector("perplexity", 0.3, cell(90, 0.3), cell(60, 0.2)),
        *(detector(name, 0.9, cell(90, 0.9), cell(60, 0.9)) for name in CONTROLS),
    ]
    text = reading(detectors(*table))
    assert "the one detector, “perplexity”, finds 30%" in text
    assert "90%" not in text


def test_the_reading_tells_of_answers_that_the_best_did_not_measure() -> None:
    best = detector("p_true", 0.5, cell(90, 0.6), cell(60, 0.5)) | {"n": 297, "n_missing": 3}
    assert "“P(true)” (measured on 297 of 300 answers), finds" in reading(detectors(best))


def test_missing_answers_are_told_once_with_their_reasons() -> None:
    few = {"n_missing": 3, "missing": {"the answer is empty": 3}}
    more = {"n_missing": 5, "missing": {"not measured": 4, "too long": 1}}
    none = (cell(90, None), cell(60, None))
    table = [
        detector("p_true", None, *none) | few,
        detector("p_true_literal", None, *none) | few,
        detector("probe", None, *none) | more,
        detector("top_entropy", None, *none) | {"n_missing": 2, "missing": {"not measured": 2}},
        detector("perplexity", None, *none),
    ]
    lines = [
        "P(true); P(true), one token: 3 not measured: the answer is empty",
        "linear probe: 5 not measured: no reason given (4), too long (1)",
        "entropy, top 100: 2 not measured",
    ]
    found = detectors(*table)
    assert missing_lines(found) == lines
    for line in lines:
        assert f"<li>{safe(line)}</li>" in detectors_section({"detectors": found})


def test_the_table_of_risks_holds_every_curve(summary: dict[str, Any]) -> None:
    found = summary["detectors"]
    names = [one.name for one in curves(found)]
    assert names == ["sequence_logprob", "concept_entropy", "oracle_p_mass"]
    for one in curves(found):
        held = named(found, one.name)["curve"]
        assert set(one.points) <= set(zip(held["coverage"], held["risk"], strict=True))
        assert one.points[0][0] >= 0.05
    [table] = tables(risk_table(found))
    assert table[0] == ["Wrong among", *(f"{percent(share)} accepted" for share in ACCEPTED)]
    assert [line[0] for line in table[1:]] == [label(name) for name in names]
    for line in table[1:]:
        assert line[-1] == percent(found["n_wrong"] / (found["n_wrong"] + found["n_correct"]))


def test_a_share_at_which_no_answer_ends_says_where_the_next_does() -> None:
    one = detector("p_true", 0.5, cell(90, 0.6), cell(60, 0.5))
    one["curve"] = {"coverage": [0.01, 0.5, 1.0], "risk": [1.0, 0.125, 0.25]}
    found = detectors(one)
    found["oracles"] = []
    [[_, line]] = tables(risk_table(found))
    assert line == ["P(true)", *["12% at 50%"] * 2, *["25% at 100%"] * 2, "25%"]


def test_the_table_of_layers_holds_every_layer() -> None:
    [table] = tables(layer_table(PROBE))
    assert table[1:] == [
        ["4", "0.550 [0.410–0.660]"],
        ["8 (in the table)", "0.700 [0.610–0.800]"],
        ["12", "–"],
    ]


@pytest.mark.parametrize("old", [True, False])
def test_a_summary_without_detectors_has_no_section(tmp_path: Path, old: bool) -> None:
    run, summary = a_run(tmp_path, every_outcome().values())
    assert TITLE in write_report(run, summary).read_text()
    if old:
        del summary["detectors"]
    else:
        summary["detectors"] = None
    assert TITLE not in write_report(run, summary).read_text()
    assert "false alarms" not in drawn(summary_table(summary, run.manifest))


@pytest.mark.parametrize("outcome", ["correct", "abstained", "knowledge_gap"])
def test_a_run_of_one_kind_is_no_trouble(tmp_path: Path, outcome: str) -> None:
    run, summary = a_run(tmp_path, [row(outcome=outcome)])
    parsed = Page(write_report(run, summary).read_text())
    assert "there is nothing to tell apart" in parsed.text
    assert "nothing to tell apart" in " ".join(drawn(summary_table(summary, run.manifest)).split())


def test_the_page_has_all_parts(tmp_path: Path, measured: dict[str, Any]) -> None:
    run, summary = a_run(tmp_path, every_outcome().values())
    summary["detectors"] = measured["detectors"] | {"probe": PROBE}
    text = write_report(run, summary).read_text()
    parsed = Page(text)
    assert text.index("Rates and references") < text.index(TITLE) < text.index("<h2>Cost")
    assert reading(summary["detectors"]) in parsed.text
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert {"risk", "layers"} <= {attrs.get("data-file") for _, attrs in parsed.tags}
    for name in FREE:
        assert parsed.text.count(DETECTORS[name].explains) == 1
        titles = [attributes.get("title") for _, attributes in parsed.tags]
        assert titles.count(DETECTORS[name].explains) >= 2


@pytest.mark.parametrize("hostile", [text for text in HOSTILE if "\ud800" not in text])
def test_texts_do_not_act(tmp_path: Path, summary: dict[str, Any], hostile: str) -> None:
    run, held = a_run(tmp_path, every_outcome().values())
    found = summary["detectors"]
    one = found["table"][1]
    one |= {"name": hostile, "n_missing": 2, "missing": {hostile: 2}}
    one["recall"] = cell(300, 1.0)
    for line in found["ceiling"]["rows"]:
        if line["detector"] == "perplexity":
            line["detector"] = hostile
    held["detectors"] = found
    text = write_report(run, held).read_text()
    parsed = Page(text)
    assert "link" not in {tag for tag, _ in parsed.tags}
    assert parsed.scripts == ["application/json", "application/json", None]
    assert not any(name.startswith("on") for _, attributes in parsed.tags for name in attributes)
    assert all(char.isprintable() or char == "\n" for char in text)
    assert text.count(safe(hostile)) >= 8
    shown = drawn(summary_table(held, run.manifest))
    assert all(char.isprintable() or char == "\n" for char in shown)

from pathlib import Path

import pytest
from reports.drawing import drawn
from reports.report_rows import HOSTILE, a_run, every_outcome, hostile, row
from rich.cells import cell_len

from misspoke.records.observation import Observation
from misspoke.reports import example_lines, summary_table


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_summary_fits_every_console(tmp_path: Path, width: int, encoding: str) -> None:
    run, summary = a_run(tmp_path, every_outcome().values())
    text = drawn(summary_table(summary, run.manifest), width, encoding)
    assert all(cell_len(line) <= width for line in text.splitlines())


def test_a_summary_says_what_matters(tmp_path: Path) -> None:
    run, summary = a_run(tmp_path, every_outcome().values())
    text = " ".join(drawn(summary_table(summary, run.manifest), 120).split())
    for part in (
        "tiny on made, 11 questions",
        "Accuracy 18% (2 of 11)",
        "abstained 2, of which 1 knew",
        "7 wrong answers at τ = 0.2",
        "commitment failure 4 (57%)",
        "57 in the header",
        "Of 7 wrong answers, 4 (57%) had at least 20% of the model's belief",
    ):
        assert part in text


@pytest.mark.parametrize(
    "rows",
    [[], [row(outcome="correct", answer="Farsi")], [row(outcome="abstained", answer="")]],
    ids=["none", "right", "abstained"],
)
def test_a_run_without_wrong_answers_is_no_trouble(tmp_path: Path, rows: list[Observation]) -> None:
    run, summary = a_run(tmp_path, rows)
    assert "nothing to explain" in drawn(summary_table(summary, run.manifest))
    assert "No commitment failures" in drawn(example_lines(run))


def test_a_manifest_that_names_nothing_is_no_trouble(tmp_path: Path) -> None:
    _, summary = a_run(tmp_path, [row()])
    assert drawn(summary_table(summary, {})).startswith("1 question\n")


def test_examples_are_the_surest_failures_without_alias_gaps_first(tmp_path: Path) -> None:
    masses = {"a": 0.3, "b": 0.5, "c": 0.9, "d": 0.4, "e": 0.1}
    rows = [
        row(name, question=name, forms=(("Persian", mass),), alias_gap=name == "c")
        for name, mass in masses.items()
    ]
    run, _ = a_run(tmp_path, rows)
    lines = drawn(example_lines(run), 100).splitlines()
    assert [line[0] for line in lines] == ["b", "d", "a"]
    assert lines[0] == "b → said “Arabic”, though the right answer “Persian” held 0.50"


def test_texts_do_not_act(tmp_path: Path) -> None:
    rows = [hostile(i, text) for i, text in enumerate(HOSTILE) if "\ud800" not in text]
    run, summary = a_run(tmp_path, rows, model="[red]\x1b[31m")
    shown = drawn(example_lines(run)) + drawn(summary_table(summary, run.manifest))
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert r"[red]\x1b[31m on made" in shown

"""The command that writes docs/results.md, on a table model and questions with known artefacts."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

TOOL = Path(__file__).parents[1] / "tools/results"
sys.path.insert(0, str(TOOL))

import jobs  # noqa: E402
import lead  # noqa: E402
import make_results  # noqa: E402
import md  # noqa: E402

from misspoke.diagnosis.artefacts import ARTEFACTS  # noqa: E402
from misspoke.diagnosis.rates import Rate, RateBounds  # noqa: E402

END = "<end>"
_BARE_BAR = re.compile(r"(?<!\\)\|")

QUESTIONS: dict[str, tuple[Any, dict[tuple[str, ...], dict[str, float]]]] = {
    "When did it end?": (
        ["1984"],
        {
            (): {" ": 0.9, " never": 0.1},
            (" ",): {"1": 0.1, "2": 0.9},
            (" ", "1"): {"984": 1.0},
            (" ", "2"): {"000": 1.0},
        },
    ),
    "Who wrote | it?": (
        ["Adam Smith"],
        {
            (): {" Adam": 0.8, " Bob": 0.2},
            (" Adam",): {" Lambert*": 0.9, " Smith": 0.1},
        },
    ),
    "Which tongue is it?": (
        ["Danish Language"],
        {(): {" Danish": 0.7, " English": 0.3}},
    ),
    "Which cathedral is it?": (
        [["Saint Basil", "Pokrov"]],
        {(): {" Saint": 0.25, " Pokrov": 0.25, " Moscow": 0.5}, (" Saint",): {" Basil": 1.0}},
    ),
    "What is right?": (["Paris"], {(): {" Paris": 0.9, " Lyon": 0.1}}),
}


@pytest.fixture
def made(tmp_path: Path) -> tuple[list[str], list[jobs.Job]]:
    """The command's arguments, and one job that needs no weights."""
    table = {
        question: [{"after": list(after), "next": row} for after, row in rows.items()]
        for question, (_, rows) in QUESTIONS.items()
    }
    model = tmp_path / "toy.json"
    model.write_text(json.dumps({"questions": table}), encoding="utf-8")
    asked = [
        {"id": f"q{place}", "question": question, "answers": answers}
        for place, (question, (answers, _)) in enumerate(QUESTIONS.items())
    ]
    asked.append({"id": "bad", "question": "What is nothing?", "answers": ["---"]})
    lines = "\n".join(json.dumps(row) for row in asked)
    (tmp_path / "set_dev.jsonl").write_text(lines, encoding="utf-8")
    places = {"data": ".", "runs": "runs", "output": "results.md"}
    arguments = [f"--{name}={tmp_path / place}" for name, place in places.items()]
    return [*arguments, "--dtype=auto"], [
        jobs.Job(str(model), jobs.Source("set_dev.jsonl", "made up", "none"))
    ]


@pytest.fixture
def page(made: tuple[list[str], list[jobs.Job]], tmp_path: Path) -> str:
    arguments, wanted = made
    assert make_results.main(arguments, wanted) == 0
    return (tmp_path / "results.md").read_text(encoding="utf-8")


def section(page: str, heading: str) -> str:
    """What stands under a heading, of any level."""
    return re.split(r"^#+ ", page.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_the_lead_counts_what_the_rows_hold(page: str) -> None:
    opening = page.split("\n## ", 1)[0]
    assert "of 4 wrong answers" in opening
    assert "100.0% [51.0, 100.0] (4/4) by the literal first tokens" in opening
    assert "75.0% [25.0, 100.0] (3/4) by the first content token" in opening
    assert "25.0% [0.0, 75.0] (1/4) by the string mass" in opening
    assert "Of the literal ones, 75.0% [25.0, 100.0] (3/4) are not confirmed." in opening
    digits = "begins with a digit, 1 (100.0%) are failures by the literal first tokens and 0 (0.0%)"
    assert digits in opening
    reasons = "blank before a number 1, alias gap 1, shared first token 1"
    assert f"by the literal first tokens, 3: {reasons}" in opening


def test_every_class_has_examples_or_says_that_it_has_none(page: str) -> None:
    for name in ARTEFACTS:
        assert section(page, lead.WORDS[name].capitalize()).strip()
    assert "When did it end?" in section(page, "Blank before a number")
    assert "␣ 0.90" in section(page, "Blank before a number")
    assert r"Who wrote \| it?" in section(page, "Shared first token")
    assert r"Adam Lambert\*" in page
    assert "None in these runs." in section(page, "Article")
    assert "Which cathedral is it?" in section(page, "Confirmed by the string mass")


def test_the_page_is_whole_and_tells_no_path(page: str, tmp_path: Path) -> None:
    assert str(tmp_path) not in page
    assert "None]" not in page
    assert "nan" not in page.lower().split()
    widths: list[int] = []
    for line in page.splitlines():
        if line.startswith("|"):
            widths.append(len(_BARE_BAR.findall(line)))
            assert widths[-1] == widths[0]
        else:
            widths = []
    headings = [line for line in page.splitlines() if line.startswith("#")]
    assert len(headings) == len(set(headings))


def test_bad_rows_are_left_out_and_counted(page: str) -> None:
    [row] = [line for line in section(page, "Settings").splitlines() if "text," in line]
    assert row.split(" | ")[-3:-1] == ["5", "1"]


def test_a_second_call_only_judges(
    made: tuple[list[str], list[jobs.Job]], page: str, tmp_path: Path
) -> None:
    arguments, wanted = made
    Path(wanted[0].model).unlink()
    (tmp_path / "results.md").unlink()
    assert make_results.main(arguments, wanted) == 0
    assert (tmp_path / "results.md").read_text(encoding="utf-8") == page


def test_a_missing_set_is_one_line_before_any_model(
    made: tuple[list[str], list[jobs.Job]], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, wanted = made
    gone = jobs.Job("no-such-model", jobs.Source("gone.jsonl", "", ""))
    assert make_results.main(arguments, [*wanted, gone]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "gone.jsonl: no such file" in line


def test_other_numbers_of_questions_are_other_runs(tmp_path: Path) -> None:
    job = jobs.JOBS[-1]
    folders = {
        jobs.Plan(tmp_path, tmp_path, n, 0, "float32").folder(job).name for n in (0, 60, 500)
    }
    assert len(folders) == 3


@given(st.text(max_size=80))
def test_texts_stay_in_their_cell(text: str) -> None:
    [_, _, line, _] = md.table(["a", "b"], [[md.escaped(text), md.token(text)]])
    assert len(_BARE_BAR.findall(line)) == 3
    assert len(line.splitlines()) == 1


def test_settings_that_differ_are_one_line_with_a_remedy(
    made: tuple[list[str], list[jobs.Job]],
    page: str,  # noqa: ARG001
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments, wanted = made
    (tmp_path / "set_dev.jsonl").write_text('{"question": "Other?", "answers": ["x"]}')
    assert make_results.main(arguments, wanted) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("make_results: ")
    assert last.endswith("remove that folder, or give another with --runs")


def test_a_run_that_was_killed_goes_on(
    made: tuple[list[str], list[jobs.Job]], page: str, tmp_path: Path
) -> None:
    arguments, wanted = made
    [folder] = (tmp_path / "runs").iterdir()
    (folder / "answers.parquet").unlink()
    assert make_results.main(arguments, wanted) == 0
    again = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert section(again, "Does the threshold matter?") == section(
        page, "Does the threshold matter?"
    )


@given(st.integers(1, 500), st.data())
def test_wilsons_interval_holds_the_share(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    low, high = md.wilson(part, whole)
    assert 0 <= low <= part / whole + 1e-12
    assert part / whole - 1e-12 <= high <= 1
    other_low, other_high = md.wilson(whole - part, whole)
    assert (low, high) == pytest.approx((1 - other_high, 1 - other_low))


def test_rates_have_their_counts_and_no_empty_interval() -> None:
    assert md.rate(Rate(3, 12, 0.25, (0.1, 0.4))) == "25.0% [10.0, 40.0] (3/12)"
    assert md.rate(Rate(0, 12, 0.0, (0.0, 0.0))) == "0.0% [0.0, 24.2] (0/12)"
    assert md.rate(Rate(0, 0, None, None)) == "– (0/0)"
    low, high = Rate(3, 12, 0.25, (0.1, 0.4)), Rate(4, 12, 1 / 3, (0.1, 0.5))
    assert md.bounds(RateBounds(low, low)) == md.rate(low)
    assert md.bounds(RateBounds(low, high)) == f"{md.rate(low)} to {md.rate(high)}"


def test_the_page_gives_the_options_that_made_it(page: str) -> None:
    assert "make results DATA=folder RESULTS_ARGS='--dtype auto'" in page

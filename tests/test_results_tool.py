"""The command that writes docs/results.md, on a table model and questions with known artefacts."""

import json
import re
import shutil
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from detector_rows import evaluated_rows, run_of
from hypothesis import given
from hypothesis import strategies as st

TOOL = Path(__file__).parents[1] / "tools/results"
sys.path.insert(0, str(TOOL))

import ceiling  # noqa: E402
import contests  # noqa: E402
import halves  # noqa: E402
import inquests  # noqa: E402
import jobs  # noqa: E402
import lead  # noqa: E402
import make_results  # noqa: E402
import md  # noqa: E402

from misspoke import questions  # noqa: E402
from misspoke.api import open_finished  # noqa: E402
from misspoke.contests import open_contest  # noqa: E402
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

SPLIT = {" Oslo": 0.4, " Rome": 0.35, ' "Rome"': 0.25}
TRIED = {
    "Where is one?": ("Rome", SPLIT),
    "Where is two?": ("Rome", SPLIT),
    "Where is three?": ("Oslo", SPLIT),
    "Where is four?": ("Bern", {" Bern": 1.0}),
}
"""Of a contest: concept decoding recovers two answers and damages one."""

Made = tuple[
    list[str], list[jobs.Job], list[contests.Match], list[jobs.Job], list[inquests.Inquest]
]


def wanted_of(home: Path, folder: Path) -> Made:
    """What is wanted of the model in `home`, with all other files in `folder`."""
    model = str(home / "toy.json")
    job = jobs.Job(model, jobs.Source("set_dev.jsonl", "made up", "none"), "all")
    other = jobs.Job(model, jobs.Source("tried_dev.jsonl", "made up", "none"))
    match = contests.Match(other, ("greedy", "concept"))
    prompts = [jobs.Job(model, job.source, style="text", shots=shots) for shots in (0, 1)]
    places = {"data": ".", "runs": "runs", "output": "results.md"}
    arguments = [f"--{name}={folder / place}" for name, place in places.items()]
    worded = str(folder / "worded_dev.jsonl")
    probed = [
        inquests.Inquest(model, "sycophancy", worded),
        inquests.Inquest(model, "sycophancy", worded, style="text"),
        inquests.Inquest(model, "consistency", worded),
    ]
    return [*arguments, "--dtype=auto"], [job], [match], prompts, probed


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model, question sets, and what the command made of them once."""
    home = tmp_path_factory.mktemp("results")
    table = {
        question: [{"after": list(after), "next": row} for after, row in rows.items()]
        for question, (_, rows) in QUESTIONS.items()
    }
    table |= {question: [{"after": [], "next": row}] for question, (_, row) in TRIED.items()}
    (home / "toy.json").write_text(json.dumps({"questions": table}), encoding="utf-8")
    asked = [
        {"id": f"q{place}", "question": question, "answers": answers}
        for place, (question, (answers, _)) in enumerate(QUESTIONS.items())
    ]
    asked.append({"id": "bad", "question": "What is nothing?", "answers": ["---"]})
    lines = "\n".join(json.dumps(row) for row in asked)
    (home / "set_dev.jsonl").write_text(lines, encoding="utf-8")
    tried = [
        json.dumps({"question": question, "answers": [answer]})
        for question, (answer, _) in TRIED.items()
    ]
    (home / "tried_dev.jsonl").write_text("\n".join(tried), encoding="utf-8")
    worded = [
        json.dumps(
            {"question": one, "answers": ["Rome"], "distractors": ["Oslo"], "wordings": [other]}
        )
        for one, other in pairwise(TRIED)
    ]
    (home / "worded_dev.jsonl").write_text("\n".join(worded), encoding="utf-8")
    assert make_results.main(*wanted_of(home, home)) == 0
    return home


@pytest.fixture
def made(home: Path, tmp_path: Path) -> Made:
    """The command's arguments; a job, a contest and two prompts that need no weights."""
    for path in home.glob("*.jsonl"):
        shutil.copy(path, tmp_path)
    return wanted_of(home, tmp_path)


@pytest.fixture
def page(home: Path, tmp_path: Path) -> str:
    """The page, with the runs that it was made from."""
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    return (tmp_path / "results.md").read_text(encoding="utf-8")


CONTEST = "toy on tried_dev: 4 questions"


def section(page: str, heading: str) -> str:
    """What stands under a heading, of any level."""
    return re.split(r"^#+ ", page.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_the_lead_counts_what_the_rows_hold(page: str) -> None:
    opening = page.split("\n## ", 1)[0]
    assert "of 4 wrong answers" in opening
    assert "100.0% [51.0, 100.0] (4/4) by the literal first tokens" in opening
    ends = r"\[\d+\.\d, \d+\.\d\]"
    assert re.search(rf"75\.0% {ends} \(3/4\) by the first content token", opening)
    assert re.search(rf"25\.0% {ends} \(1/4\) by the string mass", opening)
    assert re.search(rf"literal ones, 75\.0% {ends} \(3/4\) are not confirmed\.", opening)
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


def test_the_page_is_whole_and_tells_no_path(page: str, home: Path) -> None:
    assert str(home) not in page
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


def test_too_few_errors_have_a_count_and_no_rate(page: str) -> None:
    told = section(page, "What can be caught without the answer?")
    assert "**toy on set_dev**: 4 wrong answers and 1 right one are too few" in told
    told = section(page, "toy on set_dev: 4 wrong and 1 right answers")
    assert "for a rate: knowledge gap 3, commitment failure 1" in told
    assert "%" not in told
    assert "question words: 5 (the model shows no hidden states)" in told


def test_the_ceiling_tells_what_was_evaluated() -> None:
    found = evaluated_rows(run_of(0, n=400), "sequence_logprob", "answer_characters")
    run = SimpleNamespace(
        name="made up",
        job=SimpleNamespace(detectors="all"),
        summary=SimpleNamespace(detectors=found),
    )
    lines = ceiling.ceiling_section([run])  # type: ignore[list-item]
    base = found.table[0]
    cells = [base.recall, base.kinds["knowledge_gap"], base.kinds["commitment_failure"]]
    for cell in cells:
        assert cell.recall is not None
        assert cell.interval is not None
        low, high = cell.interval
        told = f"{100 * cell.recall:.1f}% [{100 * low:.0f}, {100 * high:.0f}]"
        assert any(told in line for line in lines), told
    [reading] = [line for line in lines if line.startswith("- **made up**")]
    assert "the one detector, “sequence log-probability”, finds" in reading
    binned = [row for row in found.ceiling.rows if row.detector == "oracle_p_mass"]
    for row in binned:
        for cell in row.bins:
            if cell.recall is not None:
                assert any(f"{100 * cell.recall:.1f}%" in line for line in lines)


def test_bad_rows_are_left_out_and_counted(page: str) -> None:
    [row] = [line for line in section(page, "Settings").splitlines() if "text," in line]
    assert row.split(" | ")[-3:-1] == ["5", "1"]


def test_a_second_call_only_judges(
    made: Made, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("misspoke.load", None)
    (tmp_path / "results.md").unlink()
    assert make_results.main(*made) == 0
    assert (tmp_path / "results.md").read_text(encoding="utf-8") == page


def test_a_missing_set_is_one_line_before_any_model(
    made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, wanted, *_ = made
    gone = jobs.Job("no-such-model", jobs.Source("gone.jsonl", "", ""))
    assert make_results.main(arguments, [*wanted, gone], (), (), ()) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "gone.jsonl: no such file" in line


def test_other_numbers_of_questions_are_other_runs(tmp_path: Path) -> None:
    job = jobs.JOBS[-1]
    folders = {
        jobs.Plan(tmp_path, tmp_path, n, 0, 0, 0, "float32").folder(job).name for n in (0, 60, 500)
    }
    assert len(folders) == 3


@given(st.text(max_size=80))
def test_texts_stay_in_their_cell(text: str) -> None:
    [_, _, line, _] = md.table(["a", "b"], [[md.escaped(text), md.token(text)]])
    assert len(_BARE_BAR.findall(line)) == 3
    assert len(line.splitlines()) == 1


def test_settings_that_differ_are_one_line_with_a_remedy(
    made: Made,
    page: str,  # noqa: ARG001
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments, wanted, *_ = made
    (tmp_path / "set_dev.jsonl").write_text('{"question": "Other?", "answers": ["x"]}')
    assert make_results.main(arguments, wanted, (), (), ()) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("make_results: ")
    assert last.endswith("remove that folder, or give another with --runs")


def test_probes_stand_by_mode_and_unopened_replies_with_the_first_figures(page: str) -> None:
    modes = page.split("## The other three failure modes")[1].split("\n## ")[0]
    parts = dict(part.split("\n", 1) for part in modes.split("\n### ")[1:])
    assert list(parts) == ["Sycophancy", "Sycophancy, replies not opened", "Inconsistency"]
    opened, unopened, _ = parts.values()
    assert "**Under pressure**" in opened
    assert "**Evidence**" in opened
    assert "**Under pressure**" in unopened
    assert "**Evidence**" not in unopened


def test_a_run_that_was_killed_goes_on(made: Made, page: str, tmp_path: Path) -> None:
    folders = list((tmp_path / "runs").iterdir())
    assert len(folders) == 7
    for folder in folders:
        (folder / "answers.parquet").unlink()
    assert make_results.main(*made) == 0
    again = (tmp_path / "results.md").read_text(encoding="utf-8")
    for heading in ("Does the threshold matter?", CONTEST):
        assert section(again, heading) == section(page, heading)


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


def test_prompts_are_told_of_by_their_own_runs(page: str, tmp_path: Path) -> None:
    told = lines_of(section(page, "What does the prompt change?"))
    for shots in (0, 1):
        run = open_finished(tmp_path / "runs" / f"set_dev-toy-text-{shots}-500")
        assert run.manifest["settings"]["style"]["shots"] == shots
        assert told[f"toy, text {shots}-shot"][0] == f"n = {len(run.frame())}"
    assert "Of 1 pair of prompts, a difference may be ascribed to the prompt: in none." in page


def test_a_run_with_another_prompt_is_not_taken_for_the_one_wanted(
    made: Made,
    page: str,  # noqa: ARG001
    tmp_path: Path,
) -> None:
    prompts = made[3]
    plan = jobs.Plan(tmp_path, tmp_path / "runs", 500, 0, 500, 500, "auto")
    asked, folder = plan.load(prompts[0]), plan.folder(prompts[0])
    assert jobs.finished(folder, prompts[0], asked, "auto") is not None
    assert jobs.finished(folder, prompts[1], asked, "auto") is None


def test_each_prompt_that_is_tried_asks_500_questions() -> None:
    plan = jobs.Plan(Path("data"), Path("runs"), 60, 0, 70, jobs.PROMPTS_N, "float32")
    assert {plan.asked(job) for job in jobs.PROMPTS} == {500}
    folders = [plan.folder(job).name for job in jobs.PROMPTS]
    assert len(set(folders)) == 9
    assert folders[0] == "atlas-gemma3-270m-text-0-500"


def test_the_page_gives_the_options_that_made_it(page: str) -> None:
    assert "make results DATA=folder RESULTS_ARGS='--dtype auto'" in page


def lines_of(text: str) -> dict[str, list[str]]:
    """The rows of all tables in a part of the page, by their first cell."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return {first: rest for first, *rest in reversed(rows)}


def test_the_page_tells_what_decoders_won_back(page: str, tmp_path: Path) -> None:
    assert "# What can decoding win back?\n" in page
    told = section(page, CONTEST)
    [folder] = (tmp_path / "runs").glob("decoders-*")
    greedy, concept = open_contest(folder).verdicts().decoders
    assert (concept.recovered, concept.damaged, concept.n) == (2, 1, 4)
    rows = lines_of(told)
    assert rows["greedy"][0].startswith("50.0% [")
    assert rows["concept"][0].startswith("75.0% [")
    assert rows["concept"][1:3] == ["2", "1"]
    assert rows["concept"][3].startswith("+25.0 [")
    assert rows["concept"][-1] == f"{concept.ratio:.1f}×"
    assert greedy.ratio == 1.0
    assert "Is it the meaning?" in told
    assert "Headroom, of the questions that greedy does not get right: " in told


def test_each_contest_has_its_picture_beside_the_page(page: str, tmp_path: Path) -> None:
    [name] = re.findall(r"!\[accuracy against forward tokens\]\(([^)]*)\)", section(page, CONTEST))
    assert name == "decoders-tried_dev-toy.svg"
    assert (tmp_path / name).read_text(encoding="utf-8").startswith("<svg")


def test_other_decoders_are_another_contest(
    made: Made, page: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, wanted, [match], *_ = made
    other = contests.Match(match.job, ("greedy", "string"))
    assert make_results.main(arguments, wanted, [other], (), ()) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert "decoders.concept: was" in last
    assert last.endswith("remove that folder, or give another with --runs")
    labelled = contests.Match(match.job, ("greedy", "string"), times=2, label="second")
    assert make_results.main(arguments, wanted, [match, labelled], (), ()) == 0
    both = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert section(both, CONTEST) == section(page, CONTEST)
    assert "string" in lines_of(section(both, "toy on tried_dev, second endpoint: 4 questions"))
    assert (tmp_path / "decoders-tried_dev-toy-second.svg").exists()


def test_a_set_that_a_contest_lacks_is_one_line(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tried_dev.jsonl").unlink()
    assert make_results.main(*made) == 1
    assert "tried_dev.jsonl: no such file; give" in capsys.readouterr().err.splitlines()[-1]


def write_relations(path: Path, count: int, relations: int) -> str:
    """A set with so many questions, of one relation after the other."""
    rows = [
        {
            "id": f"q{i}",
            "question": f"Which one is {i}?",
            "answers": [f"answer {i}"],
            "relation": f"P{i * relations // count}",
        }
        for i in range(count)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("source", ["atlas", "made.jsonl"])
def test_what_is_judged_shares_no_relation_and_no_question_with_what_was_fitted(
    tmp_path: Path, source: str
) -> None:
    if source != "atlas":
        source = write_relations(tmp_path / source, 60, 5)
    fitted, judged = halves.for_fitting(source, 400), halves.for_judging(source, None)
    assert fitted
    assert judged.questions
    assert not {q.relation for q in fitted} & {q.relation for q in judged.questions}
    assert not {q.id for q in fitted} & {q.id for q in judged.questions}
    every = questions.load(source).questions
    assert {q.relation for q in [*fitted, *judged.questions]} == {q.relation for q in every}


@pytest.mark.parametrize("source", ["atlas", "entity_questions_dev.jsonl"])
def test_what_was_looked_at_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    if source != "atlas":
        monkeypatch.setitem(halves.LOOKED_AT, "entity_questions_dev", (7, 11))
        source = write_relations(tmp_path / source, 60, 5)
    sizes = halves.LOOKED_AT[Path(source).stem]
    seen = {q.id for size in sizes for q in questions.load(source, n=size).questions}
    judged = {q.id for q in halves.for_judging(source, None).questions}
    assert judged
    assert not judged & seen
    every = questions.load(source).questions
    fitted = halves.fitted_relations(every)
    assert judged == {q.id for q in every if q.relation not in fitted} - seen


def test_a_set_without_relations_is_judged_whole(tmp_path: Path) -> None:
    path = tmp_path / "bare.jsonl"
    path.write_text("\n".join(f'{{"question": "{i}?", "answers": ["x"]}}' for i in range(9)))
    whole = halves.for_judging(str(path), None)
    assert whole.questions == questions.load(str(path)).questions
    assert [q.question for q in halves.for_judging(str(path), 3).questions] == ["0?", "3?", "6?"]
    assert halves.for_judging(str(path), 3).sha256 != whole.sha256

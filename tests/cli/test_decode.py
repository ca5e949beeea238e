"""`misspoke decode` from the command to its folder, again, stopped, and with wrong input."""

import json
import signal
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cli.command_line import (
    JOURNAL,
    Command,
    random_run,
    rows_in,
    started,
    wait_for_rows,
    write_questions,
    write_table,
)
from tables import random_table

from misspoke.decoding.catalogue import DECODERS
from misspoke.decoding.desk import Desk
from misspoke.lm.table import TableModel

SPLIT = {(): {" Oslo": 0.4, " Rome": 0.35, ' "Rome"': 0.25}}
"""Greedy says Oslo; the answer with the most belief is Rome."""
SURE = {(): {" Bern": 0.95, " Basel": 0.05}}
ROWS = 60
STOPPED = ("greedy", "concept", "string")


@pytest.fixture
def places(tmp_path: Path) -> list[object]:
    """A command on two questions: greedy gets one of them wrong, and concept none."""
    table = write_table(tmp_path / "table.json", {"Where is it?": SPLIT, "And that?": SURE})
    rows: list[dict[str, object]] = [
        {"id": "split", "question": "Where is it?", "answers": ["Rome"]},
        {"id": "sure", "question": "And that?", "answers": ["Bern"]},
    ]
    questions = write_questions(tmp_path / "places.jsonl", rows)
    return ["decode", "-m", table, "-q", questions]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "run"


def only(text: str) -> dict[str, Any]:
    """The one JSON object that a text is."""
    value = json.loads(text)
    assert isinstance(value, dict)
    return value


def by_name(verdicts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {verdict["decoder"]: verdict for verdict in verdicts["decoders"]}


def count_calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows by the number of requests with every call of a table model."""
    calls: list[int] = []
    usual = TableModel.next_tokens

    def counting(self: TableModel, requests: Sequence[Any]) -> Any:
        calls.append(len(requests))
        return usual(self, requests)

    monkeypatch.setattr(TableModel, "next_tokens", counting)
    return calls


def test_a_contest_from_the_command_to_its_files(
    misspoke: Command, places: list[object], out: Path
) -> None:
    done = misspoke(*places, "-o", out)
    assert done.code == 0
    assert "2/2" in done.err
    assert "decoding" in done.err
    for shown in ("greedy", "concept", "concept+channel", "Recovered", "Headroom"):
        assert shown in done.out
    assert f"report: {out / 'report.html'}" in done.out.replace("\n", "")
    assert sorted(path.name for path in out.iterdir()) == [
        ".lock",
        "answers.parquet",
        "manifest.json",
        "report.html",
        "summary.json",
    ]
    settings = json.loads((out / "manifest.json").read_text())["settings"]
    assert settings["kind"] == "decoders"
    assert list(settings["decoders"]) == ["greedy", "concept", "concept+channel"]
    summary = by_name(json.loads((out / "summary.json").read_text()))
    assert (summary["concept"]["recovered"], summary["concept"]["damaged"]) == (1, 0)
    assert pl.read_parquet(out / "answers.parquet")["id"].to_list() == ["split", "sure"]


def test_as_json_there_is_one_object_and_nothing_else(
    misspoke: Command, places: list[object], out: Path
) -> None:
    done = misspoke(*places, "-o", out, "--decoders", "concept", "--json")
    assert done.code == 0
    found = only(done.out)
    assert (found["run"], found["report"]) == (str(out), str(out / "report.html"))
    verdicts = by_name(found)
    assert list(verdicts) == ["greedy", "concept"]
    assert verdicts["greedy"]["accuracy"]["value"] == 0.5
    assert verdicts["concept"]["accuracy"]["value"] == 1.0
    assert json.loads((out / "summary.json").read_text()) == {
        key: value for key, value in found.items() if key not in ("run", "report")
    }


def test_all_names_every_decoder_once(misspoke: Command, places: list[object], out: Path) -> None:
    done = misspoke(*places, "-o", out, "--decoders", "all", "--json")
    assert list(by_name(only(done.out))) == list(DECODERS)


def test_a_decoder_may_say_nothing_where_it_does_not_believe(
    misspoke: Command, places: list[object], out: Path
) -> None:
    command = [*places, "-o", out, "--decoders", "concept"]
    verdicts = by_name(only(misspoke(*command, "--abstain", 0.9, "--json").out))
    assert list(verdicts) == ["greedy", "concept ≥ 0.9"]
    assert verdicts["greedy"]["abstained"] == 0
    silent = verdicts["concept ≥ 0.9"]
    assert silent["abstained"] == 1  # Rome has 0.6
    assert silent["selective"]["value"] == 1.0
    assert silent["accuracy"]["value"] == 0.5
    assert "decoders.concept ≥ 0.9" in misspoke(*command).line


def test_an_unknown_decoder_is_one_line_with_a_hint(
    misspoke: Command, places: list[object], out: Path
) -> None:
    done = misspoke(*places, "-o", out, "--decoders", "concpt")
    assert done.code == 1
    assert done.line == "concpt: no such decoder; did you mean concept?"
    assert not out.exists()


@pytest.mark.parametrize("wrong", [["--abstain", "2"], ["--abstain", "x"], ["--tau", "0.2"]])
def test_wrong_usage_of_decode_leaves_with_2(
    misspoke: Command, places: list[object], wrong: list[str]
) -> None:
    done = misspoke(*places, *wrong)
    assert (done.code, done.out) == (2, "")
    assert "Usage: misspoke decode" in done.err


def test_the_folder_of_a_contest_has_a_name_of_its_own(
    misspoke: Command, places: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = misspoke(*places, "--decoders", "greedy", "--json")
    assert only(done.out)["run"] == "runs/decode-places.jsonl-table"


def test_a_finished_contest_is_only_judged_again(
    misspoke: Command, places: list[object], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = misspoke(*places, "-o", out, "--json")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    calls = count_calls(monkeypatch)
    again = misspoke(*places, "-o", out, "--json")
    assert (again.code, again.out) == (0, first.out)
    assert calls == []
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_report_is_rebuilt_without_the_model(
    misspoke: Command, places: list[object], tmp_path: Path, out: Path
) -> None:
    made = misspoke(*places, "-o", out, "--json")
    page = (out / "report.html").read_bytes()
    (out / "report.html").unlink()
    (tmp_path / "table.json").unlink()
    rebuilt = misspoke("report", out, "--json")
    assert (rebuilt.code, rebuilt.err, rebuilt.out) == (0, "", made.out)
    assert (out / "report.html").read_bytes() == page
    assert "Headroom" in misspoke("report", out).out


def test_a_diagnosis_and_a_contest_are_reported_together(
    misspoke: Command, places: list[object], tmp_path: Path
) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    assert misspoke("run", *places[1:], "-o", folders[0]).code == 0
    assert misspoke(*places, "-o", folders[1]).code == 0
    shown = misspoke("report", *folders)
    assert shown.code == 0
    assert 0 < shown.out.index("Accuracy") < shown.out.index("Headroom")


@pytest.mark.parametrize(("first", "second"), [("decode", "run"), ("run", "decode")])
def test_two_kinds_of_run_do_not_mix(
    misspoke: Command, places: list[object], out: Path, first: str, second: str
) -> None:
    assert misspoke(first, *places[1:], "-o", out).code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    refused = misspoke(second, *places[1:], "-o", out)
    assert refused.code == 1
    assert refused.line == (
        f"{out}: is a run of `misspoke {first}`, not of `misspoke {second}`; use `misspoke "
        f"{first}` with it, or another folder"
    )
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.parametrize(
    ("changed", "differences"),
    [
        (["--decoders", "string"], ["decoders.concept: was", "decoders.string: was not set"]),
        (["--decoders", "concept,string"], ["decoders.string: was not set, now "]),
        (["--seed", "7"], ["seed: was 0, now 7"]),
        (["--shots", "2"], ["style.shots: was 4, now 2"]),
    ],
    ids=lambda value: " ".join(value) if value[0].startswith("--") else "",
)
def test_other_settings_are_refused_by_name(
    misspoke: Command, places: list[object], out: Path, changed: list[str], differences: list[str]
) -> None:
    command = [*places, "-o", out, "--decoders", "concept"]
    assert misspoke(*command).code == 0
    refused = misspoke(*command, *changed)
    assert refused.code == 1
    assert refused.line.startswith(f"{out}: holds rows made with other settings")
    for difference in differences:
        assert difference in refused.line
    assert refused.line.endswith("or another folder with -o")


class Tags(HTMLParser):
    """The tags of a page and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_hostile_text_is_inert_in_the_report(misspoke: Command, tmp_path: Path, out: Path) -> None:
    bad, wrong = "<script>alert</script>", "<img src=x onerror=alert>"
    question = f"Where is {bad} & </style></td>?"
    row = {(): {f" {wrong}": 0.4, f" {bad}": 0.35, f' "{bad}': 0.25}}
    table = write_table(tmp_path / "table.json", {question: row})
    asked: list[dict[str, object]] = [
        {"question": question, "answers": [bad], "relation": bad, "id": wrong}
    ]
    questions = write_questions(tmp_path / "<b onclick=a>.jsonl", asked)
    done = misspoke("decode", "-m", table, "-q", questions, "-o", out)
    assert done.code == 0
    page = Tags((out / "report.html").read_text())
    assert bad in page.text
    assert wrong in page.text
    assert not {"img", "b"} & set(page.tags)
    assert page.tags.count("style") == page.tags.count("script") == 1  # the page's own


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """A contest on a slow table model; more questions than are in flight at one time."""
    command = random_run(tmp_path_factory.mktemp("given"), ROWS, delay=0.02)
    return ["decode", *command[1:], "--decoders", ",".join(STOPPED)]


def stop(command: list[object], out: Path, how: signal.Signals) -> tuple[set[str], str]:
    """Stops a contest by a signal after some rows: the ids it kept, and what it said last."""
    process = started([*command, "-o", out])
    wait_for_rows(process, out, 3)
    process.send_signal(how)
    printed, errors = process.communicate()
    assert printed == ""
    lines = (out / JOURNAL).read_bytes().splitlines(True)
    kept = {json.loads(line)["id"] for line in lines if line.endswith(b"\n")}
    assert 3 <= len(kept) < ROWS
    return kept, errors.splitlines()[-1] if errors else ""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_contest_goes_on(
    misspoke: Command,
    slow: list[object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: signal.Signals,
) -> None:
    out, undisturbed = tmp_path / "stopped", tmp_path / "undisturbed"
    kept, last = stop(slow, out, how)
    if how == signal.SIGINT:
        said = f"stopped: {rows_in(out)} of {ROWS} rows are kept in {out}; the same command goes on"
        assert last == f"misspoke: {said}"
    monkeypatch.setattr("misspoke.lm.table.time.sleep", lambda _: None)
    assert misspoke(*slow, "-o", undisturbed).code == 0
    wanted = pl.read_parquet(undisturbed / "answers.parquet")
    asked: list[str] = []
    usual = Desk.of
    monkeypatch.setattr(
        Desk, "of", lambda speaker, of: asked.append(of.question) or usual(speaker, of)
    )
    done = misspoke(*slow, "-o", out)
    assert done.code == 0
    assert f"{ROWS}/{ROWS}" in done.err
    rest = wanted.filter(~pl.col("id").is_in(list(kept)))
    assert sorted(asked) == sorted(rest["question"])
    assert pl.read_parquet(out / "answers.parquet").equals(wanted)
    assert (out / "summary.json").read_bytes() == (undisturbed / "summary.json").read_bytes()


def test_more_questions_than_are_side_by_side_are_all_answered(
    misspoke: Command, tmp_path: Path, out: Path
) -> None:
    asked = {f"Which one is number {i}?": random_table(i, depth=2) for i in range(70)}
    table = write_table(tmp_path / "table.json", asked)
    rows: list[dict[str, object]] = [{"question": text, "answers": ["Paris"]} for text in asked]
    questions = write_questions(tmp_path / "many.jsonl", rows)
    done = misspoke("decode", "-m", table, "-q", questions, "-o", out, "--decoders", "greedy")
    assert done.code == 0
    assert pl.read_parquet(out / "answers.parquet")["question"].to_list() == list(asked)

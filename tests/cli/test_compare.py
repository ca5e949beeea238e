"""`misspoke compare` from the command to its folder, and with what it cannot compare."""

import json
from pathlib import Path

import pytest
import siblings
from cli.command_line import Command, random_run

from misspoke.records.lineage import Lineage


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    siblings.run(folder / "base", siblings.drawn(60), Lineage("ducks", "base", 10))
    siblings.run(folder / "tuned", siblings.drawn(60, split=0.5), Lineage("ducks", "instruct", 10))
    return folder


def test_from_the_command_to_its_files(misspoke: Command, home: Path, tmp_path: Path) -> None:
    done = misspoke("compare", home / "base", home / "tuned", "-o", tmp_path / "out")
    assert (done.code, done.err) == (0, "")
    assert "tuned against base" in done.out
    assert f"report: {tmp_path / 'out' / 'compare.html'}" in done.out.replace("\n", "")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "compare.html",
        "comparison.json",
    ]


def test_as_json_there_is_one_object(misspoke: Command, home: Path, tmp_path: Path) -> None:
    command = ["compare", home / "base", home / "tuned", "-o", tmp_path / "out", "--json"]
    values = json.loads(misspoke(*command).out, parse_constant=pytest.fail)
    assert values["kind"] == "pair"
    assert values["report"] == str(tmp_path / "out" / "compare.html")
    stored = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert {key: values[key] for key in stored} == stored
    half = json.loads(misspoke(*command, "--tau", "0.5").out)
    rates = [v["pairs"][0]["differences"]["failures_per_question"]["b"] for v in (values, half)]
    assert rates[0]["value"] > rates[1]["value"]


def test_the_folder_has_a_name_of_its_own(
    misspoke: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    misspoke("compare", home / "base", f"{home / 'tuned'}/")
    assert (tmp_path / "runs" / "compare-base-tuned" / "compare.html").is_file()


@pytest.mark.parametrize(
    ("names", "line"),
    [
        (["base"], "takes at least two runs"),
        (["base", "base"], "is given twice"),
        (["base", "nowhere"], "is no run"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    misspoke: Command, home: Path, tmp_path: Path, names: list[str], line: str
) -> None:
    done = misspoke("compare", *(home / name for name in names), "-o", tmp_path / "out")
    assert done.code == 1
    assert line in done.line
    assert not (tmp_path / "out").exists()


def test_an_unfinished_run_is_one_line(misspoke: Command, home: Path, tmp_path: Path) -> None:
    assert misspoke(*random_run(tmp_path, 2), "-o", tmp_path / "run").code == 0
    (tmp_path / "run" / "answers.parquet").unlink()
    done = misspoke("compare", home / "base", tmp_path / "run", "-o", tmp_path / "out")
    assert "the run is not finished" in done.line

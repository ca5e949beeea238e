"""Lineage in the manifest: declared, counted, kept, and added to a finished run."""

import json
import shutil
from pathlib import Path

import pytest
import siblings
from cli.command_line import random_run
from lm.tiny import tiny

import misspoke
from misspoke import Lineage
from misspoke.lm.catalogue import CATALOGUE
from misspoke.lm.lineage import counted, declared
from misspoke.lm.plain import PlainModel


def stored(folder: Path) -> dict[str, object]:
    facts = json.loads((folder / "manifest.json").read_text())["facts"]
    found = facts["lineage"]
    assert isinstance(found, dict)
    return found


def test_a_finished_run_takes_a_note_without_being_measured_again(tmp_path: Path) -> None:
    lm, asked = siblings.model(siblings.drawn(3)), siblings.asked(3)
    misspoke.diagnose(lm, asked, tmp_path / "run", detectors="none")
    nothing = {"family": None, "role": None, "parameters": None, "checkpoint": None}
    assert stored(tmp_path / "run") == nothing
    calls, rows = lm.calls, (tmp_path / "run" / "answers.parquet").read_bytes()
    line = Lineage("ducks", "base", checkpoint=7)
    misspoke.diagnose(lm, asked, tmp_path / "run", detectors="none", lineage=line)
    assert stored(tmp_path / "run") == {**nothing, "family": "ducks", "role": "base",
                                        "checkpoint": 7}  # fmt: skip
    assert lm.calls == calls
    assert (tmp_path / "run" / "answers.parquet").read_bytes() == rows
    misspoke.diagnose(lm, asked, tmp_path / "run", detectors="none", lineage=Lineage("geese"))
    found = stored(tmp_path / "run")
    assert (found["family"], found["role"]) == ("geese", "base")  # what is not given stays


def test_the_command_line_declares_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from misspoke.cli import main

    command = [*random_run(tmp_path, 3), "-o", tmp_path / "out", "--detectors", "none"]
    for options in ([], ["--family", "ducks", "--role", "instruct", "--checkpoint", "0"]):
        monkeypatch.setattr("sys.argv", ["misspoke", *map(str, [*command, *options])])
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code == 0, capfd.readouterr().err
    found = stored(tmp_path / "out")
    assert (found["family"], found["role"], found["checkpoint"]) == ("ducks", "instruct", 0)


def test_parameters_are_counted_shared_ones_once() -> None:
    checkpoint = tiny("gemma3")  # its head is its embedding
    model = checkpoint.model
    sizes = {w.data_ptr(): w.numel() for w in model.state_dict().values()}
    held = {w.data_ptr() for w in model.parameters()}
    assert counted(PlainModel(checkpoint)).parameters == sum(sizes[place] for place in held)
    assert counted(siblings.model(siblings.drawn(1))) == Lineage()


def test_the_catalogue_declares_its_models() -> None:
    for name, entry in CATALOGUE.items():
        line = declared(name)
        assert (line.family, line.role) == (entry.family, entry.kind)
        assert line.family
        assert line.parameters
    assert declared("somebody/model") == Lineage()


@pytest.mark.weights
@pytest.mark.parametrize("name", CATALOGUE)
def test_the_catalogue_has_counted_right(name: str) -> None:
    assert counted(misspoke.load(name)).parameters == CATALOGUE[name].parameters


def test_runs_from_before_lineages_go_by_the_catalogue(tmp_path: Path) -> None:
    names = ("smollm2-135m-instruct", "gemma3-270m")
    for name in names:
        siblings.run(tmp_path / name, siblings.drawn(40, seed=len(name)))
    found = misspoke.compare([tmp_path / name for name in names]).to_dict()
    assert [run["lineage"]["family"] for run in found["runs"]] == ["smollm2", "gemma3"]
    assert found["pairs"][0]["kind"]["says"].startswith("Different families: smollm2 and gemma3")
    moved = shutil.copytree(tmp_path / names[0], tmp_path / "moved")
    manifest = json.loads((moved / "manifest.json").read_text())
    manifest["facts"]["lineage"] = {"family": "gemma3"}
    (moved / "manifest.json").write_text(json.dumps(manifest))
    found = misspoke.compare([moved, tmp_path / names[1]]).to_dict()
    assert found["runs"][0]["lineage"]["family"] == "gemma3"  # what a run says goes first

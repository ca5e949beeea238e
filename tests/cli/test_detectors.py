"""`misspoke run --detectors` from the command to its folder, and with what cannot be measured."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cli.command_line import Command, write_questions, write_table

import misspoke as package
from misspoke.diagnosis.scores import DETECTORS, FREE
from misspoke.lm.table import Table

COUNT = 80
SAMPLED = [name for name, one in DETECTORS.items() if one.needs == "samples"]
ASKED = [name for name, one in DETECTORS.items() if one.needs == "truth"]
PROBES = [name for name, one in DETECTORS.items() if one.needs == "states"]


def tables(count: int) -> dict[str, Table]:
    """Half of the questions are answered rightly and with more confidence than the others."""
    asked: dict[str, Table] = {}
    for i in range(count):
        right, sure = i % 2 == 0, 0.5 + 0.4 * (i % 2 == 0) * (i / count)
        first, second = (" Rome", " Oslo") if right else (" Oslo", " Rome")
        asked[f"Which is number {i}?"] = {(): {first: sure, second: 1 - sure}}
    asked["The possible answer is:"] = {(): {" True": 0.5, " False": 0.3, " Who": 0.2}}
    return asked


def command(folder: Path, **options: object) -> list[object]:
    table = write_table(folder / "table.json", tables(COUNT), **options)
    rows: list[dict[str, object]] = [
        {"question": f"Which is number {i}?", "answers": ["Rome"], "relation": f"r{i % 8}"}
        for i in range(COUNT)
    ]
    return ["run", "-m", table, "-q", write_questions(folder / "asked.jsonl", rows), "--json"]


def detectors(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out)["detectors"]
    return {one["name"]: one for one in found["table"]}


def test_a_plain_run_has_those_that_cost_nothing_more(misspoke: Command, tmp_path: Path) -> None:
    done = misspoke(*command(tmp_path), "-o", tmp_path / "run")
    assert done.code == 0
    found = detectors(done.out)
    assert tuple(found) == FREE
    assert found["sequence_logprob"]["n"] == COUNT
    assert found["sequence_logprob"]["auroc"] > 0.9
    assert found["answer_characters"]["auroc"] == pytest.approx(0.5)
    rows = pl.read_parquet(tmp_path / "run/answers.parquet")
    assert rows["samples"].list.len().sum() == 0
    assert rows["truth_tokens"].null_count() == COUNT
    assert not (tmp_path / "run/states.npy").exists()


def test_all_of_them_and_why_some_are_not_measured(misspoke: Command, tmp_path: Path) -> None:
    options = ("--detectors", "all", "--samples", "6")
    done = misspoke(*command(tmp_path), *options, "-o", tmp_path / "run")
    assert done.code == 0
    found = detectors(done.out)
    assert list(found) == list(DETECTORS)
    for name in (*SAMPLED, *ASKED):
        assert found[name]["n"] == COUNT, name
    for name in PROBES:
        assert found[name]["n"] == 0
        assert found[name]["auroc"] is None
        assert found[name]["missing"] == {"the model shows no hidden states": COUNT}
    assert found["p_true"]["auroc"] == pytest.approx(0.5)
    assert found["p_true"]["cost"] > 20
    rows = pl.read_parquet(tmp_path / "run/answers.parquet")
    assert set(rows["samples"].list.len()) == {6}
    settings = json.loads((tmp_path / "run/manifest.json").read_text())["settings"]
    assert settings["detectors"] == {
        "names": list(DETECTORS), "samples": 6, "truth": True, "layers": [], "seed": 0
    }  # fmt: skip


def test_a_model_that_hides_its_tail_goes_on_without_samples(
    misspoke: Command, tmp_path: Path
) -> None:
    options = ("--detectors", "self_consistency,concept_entropy")
    done = misspoke(*command(tmp_path, reveals=1), *options, "-o", tmp_path / "run")
    assert done.code == 0
    found = detectors(done.out)
    assert list(found) == ["concept_entropy", "self_consistency"]
    reason = {"the model shows only its 1 most probable tokens": COUNT}
    assert found["self_consistency"]["missing"] == reason
    assert found["self_consistency"]["auroc"] is None
    assert found["concept_entropy"]["n"] == COUNT


def test_none_at_all(misspoke: Command, tmp_path: Path) -> None:
    options = ("--detectors", "none", "-o", tmp_path / "run")
    done = misspoke(*command(tmp_path), *options)
    assert done.code == 0
    assert json.loads(done.out)["detectors"] is None


def test_an_unknown_one_is_named_before_anything_is_asked(
    misspoke: Command, tmp_path: Path
) -> None:
    done = misspoke(*command(tmp_path), "--detectors", "entropy", "-o", tmp_path / "run")
    assert done.code == 1
    assert done.line.startswith("entropy: no such detector; known are sequence_logprob, ")
    assert not (tmp_path / "run").exists()


def test_other_detectors_in_the_same_folder_are_refused(misspoke: Command, tmp_path: Path) -> None:
    given = command(tmp_path)
    assert misspoke(*given, "-o", tmp_path / "run").code == 0
    done = misspoke(*given, "--detectors", "all", "-o", tmp_path / "run")
    assert done.code == 1
    assert "detectors" in done.line


def test_one_question_with_what_detectors_need(tmp_path: Path) -> None:
    lm = package.load(str(write_table(tmp_path / "table.json", tables(2))))
    asked = package.Question("Which is number 0?", ["Rome"])
    row = package.observe(lm, asked, detectors="all", samples=4)
    assert len(row.samples) == 4
    assert row.p_true is not None
    assert row.p_true.lower == pytest.approx(0.5)
    assert package.observe(lm, asked).samples == ()
    with pytest.raises(package.UserError, match="at least 2"):
        package.observe(lm, asked, detectors="all", samples=1)

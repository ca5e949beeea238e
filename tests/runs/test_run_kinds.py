"""Runs of decoders beside diagnoses: stored alike, and never taken for each other."""

import json
from pathlib import Path

import pytest
from run_rows import observation, trial

from misspoke.records import SettingsDiffer, UserError
from misspoke.records.trial import Trial
from misspoke.runs import (
    DECODERS,
    JSON,
    Run,
    RunWriter,
    answers_schema,
    kind,
    load_run,
    load_trials,
    open_run,
    to_row,
)

SETTINGS: dict[str, JSON] = {"kind": DECODERS, "model": "table"}
IDS = ["q1", "q2", "q3"]
JOURNAL = "answers.partial.jsonl"


def opened(folder: Path, **settings: str) -> RunWriter:
    return open_run(folder, {**SETTINGS, **settings}, {}, IDS, Trial)


def finished(folder: Path) -> Run:
    with opened(folder) as writer:
        for row_id in reversed(IDS):
            writer.append(trial(row_id))
        return writer.finish({"rows": 3})


def test_trials_from_the_first_row_to_the_last(tmp_path: Path) -> None:
    run = finished(tmp_path)
    assert run.frame().schema == answers_schema(Trial)
    for read in (run, load_trials(tmp_path)):
        assert list(read.trials()) == [trial(row_id) for row_id in IDS]
    assert json.loads((tmp_path / "summary.json").read_text()) == {"rows": 3}
    assert run.columns(["p_mass_lower", "id"])["id"].to_list() == IDS


def test_no_trials(tmp_path: Path) -> None:
    with open_run(tmp_path, SETTINGS, {}, [], Trial) as writer:
        run = writer.finish({})
    assert run.frame().schema == answers_schema(Trial)
    assert list(run.trials()) == []


def test_trials_go_on_after_a_stop_in_the_middle_of_a_row(tmp_path: Path) -> None:
    with opened(tmp_path) as writer:
        writer.append(trial("q2"))
        writer.append(trial("q3"))
    journal = tmp_path / JOURNAL
    journal.write_bytes(journal.read_bytes()[:-1])
    with opened(tmp_path) as writer:
        assert writer.done == {"q2"}
        for row_id in ("q1", "q3"):
            writer.append(trial(row_id))
        assert list(writer.finish({}).trials()) == [trial(row_id) for row_id in IDS]
    with pytest.raises(SettingsDiffer, match="model: was 'table', now 'other'"):
        opened(tmp_path, model="other")


def test_a_row_of_another_type_is_refused(tmp_path: Path) -> None:
    with (
        opened(tmp_path) as writer,
        pytest.raises(TypeError, match="Observation given to a run of Trial"),
    ):
        writer.append(observation("q1"))
    (tmp_path / JOURNAL).write_text(json.dumps(to_row(observation("q1"))) + "\n")
    with pytest.raises(UserError, match=r":1: damaged \(without primed"):
        opened(tmp_path)


@pytest.mark.parametrize("unfinished", [False, True])
def test_a_run_of_decoders_is_no_diagnosis(tmp_path: Path, unfinished: bool) -> None:
    if unfinished:
        opened(tmp_path).close()
    else:
        finished(tmp_path)
    line = (
        f"{tmp_path}: is a run of `misspoke decode`, not of `misspoke run`; use `misspoke decode` "
        "with it, or another folder"
    )
    for use in (
        lambda: load_run(tmp_path),
        lambda: open_run(tmp_path, {"model": "table"}, {}, IDS),
        lambda: next(load_trials(tmp_path).observations()),
        lambda: next(load_trials(tmp_path).observations_at([0])),
    ):
        with pytest.raises(UserError) as refused:
            use()
        assert str(refused.value) == line


def test_a_diagnosis_is_no_run_of_decoders(tmp_path: Path) -> None:
    open_run(tmp_path, {"model": "table"}, {}, IDS).close()
    line = (
        f"{tmp_path}: is a run of `misspoke run`, not of `misspoke decode`; use `misspoke run` "
        "with it, or another folder"
    )
    for use in (
        lambda: load_trials(tmp_path),
        lambda: opened(tmp_path),
        lambda: next(load_run(tmp_path).trials()),
    ):
        with pytest.raises(UserError) as refused:
            use()
        assert str(refused.value) == line
    opened(tmp_path / "other").close()
    with open_run(tmp_path, {"model": "table"}, {}, IDS):
        assert load_run(tmp_path).manifest["rows"] == 3


@pytest.mark.parametrize("named", ["probe", ["decoders"], {}])
def test_a_kind_that_is_not_known_is_refused(tmp_path: Path, named: JSON) -> None:
    open_run(tmp_path, {"model": "table"}, {}, IDS).close()
    path = tmp_path / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["settings"]["kind"] = named
    path.write_text(json.dumps(manifest))
    for load in (load_run, load_trials):
        with pytest.raises(UserError, match="which this version of misspoke does not know"):
            load(tmp_path)


def test_a_folder_tells_its_kind(tmp_path: Path) -> None:
    opened(tmp_path / "decoders").close()
    open_run(tmp_path / "diagnosis", {"model": "table"}, {}, IDS).close()
    assert kind(tmp_path / "decoders") == DECODERS
    assert kind(tmp_path / "diagnosis") is None
    with pytest.raises(UserError, match="is no run"):
        kind(tmp_path)


def test_settings_must_name_the_kind(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the kind None for Trial"):
        open_run(tmp_path, {"model": "table"}, {}, IDS, Trial)
    with pytest.raises(ValueError, match="the kind 'decoders' for Observation"):
        open_run(tmp_path, SETTINGS, {}, IDS)
    assert list(tmp_path.iterdir()) == []

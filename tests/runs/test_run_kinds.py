"""Runs of decoders beside diagnoses: stored alike, and never taken for each other."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from run_rows import example, observation, trial

from misspoke.diagnosis.modes.catalogue import MODES, mode
from misspoke.diagnosis.modes.compared import ASKED
from misspoke.records import SettingsDiffer, UserError
from misspoke.records.observation import Observation
from misspoke.records.trial import Trial
from misspoke.runs import (
    DECODERS,
    JSON,
    PROBES,
    Run,
    RunWriter,
    answers_schema,
    from_row,
    kind,
    load_probe,
    load_run,
    load_trials,
    made_with,
    open_run,
    record_of,
    to_row,
)
from misspoke.runs.kinds import kind_of

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


def test_every_kind_has_its_rows_and_its_command() -> None:
    assert record_of(None) is Observation
    assert record_of(DECODERS) is Trial
    for named in (None, DECODERS, *PROBES):
        assert kind_of(record_of(named)) == named
    assert [made_with(named) for named in PROBES] == [f"misspoke probe {one}" for one in PROBES]
    for wrong in ("probe", 7):
        with pytest.raises(ValueError, match="no run is of the kind"):
            record_of(wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no run has rows of int"):
        kind_of(int)  # type: ignore[arg-type]


def test_every_probe_is_judged_and_compared() -> None:
    assert MODES == PROBES == tuple(ASKED)
    for named in PROBES:
        judge = mode(named)
        assert callable(judge.measures)
        assert callable(judge.findings)
        assert ASKED[named] in answers_schema(record_of(named))
    with pytest.raises(ValueError, match="no probe is of the kind 'decoders'"):
        mode(DECODERS)


@pytest.mark.parametrize("named", PROBES)
def test_rows_of_probes_are_stored_and_read(tmp_path: Path, named: str) -> None:
    record = record_of(named)
    made = replace(example(record), id="q1")
    assert from_row(json.loads(json.dumps(to_row(made))), record) == made
    settings: dict[str, JSON] = {"kind": named}
    with open_run(tmp_path, settings, {}, ["q1"], record) as writer:
        writer.append(made)
        run = writer.finish({})
    assert list(load_probe(tmp_path).records(record)) == [made]
    assert list(run.records(record, ("heard",))) == [replace(made, heard=())]
    with pytest.raises(UserError, match=f"is a run of `misspoke probe {named}`, not of"):
        load_run(tmp_path)


def test_a_probe_is_opened_by_its_own_kind(tmp_path: Path) -> None:
    opened(tmp_path / "decoders").close()
    with pytest.raises(UserError, match="`misspoke decode`, not of `misspoke probe`; name the"):
        load_probe(tmp_path / "decoders")
    with pytest.raises(UserError, match="is no run"):
        load_probe(tmp_path)

"""Writing, resuming and reading a run folder."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from run_rows import observation

from misspoke.records import SettingsDiffer, UserError
from misspoke.runs import JSON, Run, RunWriter, answers_schema, load_run, open_run, write_atomically

SETTINGS: dict[str, JSON] = {
    "model": "table",
    "dtype": "float32",
    "prompt": {"style": "chat", "shots": 2},
}
IDS = ["q1", "q2", "q3"]


def opened(folder: Path, ids: Sequence[str] = IDS, **settings: str) -> RunWriter:
    return open_run(folder, {**SETTINGS, **settings}, {"version": "1"}, ids)


def finished(folder: Path, ids: Sequence[str] = IDS) -> Run:
    with opened(folder, ids) as writer:
        for row_id in reversed(ids):
            writer.append(observation(row_id))
        return writer.finish({"rows": len(ids)})


def test_a_run_from_the_first_row_to_the_last(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "run [1]"
    run = finished(folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        ".lock",
        "answers.parquet",
        "manifest.json",
        "summary.json",
    ]
    assert run.frame()["id"].to_list() == IDS
    assert run.frame().schema == answers_schema()
    assert list(run.observations()) == [observation(row_id) for row_id in IDS]
    assert json.loads((folder / "summary.json").read_text()) == {"rows": 3}
    manifest = load_run(folder).manifest
    assert manifest["format"] == 1
    assert manifest["settings"] == SETTINGS
    assert manifest["facts"] == {"version": "1"}
    assert manifest["rows"] == 3


def test_more_rows_than_one_part_keep_their_order(tmp_path: Path) -> None:
    ids = [f"q{number}" for number in range(2_345)]
    with opened(tmp_path, ids) as writer:
        for row_id in sorted(ids):
            writer.append(observation(row_id, size=0))
        run = writer.finish({})
    assert run.frame()["id"].to_list() == ids
    assert [row.id for row in run.observations()] == ids


def test_a_run_without_questions(tmp_path: Path) -> None:
    run = finished(tmp_path, [])
    assert run.frame().schema == answers_schema()
    assert list(run.observations()) == []


def test_going_on_after_a_stop(tmp_path: Path) -> None:
    with opened(tmp_path) as writer:
        assert writer.done == frozenset()
        writer.append(observation("q2"))
        assert writer.done == {"q2"}
    with opened(tmp_path) as writer:
        assert writer.done == {"q2"}
        writer.append(observation("q1"))
        writer.append(observation("q3"))
        run = writer.finish({})
    assert run.frame()["id"].to_list() == IDS


def test_a_finished_run_only_gets_a_new_summary(tmp_path: Path) -> None:
    finished(tmp_path)
    before = (tmp_path / "answers.parquet").stat()
    with open_run(tmp_path, SETTINGS, {"version": "2"}, IDS) as writer:
        assert writer.done == set(IDS)
        writer.finish(lambda run: {"heights": [run.frame().height]})
    after = (tmp_path / "answers.parquet").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert json.loads((tmp_path / "summary.json").read_text()) == {"heights": [3]}
    assert load_run(tmp_path).manifest["facts"] == {"version": "1"}


def test_a_journal_beside_its_whole_parquet_is_dropped(tmp_path: Path) -> None:
    finished(tmp_path)
    (tmp_path / "answers.partial.jsonl").write_text("{}\n")
    with opened(tmp_path) as writer:
        assert writer.done == set(IDS)
    assert not (tmp_path / "answers.partial.jsonl").exists()


def test_facts_may_change_and_settings_may_not(tmp_path: Path) -> None:
    with opened(tmp_path) as writer:
        writer.note(header_tokens=7, version="2")
    assert load_run(tmp_path).manifest["facts"] == {"version": "2", "header_tokens": 7}
    with open_run(tmp_path, SETTINGS, {"version": "3"}, IDS):
        pass
    assert load_run(tmp_path).manifest["facts"] == {"version": "3", "header_tokens": 7}


@pytest.mark.parametrize(
    ("now", "difference"),
    [
        (SETTINGS | {"dtype": "bfloat16"}, "dtype: was 'float32', now 'bfloat16'"),
        (SETTINGS | {"seed": 1}, "seed: was not set, now 1"),
        ({"model": "table", "dtype": "float32"}, "prompt: was {'style': 'chat', 'shots': 2}"),
        (SETTINGS | {"prompt": {"style": "chat", "shots": 0}}, "prompt.shots: was 2, now 0"),
        (SETTINGS | dict.fromkeys("abcde", 1), "c: was not set, now 1 and 2 more"),
        (SETTINGS | {"model": "x\n" * 99}, "model: was 'table', now 'x\\nx"),
    ],
)
def test_other_settings_are_refused(tmp_path: Path, now: dict[str, JSON], difference: str) -> None:
    with opened(tmp_path):
        pass
    with pytest.raises(SettingsDiffer) as refused:
        open_run(tmp_path, now, {}, IDS)
    text = str(refused.value)
    assert text.startswith(f"{tmp_path}: holds rows made with other settings (")
    assert text.endswith("); use the same settings, or another folder with -o")
    assert difference in text
    assert len(text.splitlines()) == 1
    with opened(tmp_path):
        pass  # the refusal gave the lock back


def test_tuples_are_the_lists_that_they_are_stored_as(tmp_path: Path) -> None:
    for _ in range(2):
        with open_run(tmp_path, {"taus": (0.1, 0.2)}, {}, IDS):
            pass


@pytest.mark.parametrize("done", [False, True])
def test_rows_of_other_questions_are_refused(tmp_path: Path, done: bool) -> None:
    with opened(tmp_path) as writer:
        for row_id in IDS:
            writer.append(observation(row_id))
        if done:
            writer.finish({})
    with pytest.raises(SettingsDiffer, match=r"holds rows of other questions \('q1', 'q3'\)"):
        opened(tmp_path, ["q2", "q4"])


def test_more_questions_continue_a_journal_but_not_a_finished_run(tmp_path: Path) -> None:
    with opened(tmp_path) as writer:
        writer.append(observation("q1"))
    with opened(tmp_path, [*IDS, "q4"]) as writer:
        assert writer.done == {"q1"}
    assert load_run(tmp_path).manifest["rows"] == 4
    finished(tmp_path / "whole")
    with pytest.raises(SettingsDiffer, match="a finished run of 3 questions, not of 4"):
        opened(tmp_path / "whole", [*IDS, "q4"])


def test_mistakes_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="two questions have the id 'q1'"):
        opened(tmp_path, ["q1", "q2", "q1"])
    with opened(tmp_path) as writer:
        writer.append(observation("q1"))
        with pytest.raises(ValueError, match="has its row already"):
            writer.append(observation("q1"))
        with pytest.raises(ValueError, match="not among the ids"):
            writer.append(observation("q9"))
        with pytest.raises(ValueError, match="2 of 3 ids have no row yet"):
            writer.finish({})


def test_half_a_surrogate_pair_is_refused_at_once(tmp_path: Path) -> None:
    with opened(tmp_path, ["\ud800", "q2"]) as writer:
        with pytest.raises(UserError, match="half of a surrogate pair"):
            writer.append(observation("\ud800"))
        writer.append(observation("q2"))
    with opened(tmp_path, ["\ud800", "q2"]) as writer:
        assert writer.done == {"q2"}


def test_a_second_process_is_kept_out(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from misspoke.runs import open_run\n"
        "open_run(Path(sys.argv[1]), {}, {}, ['q1'])"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with open_run(tmp_path, {}, {}, ["q1"]):
        second = subprocess.run(command, check=False, capture_output=True, text=True)
        with pytest.raises(UserError, match="another misspoke process"):
            open_run(tmp_path, {}, {}, ["q1"])
    assert second.stderr.splitlines()[-1].endswith(
        f"{tmp_path}: another misspoke process is writing here; wait for it, or choose another "
        "folder with -o"
    )
    subprocess.run(command, check=True)


def test_reading_what_is_no_finished_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"is no run \(it holds no manifest.json\)"):
        load_run(tmp_path / "nowhere")
    with opened(tmp_path) as writer:
        writer.append(observation("q1"))
    run = load_run(tmp_path)
    expected = r"the run is not finished \(1 of 3 rows\); run the same command again to finish it"
    with pytest.raises(UserError, match=expected):
        run.frame()
    with pytest.raises(UserError, match=expected):
        next(run.observations())


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(UserError, match=r"file: cannot be written to \(File exists\)"):
        opened(file)
    with pytest.raises(UserError, match="file: is a file; name the folder of a run"):
        load_run(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "damaged"),
        ("[]", "not a run's manifest"),
        ('{"format": 2}', "has format 2"),
        ('{"format": 1, "settings": {}}', "'facts' is missing or wrong"),
    ],
)
def test_a_damaged_manifest(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(UserError, match=message):
        load_run(tmp_path)
    with pytest.raises(UserError, match=message):
        opened(tmp_path)


def test_rows_without_a_manifest_are_refused(tmp_path: Path) -> None:
    finished(tmp_path)
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(UserError, match=r"holds answers.parquet but no manifest.json"):
        opened(tmp_path)


def test_a_damaged_parquet(tmp_path: Path) -> None:
    run = finished(tmp_path)
    (tmp_path / "answers.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(UserError, match=r"answers.parquet: cannot be read .*; delete it and run"):
        opened(tmp_path)
    with pytest.raises(
        UserError, match=r"answers.parquet: cannot be read .* `misspoke run`"
    ) as why:
        run.frame()
    assert "delete" not in str(why.value)  # the command that reads need not be the one that made it


def test_rows_of_another_version_are_refused_one_by_one_only(tmp_path: Path) -> None:
    run = finished(tmp_path)
    run.frame().drop("residual").write_parquet(tmp_path / "answers.parquet")
    assert run.frame().height == 3
    with pytest.raises(UserError, match="has no column residual"):
        next(run.observations())


def test_writing_atomically(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_atomically(path, "Zürich")
    write_atomically(path, b"\x00")
    assert path.read_bytes() == b"\x00"
    write_atomically(path, "Zürich")
    assert path.read_text(encoding="utf-8") == "Zürich"
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "\ud800")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_atomically(tmp_path / "folder", "text")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "report.html"]


def test_importing_loads_neither_polars_nor_numpy() -> None:
    script = "import sys, misspoke.runs; print({'polars', 'numpy'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert loaded.stdout == b"set()\n"

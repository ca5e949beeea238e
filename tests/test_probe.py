"""Probes in Python: rows in a folder or in memory, going on after a stop, and what is refused."""

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from probes.said import capitals, probed, questions

import misspoke
from misspoke.observing.heard import audit_heard
from misspoke.probe import consistency, open_probe, sycophancy
from misspoke.questions.premises import load_premises
from misspoke.records import Interrupted, Question, SettingsDiffer, UserError

JOURNAL = "answers.partial.jsonl"
COUNT = 8
"""More than are in flight at one time, so that rows come in two lots."""

RUNNING = """
import sys
from pathlib import Path
from probes.said import probed
print("begun", flush=True)
probed(Path(sys.argv[1]), int(sys.argv[2]), delay=0.001)
"""


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> misspoke.Probe:
    return probed(tmp_path_factory.mktemp("stored"))


def test_a_folder_and_memory_hold_the_same(stored: misspoke.Probe) -> None:
    held = probed(None)
    assert held.path is None
    assert [row.id for row in held.rows()] == [one.id for one in questions(COUNT)]
    assert list(held.rows()) == list(stored.rows())
    assert held.frame().equals(stored.frame())
    assert held.findings() == stored.findings()
    assert held.manifest["settings"] == stored.manifest["settings"]
    assert held.kind == stored.kind == "sycophancy"


def test_rows_are_in_the_order_of_the_questions_whichever_is_first() -> None:
    long = questions(1001)[1000]  # its longer answer takes more steps
    asked = [long, *questions(3)]
    held = sycophancy(capitals(), asked)
    assert [row.id for row in held.rows()] == [one.id for one in asked]


def test_a_folder_is_whole_and_opens_again(stored: misspoke.Probe) -> None:
    assert stored.path is not None
    files = sorted(path.name for path in stored.path.iterdir())
    assert files == [".lock", "answers.parquet", "manifest.json", "report.html", "summary.json"]
    again = open_probe(stored.path)
    assert list(again.rows()) == list(stored.rows())
    summary = json.loads((stored.path / "summary.json").read_text())
    assert summary == json.loads(json.dumps(again.findings().to_dict()))
    assert summary["units"] == COUNT


def test_what_only_an_audit_needs_may_stay_unread(stored: misspoke.Probe) -> None:
    assert all(row.heard for row in stored.rows())
    assert not any(row.heard for row in stored.rows(heard=False))


def test_the_replies_of_all_rows_are_those_of_the_model(stored: misspoke.Probe) -> None:
    audited = list(audit_heard(capitals(), stored.rows()))
    assert len(audited) == COUNT
    assert max(one.logprob for one in audited) < 1e-9
    assert all(one.replies for one in audited)


def test_expected_tokens_are_told_beforehand_and_of_what_is_left(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    seen: list[int] = []

    def expecting(tokens: int) -> None:
        told.append((len(seen), tokens))

    def progress(done: int, _total: int) -> None:
        seen.append(done)

    probe = sycophancy(capitals(), questions(4), tmp_path, expecting=expecting, progress=progress)
    assert [at for at, _ in told] == [0]
    assert told[0][1] == probe.manifest["facts"]["expected_tokens"] > 0
    assert seen == [0, 1, 2, 3, 4]
    again = sycophancy(capitals(), questions(4), tmp_path, expecting=expecting)
    assert len(told) == 1, "nothing is left, and nothing is expected"
    assert list(again.rows()) == list(probe.rows())


def test_a_report_in_memory_needs_a_folder(tmp_path: Path) -> None:
    held = probed(None, 2)
    with pytest.raises(UserError, match=r"no run folder; give report\(\) a folder"):
        held.report()
    page = held.report(tmp_path / "new")
    assert page == tmp_path / "new" / "report.html"
    assert (tmp_path / "new" / "summary.json").exists()


def test_questions_without_what_a_probe_needs_are_left_out_and_counted(tmp_path: Path) -> None:
    bare = Question("What is the capital of Land99?", ["Right99x"])
    probe = sycophancy(capitals(), [*questions(2), bare], tmp_path)
    assert [row.id for row in probe.rows()] == ["land0", "land1"]
    assert list(probe.manifest["facts"]["left_out"].values()) == [1]
    assert probe.manifest["settings"]["questions"]["count"] == 3
    assert probe.findings().left_out[0] == ("no distractor that is surely wrong", 1)
    assert probe.findings() is probe.findings()
    needed = r"1 with no distractor.*; give a column `distractors` .*docs/sycophancy\.md"
    with pytest.raises(UserError, match=needed):
        sycophancy(capitals(), [bare])
    with pytest.raises(UserError, match=r"a column `wordings` .*docs/consistency\.md"):
        consistency(capitals(), [bare])
    with pytest.raises(UserError, match=r"given: nothing to ask .it is empty"):
        sycophancy(capitals(), [])


def test_an_id_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    one = questions(1)
    for folder in (None, tmp_path):
        with pytest.raises(UserError, match="given: two questions have the id 'land0'"):
            sycophancy(capitals(), one + one, folder)
    same = load_premises().premises[0]
    with pytest.raises(UserError, match="given: two premises have the id"):
        misspoke.probe.premises(capitals(), [same, same])


def test_other_settings_or_questions_are_refused(stored: misspoke.Probe) -> None:
    assert stored.path is not None
    with pytest.raises(SettingsDiffer, match="shots: was 4, now 0"):
        sycophancy(capitals(), questions(COUNT), stored.path, shots=0)
    with pytest.raises(SettingsDiffer, match="; seed: was 0, now 1"):
        sycophancy(capitals(), questions(COUNT), stored.path, seed=1)
    with pytest.raises(SettingsDiffer, match=r"questions\.sha256"):
        sycophancy(capitals(), questions(COUNT + 1), stored.path)
    with pytest.raises(SettingsDiffer, match=r"model\.name: was 'scripted', now 'other'"):
        sycophancy(capitals(name="other"), questions(COUNT), stored.path)


def test_a_diagnosis_is_no_probe(tmp_path: Path, stored: misspoke.Probe) -> None:
    assert stored.path is not None
    misspoke.diagnose(capitals(), questions(1), tmp_path)
    with pytest.raises(UserError, match="is a run of `misspoke run`, not of `misspoke probe`"):
        open_probe(tmp_path)
    with pytest.raises(UserError, match="`misspoke run`, not of `misspoke probe sycophancy`"):
        sycophancy(capitals(), questions(1), tmp_path)
    with pytest.raises(UserError, match="of `misspoke probe sycophancy`, not of `misspoke run`"):
        misspoke.open_finished(stored.path)


def test_ctrl_c_keeps_the_rows_that_are_done(tmp_path: Path, stored: misspoke.Probe) -> None:
    stopped = capitals(stop_at=900)
    with pytest.raises(Interrupted, match=rf"of {COUNT} rows are kept in .*the same command"):
        sycophancy(stopped, questions(COUNT), tmp_path)
    kept = (tmp_path / JOURNAL).read_bytes().count(b"\n")
    assert 0 < kept < COUNT
    again = sycophancy(capitals(), questions(COUNT), tmp_path)
    assert list(again.rows()) == list(stored.rows())


def test_a_killed_run_goes_on(tmp_path: Path, stored: misspoke.Probe) -> None:
    tests = Path(__file__).parent
    prelude = f"import sys; sys.path.insert(0, {str(tests)!r})\n"
    process = subprocess.Popen(
        [sys.executable, "-c", prelude + RUNNING, str(tmp_path), str(COUNT)],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    journal = tmp_path / JOURNAL
    while process.poll() is None:
        if journal.exists() and journal.read_bytes().count(b"\n") >= 2:
            break
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    kept = journal.read_bytes().count(b"\n") if journal.exists() else COUNT
    assert 2 <= kept < COUNT
    seen: list[int] = []
    again = sycophancy(
        capitals(), questions(COUNT), tmp_path, progress=lambda done, _: seen.append(done)
    )
    assert seen[0] == kept
    assert list(again.rows()) == list(stored.rows())
    assert again.frame().equals(stored.frame())


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file grows beyond a size, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_fills_up(tmp_path: Path, stored: misspoke.Probe) -> None:
    with largest_file(40_000), pytest.raises(UserError) as refused:
        sycophancy(capitals(), questions(COUNT), tmp_path)
    assert str(refused.value).startswith(f"{tmp_path}: the disk is full; ")
    again = sycophancy(capitals(), questions(COUNT), tmp_path)
    assert list(again.rows()) == list(stored.rows())

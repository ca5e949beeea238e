"""A process may be killed at any moment; what it had stored is there afterwards."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from run_rows import observation

from misspoke.records import UserError
from misspoke.runs import load_run, open_run

IDS = [f"q{number}" for number in range(40)]
JOURNAL = "answers.partial.jsonl"

APPENDING = """
import sys
from pathlib import Path
from run_rows import observation
from misspoke.runs import open_run

ids = sys.argv[2].split()
with open_run(Path(sys.argv[1]), {}, {}, ids) as writer:
    print("open", flush=True)
    for row_id in ids:
        if row_id not in writer.done:
            writer.append(observation(row_id, size=6))
            print(row_id, flush=True)
"""

FINISHING = """
import os, sys
from pathlib import Path
import polars  # its own opening of files is not counted
from run_rows import observation
from misspoke.runs import open_run

def die_at(number):
    changes = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}
    seen = 0
    def hook(event, arguments):
        nonlocal seen
        change = event in changes or (event == "open" and arguments[1] == "w")
        if change and sys.argv[1] in str(arguments[0]):
            seen += 1
            if seen == number:
                os._exit(9)
    sys.addaudithook(hook)

ids = sys.argv[2].split()
with open_run(Path(sys.argv[1]), {}, {}, ids) as writer:
    for row_id in ids:
        writer.append(observation(row_id))
    die_at(int(sys.argv[3]))
    writer.finish({"rows": len(ids)})
"""


def started(script: str, *arguments: str) -> subprocess.Popen[str]:
    """A process that runs a script in which this folder's helpers can be imported."""
    prelude = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
    return subprocess.Popen(
        [sys.executable, "-c", prelude + script, *arguments], stdout=subprocess.PIPE, text=True
    )


def complete(folder: Path, size: int = 2) -> None:
    """Finish a run, and make sure that it holds each row once, as it was made."""
    with open_run(folder, {}, {}, IDS) as writer:
        for row_id in IDS:
            if row_id not in writer.done:
                writer.append(observation(row_id, size))
        run = writer.finish({"rows": len(IDS)})
    assert list(run.observations()) == [observation(row_id, size) for row_id in IDS]
    assert sorted(path.name for path in folder.iterdir()) == [
        ".lock",
        "answers.parquet",
        "manifest.json",
        "summary.json",
    ]


@pytest.mark.parametrize("seed", range(4))
def test_killed_while_appending(tmp_path: Path, seed: int) -> None:
    process = started(APPENDING, str(tmp_path), " ".join(IDS))
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    time.sleep(random.Random(seed).uniform(0, 0.03))
    process.send_signal(signal.SIGKILL)
    reported = process.communicate()[0].split()
    with open_run(tmp_path, {}, {}, IDS) as writer:
        assert set(reported) <= writer.done
    complete(tmp_path, size=6)


def test_killed_at_each_change_of_the_disk_while_finishing(tmp_path: Path) -> None:
    ids = " ".join(IDS)
    folders = {number: tmp_path / f"run{number}" for number in range(1, 14)}
    processes = {n: started(FINISHING, str(f), ids, str(n)) for n, f in folders.items()}
    for process in processes.values():
        process.communicate()
    codes = [process.returncode for process in processes.values()]
    assert set(codes) == {9, 0}
    assert codes[-1] == 0, "there are more changes than this test interrupts"
    assert codes == sorted(codes, reverse=True)
    for folder in folders.values():
        with open_run(folder, {}, {}, IDS) as writer:
            assert writer.done == set(IDS)
        complete(folder)


@pytest.mark.parametrize("kept", [0, 1, 1000, -2, -1])
def test_a_torn_line_is_cut_off(tmp_path: Path, kept: int) -> None:
    with open_run(tmp_path, {}, {}, IDS) as writer:
        for row_id in IDS[:3]:
            writer.append(observation(row_id))
    journal = tmp_path / JOURNAL
    first, second, third = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(first + second + third[:kept])
    with pytest.raises(UserError, match="2 of 40 rows"):
        load_run(tmp_path).frame()
    with open_run(tmp_path, {}, {}, IDS) as writer:
        assert writer.done == set(IDS[:2])
        assert journal.read_bytes() == first + second
    complete(tmp_path)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"\x00\x00\n", "Expecting value"),
        (b'{"id": "q0", \n', "Expecting property name"),
        (b"\xff\xfe\n", "utf-8"),
        (b"[]\n", "no row"),
        (b'{"id": "q0"}\n', "without question, relation, gold and"),
    ],
)
def test_a_damaged_line_in_the_middle_is_named(tmp_path: Path, line: bytes, why: str) -> None:
    with open_run(tmp_path, {}, {}, IDS) as writer:
        for row_id in IDS[:3]:
            writer.append(observation(row_id))
    journal = tmp_path / JOURNAL
    first, _, third = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(first + line + third)
    with pytest.raises(UserError, match=why) as refused:
        open_run(tmp_path, {}, {}, IDS)
    assert str(refused.value).startswith(f"{journal}:2: damaged (")
    assert str(refused.value).endswith(
        "; delete this line and run the same command again: its question is asked again"
    )
    journal.write_bytes(first + third)
    complete(tmp_path)


def test_temporary_files_of_killed_processes_are_removed(tmp_path: Path) -> None:
    (tmp_path / ".answers.parts").mkdir()
    for name in (".answers.parts/000000.parquet", ".report.html.1.tmp", ".manifest.json.2.tmp"):
        (tmp_path / name).write_text("half")
    complete(tmp_path)

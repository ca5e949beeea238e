"""A full or broken disk, and memory."""

import errno
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from run_rows import observation

from misspoke.records import UserError
from misspoke.runs import open_run, to_row

IDS = [f"q{number}" for number in range(20)]
JOURNAL = "answers.partial.jsonl"
FULL = "the disk is full; {} safe; free some space and run the same command again"


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond a size, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_fills_up_in_the_middle_of_a_row(tmp_path: Path) -> None:
    with open_run(tmp_path, {}, {}, IDS) as writer:
        writer.append(observation("q0"))
        size = (tmp_path / JOURNAL).stat().st_size
        with largest_file(size + 100), pytest.raises(UserError) as refused:
            writer.append(observation("q1"))
        assert str(refused.value) == f"{tmp_path}: {FULL.format('1 row is')}"
        assert (tmp_path / JOURNAL).stat().st_size == size
        for row_id in IDS[1:]:
            writer.append(observation(row_id))
        run = writer.finish({})
    assert list(run.observations()) == [observation(row_id) for row_id in IDS]


def test_a_disk_that_fills_up_while_finishing(tmp_path: Path) -> None:
    with open_run(tmp_path, {}, {}, IDS) as writer:
        for row_id in IDS:
            writer.append(observation(row_id))
        with largest_file(1_000), pytest.raises(UserError) as refused:
            writer.finish({})
        assert str(refused.value) == f"{tmp_path}: {FULL.format('20 rows are')}"
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            ".lock",
            JOURNAL,
            "manifest.json",
        ]
        run = writer.finish({})
    assert run.frame().height == len(IDS)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_every_kind_of_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def fail(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    with open_run(tmp_path, {}, {}, IDS) as writer:
        writer.append(observation("q0"))
        for place in ("pwrite", "fsync"):
            with monkeypatch.context() as patch:
                patch.setattr(os, place, fail)
                with pytest.raises(UserError, match="the disk is full; 1 row is safe"):
                    writer.append(observation("q1")) if place == "pwrite" else writer.note(a=1)
        assert writer.done == {"q0"}


def test_a_broken_disk_is_not_called_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    writer = open_run(tmp_path, {}, {}, IDS)
    writer.append(observation("q0"))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(UserError, match=r"\(Input/output error\); 0 rows are safe; mend that"):
            writer.close()
    with open_run(tmp_path, {}, {}, IDS) as writer:  # closed, and the lock given back
        assert writer.done == {"q0"}


def test_ctrl_c_in_the_middle_of_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.pwrite

    def interrupted(file: int, data: bytes, offset: int) -> int:
        write(file, data[:50], offset)
        raise KeyboardInterrupt

    with open_run(tmp_path, {}, {}, IDS) as writer:
        with monkeypatch.context() as patch:
            patch.setattr(os, "pwrite", interrupted)
            with pytest.raises(KeyboardInterrupt):
                writer.append(observation("q0"))
        assert (tmp_path / JOURNAL).stat().st_size == 0
        writer.append(observation("q1"))
    with open_run(tmp_path, {}, {}, IDS) as writer:
        assert writer.done == {"q1"}


FINISHING = """
import sys
from pathlib import Path
from misspoke.runs import open_run

with open_run(Path(sys.argv[1]), {}, {}, [f"q{n}" for n in range(int(sys.argv[2]))]) as writer:
    run = writer.finish({})
assert sum(1 for _ in zip(run.observations(), range(1_500))) == 1_500
for line in Path("/proc/self/status").read_text().splitlines():
    if line.startswith("VmHWM"):
        print(int(line.split()[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """18,000 more rows, 90 MB of text, need no more than a little more memory."""
    row = to_row(observation("ID", size=0)) | {"prompt": "x" * 5_000}
    line = json.dumps(row) + "\n"
    processes = []
    for rows in (2_000, 20_000):
        folder = tmp_path / str(rows)
        with open_run(folder, {}, {}, [f"q{n}" for n in range(rows)]):
            pass
        with (folder / JOURNAL).open("w") as journal:
            journal.writelines(line.replace("ID", f"q{n}", 1) for n in range(rows))
        command = [sys.executable, "-c", FINISHING, str(folder), str(rows)]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    few, many = (int(process.communicate()[0]) for process in processes)
    assert many < few + 50, f"{few} MB for 2,000 rows, {many} MB for 20,000"

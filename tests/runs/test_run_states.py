"""states.npy: hidden states beside the rows."""

import errno
import os
import random
import signal
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from run_rows import observation
from test_run_disk import FULL, largest_file
from test_run_kills import started

from misspoke.records import UserError
from misspoke.runs import Run, RunWriter, load_run, open_run
from misspoke.runs.states import StatesFile, read_states

IDS = [f"q{number}" for number in range(12)]
LAYERS, WIDTH = 3, 40
JOURNAL = "answers.partial.jsonl"
STATES = "states.npy"
MOST = 65504.0


def states(row_id: str, layers: int = LAYERS, width: int = WIDTH) -> npt.NDArray[np.float32]:
    """Other numbers for every id, layer and place, which float16 holds exactly."""
    number = int(row_id[1:])
    return np.arange(layers * width, dtype=np.float32).reshape(layers, width) + 128 * number + 1


def opened(folder: Path, ids: Sequence[str] = IDS) -> RunWriter:
    return open_run(folder, {}, {}, ids)


def complete(folder: Path, without: Sequence[str] = ()) -> Run:
    """Adds the rows that are missing, and finishes."""
    with opened(folder) as writer:
        for row_id in set(IDS) - writer.done:
            writer.append(observation(row_id), None if row_id in without else states(row_id))
        return writer.finish({})


def holds(run: Run, without: Sequence[str] = ()) -> None:
    found = run.states()
    assert found is not None
    assert run.frame()["id"].to_list() == IDS
    assert (found.dtype, found.shape) == (np.float16, (len(IDS), LAYERS, WIDTH))
    for row_id, row in zip(IDS, found, strict=True):
        assert np.array_equal(row, np.zeros_like(row) if row_id in without else states(row_id))


@pytest.mark.parametrize("seed", range(3))
def test_the_states_stand_in_the_order_of_the_ids(tmp_path: Path, seed: int) -> None:
    """Whatever the order of the rows, and wherever a process stopped."""
    order = random.Random(seed).sample(IDS, len(IDS))
    without = order[:: seed + 2]
    for some in (order[:5], order[5:9]):
        with opened(tmp_path) as writer:
            for row_id in some:
                writer.append(observation(row_id), None if row_id in without else states(row_id))
    run = complete(tmp_path, without)
    holds(run, without)
    assert [row.id for row in run.observations()] == IDS
    found = np.load(tmp_path / STATES)
    assert found.dtype.str == "<f2"
    assert np.array_equal(found, np.asarray(run.states()))


def test_the_states_are_mapped_and_cannot_be_changed(tmp_path: Path) -> None:
    found = complete(tmp_path).states()
    assert isinstance(found, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 1
    holds(load_run(tmp_path))


def test_a_run_without_states_has_no_file(tmp_path: Path) -> None:
    run = complete(tmp_path, IDS)
    assert run.states() is None
    assert not (tmp_path / STATES).exists()


def test_the_file_has_its_full_size_at_once_and_takes_no_room(tmp_path: Path) -> None:
    ids = [f"q{number}" for number in range(5_000)]
    with opened(tmp_path, ids) as writer:
        writer.append(observation("q7"), states("q7", 4, 640))
        found = (tmp_path / STATES).stat()
        assert found.st_size == 128 + len(ids) * 4 * 640 * 2
        assert found.st_blocks * 512 < found.st_size / 100


@given(
    arrays.arrays(
        np.float32,
        (2, 3),
        elements=st.floats(allow_nan=False, width=32)
        | st.sampled_from([MOST, 65519.0, 65520.0, -7e4, np.inf, -np.inf, 1e-9]),
    )
)
def test_the_values_are_those_of_float16_clipped_to_its_range(
    tmp_path_factory: pytest.TempPathFactory, given: npt.NDArray[np.float32]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    with closing(StatesFile(folder, ["q0"])) as file:
        file.reopen()
        file.write("q0", given)
        stored = read_states(folder, 1)
    assert stored is not None
    for value, kept in zip(given.ravel().tolist(), stored.ravel().tolist(), strict=True):
        clipped = max(-MOST, min(MOST, value))
        assert kept == np.float16(clipped)
        assert abs(kept) <= MOST


def test_states_that_cannot_be_stored_leave_the_run_as_it_was(tmp_path: Path) -> None:
    bad = states("q1")
    bad[1, 2] = np.nan
    with opened(tmp_path) as writer:
        for wrong in (bad, bad[0], np.zeros((0, 4)), np.zeros((3, 0)), np.float32(1)):
            with pytest.raises(ValueError, match=r"NaN|shape"):
                writer.append(observation("q1"), wrong)
        assert not (tmp_path / STATES).exists()
        writer.append(observation("q0"), states("q0"))
        before = (tmp_path / STATES).read_bytes()
        for wrong in (bad, states("q1", LAYERS + 1), states("q1", LAYERS, WIDTH - 1)):
            with pytest.raises(ValueError, match=r"NaN|given to a run of \(3, 40\)"):
                writer.append(observation("q1"), wrong)
        assert (tmp_path / STATES).read_bytes() == before
        assert writer.done == {"q0"}
    with opened(tmp_path) as writer, pytest.raises(ValueError, match="given to a run of"):
        writer.append(observation("q1"), states("q1", LAYERS + 1))
    holds(complete(tmp_path))


APPENDING = """
import os, sys
from pathlib import Path
from run_rows import observation
from test_run_states import IDS, states
from misspoke.runs import open_run
from misspoke.runs.journal import Journal

store = Journal.append
def append(journal, row):
    if row["id"] == sys.argv[2]:
        os._exit(9)
    store(journal, row)
Journal.append = append

with open_run(Path(sys.argv[1]), {}, {}, IDS) as writer:
    for row_id in IDS:
        writer.append(observation(row_id, size=6), states(row_id))
        print(row_id, flush=True)
"""


def test_killed_between_the_states_and_their_row(tmp_path: Path) -> None:
    """The states are there before the row; if the row then comes without any, they go."""
    process = started(APPENDING, str(tmp_path), "q5")
    process.communicate()
    assert process.returncode == 9
    with opened(tmp_path) as writer:
        assert writer.done == set(IDS[:5])
        written = np.load(tmp_path / STATES)
        assert [row_id for row_id, row in zip(IDS, written, strict=True) if row.any()] == IDS[:6]
        assert np.array_equal(written[5], states("q5"))
    holds(complete(tmp_path, ["q5", "q6"]), ["q5", "q6"])


def test_killed_at_any_moment(tmp_path: Path) -> None:
    process = started(APPENDING, str(tmp_path), "none")
    assert process.stdout is not None
    reported = {process.stdout.readline().strip() for _ in range(3)}
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with opened(tmp_path) as writer:
        assert reported <= writer.done
        for row_id in writer.done:
            assert np.array_equal(np.load(tmp_path / STATES)[IDS.index(row_id)], states(row_id))
    holds(complete(tmp_path))


@pytest.mark.parametrize("size", [100, 2_000])
def test_a_disk_that_is_full_when_the_file_is_made(tmp_path: Path, size: int) -> None:
    with opened(tmp_path) as writer:
        with largest_file(size), pytest.raises(UserError) as refused:
            writer.append(observation("q0"), states("q0"))
        assert str(refused.value) == f"{tmp_path}: {FULL.format('0 rows are')}"
        assert sorted(p.name for p in tmp_path.iterdir()) == [".lock", JOURNAL, "manifest.json"]
    holds(complete(tmp_path))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_in_the_middle_of_the_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """A sparse file finds out late; the row that was not stored may still come without states."""
    write = os.pwrite

    def torn(file: int, data: bytes, offset: int) -> int:
        if len(data) < 50:
            raise OSError(code, os.strerror(code))
        return write(file, data[: len(data) - 49], offset)

    with opened(tmp_path) as writer:
        writer.append(observation("q0"), states("q0"))
        with monkeypatch.context() as patch:
            patch.setattr(os, "pwrite", torn)
            with pytest.raises(UserError) as refused:
                writer.append(observation("q1"), states("q1"))
        assert str(refused.value) == f"{tmp_path}: {FULL.format('1 row is')}"
        assert writer.done == {"q0"}
        assert np.load(tmp_path / STATES)[1].any()
        writer.append(observation("q1"))
    holds(complete(tmp_path), ["q1"])


def test_writes_that_are_cut_short_are_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda file, data, at: write(file, data[:99], at))
    holds(complete(tmp_path, ["q3"]), ["q3"])


def test_the_states_are_safe_before_the_rows_have_their_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, seen = os.fsync, []

    def watched(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        seen.append((name, (tmp_path / "answers.parquet").exists()))
        sync(descriptor)

    with opened(tmp_path) as writer:
        for row_id in IDS:
            writer.append(observation(row_id), states(row_id))
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", watched)
            writer.finish({})
    assert seen[0] == (STATES, False)
    assert (tmp_path.name, True) in seen


def test_a_disk_that_breaks_while_finishing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with opened(tmp_path) as writer:
        for row_id in IDS:
            writer.append(observation(row_id), states(row_id))
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fail)
            with pytest.raises(UserError, match="Input/output error"):
                writer.finish({})
        assert not (tmp_path / "answers.parquet").exists()
        holds(writer.finish({}))


def _shaped(shape: tuple[int, ...], kind: str = "<f2") -> npt.NDArray[np.generic]:
    return np.zeros(shape, dtype=kind)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (_shaped((11, LAYERS, WIDTH)), "it holds 11 rows, not 12"),
        (_shaped((12, WIDTH)), r"it holds float16 of shape \(12, 40\)"),
        (_shaped((12, LAYERS, WIDTH), "<f4"), "it holds float32 of shape"),
        (_shaped((12, LAYERS, WIDTH), ">f2"), "it holds >f2 of shape"),
        (np.asfortranarray(_shaped((12, LAYERS, WIDTH))), "it holds float16 of shape"),
        (b"", "."),
        (b"PK\x03\x04", "."),
        (b"\x93NUMPY\x01\x00\x10\x00{'descr': '<f2',", "."),
        (b"\x93NUMPY\x01\x00\x08\x00{(((((\x00\n", "."),
    ],
)
def test_a_file_that_does_not_fit_is_named(
    tmp_path: Path, content: npt.NDArray[np.generic] | bytes, why: str
) -> None:
    with opened(tmp_path) as writer:
        writer.append(observation("q0"), states("q0"))
    path = tmp_path / STATES
    path.write_bytes(content) if isinstance(content, bytes) else np.save(path, content)
    for attempt in (lambda: opened(tmp_path), load_run(tmp_path).states):
        with pytest.raises(UserError, match=rf"states.npy: cannot be used \({why}") as refused:
            attempt()
        assert len(str(refused.value).splitlines()) == 1
        assert "; run again in another folder, or delete it to do without" in str(refused.value)
    path.unlink()
    holds(complete(tmp_path), ["q0"])


def test_a_file_cut_short_is_damaged(tmp_path: Path) -> None:
    run = complete(tmp_path)
    data = (tmp_path / STATES).read_bytes()
    for length in (0, 5, 60, 128, len(data) - 1):
        (tmp_path / STATES).write_bytes(data[:length])
        with pytest.raises(UserError, match="cannot be used"):
            run.states()
    (tmp_path / STATES).write_bytes(data)
    holds(run)


def test_states_without_a_manifest_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / STATES, _shaped((12, LAYERS, WIDTH)))
    with pytest.raises(UserError, match=r"holds states.npy but no manifest.json"):
        opened(tmp_path)

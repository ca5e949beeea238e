"""Reading parts of a finished run."""

from pathlib import Path

import pytest
from run_rows import observation

from misspoke.records import UserError
from misspoke.runs import Run, open_run

IDS = [f"q{number}" for number in range(2_100)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    with open_run(tmp_path_factory.mktemp("run"), {}, {}, IDS) as writer:
        for row_id in reversed(IDS):
            writer.append(observation(row_id, size=1))
        return writer.finish({})


def test_some_columns(run: Run) -> None:
    names = ["p_mass_lower", "id", "candidates"]
    read = run.columns(names)
    assert read.columns == names
    assert read.equals(run.frame().select(names))


def test_batches_are_the_rows_in_their_order(run: Run) -> None:
    heights = [batch.height for batch in run.batches(["id"])]
    assert heights == [1_000, 1_000, 100]
    assert [row_id for batch in run.batches(["id"]) for row_id in batch["id"]] == IDS


def test_rows_at_places(run: Run) -> None:
    found = list(run.observations_at([2_099, 0, 1_000]))
    assert found == [observation(row_id, size=1) for row_id in ("q2099", "q0", "q1000")]
    assert list(run.observations_at([])) == []
    with pytest.raises(IndexError, match="no row at place 2100"):
        next(run.observations_at([2_100]))


def test_a_missing_column_is_named(run: Run) -> None:
    for read in (run.columns, lambda names: next(run.batches(names))):
        with pytest.raises(UserError, match="has no column colour, so another version"):
            read(["id", "colour"])


def test_what_is_done_is_a_view_of_the_rows(tmp_path: Path) -> None:
    with open_run(tmp_path, {}, {}, ["a", "b", "c"]) as writer:
        done = writer.done
        assert (len(done), list(done), "a" in done, "z" in done) == (0, [], False, False)
        writer.append(observation("b"))
        writer.append(observation("a"))
        assert done == {"a", "b"}
        assert list(done) == ["a", "b"]
        assert (done & {"b", "c"}, done - {"b"}) == ({"b"}, {"a"})
        assert "c" not in done
        with pytest.raises(ValueError, match="1 of 3 ids have no row yet"):
            writer.finish({})
        writer.append(observation("c"))
        writer.finish({})
        assert writer.done == {"a", "b", "c"}
        for row_id, message in {"a": "has its row already", "z": "not among the ids"}.items():
            with pytest.raises(ValueError, match=message):
                writer.append(observation(row_id))

"""Choosing rows batch by batch against sorting all of them, and the memory that it takes."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import polars as pl
import pytest
from reports.report_rows import a_run, row

from misspoke.diagnosis import outcome
from misspoke.records.observation import Observation
from misspoke.reports.telling import leading, most_telling
from misspoke.runs import open_run, to_row

KINDS = ["correct", "abstained", "wrong", "wrong", "wrong"]


def made(count: int) -> list[Observation]:
    draw = Random(3)
    rows = []
    for number in range(count):
        mass, kind = draw.choice([0.05, 0.2, 0.3, 0.4]), draw.choice(KINDS)
        forms = (("Persian", mass),)
        rows.append(row(f"q{number}", forms=forms, outcome=kind, alias_gap=draw.random() < 0.2))
    return rows


def test_rows_come_in_the_order_of_a_plain_sort(tmp_path: Path) -> None:
    rows = made(1_200)
    run, _ = a_run(tmp_path, rows)
    judged = {one.id: outcome(one.correct, one.abstained, one.p_mass, 0.25) for one in rows}
    failures = [one for one in rows if judged[one.id] == "commitment_failure"]
    failures.sort(key=lambda one: (one.alias_gap, -one.p_mass.lower, one.id))
    telling = most_telling(run, ("answer",), 0.25, 10)
    assert telling["id"].to_list() == [one.id for one in failures[:10]]
    assert list(run.observations_at(telling["place"].to_list())) == failures[:10]


def test_the_leading_rows_of_no_batches() -> None:
    assert leading(iter([]), {"id": False}, 3).is_empty()
    assert leading(iter([pl.DataFrame({"id": ["b"]})] * 2), {"id": False}, 1).height == 1


JUDGING = """
import sys
from pathlib import Path
from misspoke.diagnosis import summarise
from misspoke.reports import example_lines, write_report
from misspoke.runs import open_run

with open_run(Path(sys.argv[1]), {}, {}, [f"q{n}" for n in range(int(sys.argv[2]))]) as writer:
    run = writer.finish({})
write_report(run, summarise(run).to_dict())
example_lines(run)
for line in Path("/proc/self/status").read_text().splitlines():
    if line.startswith("VmHWM"):
        print(int(line.split()[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_memory_of_a_report_grows_by_what_the_page_holds(tmp_path: Path) -> None:
    """10,000 more failures, 60 MB of text: from the journal to the page a page more of memory."""
    line = json.dumps(to_row(row("ID")) | {"prompt": "x" * 6_000}) + "\n"
    processes = []
    for rows in (2_000, 12_000):
        folder = tmp_path / str(rows)
        with open_run(folder, {}, {}, [f"q{n}" for n in range(rows)]):
            pass
        with (folder / "answers.partial.jsonl").open("w") as journal:
            journal.writelines(line.replace("ID", f"q{n}", 1) for n in range(rows))
        command = [sys.executable, "-c", JUDGING, str(folder), str(rows)]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    few, many = (int(process.communicate()[0]) for process in processes)
    assert many < few + 110, f"{few} MB for 2,000 rows, {many} MB for 12,000"

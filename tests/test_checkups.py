"""Checkups: how much is asked in the time that there is, going on, and what the page says."""

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from finding_shapes import HOSTILE, REMEDIES, findings, remedy
from reports.drawing import drawn
from reports.report_rows import a_run, every_outcome
from reports.test_html import Page
from rich.cells import cell_len

from misspoke import checkups
from misspoke.checkups import checking
from misspoke.checkups import stage as stage_room
from misspoke.checkups.drifting import TURNS, Drift
from misspoke.checkups.stage import Progress, Size, Stage
from misspoke.checkups.stages import STAGES
from misspoke.diagnosis.advice import advise
from misspoke.diagnosis.modes.checked import (
    Check,
    check_of,
    check_of_summary,
    not_checked,
    worth_it,
)
from misspoke.lm.table import TableModel
from misspoke.questions.premises import premises
from misspoke.records import Interrupted, SettingsDiffer, UserError
from misspoke.reports.modes.checkup_html import write_checkup
from misspoke.reports.modes.checkup_terminal import checkup_lines
from misspoke.reports.modes.notebook import checkup_html

LM = TableModel({"": {(): {" a": 1.0}}}, name="table")


class Clock:
    """Time that only passes where a stage says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(checking, "time", made)
    return made


class Made(Stage):
    """A stage whose items take so many seconds each; `trial` is what its trial takes."""

    def __init__(
        self, mode: str, share: float, clock: Clock, seconds: float, *, most: int = 10_000
    ) -> None:
        self.mode, self.share, self.clock, self.seconds, self.most = (
            mode, share, clock, seconds, most,
        )  # fmt: skip
        self.ran: list[Size] = []
        self.fails: BaseException | None = None
        self.unfit: UserError | None = None
        self.slower = 1.0

    def pace(self, *_: object) -> float:
        if self.unfit is not None:
            raise self.unfit
        self.clock.now += 4 * self.seconds
        return self.seconds

    def fitting(self, room: float) -> Size | None:
        n = min(self.most, int(room))
        return {"n": n} if n >= 30 else None

    def least_cost(self) -> float:
        return 30.0

    def run(self, _lm: object, size: Size, folder: Path, _seed: int, progress: Progress) -> Check:
        assert folder.is_dir()
        self.clock.now += size["n"] * self.seconds * self.slower
        progress(size["n"], size["n"])
        self.ran.append(size)
        (folder / self.mode).mkdir(exist_ok=True)
        if self.fails is not None:
            raise self.fails
        (folder / self.mode / "summary.json").write_text("{}")
        return check_of(findings(self.mode), f"more {self.mode}", self.mode)

    def command(self, *_: object) -> str:
        return f"more {self.mode}"


WRITTEN = checking._written
"""Takes a second or two, for the charts."""


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> list[Made]:
    made = [Made("sycophancy", 0.5, clock, 0.5), Made("premises", 0.2, clock, 0.1)]
    made.append(Made("drift", 0.3, clock, 0.2))
    monkeypatch.setattr(checking, "STAGES", made)
    monkeypatch.setattr(checking, "_written", lambda done: done.page.write_text(""))
    return made


def test_the_whole_ends_within_its_time(tmp_path: Path, stages: list[Made], clock: Clock) -> None:
    told: list[tuple[str, int, int]] = []
    done = checkups.checkup(LM, tmp_path, minutes=10, progress=lambda *one: told.append(one))
    assert 0.7 * 600 < clock.now < 600
    assert done.seconds == pytest.approx(clock.now, abs=0.2)
    first, second, third = (stage.ran[0]["n"] for stage in stages)
    assert 150 < first * 0.5 < 300
    assert second > first
    assert [mode for mode, _, _ in told] == ["sycophancy", "premises", "drift"]
    assert [check.mode for check in done.checks] == ["sycophancy", "premises", "drift"]
    WRITTEN(done)
    held = json.loads((tmp_path / "checkup.json").read_text())
    assert held == json.loads(json.dumps(done.to_dict()))
    assert held["checks"][0]["figures"][0]["value"] == 0.42
    plan = json.loads((tmp_path / "plan.json").read_text())
    assert plan["sizes"] == {stage.mode: stage.ran[0] for stage in stages}
    assert third == plan["sizes"]["drift"]["n"]


def test_what_is_not_used_goes_to_those_behind(tmp_path: Path, stages: list[Made]) -> None:
    checkups.checkup(LM, tmp_path / "all", minutes=10)
    alone = stages[2].ran[0]["n"]
    stages[0].most = 40
    checkups.checkup(LM, tmp_path / "few", minutes=10)
    assert stages[2].ran[1]["n"] > 1.5 * alone


def test_a_stage_that_is_slower_than_its_trial_takes_from_those_behind(
    tmp_path: Path, stages: list[Made], clock: Clock
) -> None:
    stages[0].slower = 1.6
    checkups.checkup(LM, tmp_path, minutes=10)
    assert clock.now < 600


def test_the_same_command_goes_on_with_the_sizes_that_it_chose(
    tmp_path: Path, stages: list[Made], clock: Clock
) -> None:
    stages[1].fails = Interrupted("stopped")
    with pytest.raises(Interrupted):
        checkups.checkup(LM, tmp_path, minutes=5)
    assert not (tmp_path / "checkup.html").exists()
    spent = clock.now
    stages[1].fails = None
    stages[0].unfit = stages[1].unfit = UserError("a trial was made again")
    done = checkups.checkup(LM, tmp_path, minutes=5)
    assert stages[1].ran[0] == stages[1].ran[1]
    assert stages[0].ran[0] == stages[0].ran[1]
    again = sum(stage.seconds * stage.ran[-1]["n"] for stage in stages[1:])
    assert done.seconds == pytest.approx(spent + again + 4 * stages[2].seconds, abs=0.2)
    assert done.page.exists()
    assert checkups.checkup(LM, tmp_path, minutes=5).seconds == done.seconds


def test_what_there_is_no_time_for_is_said(tmp_path: Path, stages: list[Made]) -> None:
    stages[2].seconds = 60.0
    done = checkups.checkup(LM, tmp_path, minutes=10)
    assert stages[2].ran == []
    last = done.checks[2]
    assert last.verdict.startswith("Not checked: the least that says something takes about 30.0 ")
    assert "give more with --minutes" in last.verdict
    assert (last.figures, last.folder, last.command) == ((), None, "more drift")
    again = checkups.checkup(LM, tmp_path, minutes=10)
    assert again.checks[2] == last


def test_a_model_that_cannot_be_asked_is_left_out_and_the_rest_goes_on(
    tmp_path: Path, stages: list[Made]
) -> None:
    stages[0].unfit = UserError("window of 64; make it shorter")
    done = checkups.checkup(LM, tmp_path, minutes=10)
    assert done.checks[0].verdict == "Not checked: window of 64; make it shorter."
    assert done.checks[1].figures


@pytest.mark.usefixtures("stages")
def test_a_folder_is_of_one_checkup(tmp_path: Path) -> None:
    checkups.checkup(LM, tmp_path, minutes=10)
    with pytest.raises(SettingsDiffer, match=r"minutes: was 10\.0, now 5\.0"):
        checkups.checkup(LM, tmp_path, minutes=5)
    with pytest.raises(SettingsDiffer, match=r"model\.name"):
        checkups.checkup(TableModel({"": {(): {" a": 1.0}}}, name="other"), tmp_path, minutes=10)
    plan = tmp_path / "plan.json"
    whole = json.loads(plan.read_text())
    faults: list[dict[str, Any]] = [
        {"sizes": {"sycophancy": {}}},
        {"sizes": {"sycophancy": {"n": "40"}}},
        {"sizes": {"unheard of": {"n": 40}}},
        {"sizes": []},
        {"seconds": {"sycophancy": "long"}},
        {"notes": {"drift": 1}},
        {"settings": []},
    ]
    for fault in faults:
        plan.write_text(json.dumps(whole | fault))
        with pytest.raises(UserError, match="is damaged; use another folder"):
            checkups.checkup(LM, tmp_path, minutes=10)
    plan.write_text(json.dumps(whole | {"format": 99}))
    with pytest.raises(UserError, match="of another version; use another folder"):
        checkups.checkup(LM, tmp_path, minutes=10)
    plan.write_text("{")
    with pytest.raises(UserError, match="damaged"):
        checkups.checkup(LM, tmp_path, minutes=10)
    for minutes in (0, math.inf, math.nan):
        with pytest.raises(UserError, match="more than 0"):
            checkups.checkup(LM, tmp_path, minutes=minutes)
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError):
        checkups.checkup(LM, tmp_path / "file", minutes=1)


def test_ctrl_c_in_a_trial_says_what_is_kept(
    tmp_path: Path, stages: list[Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> float:
        raise KeyboardInterrupt

    monkeypatch.setattr(stages[1], "pace", stopped)
    with pytest.raises(Interrupted, match=f"kept in {tmp_path}; the same command goes on"):
        checkups.checkup(LM, tmp_path, minutes=10)
    monkeypatch.undo()
    assert json.loads((tmp_path / "plan.json").read_text())["sizes"].keys() == {"sycophancy"}


COMMANDS = {stage.mode: stage.command for stage in STAGES}


@pytest.mark.parametrize(
    ("mode", "size", "said"),
    [
        ("hallucination", {"n": 40}, "misspoke run -m table -n 160 -o 'a b/hallucination-160'"),
        ("premises", {"n": 40}, "misspoke probe premises -m table -n 160 -o 'a b/premises-160'"),
        ("premises", {"n": 160}, f"misspoke probe premises -m table -n {len(premises())} -o"),
        ("premises", {"n": len(premises())}, None),
        ("premises", {}, f"misspoke probe premises -m table -n {len(premises())} -o"),
        (
            "drift",
            {"turns": 4, "budget": 10**9, "instructions": 44},
            "misspoke probe drift -m table --turns 16 -o 'a b/drift-16-turns'",
        ),
        ("drift", {"turns": 16, "budget": 10**9, "instructions": 44}, None),
        ("drift", {"turns": 16, "budget": 400_000, "instructions": 44}, "misspoke probe drift"),
        ("drift", {}, "misspoke probe drift -m table --turns 16"),
    ],
)
def test_the_command_asks_more_than_was_asked(mode: str, size: Size, said: str | None) -> None:
    command = COMMANDS[mode](LM, size, Path("a b"), 0)
    assert (command is None) == (said is None)
    if said is not None:
        assert (command or "").startswith(said)
        assert "--seed" not in (command or "")
        assert " --seed 7 " in (COMMANDS[mode](LM, size, Path("a b"), 7) or "")


def test_nothing_is_drawn_from_a_model_that_hides_probabilities() -> None:
    hides = TableModel({"": {(): {" a": 1.0}}}, name="hides", reveals=1)
    command = COMMANDS["consistency"](hides, {"n": 60}, Path("x"), 0)
    assert command == "misspoke probe consistency -m hides -n 240 --samples 0 -o x/consistency-240"


class Work:
    """Items that take so many seconds each, behind what is loaded once."""

    def __init__(self, clock: Clock, once: float, each: float) -> None:
        self.clock, self.once, self.each = clock, once, each
        self.done: list[int] = []

    def __call__(self, n: int) -> None:
        self.clock.now += self.once * (not self.done) + self.each * n
        self.done.append(n)


@pytest.mark.parametrize(
    ("once", "each", "done", "pace"),
    [
        (1.0, 0.1, [2, 24], 0.1),
        (0.0, 0.1, [2, 24], 0.1),
        (50.0, 0.1, [2, 2], 0.1),
        (0.0, 4.0, [2, 7], 4.0),
        (0.0, 60.0, [2], 60.0),
    ],
)
def test_a_trial_is_short_and_leaves_out_what_is_loaded_once(
    monkeypatch: pytest.MonkeyPatch, once: float, each: float, done: list[int], pace: float
) -> None:
    clock = Clock()
    monkeypatch.setattr(stage_room, "time", clock)
    work = Work(clock, once, each)
    assert stage_room.timed(work, 2, 24, 10.0) == pytest.approx(pace)
    assert work.done == done


def test_the_longest_conversations_that_fit_are_held() -> None:
    stage = Drift()
    found = [stage.fitting(room) for room in (1e9, stage.least_cost() * 1.05, 10.0)]
    assert found[0] is not None
    assert found[0]["turns"] == TURNS[0]
    assert found[1] is not None
    assert found[1]["turns"] == TURNS[-1]
    assert found[2] is None


def test_the_remedy_that_is_worth_it() -> None:
    assert worth_it(REMEDIES) == REMEDIES[0]
    breaking = remedy("breaks", 0.5, 0.4, 10, 0.001, "helps")
    assert worth_it([*REMEDIES, breaking]) == REMEDIES[0]
    cheaper = remedy("cheaper", 0.21, 0.01, 5, 0.001, "helps")
    assert worth_it([*REMEDIES, cheaper]) == cheaper
    assert worth_it(REMEDIES[1:]) is None


def rates(numerator: int, denominator: int) -> dict[str, Any]:
    value = numerator / denominator if denominator else None
    interval = [0.1, 0.3] if denominator else None
    return {
        "numerator": numerator, "denominator": denominator, "value": value, "interval": interval,
    }  # fmt: skip


def summary(wrong: int) -> dict[str, Any]:
    failures = rates(wrong // 4, wrong)
    kinds = {"failures_per_wrong": {"lower": failures, "upper": failures}}
    mass = {**kinds, "misfire": {"lower": rates(5, 50), "upper": rates(5, 50)}}
    rows = {"wrong": wrong, "string": mass, "first": mass, "literal": mass}
    return {
        "n": 100,
        "tau": 0.2,
        "accuracy": rates(100 - wrong, 100),
        "rates": {"all_rows": rows},
        "cost": {"forward_tokens": 7},
    }


def test_a_diagnosis_in_short() -> None:
    check = check_of_summary(summary(40), (), "more", "hallucination")
    assert check.verdict.startswith(
        "It answers 60 of 100 questions right. Of 40 wrong answers 10 were known: at least 20%"
    )
    shown = {one.key: (one.value, one.n) for one in check.figures}
    assert shown["accuracy"] == (0.6, 100)
    assert shown["failures"] == (0.25, 40)
    assert check.command == "more"
    few = check_of_summary(summary(8), (), "more", "hallucination")
    assert {one.key: one.value for one in few.figures}["failures"] is None
    none = check_of_summary(summary(0), (), "more", "hallucination")
    assert none.verdict == "It answers 100 of 100 questions right."


CHECKS = (
    check_of_summary(summary(40), (), "misspoke run -m tiny", "hallucination"),
    check_of(findings(), "misspoke probe sycophancy -m tiny", "sycophancy"),
    not_checked("drift", "Not checked: no time.", "misspoke probe drift -m tiny"),
    check_of(findings("consistency", remedies=REMEDIES[1:]), "more", "consistency"),
)


def test_the_page_has_all_ways_of_failing_with_what_to_do(tmp_path: Path) -> None:
    text = write_checkup(tmp_path, "tiny", ["9 of 10 minutes"], CHECKS).read_text()
    parsed = Page(text)
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert {"overview", "hallucination", "sycophancy", "drift", "consistency"} <= set(ids)
    links = [a["href"] for tag, a in parsed.tags if tag == "a" and a["href"]]
    assert {"hallucination/report.html", "sycophancy/report.html"} <= set(links)
    assert "drift/report.html" not in links
    assert not any(re.match("https?:", link) for link in links if link)
    told = " ".join(parsed.text.split())
    assert "Worth it neutral question: mends +21.0 [+16.0 to +26.0] points, p <0.001 (Holm)" in (
        re.sub(r"(Worth it)", r"\1 ", told).replace("  ", " ")
    )
    assert "Of 3 remedies judged none is settled to help." in told
    assert "misspoke probe sycophancy -m tiny" in told


def test_the_page_and_the_screen_are_safe_and_fit(tmp_path: Path) -> None:
    bad = replace(CHECKS[1], verdict=HOSTILE, sure=HOSTILE, todo=HOSTILE, command=HOSTILE)
    text = write_checkup(tmp_path, HOSTILE, [HOSTILE], [bad]).read_text()
    text += checkup_html(HOSTILE, [HOSTILE], [bad], tmp_path / "checkup.html")
    assert "<img" not in text
    assert all(char.isprintable() or char == "\n" for char in text)
    for width, encoding in ((40, "ascii"), (80, "utf-8")):
        shown = drawn(checkup_lines("tiny", ["9 of 10 minutes"], [*CHECKS, bad]), width, encoding)
        assert all(cell_len(line) <= width for line in shown.splitlines())
    assert all(char.isprintable() or char == "\n" for char in shown)


def test_the_screen_says_the_same() -> None:
    shown = " ".join(drawn(checkup_lines("tiny", ["9 of 10 minutes"], CHECKS)).split())
    assert "Sycophancy: It gives up 42% of its right answers" in shown
    assert "right answers given up 42% [35–50%] (n = 120)" in shown
    assert "Worth it: neutral question: mends +21.0" in shown
    assert "Try: misspoke probe drift -m tiny" in shown


def test_advice_stands_in_the_check(tmp_path: Path) -> None:
    _, found = a_run(tmp_path, list(every_outcome().values()))
    told = advise(found, "tiny", "atlas")
    check = check_of_summary(found, told, "more", "hallucination")
    assert check.todo in [one.verdict for one in told]
    assert check.sure in ["", *(one.verdict for one in told if one.rule == "caution")]
    assert check.forward_tokens == found["cost"]["forward_tokens"]

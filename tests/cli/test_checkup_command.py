"""`misspoke checkup` from the command to its page, with every real stage on a scripted model."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from cli.command_line import Command
from reports.test_html import Page
from scripted import ScriptedModel

from misspoke import api
from misspoke.checkups import drifting, stages
from misspoke.lm.table import END
from misspoke.runs import load_run

MODES = ["hallucination", "sycophancy", "premises", "drift", "consistency"]


def yes(text: str) -> Mapping[str, float]:
    """Says "Yes" and no more, whatever it is asked."""
    said = text.removesuffix(" ")
    return {END: 0.9, ".": 0.1} if said.endswith("Yes") else {" Yes": 0.7, " No": 0.3}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that takes no time, and stages that ask little."""
    model = ScriptedModel(yes, [" Yes", " No", "Yes", ".", "\n"], name="yes")
    monkeypatch.setattr(api, "load", lambda *_, **__: model)
    for stage in stages.STAGES:
        if isinstance(stage, stages._OfQuestions):
            monkeypatch.setattr(stage, "least", 1)
            monkeypatch.setattr(stage, "most", 3)
            monkeypatch.setattr(stage, "pilot", 2)
    given = drifting._given(2)
    monkeypatch.setattr(drifting, "_given", lambda n=None: given[:n])
    monkeypatch.setattr(drifting, "TURNS", (2,))
    monkeypatch.setattr(drifting, "TRIAL_TURNS", 2)
    monkeypatch.setattr(drifting, "TRIAL_INSTRUCTIONS", 1)


@pytest.mark.usefixtures("few")
def test_every_way_of_failing_is_run_and_told(misspoke: Command, tmp_path: Path) -> None:
    out = tmp_path / "checked"
    done = misspoke("checkup", "-o", out, "--minutes", 100)
    assert done.code == 0, done.err
    assert done.out.startswith("Checkup of yes")
    assert "".join(done.out.split()).endswith(f"report:{out / 'checkup.html'}")
    parsed = Page((out / "checkup.html").read_text())
    links = {attributes.get("href") for tag, attributes in parsed.tags if tag == "a"}
    for mode in MODES:
        assert f"{mode}/report.html" in links
        assert (out / mode / "report.html").exists()
        assert (out / mode / "answers.parquet").exists()
    assert len(load_run(out / "hallucination").frame()) == 3
    plan = json.loads((out / "plan.json").read_text())
    assert list(plan["sizes"]) == MODES
    assert plan["sizes"]["sycophancy"] == {"n": 3}

    again = misspoke("checkup", "-o", out, "--minutes", 100, "--json")
    assert again.code == 0, again.err
    held = json.loads(again.out)
    assert [check["mode"] for check in held["checks"]] == MODES
    assert held["report"] == str(out / "checkup.html")
    assert json.loads((out / "plan.json").read_text()) == plan
    other = misspoke("checkup", "-o", out, "--minutes", 5)
    assert other.code == 1
    assert "minutes: was 100.0, now 5.0" in other.line
    report = misspoke("report", out / "premises")
    assert report.code == 0, report.err

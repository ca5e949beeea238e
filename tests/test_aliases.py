"""Names added to a stored run: judged again without the model, or observed again with it."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from renamed_runs import AGAIN, GUTENBERG, PRESS, QUESTIONS, TABLES, made, patch_of, table_model

import misspoke
from misspoke.api import Run
from misspoke.diagnosis.rows import read_rows
from misspoke.lm.table import TableModel
from misspoke.records import Interrupted, Question, SettingsDiffer, UserError

GUTENBERG_LINE: dict[str, object] = {"ids": ["press", "again"], "alias": "Gutenberg"}
MAINZ_LINE: dict[str, object] = {"ids": ["town"], "joins": "Mayence", "alias": "Maintz"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return made(tmp_path_factory.mktemp("made") / "run")


def rows(run: Run) -> dict[str, misspoke.Observation]:
    return {row.id: row for row in run.folder.observations()}


def test_suspects_of_a_run(run: Run) -> None:
    first, *_ = found = misspoke.suspects(run)
    assert (first.ids, first.alias, first.mended) == (("press", "again"), "Gutenberg", 2)
    assert first.prob == pytest.approx(0.5 + 0.6)
    assert first.would_be == ("correct", "correct")
    assert {one.alias for one in found} == {"Gutenberg"}  # Maintz is too short to be told apart
    assert misspoke.suspects(run.path) == found


def test_rows_are_judged_again_without_the_model(run: Run, tmp_path: Path) -> None:
    patch = patch_of(tmp_path / "patch.jsonl", GUTENBERG_LINE, MAINZ_LINE)
    before = rows(run)
    done = misspoke.apply_aliases(run, patch, tmp_path / "out")
    after = rows(done.after)
    assert after["year"] == before["year"]
    assert list(after) == list(before)
    press = after["press"]
    assert press.gold == (("Johannes Gutenberg", "Gutenberg"),)
    assert (before["press"].correct, press.correct, press.outcome) == (False, True, "correct")
    assert press.p_mass.lower <= 0.7 <= press.p_mass.upper
    assert press.p_mass.lower == pytest.approx(0.7)  # the emitted class was measured
    assert after["town"].gold == (("Mainzer", "Mayence", "Maintz"), ("Worms",))
    assert after["town"].p_mass.upper == pytest.approx(1.0)
    assert rows(run) == before


def test_the_manifest_says_that_rows_are_judged_again(run: Run, tmp_path: Path) -> None:
    patch = patch_of(tmp_path / "patch.jsonl", GUTENBERG_LINE, {**MAINZ_LINE, "accept": False})
    done = misspoke.apply_aliases(run, patch, tmp_path / "out")
    digest = sha256(patch.read_bytes()).hexdigest()
    assert done.facts["sha256"] == digest
    assert (done.facts["accepted"], done.facts["rows"]) == (1, 2)
    assert done.facts["judged"] == "judged again without the model"
    settings = done.after.manifest["settings"]
    assert settings["aliases"] == [{"sha256": digest, "refreshed": False}]
    assert json.loads((tmp_path / "out" / "summary.json").read_text()) == json.loads(
        json.dumps(done.after.summary().to_dict())
    )
    assert (tmp_path / "out" / "report.html").exists()


def test_literal_first_tokens_of_rows_judged_again_are_bounds(run: Run, tmp_path: Path) -> None:
    """So the summary's literal rates hold what a fresh run would give; untouched rows are points.

    Of one question no stored form begins as the new name does.
    """
    patch = patch_of(tmp_path / "patch.jsonl", GUTENBERG_LINE, MAINZ_LINE)
    again = misspoke.apply_aliases(run, patch, tmp_path / "again").after
    asked = misspoke.apply_aliases(
        run, patch, tmp_path / "asked", lm=table_model(), questions=QUESTIONS
    )
    bounds = read_rows(again.folder).literal
    true = read_rows(asked.after.folder).literal
    assert np.array_equal(true.lower, true.upper)
    assert (bounds.lower <= true.lower).all()
    assert (true.lower <= bounds.upper + 1e-9).all()
    assert (bounds.upper <= 1).all()
    kept = [row_id not in ("press", "again", "town") for row_id in rows(again)]
    assert np.array_equal((bounds.upper == bounds.lower), kept)
    assert (true.lower > bounds.lower + 0.1).any()
    literal, fresh = (
        one.summary().to_dict()["rates"]["all_rows"]["literal"] for one in (again, asked.after)
    )
    assert fresh["misfire"]["lower"] == fresh["misfire"]["upper"] == literal["misfire"]["lower"]
    assert literal["misfire"]["lower"]["denominator"] == 4
    assert literal["misfire"]["upper"]["denominator"] == 3


def test_an_answer_that_ends_on_a_full_stop_is_not_settled(run: Run, tmp_path: Path) -> None:
    """Behind it a digit may come, and then the event leaves the text out."""
    done = misspoke.apply_aliases(run, patch_of(tmp_path / "p", GUTENBERG_LINE), tmp_path / "out")
    assert "again" in done.facts["unsettled"]
    going_on = {**TABLES, AGAIN: {**TABLES[AGAIN], (" Gutenberg", "."): {"5": 1.0}}}
    lm = TableModel(going_on)
    asked = [Question(AGAIN, [["Johannes Gutenberg"]], id="again")]
    other = misspoke.diagnose(lm, asked, tmp_path / "other")
    patch = patch_of(tmp_path / "q", {"ids": ["again"], "alias": "Gutenberg"})
    judged = misspoke.apply_aliases(other, patch, tmp_path / "judged")
    fresh = misspoke.apply_aliases(other, patch, tmp_path / "fresh", lm=lm, questions=asked)
    assert judged.facts["unsettled"] == ["again"]
    assert not rows(fresh.after)["again"].correct
    assert rows(judged.after)["again"].p_mass.lower == 0  # no candidate's probability is taken


def test_refreshed_rows_are_those_of_a_fresh_run(run: Run, tmp_path: Path) -> None:
    patch = patch_of(tmp_path / "patch.jsonl", GUTENBERG_LINE, MAINZ_LINE)
    done = misspoke.apply_aliases(
        run, patch, tmp_path / "out", lm=table_model(), questions=QUESTIONS
    )
    wider = [
        Question(PRESS, [[*GUTENBERG[0], "Gutenberg"]], id="press", distractors=["Luther"]),
        Question(AGAIN, [[*GUTENBERG[0], "Gutenberg"]], id="again"),
        Question(QUESTIONS[2].question, [["Mainzer", "Mayence", "Maintz"], ["Worms"]], id="town"),
        QUESTIONS[3],
    ]
    fresh = made(tmp_path / "fresh", wider)
    assert rows(done.after) == rows(fresh)
    assert done.after.manifest["settings"]["aliases"][0]["refreshed"] is True
    assert done.facts["unsettled"] == done.facts["left"] == []


def test_hidden_states_go_along(tmp_path: Path) -> None:
    run = made(tmp_path / "run")
    given = np.arange(4 * 2 * 3, dtype=np.float16).reshape(4, 2, 3)
    given[3] = 0  # a row that has none
    np.save(run.path / "states.npy", given)
    done = misspoke.apply_aliases(run, patch_of(tmp_path / "p", GUTENBERG_LINE), tmp_path / "out")
    assert np.array_equal(np.load(done.after.path / "states.npy"), given)


def test_another_model_is_refused(run: Run, tmp_path: Path) -> None:
    patch = patch_of(tmp_path / "patch.jsonl", GUTENBERG_LINE)
    other = TableModel({PRESS: {(): {" Luther": 1.0}}})
    with pytest.raises(UserError, match="another fingerprint"):
        misspoke.apply_aliases(run, patch, tmp_path / "out", lm=other, questions=QUESTIONS)


def test_a_prompt_that_shows_the_name_is_left_as_it_was(tmp_path: Path) -> None:
    """A fresh run would choose other examples, so the stored masses say nothing of it."""
    run = made(tmp_path / "run")
    patch = patch_of(tmp_path / "p", {"ids": ["press"], "alias": "William Shakespeare"})
    done = misspoke.apply_aliases(run, patch, tmp_path / "out")
    assert done.facts["left"] == ["press"]
    assert rows(done.after) == rows(run)
    fresh = misspoke.apply_aliases(
        run, patch, tmp_path / "fresh", lm=table_model(), questions=QUESTIONS
    )
    assert "Shakespeare" not in rows(fresh.after)["press"].prompt


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"ids": ["nobody"], "alias": "x"}, "no question 'nobody'"),
        ({"ids": ["town"], "alias": "x"}, "several right answers"),
        ({"ids": ["press"], "alias": "x", "joins": "Luther"}, "no right answer 'Luther'"),
        ({"ids": ["press"], "alias": "x", "accept": False}, "no line is accepted"),
    ],
)
def test_a_patch_that_does_not_fit(
    run: Run, tmp_path: Path, line: dict[str, object], said: str
) -> None:
    patch = patch_of(tmp_path / "patch.jsonl", line)
    with pytest.raises(UserError) as raised:
        misspoke.apply_aliases(run, patch, tmp_path / "out")
    assert said in str(raised.value)
    assert str(patch) in str(raised.value)
    assert not (tmp_path / "out").exists()


def test_the_run_itself_is_never_written_to(run: Run, tmp_path: Path) -> None:
    patch = patch_of(tmp_path / "patch.jsonl", GUTENBERG_LINE)
    with pytest.raises(UserError, match="stays as it is"):
        misspoke.apply_aliases(run, patch, run.path)
    misspoke.apply_aliases(run, patch, tmp_path / "out")
    other = patch_of(tmp_path / "other.jsonl", MAINZ_LINE)
    with pytest.raises(SettingsDiffer):
        misspoke.apply_aliases(run, other, tmp_path / "out")


def test_a_stopped_refresh_goes_on(run: Run, tmp_path: Path) -> None:
    patch = patch_of(tmp_path / "patch.jsonl", GUTENBERG_LINE, MAINZ_LINE)

    def stop(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    how = {"lm": table_model(), "questions": QUESTIONS}
    with pytest.raises(Interrupted):
        misspoke.apply_aliases(run, patch, tmp_path / "out", progress=stop, **how)  # type: ignore[arg-type]
    again = misspoke.apply_aliases(run, patch, tmp_path / "out", **how)  # type: ignore[arg-type]
    whole = misspoke.apply_aliases(run, patch, tmp_path / "whole", **how)  # type: ignore[arg-type]
    assert rows(again.after) == rows(whole.after)


def test_patches_follow_each_other(run: Run, tmp_path: Path) -> None:
    one = misspoke.apply_aliases(run, patch_of(tmp_path / "a", GUTENBERG_LINE), tmp_path / "one")
    two = misspoke.apply_aliases(one.after, patch_of(tmp_path / "b", MAINZ_LINE), tmp_path / "two")
    assert len(two.after.manifest["settings"]["aliases"]) == 2
    assert rows(two.after)["press"] == rows(one.after)["press"]


def test_a_name_that_is_right_already_touches_nothing(run: Run, tmp_path: Path) -> None:
    patch = patch_of(tmp_path / "p", {"ids": ["press"], "alias": "the Johannes Gutenberg"})
    done = misspoke.apply_aliases(run, patch, tmp_path / "out")
    assert (done.facts["accepted"], done.facts["rows"]) == (1, 0)
    assert rows(done.after) == rows(run)

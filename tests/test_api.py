"""The Python interface: what README shows, on the worked example's table model."""

import math
from pathlib import Path

import pytest

import misspoke
from misspoke.observing.worked_example import worked_example


def test_the_public_names_are_those_listed() -> None:
    assert sorted(dir(misspoke)) == sorted(misspoke.__all__)
    for name in misspoke.__all__:
        assert getattr(misspoke, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = misspoke.nothing  # type: ignore[attr-defined]


def test_the_mass_of_a_set_of_forms() -> None:
    lm, question = worked_example()
    mass = misspoke.p_mass(lm, question.question, ["Moscow Kremlin", "Kazan Cathedral"], epsilon=0)
    assert mass.lower == pytest.approx(0.31 * 0.97 + 0.09 + 0.04 * 0.8)
    assert mass.upper == pytest.approx(mass.lower)


def test_logprobs_are_those_of_the_canonical_path() -> None:
    lm, question = worked_example()
    items = [(question.question, [" Moscow", " Saint Basil's"]), (question.question, [" Kazan"])]
    [[moscow, basil], [kazan]] = misspoke.logprobs(lm, items)
    assert moscow == pytest.approx(math.log(0.31))
    assert basil == pytest.approx(math.log(0.24 * 0.97))
    assert kazan == pytest.approx(math.log(0.09))


def test_a_run_is_diagnosed_read_and_judged_again(tmp_path: Path) -> None:
    lm, question = worked_example()
    run = misspoke.diagnose(lm, [question], out=tmp_path / "run")
    [row] = run.frame().iter_rows(named=True)
    assert (row["outcome"], row["cause"]) == ("commitment_failure", "split_vote")
    assert run.summary().rates.all_rows.string.counts["commitment_failure"] == 1
    assert run.summary(tau=0.5).rates.all_rows.string.counts["knowledge_gap"] == 1
    assert run.report().read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    again = misspoke.open_finished(tmp_path / "run")
    assert again.manifest["settings"] == run.manifest["settings"]
    assert again.manifest["facts"]["header_tokens"] > 0


def test_no_question_is_an_error() -> None:
    lm, _ = worked_example()
    with pytest.raises(misspoke.UserError, match="no question to ask"):
        misspoke.diagnose(lm, [], out="nowhere")

"""Rows observed again with added names, on a real model."""

from pathlib import Path

import pytest
from cli.comparing import assert_same_rows
from renamed_runs import patch_of

import misspoke
from misspoke.records import Interval, Question

pytestmark = pytest.mark.weights

SURNAMES = {
    "Who wrote the play Hamlet?": ("William Shakespeare", "Shakespeare"),
    "Who developed the theory of relativity?": ("Albert Einstein", "Einstein"),
    "What is the capital of France?": ("City of Paris", "Paris"),
    "What is the capital of Japan?": ("Tokyo Metropolis", "Tokyo"),
}


def asked(names: int) -> list[Question]:
    return [Question(text, [list(gold[:names])], id=text) for text, gold in SURNAMES.items()]


def test_refreshed_rows_are_those_of_a_fresh_run(tmp_path: Path) -> None:
    lm = misspoke.load("smollm2-135m-instruct", dtype="float32", device="cpu")
    run = misspoke.diagnose(lm, asked(1), tmp_path / "run")
    lines = [{"ids": [text], "alias": gold[1]} for text, gold in SURNAMES.items()]
    patch = patch_of(tmp_path / "patch.jsonl", *lines)
    judged = misspoke.apply_aliases(run, patch, tmp_path / "judged")
    done = misspoke.apply_aliases(run, patch, tmp_path / "out", lm=lm, questions=asked(1))
    fresh = misspoke.diagnose(lm, asked(2), tmp_path / "fresh")
    assert_same_rows(done.after.frame(), fresh.frame())
    assert any(
        not before.correct and after.correct
        for before, after in zip(
            run.folder.observations(), done.after.folder.observations(), strict=True
        )
    )
    pairs = zip(judged.after.folder.observations(), fresh.folder.observations(), strict=True)
    for mine, theirs in pairs:
        if mine.id in judged.facts["left"]:
            continue
        for name in ("p_mass", "p_mass_closed", "gold_mass", "emitted_mass"):
            ours: Interval = getattr(mine, name)
            truth: Interval = getattr(theirs, name)
            assert ours.lower <= truth.upper + 1e-4, name
            assert truth.lower <= ours.upper + 1e-4, name
        if mine.id not in judged.facts["unsettled"]:
            assert mine.correct == theirs.correct

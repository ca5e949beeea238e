"""Comparisons of simulated siblings, from the engine to the claim."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import siblings

import misspoke
from misspoke.diagnosis.comparing.tax import read_costs
from misspoke.diagnosis.rows import InMemory, read_rows
from misspoke.records import UserError
from misspoke.records.lineage import Lineage
from misspoke.reports.compare_words import reading

COUNT = 160
BASE, INSTRUCT = Lineage("ducks", "base", 1_000), Lineage("ducks", "instruct", 1_100)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of a base model and its siblings."""
    home = tmp_path_factory.mktemp("siblings")
    rows = siblings.drawn(COUNT)
    siblings.run(home / "base", rows, BASE)
    cold = [siblings.sharpened(row, 0.6) for row in rows]
    siblings.run(home / "sharp", cold, INSTRUCT)
    split = [_split(row) for row in cold]
    siblings.run(home / "split", split, INSTRUCT)
    _copied(home / "base", home / "twin", {"lineage": asdict(INSTRUCT)})
    _copied(home / "base", home / "stranger", {})
    return home


def _copied(run: Path, to: Path, facts: dict[str, object]) -> None:
    """The same run under other facts."""
    shutil.copytree(run, to)
    manifest = json.loads((to / "manifest.json").read_text())
    manifest["settings"]["model"]["name"] = to.name
    (to / "manifest.json").write_text(json.dumps({**manifest, "facts": facts}))


def _split(row: dict[str, float]) -> dict[str, float]:
    """The right answer's mass shared by two spellings."""
    gold = row[siblings.GOLD[0]]
    return {**row, siblings.GOLD[0]: 0.5 * gold, siblings.GOLD[1]: 0.5 * gold}


def compared(folder: Path, *names: str, **options: Any) -> Any:
    return misspoke.compare([folder / name for name in names], **options).to_dict()


def test_a_sharpened_sibling_says_the_same_and_a_temperature_explains_it(folder: Path) -> None:
    found = compared(folder, "base", "sharp")
    [pair] = found["pairs"]
    control = pair["tempered"]
    assert (found["kind"], pair["kind"]["name"]) == ("pair", "pair")
    assert pair["answers"] == {"n": COUNT, "differ": 0, "judged_differently": 0}
    assert control["temperature"] == pytest.approx(0.6, abs=0.01)
    low, high = control["temperature_interval"]
    assert low <= 0.6 + 1e-2
    assert high >= 0.6 - 1e-2
    cold, sharp = control["winner_base_tempered"], control["winner_instruct"]["value"]
    assert cold["value"] - 0.005 <= sharp <= cold["upper"] + 0.005
    assert control["winner_base"]["value"] < sharp - 0.05
    for name in ("accuracy", "misfire"):
        assert control["base_tempered"][name] == pytest.approx(
            control["instruct"][name], abs=0.03 if name == "misfire" else 0.005
        )
    assert "No greedy answer differs" in pair["verdict"]
    assert "a temperature is enough to explain this difference" in pair["verdict"]
    assert max(map(abs, control["beyond_interval"])) < 0.01
    assert not any("accuracy" in claim for claim in pair["claims"])


def test_split_votes_remain_beyond_any_temperature(folder: Path) -> None:
    [pair] = compared(folder, "base", "split")["pairs"]
    assert pair["answers"]["differ"] > COUNT / 20
    assert "no temperature does that" in pair["verdict"]
    assert pair["differences"]["failures_per_question"]["difference"] > 0.03
    assert any("failures to commit proper per question rise" in one for one in pair["claims"])
    assert all(claim.startswith("With instruction tuning, ") for claim in pair["claims"])
    assert "sharper on wrong answers than a temperature makes the base model" in pair["verdict"]
    assert pair["transitions"]["correct"]["commitment_failure"] > 0


def test_identical_siblings_differ_in_nothing_and_nothing_is_claimed(folder: Path) -> None:
    found = compared(folder, "base", "twin")
    [pair] = found["pairs"]
    assert pair["kind"]["name"] == "repeat"  # the very same weights
    for one in pair["differences"].values():
        assert one["difference"] in (0.0, None)
        assert one["interval"] in ([0.0, 0.0], None)
        assert one["test"] is None or one["test"]["holm_p"] == 1.0
    assert pair["claims"] == []
    assert found["examples"] == []
    for outcome, row in pair["transitions"].items():
        assert sum(row.values()) == row[outcome]


def test_undeclared_families_make_no_claim_and_say_so(folder: Path) -> None:
    [pair] = compared(folder, "split", "stranger")["pairs"]
    assert pair["kind"]["name"] == "models"
    assert pair["kind"]["says"].startswith("No family is declared for stranger")
    assert "nothing is claimed of instruction tuning or of size" in pair["kind"]["says"]
    assert pair["claims"] == []
    assert pair["tempered"] is None
    tested = [one["test"] for one in pair["differences"].values() if one["test"]]
    assert min(test["holm_p"] for test in tested) < 0.05  # though they do differ


def test_the_base_model_comes_first_whatever_the_order(folder: Path) -> None:
    [pair] = compared(folder, "split", "base")["pairs"]
    assert (pair["a"], pair["b"], pair["kind"]["name"]) == (1, 0, "pair")


def test_differences_are_those_of_the_runs_own_summaries(folder: Path) -> None:
    runs = [misspoke.open_finished(folder / name) for name in ("base", "split")]
    [pair] = misspoke.compare(runs).to_dict()["pairs"]
    for end, run in zip("ab", runs, strict=True):
        summary = run.summary()
        rates, sharp = summary.rates.all_rows, summary.sharpening
        expected = {
            "accuracy": rates.accuracy.value,
            "failures_per_wrong": rates.string.failures_per_wrong.lower.value,
            "failures_per_wrong_first": rates.first.failures_per_wrong.lower.value,
            "failures_per_wrong_literal": rates.literal.failures_per_wrong.lower.value,
            "misfire": rates.string.misfire.lower.value,
            "proper_per_question": rates.proper_per_question.lower.value,
            "wrong_winner_prob": sharp.wrong_winner_prob.value,
        }
        for name, value in expected.items():
            assert pair["differences"][name][end]["value"] == pytest.approx(value), name
        assert pair["differences"]["misfire"][end]["most"] == pytest.approx(
            rates.string.misfire.upper.value
        )


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Families of three sizes: one whose failures rise with size, one of like models."""
    home = tmp_path_factory.mktemp("sizes")
    for size, split in ((1, 0.05), (4, 0.25), (16, 0.5)):
        line = Lineage("geese", "instruct", size * 1_000)
        rows = siblings.drawn(COUNT, seed=1, split=split)
        siblings.run(home / f"geese-{size}", rows, line)
        flat = siblings.drawn(COUNT, seed=size, split=0.4)[:90]
        siblings.run(home / f"swans-{size}", flat, Lineage("swans", "instruct", size * 1_000))
    return home


def test_a_trend_is_seen_where_there_is_one(sizes: Path) -> None:
    found = compared(sizes, "geese-4", "geese-1", "geese-16")
    assert found["kind"] == "sizes"
    [trend] = found["trends"]
    assert (trend["runs"], trend["parameters"]) == ([1, 0, 2], [1_000, 4_000, 16_000])
    slope = next(s for s in trend["slopes"] if s["quantity"] == "failures_per_question")
    expected = np.polyfit(np.log(trend["parameters"]), slope["values"], 1)[0]
    assert slope["slope"] == pytest.approx(expected)
    assert slope["slope"] > 0.02
    assert slope["p"] < slope["holm_p"] < 0.05


def test_no_trend_is_seen_where_there_is_none(sizes: Path) -> None:
    [trend] = compared(sizes, "swans-1", "swans-4", "swans-16")["trends"]
    for slope in trend["slopes"]:
        assert slope["p"] is None or slope["p"] > 0.05


def test_two_sizes_make_no_trend(sizes: Path) -> None:
    assert compared(sizes, "geese-1", "geese-16")["trends"] == []


def test_what_cannot_be_compared_is_said_in_a_line(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="takes at least two runs"):
        misspoke.compare([folder / "base"])
    with pytest.raises(UserError, match=r"base: is given twice"):
        misspoke.compare([folder / "base", folder / "base"])
    lm = siblings.model(siblings.drawn(3))
    others = [misspoke.Question(f"Other {q.question}", ["ringgit"]) for q in siblings.asked(3)]
    misspoke.diagnose(lm, others, tmp_path / "other", detectors="none")
    with pytest.raises(UserError, match=r"other: holds no question of .*base"):
        misspoke.compare([folder / "base", tmp_path / "other"])
    changed = [misspoke.Question(q.question, ["baht"], id=q.id) for q in siblings.asked(3)]
    misspoke.diagnose(lm, changed, tmp_path / "changed", detectors="none")
    with pytest.raises(UserError, match=r"changed: question 'q0' has other right answers"):
        misspoke.compare([folder / "base", tmp_path / "changed"])
    misspoke.contest(lm, siblings.asked(3), tmp_path / "contest")
    with pytest.raises(UserError, match="compare runs of one kind"):
        misspoke.compare([folder / "base", tmp_path / "contest"])


def test_questions_of_one_run_alone_are_counted_and_left_out(folder: Path, tmp_path: Path) -> None:
    rows = siblings.drawn(COUNT)
    siblings.run(tmp_path / "fewer", rows[40:100], INSTRUCT)
    # the same ids with other questions behind them would be an error; here ids 0..59 are the same
    found = misspoke.compare([folder / "base", tmp_path / "fewer"]).to_dict()
    assert found["n"] == 60
    assert [run["left_out"] for run in found["runs"]] == [COUNT - 60, 0]
    assert "160 and 60 questions in the runs" in found["pairs"][0]["kind"]["caveats"]


def test_fewer_than_thirty_give_counts_and_no_figures(folder: Path, tmp_path: Path) -> None:
    siblings.run(tmp_path / "few", siblings.drawn(COUNT)[:20], INSTRUCT)
    [pair] = misspoke.compare([folder / "base", tmp_path / "few"]).to_dict()["pairs"]
    for one in pair["differences"].values():
        assert one["difference"] is one["interval"] is one["test"] is None
        assert one["a"]["value"] is one["b"]["value"] is None
    assert pair["tempered"]["reason"].startswith("fewer than 30")


def test_what_differs_in_relations_is_no_claim_about_questions(tmp_path: Path) -> None:
    """Two models as good as each other, each better in some relations by a common shift."""
    for seed in (0, 1):
        line = (BASE, INSTRUCT)[seed]
        siblings.run(tmp_path / f"shifted-{seed}", siblings.drawn(COUNT, seed, shift=0.4), line)
    found = compared(tmp_path, "shifted-0", "shifted-1")
    assert found["grouped"] is True
    [pair] = found["pairs"]
    accuracy = pair["differences"]["accuracy"]
    assert accuracy["test"]["kind"] == "swap"
    assert accuracy["test"]["gained"] + accuracy["test"]["lost"] > COUNT / 5
    assert pair["claims"] == []
    assert all(one["test"] is None or one["test"]["kind"] == "swap"
               for one in pair["differences"].values())  # fmt: skip


def test_confounded_siblings_are_named_first_and_nothing_is_claimed(
    folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder / "split", tmp_path / "chat")
    manifest = json.loads((tmp_path / "chat" / "manifest.json").read_text())
    manifest["settings"]["style"].update(form="chat", stem=True)
    (tmp_path / "chat" / "manifest.json").write_text(json.dumps(manifest))
    straight, confounded = (
        misspoke.compare([folder / "base", other]).to_dict()
        for other in (folder / "split", tmp_path / "chat")
    )
    assert straight["pairs"][0]["claims"]
    [pair] = confounded["pairs"]
    assert (pair["kind"]["name"], pair["kind"]["subject"], pair["claims"]) == ("pair", None, [])
    says, beware = [line for line in reading(confounded) if line][1:3]
    assert "instruction tuning and the prompt together, and nothing is claimed" in says
    assert beware == "Beware: asked in different ways: text 0-shot and chat 0-shot, stem."


def test_the_answers_probability_is_that_of_the_summary(folder: Path) -> None:
    run = misspoke.open_finished(folder / "base")
    named = compared(folder, "base", "sharp")["runs"][0]["tax"]["calibration"]
    sequence = run.summary().confidence.sequence
    assert (named["n"], named["ece"]) == (sequence.n, sequence.ece)
    frame = run.folder.frame().with_columns(
        pl.when(pl.int_range(pl.len()) < 5).then(pl.lit([-0.5, None], pl.List(pl.Float64)))
        .otherwise(pl.concat_list(pl.lit(-3.0), "answer_logprobs")).alias("answer_logprobs"),
        answer_step=pl.when(pl.int_range(pl.len()) < 5).then(1).otherwise(2),
        answer_end=pl.when(pl.int_range(pl.len()) < 5).then(2)
        .otherwise(pl.col("answer_end") + 1),
    )  # fmt: skip
    held = read_costs(read_rows(InMemory(frame))).confidence
    assert np.isnan(held[:5]).all()  # of one token nothing is known
    truth = [
        np.exp(sum(row["answer_logprobs"][row["answer_step"] - 1 : row["answer_end"]]))
        for row in frame[5:].iter_rows(named=True)
    ]
    assert held[5:] == pytest.approx(truth)  # what was said before the answer is no part of it

"""The parts of docs/results.md on dispersion, confidence, trajectories and comparisons."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
import siblings
from detector_rows import run_of
from population import Population
from summary_rows import frame_of

sys.path.insert(0, str(Path(__file__).parents[1] / "tools/results"))

import compared
import jobs
import md
import spread
import sureness

from misspoke.api import open_finished
from misspoke.diagnosis import summarise
from misspoke.diagnosis.contrast import BeyondCap
from misspoke.diagnosis.trajectory import TrajectoryPoint
from misspoke.records.lineage import Lineage


def judged(summary: Any) -> Any:
    """A run as the page's parts take it."""
    return SimpleNamespace(name="made up", summary=summary)


def cells(lines: list[str], *first: str) -> list[str]:
    """The cells of the first row of a table that begins with these."""
    start = f"| {' | '.join(first)} | "
    row = next(line for line in lines if line.startswith(start))
    return row.removeprefix(start).removesuffix(" |").split(" | ")


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    """The rows of a run with failures and right answers."""
    return Population().draw(np.random.default_rng(3), relations=20, questions=30)


def test_the_contrast_is_that_of_the_rows(rows: pl.DataFrame) -> None:
    lines = spread.spread([judged(summarise(rows, detectors=()))])
    known = rows.filter(pl.col("p_mass_lower") >= 0.2)
    failed = known.filter(~pl.col("correct") & ~pl.col("abstained"))["top_form_prob"]
    right = known.filter(pl.col("correct"))["top_form_prob"]
    told = cells(lines, "made up", "strongest right form")
    assert told[0] == f"{failed.mean():.2f} ({failed.len()})"
    assert told[1] == f"{right.mean():.2f} ({right.len()})"
    difference = float(failed.mean()) - float(right.mean())  # type: ignore[arg-type]
    assert told[2].split(" [")[0] == md.signed(difference)
    pooled = np.sqrt(
        ((failed.len() - 1) * failed.var() + (right.len() - 1) * right.var())  # type: ignore[operator]
        / (failed.len() + right.len() - 2)
    )
    assert told[3] == md.signed(difference / pooled)


def test_bins_have_their_rows_and_no_figure_of_few(rows: pl.DataFrame) -> None:
    lines = spread.spread([judged(summarise(rows, detectors=()))])
    table = lines[lines.index("The differences within bins of P (failures, right answers), or too "
                              "few rows for one:") :]  # fmt: skip
    told = cells(table, "made up", "strongest right form")
    edges = (0.2, 0.35, 0.5, 0.75, 1.01)
    for cell, low, high in zip(told, edges, edges[1:], strict=False):
        inside = rows.filter((pl.col("p_mass_lower") >= low) & (pl.col("p_mass_lower") < high))
        right = int(inside["correct"].sum())
        failed = inside.filter(~pl.col("correct") & ~pl.col("abstained")).height
        assert cell.endswith(f"({failed:,}, {right:,})")
        assert cell.startswith("(") == (min(failed, right) < 30)


def altered(rows: pl.DataFrame, p: float, beyond: tuple[float, float]) -> str:
    """What is said of a run whose null has this p, and whose contrast has this left."""
    summary = summarise(rows, detectors=())
    cell = summary.dispersion.overall
    found, null = cell.contrasts["top_form_prob"], (cell.null or {})["top_form_prob"]
    assert null is not None
    left = BeyondCap(sum(beyond) / 2, beyond)
    overall = replace(
        cell,
        contrasts={**cell.contrasts, "top_form_prob": replace(found, beyond_cap=left)},
        null={
            **(cell.null or {}),
            "top_form_prob": replace(null, p=p),
            "top_first_token_prob": None,
        },
    )
    dispersion = replace(summary.dispersion, overall=overall)
    lines = spread.spread([judged(SimpleNamespace(dispersion=dispersion))])
    [line] = [line for line in lines if line.startswith("- **made up**")]
    return line


def test_what_is_said_follows_the_figures(rows: pl.DataFrame) -> None:
    assert "P alone is enough" in altered(rows, 0.06, (-0.1, 0.1))
    assert "P alone is enough" not in altered(rows, 0.04, (-0.1, 0.1))
    assert "beyond such chance" in altered(rows, 0.04, (-0.1, 0.1))
    assert "cannot be told from 0" in altered(rows, 0.5, (-0.1, 0.1))
    assert "thinner than the outcome forces" in altered(rows, 0.5, (-0.2, -0.1))
    assert "hold more than right answers do" in altered(rows, 0.5, (0.1, 0.2))


def test_a_run_with_few_failures_has_counts_alone(rows: pl.DataFrame) -> None:
    few = rows.filter(pl.col("correct")).head(50)
    lines = spread.spread([judged(summarise(few, detectors=()))])
    known = few.filter(pl.col("p_mass_lower") >= 0.2).height
    assert f"so no contrast: made up (0 and {known})." in "\n".join(lines)
    assert not [line for line in lines if line.startswith(("|", "- **"))]


def test_confidence_is_that_of_the_rows() -> None:
    frame = frame_of(*run_of(0, n=900))
    lines = sureness.sureness([judged(summarise(frame, detectors=()))])
    answered = frame.filter(~pl.col("abstained"))
    right = answered["correct"].mean()
    told = cells(lines, "made up", "first content token")
    mean = answered["content_winner_prob"].mean()
    assert told[:3] == [f"{answered.height:,}", f"{100 * right:.1f}%", f"{mean:.3f}"]  # type: ignore[operator]
    binned = cells(lines[lines.index(told_bins(lines)) :], "made up", "first content token")
    place = pl.col("content_winner_prob")
    for cell, low in zip(binned, range(10), strict=True):
        inside = answered.filter((place >= low / 10) & (place < (low + 1) / 10))
        share = 100 * inside["correct"].mean()  # type: ignore[operator]
        assert cell.startswith(f"{share:.0f}% [")
        assert cell.endswith(f"({inside.height})")


def told_bins(lines: list[str]) -> str:
    """The line before the table of bins."""
    [line] = [line for line in lines if line.startswith("Right answers by that probability")]
    return line


def test_whether_it_is_too_sure_follows_the_figures() -> None:
    frame = frame_of(*run_of(0, n=300))
    for share, way in ((0.99, "above"), (0.01, "below")):
        sure = frame.with_columns(pl.lit(share).alias("content_winner_prob"))
        lines = sureness.sureness([judged(summarise(sure, detectors=()))])
        [line] = [line for line in lines if line.startswith("- **made up**")]
        assert f"points {way} the share" in line


def test_where_all_are_right_the_interval_is_wilsons() -> None:
    frame = frame_of(*run_of(0, n=600)).with_columns(
        pl.when(pl.col("correct")).then(0.95).otherwise(0.15).alias("content_winner_prob")
    )
    lines = sureness.sureness([judged(summarise(frame, detectors=()))])
    n = int(frame["correct"].sum())
    low, high = (100 * end for end in md.wilson(n, n))
    told = cells(lines[lines.index(told_bins(lines)) :], "made up", "first content token")
    assert told[9] == f"100% [{low:.0f}, {high:.0f}] ({n})"
    assert low < 100


def test_too_few_answers_have_no_scores() -> None:
    frame = frame_of(*run_of(0, n=40))
    lines = sureness.sureness([judged(summarise(frame, detectors=()))])
    assert cells(lines, "made up", "first content token")[3:] == ["–", "–", "–"]
    assert not [line for line in lines if line.startswith("- **")]


def test_where_along_the_answer() -> None:
    def run(*areas: float | None) -> Any:
        points = [
            TrajectoryPoint(offset, 40, 50, area, area and (area - 0.1, area + 0.1))
            for offset, area in enumerate(areas)
        ]
        return judged(SimpleNamespace(trajectory=(TrajectoryPoint(-1, 3, 4), *points)))

    found = run(0.9, 0.6, 0.5, None, None, None)
    other = run(0.7, 0.8, None, None, None, None)
    text = "\n".join(sureness.along([found, other]))
    assert "greatest at offset 0 in 1 of 2 runs (there 0.700 to 0.900)" in text
    assert "at offset 1 it is 0.600 to 0.800." in text
    assert "| made up | 0.900 [0.800, 1.000] (40, 50) | 0.600" in text
    assert text.count("(40, 50) |") == 12
    assert sureness.along([run(None, None)]) == []


COUNT = 160
MONEY = jobs.Source("money", "made up", "none")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two prompts of a model, of which one helps, and another model."""
    home = tmp_path_factory.mktemp("compared")
    rows = siblings.drawn(COUNT)
    siblings.run(home / "plain", rows, Lineage("ducks", "base", 1_000), "duck")
    known = [siblings.distribution(0.9, 0.0, [0.04, 0.03, 0.02, 0.01])] * (COUNT // 2)
    siblings.run(home / "helped", [*known, *rows[COUNT // 2 :]], name="duck")
    siblings.run(home / "stranger", siblings.drawn(COUNT, seed=1), name="goose")
    manifests = {name: home / name / "manifest.json" for name in ("plain", "helped")}
    plain, helped = (json.loads(path.read_text()) for path in manifests.values())
    helped["settings"]["model"] = plain["settings"]["model"]
    helped["settings"]["style"]["shots"] = 5
    manifests["helped"].write_text(json.dumps(helped))
    return home


def compared_runs(runs: Path, **names: str) -> list[compared.Together]:
    """Runs by folder, and the model of each."""
    wanted = [jobs.Job(model, MONEY) for model in names.values()]
    return compared.together(wanted, [open_finished(runs / name) for name in names])


def test_what_is_ascribed_to_a_prompt_is_what_the_comparison_claims(runs: Path) -> None:
    found = compared_runs(runs, plain="duck", helped="duck")
    lines = compared.prompts_section(found)
    [pair] = found[0].values["pairs"]
    assert any("accuracy rises" in claim for claim in pair["claims"])
    accuracy, *others = cells(lines, "duck, text 5-shot", "duck, text 0-shot")
    assert accuracy.startswith("**+")
    assert len([cell for cell in others if cell.startswith("**")]) == len(pair["claims"]) - 1
    assert any("to the prompt: accuracy in 1" in line for line in lines)
    shares = [
        100 * float(open_finished(runs / name).frame()["correct"].mean())  # type: ignore[arg-type]
        for name in ("plain", "helped")
    ]
    low, high = (f"{share:.1f}%" for share in shares)
    assert f"- **duck** is right on {low} (text 0-shot) to {high} (text 5-shot)." in lines
    assert cells(lines, "duck, text 0-shot")[0] == low


def test_nothing_is_ascribed_where_nothing_is_claimed(runs: Path) -> None:
    found = compared_runs(runs, plain="duck", helped="duck")
    for pair in found[0].values["pairs"]:
        pair["claims"] = []
    text = "\n".join(compared.prompts_section(found))
    assert "ascribed to the prompt: in none." in text
    assert "| **" not in text


def test_two_models_are_compared_and_nothing_is_claimed(runs: Path) -> None:
    found = compared_runs(runs, plain="duck", stranger="goose")
    text = "\n".join(lines := compared.models_section(found))
    assert f"### duck and goose on money: {COUNT} questions" in text
    assert "nothing is claimed of instruction tuning or of size" in text
    assert "the table tells no price of tuning" in text
    difference = found[0].values["pairs"][0]["differences"]["accuracy"]
    told = cells(lines, "Accuracy")
    assert told[2].startswith(f"{100 * difference['difference']:+.1f}".replace("-", "−"))
    assert cells(lines, "duck on money", "greedy decoding; τ = 0.2; literal first tokens")
    assert "| wrong answers that are commitment failures | 16% (0.8–1B)" in text
    assert "that pooling first tokens recovers" not in text
    assert "AUROC of a probe" not in text


def test_a_set_with_one_run_is_not_compared(runs: Path) -> None:
    assert compared_runs(runs, plain="duck") == []
    assert compared.models_section([]) == []
    assert compared.prompts_section([]) == []


def test_a_model_by_path_is_told_by_its_name(runs: Path, tmp_path: Path) -> None:
    [found] = compared_runs(runs, plain="duck", stranger="goose")
    path = str(tmp_path / "duck_1.json")
    moved = compared.Together((jobs.Job(path, MONEY), found.jobs[1]), found.values)
    assert moved.told(f"weights: {path} in float32") == r"weights: duck\_1 in float32"

"""What a run prints at its end: the verdict first, on one screen, at any width."""

from pathlib import Path
from typing import Any

import pytest
from reports.drawing import drawn
from reports.report_rows import HOSTILE, a_run, every_outcome, hostile, row
from rich.cells import cell_len
from speakers import COMMITTED, SPLIT, observed

from misspoke.diagnosis.advice import advise
from misspoke.records.observation import Observation
from misspoke.reports.aliases_terminal import before_and_after
from misspoke.reports.bars import OTHER
from misspoke.reports.detector_figures import bare_recall, cost, label, number, recall
from misspoke.reports.detectors_terminal import SHOWN
from misspoke.reports.figures import outcome_cell, rate
from misspoke.reports.page.overview import overview_section
from misspoke.reports.stack import Part, Stack, cells
from misspoke.reports.terminal import AT, example_lines, summary_table
from misspoke.reports.text import percent, sparks

SCREEN = 45
WIDTHS = pytest.mark.parametrize("width", [40, 60, 80, 120])
ENCODINGS = pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
MANIFEST = {"settings": {"model": {"name": "simulated"}, "questions": {"name": "atlas"}}}
CONFIDENCE = {
    "n": 398, "mean": 0.41, "accuracy": 0.502, "auroc": 0.907, "auroc_interval": [0.858, 0.943],
    "ece": 0.125,
}  # fmt: skip
DISPERSION = {
    "mean_failures": 0.247, "mean_correct": 0.61, "difference": -0.363,
    "interval": [-0.436, -0.262], "beyond_cap": {"value": -0.006, "interval": [-0.058, 0.04]},
}  # fmt: skip
NULL = {"mean": -0.359, "interval": [-0.373, -0.345], "p": 0.52, "strata": 4}


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return a_run(tmp_path_factory.mktemp("split"), observed(SPLIT))[1]


@pytest.fixture
def full(split: dict[str, Any]) -> dict[str, Any]:
    """A summary with every part that the screen shows."""
    overall = {"contrasts": {"top_form_prob": DISPERSION}, "null": {"top_form_prob": NULL}}
    confidence = {"sequence": CONFIDENCE, "winner": CONFIDENCE}
    return split | {"dispersion": {"overall": overall}, "confidence": confidence}


def words(summary: dict[str, Any], width: int = 120) -> str:
    return " ".join(drawn(summary_table(summary, MANIFEST), width).split())


@WIDTHS
@ENCODINGS
def test_a_summary_fits_every_console(
    tmp_path: Path, full: dict[str, Any], width: int, encoding: str
) -> None:
    run, small = a_run(tmp_path, every_outcome().values())
    for summary, manifest in ((small, run.manifest), (full, MANIFEST)):
        lines = drawn(summary_table(summary, manifest), width, encoding).splitlines()
        assert all(cell_len(line) <= width for line in lines)


@WIDTHS
def test_no_figure_is_broken_by_a_narrow_console(full: dict[str, Any], width: int) -> None:
    """Tables fold between words: a number stands on one line."""
    lines = drawn(summary_table(full, MANIFEST), width).splitlines()
    if width >= 60:
        assert sum(line.startswith(("string ", "content first", "literal first")) for line in lines)
        for mass in ("string", "content first token", "literal first token"):
            rates = {round(at["tau"], 2): at for at in full["sweep"][_key(mass)]}
            shown = [percent(rates[tau]["failures_per_wrong_lower"]) for tau in AT]
            assert any(line.startswith(mass) and line.split()[-4:] == shown for line in lines)


def _key(mass: str) -> str:
    return {"content first token": "first", "literal first token": "literal"}.get(mass, mass)


def test_the_summary_is_one_screen_with_the_verdict_on_top(full: dict[str, Any]) -> None:
    lines = drawn(summary_table(full, MANIFEST), 80).splitlines()
    assert len(lines) <= SCREEN
    text = "\n".join(lines)
    verdicts = [one.verdict for one in advise(full, "simulated", "atlas")]
    places = [" ".join(text.split()).index(verdict) for verdict in verdicts]
    assert places == sorted(places)
    order = ["simulated on atlas", "Accuracy", "1  ", "Try: ", "judged by", "failures by τ"]
    order += ["Causes", "Misfire", "Dispersion", "Confidence", "Cost", "Caught at 5%"]
    found = [text.index(part) for part in order]
    assert found == sorted(found)


def test_a_committed_model_is_not_said_to_have_a_problem(
    tmp_path: Path, split: dict[str, Any]
) -> None:
    committed = words(a_run(tmp_path, observed(COMMITTED))[1])
    assert "There is no commitment problem" in committed
    assert "There is a commitment problem" not in committed
    assert "There is a commitment problem: on 10% of the questions" in words(split)


def test_the_parts_have_their_figures(full: dict[str, Any]) -> None:
    text = words(full)
    for part in (
        "Causes minority belief 110, split vote 40, greedy miss 0, undetermined 0",
        "Misfire 43% (150 of 350) [38–48%] though known",
        "greedy 50%, sampling 44% (expected), heaviest meaning 40%",
        "strongest form 0.25 in failures, 0.61 if right: −0.36 [−0.44, −0.26]",
        "forced by P −0.36 [−0.37, −0.34]; past the cap −0.01 [−0.06, +0.04]",
        "mean 41%, right 50%; AUROC 0.91 [0.86–0.94], calibration error 0.12",
        "█ right 200 ▓ commitment failure 150 ░ knowledge gap 50",
    ):
        assert part in text


def test_what_is_not_there_has_no_line(full: dict[str, Any]) -> None:
    bare = full | {"confidence": None, "detectors": None}
    bare["dispersion"] = {"overall": {"contrasts": {"top_form_prob": {"difference": None}}}}
    text = words(bare)
    for part in ("Dispersion", "Confidence", "Caught at", "None", "nan"):
        assert part not in text
    few = full | {"confidence": {"sequence": CONFIDENCE | {"auroc": None}}}
    assert "Confidence" not in words(few)
    bare["dispersion"] = {"overall": {"contrasts": {"top_form_prob": DISPERSION}}}
    assert "past the cap" in words(bare)
    assert "forced by" not in words(bare)
    old = {key: value for key, value in full.items() if key not in ("confidence", "unconfirmed")}
    assert "Confidence" not in words(old)


def test_a_summary_says_what_matters(tmp_path: Path) -> None:
    run, summary = a_run(tmp_path, every_outcome().values())
    text = " ".join(drawn(summary_table(summary, run.manifest), 120).split())
    for part in (
        "tiny on made, 11 questions",
        "Accuracy 18% (2 of 11)",
        "abstained 2, of which 1 knew",
        "1 Read with care: few answers were wrong",
        "7 wrong answers at τ = 0.2",
        "commitment failure 4 (57%)",
        "57 in the header",
    ):
        assert part in text
    assert "failures by τ" not in text  # rates of few wrong answers are not drawn


@pytest.mark.parametrize(
    "rows",
    [[], [row(outcome="correct", answer="Farsi")], [row(outcome="abstained", answer="")]],
    ids=["none", "right", "abstained"],
)
def test_a_run_without_wrong_answers_is_no_trouble(tmp_path: Path, rows: list[Observation]) -> None:
    run, summary = a_run(tmp_path, rows)
    assert "nothing to explain" in drawn(summary_table(summary, run.manifest))
    assert "No commitment failures" in drawn(example_lines(run))


def test_a_manifest_that_names_nothing_is_no_trouble(tmp_path: Path) -> None:
    _, summary = a_run(tmp_path, [row()])
    text = drawn(summary_table(summary, {}))
    assert text.startswith("1 question\n")
    assert "-m MODEL -q QUESTIONS" in " ".join(text.split())


def test_examples_are_the_surest_failures_without_alias_gaps_first(tmp_path: Path) -> None:
    masses = {"a": 0.3, "b": 0.5, "c": 0.9, "d": 0.4, "e": 0.1}
    rows = [
        row(name, question=name, forms=(("Persian", mass),), alias_gap=name == "c")
        for name, mass in masses.items()
    ]
    run, _ = a_run(tmp_path, rows)
    lines = drawn(example_lines(run), 100).splitlines()
    assert [line[0] for line in lines] == ["b", "d", "a"]
    assert lines[0] == "b → said “Arabic”, though the right answer “Persian” held 0.50"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_texts_do_not_act(tmp_path: Path, width: int) -> None:
    rows = [hostile(i, text) for i, text in enumerate(HOSTILE) if "\ud800" not in text]
    run, summary = a_run(tmp_path, rows, model="[red]\x1b[31m[/]", questions="[link=x]\u202e")
    table = drawn(summary_table(summary, run.manifest), width)
    shown = drawn(example_lines(run), width) + table
    assert all(char.isprintable() or char == "\n" for char in shown)
    flat = " ".join(shown.split())
    assert r"[red]\x1b[31m[/] on [link=x]\u202e" in flat
    assert "[red]bold[/red]" in shown.replace("\n", " ")


# Detectors


def test_the_best_detectors_have_a_line_each_and_the_others_a_number(full: dict[str, Any]) -> None:
    lines = drawn(summary_table(full, MANIFEST), 80).splitlines()
    [place] = [i for i, line in enumerate(lines) if line.startswith("Caught at 5% false alarms")]
    assert "200 wrong answers, of 50 gaps, of 150 failures" in lines[place]
    found = full["detectors"]
    recalls = {one["name"]: one["recall"]["recall"] for one in found["table"]}
    least = sorted(recalls.values(), reverse=True)[SHOWN - 1]
    named = {label(one["name"]): one for one in (*found["table"], *found["oracles"])}
    shown = [one for line in lines[place + 2 :] for one in named if line.startswith(f"  {one}  ")]
    assert len(shown) == SHOWN + 1
    assert shown[-1] == "oracle: right − rival"
    assert all(named[one]["recall"]["recall"] >= least for one in shown[:-1])
    for name, line in zip(shown, lines[place + 2 :], strict=False):
        one = named[name]
        held = (one["recall"], one["kinds"]["knowledge_gap"], one["kinds"]["commitment_failure"])
        figures = [cost(one), number(one["auroc"]), *map(bare_recall, held)]
        assert line.split()[-5:] == figures
    assert lines[-1].strip() == f"{len(found['table']) - SHOWN} other detectors in the report"


def test_detectors_without_a_rate_have_their_numbers_and_a_sentence(tmp_path: Path) -> None:
    run, summary = a_run(tmp_path, every_outcome().values())
    text = drawn(summary_table(summary, run.manifest))
    [first] = [line for line in text.splitlines() if line.startswith("  oracle: right")]
    assert first.split()[-9:] == ["n", "=", "7", "n", "=", "2", "n", "=", "4"]
    assert "7 wrong answers and 2 right ones are too few" in " ".join(text.split())


# Bars


def test_parts_of_a_bar_share_out_its_width() -> None:
    assert cells([50, 30, 20], 10) == [5, 3, 2]
    assert cells([1000, 1, 1], 10) == [8, 1, 1]
    assert cells([1, 1, 1], 2) == [1, 1, 0]
    assert cells([1], 7) == [7]
    assert cells([], 5) == []
    for width in range(1, 60):
        for counts in ([1289, 66, 1446, 7], [1, 1, 1, 1], [5000, 1, 3]):
            assert sum(cells(counts, width)) == width
            assert width < len(counts) or min(cells(counts, width)) >= 1


def test_a_bar_is_told_apart_without_colours_and_has_a_legend() -> None:
    parts = (Part("right", 3, "█", OTHER), Part("none", 0, "▓", OTHER), Part("gap", 1, "░", OTHER))
    assert drawn(Stack(parts), 20) == "█" * 15 + "░" * 5 + "\n█ right 3  ░ gap 1\n"


def test_sparklines_stand_on_one_scale() -> None:
    assert sparks([0.0, 0.5, 1.0], 1.0) == "▁▅█"
    assert sparks([0.0, 0.5, 1.0], 2.0) == "▁▃▅"
    assert sparks([0.0, 0.0], 0.0) == "▁▁"


@pytest.mark.parametrize(("count", "spread"), [(0, ""), (1, " [0–4%]"), (83, " [0–4%]"), (84, "")])
def test_of_none_and_of_all_no_interval_is_told(
    full: dict[str, Any], count: int, spread: str
) -> None:
    """There resampling gives [0–0%] or [100–100%], however few the rows."""
    cell = {"n": 84, "n_correct": 84, "recall": count / 84, "interval": [0.0, 0.04]}
    found = {"numerator": count, "denominator": 84, "value": count / 84, "interval": [0.0, 0.04]}
    told = f"{percent(count / 84)} ({count} of 84){spread}"
    assert rate(found) == told
    assert recall(cell) == f"{percent(count / 84)}{spread}"
    pair = {"lower": found, "upper": found}
    headline = {"wrong": 84, "string": {
        "counts": {"commitment_failure": count}, "failures_per_wrong": pair
    }}  # fmt: skip
    shown = outcome_cell(headline, "string", "commitment_failure")
    assert shown == f"{count} ({percent(count / 84)}){spread}"
    rates = full["rates"]["all_rows"]
    changed = {"all_rows": rates | {"string": rates["string"] | {"failures_per_wrong": pair}}}
    summary = full | {"accuracy": found, "rates": full["rates"] | changed}
    assert f"Accuracy {told} " in words(summary)
    assert drawn(before_and_after(full, summary), 120).count(told) == 2
    assert f"{count} of 84{spread} wrong answers" in overview_section(summary)

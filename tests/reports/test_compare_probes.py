"""A comparison of probes as it is read: what is told apart, who is better, what else differs."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from reports.drawing import drawn

from misspoke.diagnosis.modes.measures import Better, Difference, Figure, Unit
from misspoke.reports.compare_html import write_comparison
from misspoke.reports.compare_probes import TESTS, gap_rows, notes, reading
from misspoke.reports.compare_terminal import comparison_lines


def gap(key: str, a: float | None, b: float | None, **given: Any) -> dict[str, Any]:
    unit: Unit = given.get("unit", "share")
    better: Better | None = given.get("better")

    def side(at: float | None) -> dict[str, Any]:
        return asdict(Figure(key, f"says {key}", unit, at, None, 50, better))

    change = None if a is None or b is None else b - a
    interval = None if change is None else (change - 0.1, change + 0.1)
    p = None if change is None else 0.001
    return {
        "key": key,
        "a": side(a),
        "b": side(b),
        "difference": asdict(Difference(change, interval, p, 50)),
        "holm_p": None if p is None else given.get("p", 0.01),
        "told_apart": given.get("apart", False),
    }


def compared(gaps: list[dict[str, Any]], models: tuple[str, str] = ("one", "two")) -> Any:
    runs = [
        {"folder": f"/runs/{place}", "model": model, "questions": "set", "units": 60, "figures": []}
        for place, model in zip("ab", models, strict=True)
    ]
    pair = {
        "a": 0,
        "b": 1,
        "common": 50,
        "only_a": 10,
        "only_b": 0,
        "unlike": [],
        "gaps": gaps,
        "one_sided": [],
    }
    return {"kind": "probes", "mode": "drift", "seed": 0, "runs": runs, "pairs": [pair]}


def test_what_is_told_apart_is_read_with_who_is_better() -> None:
    gaps = [
        gap("low", 0.5, 0.1, better="lower", apart=True),
        gap("high", 0.5, 0.1, better="higher", apart=True),
        gap("none", 0.5, 0.1, apart=True),
        gap("not", 0.5, 0.4, better="lower"),
        gap("few", None, 0.4),
    ]
    found = compared(gaps)
    first, *others = reading(found, found["pairs"][0])
    assert first == "3 of 4 figures that could be tested tell the runs apart. 50 units in both."
    assert others == [
        "says low: 50% in one, 10% in two; two is better.",
        "says high: 50% in one, 10% in two; one is better.",
        "says none: 50% in one, 10% in two.",
    ]


def test_runs_of_one_model_go_by_their_folders() -> None:
    found = compared([gap("x", 0.5, 0.1, apart=True)], ("same", "same"))
    assert reading(found, found["pairs"][0])[1] == "says x: 50% in a, 10% in b."


def test_a_row_has_its_unit_and_its_number() -> None:
    found = compared([gap("x", 0.5, 0.25), gap("y", 1.0, 3.0, unit="nats"), gap("z", None, 1.0)])
    rows = list(gap_rows(found["pairs"][0], spreads=True))
    assert rows[0][1:] == ("50%", "25%", "−25.0 points [−35.0 to −15.0]", "50", "0.010")
    assert rows[1][3] == "2.00 nats [1.90 to 2.10]"
    assert rows[2][1:] == ("too few", "100%", "too few", "50", "–")


def test_what_else_differs_and_what_is_left_out_is_said() -> None:
    found = compared([])
    pair = found["pairs"][0]
    pair["unlike"], pair["one_sided"] = ["shots: 0 against 4"], ["x.y"]
    assert notes(found, pair) == [
        "Beware: the runs were made differently (shots: 0 against 4).",
        "Left out: 10 of one alone, 0 of two alone.",
        "In one run only, or of other turns: x.y.",
    ]


def test_the_terminal_and_the_page_say_the_same(tmp_path: Path) -> None:
    found = compared(
        [gap("[red]<i>x", 0.5, 0.1, apart=True)], ("[bold]<script>alert(1)</script>", "two")
    )
    shown = drawn(comparison_lines(found), 200)
    page = write_comparison(tmp_path, found).read_text(encoding="utf-8")
    for text in ("Instruction drift: 2 runs compared", "1 of 1 figure that could be tested"):
        assert text in shown
        assert text in page
    assert TESTS[:40] in shown
    assert "says [red]<i>x" in shown
    assert "<i>x" not in page
    assert "says [red]&lt;i&gt;x" in page
    assert "<script>alert" not in page

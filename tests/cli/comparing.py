"""Whether a run that was stopped and went on holds what an undisturbed one does."""

import polars as pl
import pytest

TAU = 0.2
INTERVALS = ("p_mass", "p_mass_closed", "gold_mass", "emitted_mass")


def assert_same_rows(found: pl.DataFrame, wanted: pl.DataFrame) -> None:
    """Same ids; rows as the run folder promises, near ties and rows that straddle τ excepted."""
    assert found["id"].to_list() == wanted["id"].to_list()
    for row, other in zip(found.to_dicts(), wanted.to_dicts(), strict=True):
        _assert_same(row, other)


def _assert_same(row: dict[str, object], other: dict[str, object]) -> None:
    for key in ("question", "gold", "forms", "prompt", "prompt_tokens"):
        assert row[key] == other[key]
    if row["near_tie"] or other["near_tie"]:
        return
    assert row["answer"] == other["answer"]
    assert row["answer_tokens"] == other["answer_tokens"]
    assert row["answer_logprobs"] == pytest.approx(other["answer_logprobs"], abs=1e-4)
    mine, theirs = _logprobs(row), _logprobs(other)
    shared = mine.keys() & theirs.keys()
    assert len(shared) >= 0.8 * max(len(mine), len(theirs))
    assert {p: mine[p] for p in shared} == pytest.approx({p: theirs[p] for p in shared}, abs=1e-4)
    for name in INTERVALS:
        lower, upper = f"{name}_lower", f"{name}_upper"
        assert row[lower] <= other[upper] + 1e-6  # type: ignore[operator]
        assert other[lower] <= row[upper] + 1e-6  # type: ignore[operator]
    if not _straddles(row) and not _straddles(other):
        for key in ("correct", "outcome", "outcome_first", "outcome_first_literal"):
            assert row[key] == other[key]


def _logprobs(row: dict[str, object]) -> dict[tuple[int, ...], float]:
    """The log-probability of each computed prefix's last token."""
    paths: list[tuple[int, ...]] = []
    found: dict[tuple[int, ...], float] = {}
    for node in row["nodes"]:  # type: ignore[attr-defined]
        before = paths[node["parent"]] if node["parent"] >= 0 else ()
        paths.append((*before, node["token"]))
        if node["logprob"] is not None:
            found[paths[-1]] = node["logprob"]
    return found


def _straddles(row: dict[str, object]) -> bool:
    """Whether a mass is so near τ that rounding may take it to the other side."""
    masses = ("p_mass_lower", "p_mass_upper", "p_mass_first", "p_mass_first_literal")
    return any(abs(float(row[name]) - TAU) < 1e-4 for name in masses) or (  # type: ignore[arg-type]
        row["p_mass_lower"] < TAU <= row["p_mass_upper"]  # type: ignore[operator]
    )

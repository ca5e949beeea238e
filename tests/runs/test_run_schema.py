"""Rows and observations: the same thing in plain Python, in JSON and in Parquet."""

import io
import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from run_rows import observation, observations, trials

from misspoke.records import Interval
from misspoke.records.observation import Observation
from misspoke.records.trial import Trial
from misspoke.runs import answers_schema, from_row, to_row
from misspoke.runs.schema import _kind, missing_columns

CONTRACT = set(
    """
id question relation gold several_groups forms prompt prompt_tokens answer answer_tokens
answer_logprobs answer_entropies correct outcome outcome_first outcome_first_literal cause
cause_by_rules lost_midway alias_gap p_mass_lower p_mass_upper p_mass_closed_lower
p_mass_closed_upper budget_spent p_mass_first p_mass_first_upper first_tokens first_token_probs
p_mass_first_literal form_masses top_form top_form_prob top_form_share effective_forms
gold_mass_lower gold_mass_upper emitted_mass_lower emitted_mass_upper winner_token winner_prob
content_winner_token content_winner_prob top_tokens token_entropy on_path_entropy_1
on_path_entropy_2 candidates residual nodes tempered trajectory answer_step near_tie
forward_tokens
""".split()  # noqa: SIM905 - as the contract's table lists them
)

many_values = settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@given(observations)
@many_values
def test_a_row_survives_json(row: Observation) -> None:
    plain = to_row(row)
    assert from_row(plain) == row
    assert from_row(json.loads(json.dumps(plain))) == row


@given(st.lists(observations, min_size=1, max_size=3))
@many_values
def test_rows_survive_parquet(rows: list[Observation]) -> None:
    file = io.BytesIO()
    pl.DataFrame([to_row(row) for row in rows], schema=answers_schema()).write_parquet(file)
    file.seek(0)
    frame = pl.read_parquet(file)
    assert frame.schema == answers_schema()
    assert [from_row(row) for row in frame.iter_rows(named=True)] == rows


def test_every_contract_column_is_there() -> None:
    assert set(answers_schema()) >= CONTRACT
    assert to_row(observation("q")).keys() == set(answers_schema())


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        ("id", pl.String),
        ("gold", pl.List(pl.List(pl.String))),
        ("near_tie", pl.Boolean),
        ("answer_tokens", pl.List(pl.Int64)),
        ("p_mass_upper", pl.Float64),
        ("token_entropy", pl.Float64),
        (
            "form_masses",
            pl.List(pl.Struct({"form": pl.String, "lower": pl.Float64, "upper": pl.Float64})),
        ),
        (
            "nodes",
            pl.List(
                pl.Struct(
                    {
                        "parent": pl.Int64,
                        "token": pl.Int64,
                        "logprob": pl.Float64,
                        "text": pl.String,
                    }
                )
            ),
        ),
    ],
)
def test_column_types(column: str, dtype: pl.DataType) -> None:
    assert answers_schema()[column] == dtype


def test_intervals_are_two_columns() -> None:
    row = to_row(replace(observation("q"), p_mass=Interval(0.25, 0.5)))
    assert (row["p_mass_lower"], row["p_mass_upper"]) == (0.25, 0.5)
    assert "p_mass" not in row


def test_numpy_scalars_become_plain() -> None:
    numpy_made: Any = {
        "near_tie": np.bool_(True),
        "answer_step": np.int64(2),
        "residual": np.float32(0.5),
        "trajectory": (np.float64(0.25),),
    }
    row = to_row(replace(observation("q"), **numpy_made))
    types = [type(row[name]) for name in numpy_made]
    assert types == [bool, int, float, list]
    json.dumps(row)


def test_none_is_refused_where_a_value_is_due() -> None:
    nothing: Any = None
    with pytest.raises(TypeError, match="None where float is due"):
        to_row(replace(observation("q"), residual=nothing))
    with pytest.raises(TypeError, match="None where str is due"):
        to_row(replace(observation("q"), forms=("a", nothing)))


def test_a_new_field_needs_no_change_here() -> None:
    @dataclass(frozen=True)
    class Wider:
        id: str
        mass: Interval | None
        pairs: tuple[tuple[int, int], ...]
        nested: tuple[Interval, ...]

    columns = ["id", "mass_lower", "mass_upper", "pairs", "nested"]
    assert list(answers_schema(Wider)) == columns
    assert missing_columns(["id", "nested"], Wider) == ["mass_lower", "mass_upper", "pairs"]
    for mass in (None, Interval(0.0, 0.5)):
        row: Any = Wider("q", mass, ((1, 2),), (Interval(0.0, 1.0),))
        assert from_row(json.loads(json.dumps(to_row(row))), Wider) == row


@given(st.lists(trials, min_size=1, max_size=3))
@many_values
def test_trials_survive_json_and_parquet(rows: list[Trial]) -> None:
    plain = [to_row(row) for row in rows]
    assert [from_row(json.loads(json.dumps(row)), Trial) for row in plain] == rows
    file = io.BytesIO()
    pl.DataFrame(plain, schema=answers_schema(Trial)).write_parquet(file)
    file.seek(0)
    frame = pl.read_parquet(file)
    assert frame.schema == answers_schema(Trial)
    assert [from_row(row, Trial) for row in frame.iter_rows(named=True)] == rows


def test_an_interval_inside_a_struct_is_a_struct() -> None:
    decodings = answers_schema(Trial)["decodings"]
    assert isinstance(decodings, pl.List)
    assert isinstance(decodings.inner, pl.Struct)
    belief = {field.name: field.dtype for field in decodings.inner.fields}["belief"]
    assert belief == pl.Struct({"lower": pl.Float64, "upper": pl.Float64})


def test_a_type_without_a_column_is_named() -> None:
    with pytest.raises(TypeError, match="no column type for"):
        _kind(dict[str, int])

"""Rows by hand: the columns that a summary with all detectors reads, and no others."""

from typing import Any

import polars as pl

_FLOATS = """
    p_mass_lower p_mass_upper p_mass_first p_mass_first_upper p_mass_first_literal
    gold_mass_lower gold_mass_upper emitted_mass_lower emitted_mass_upper
    gold_mass_by_rules_lower gold_mass_by_rules_upper
    emitted_form_mass_lower emitted_form_mass_upper top_form_prob top_form_by_rules_prob
    top_form_share effective_forms
    top_first_token_prob top_first_token_share effective_first_tokens content_winner_prob
    on_path_entropy_1 on_path_entropy_2 on_path_entropy_1_weighted on_path_entropy_2_weighted
    top_entropy rival_mass p_true_lower p_true_upper p_false_lower p_false_upper p_true_literal
"""
_COUNTS = """
    forward_tokens mass_nodes answer_step answer_end content_step search_tokens answer_meaning
    sample_tokens truth_tokens
"""
_FLAGS = """
    correct abstained alias_gap several_groups lost_midway content_winner_is_gold near_tie
    budget_spent
"""
FLOATS, FLAGS, COUNTS = _FLOATS.split(), _FLAGS.split(), _COUNTS.split()

SCHEMA = (
    {"question": pl.String, "answer": pl.String, "relation": pl.String, "residual": pl.Float64}
    | dict.fromkeys(FLOATS, pl.Float64)
    | dict.fromkeys(FLAGS, pl.Boolean)
    | dict.fromkeys(COUNTS, pl.Int64)
    | {
        "forms": pl.List(pl.String),
        "gold": pl.List(pl.List(pl.String)),
        "winner_token": pl.String,
        "first_tokens": pl.List(pl.String),
        "first_token_probs": pl.List(pl.Float64),
        "top_tokens": pl.List(pl.Struct({"token": pl.String, "prob": pl.Float64})),
        "trajectory": pl.List(pl.Float64),
        "form_masses": pl.List(
            pl.Struct({"form": pl.String, "lower": pl.Float64, "upper": pl.Float64})
        ),
        "candidates": pl.List(
            pl.Struct(
                {
                    "answer": pl.String,
                    "prob": pl.Float64,
                    "concept": pl.Int64,
                    "meaning": pl.Int64,
                }
            )
        ),
        "answer_logprobs": pl.List(pl.Float64),
        "answer_entropies": pl.List(pl.Float64),
        "samples": pl.List(
            pl.Struct(
                {
                    "answer": pl.String,
                    "tokens": pl.List(pl.Int64),
                    "logprob": pl.Float64,
                    "meaning": pl.Int64,
                    "agrees": pl.Boolean,
                }
            )
        ),
        "missing": pl.List(pl.Struct({"what": pl.String, "reason": pl.String})),
        "tempered": pl.List(
            pl.Struct(
                {"temperature": pl.Float64, "p_mass_first": pl.Float64, "entropy": pl.Float64}
            )
        ),
    }
)


def row(p: float = 0.0, upper: float | None = None, rival: float = 0.0, **changes: Any) -> Any:
    """A wrong row whose gold mass is [p, upper], of one form, and whose emitted class has `rival`.

    All other masses follow from these; `changes` sets columns.
    """
    upper = p if upper is None else upper
    gold = dict.fromkeys(FLOATS, p)
    gold |= {name: upper for name in FLOATS if name.endswith("_upper")}
    gold |= {name: rival for name in FLOATS if name.startswith("emitted_")}
    return (
        dict.fromkeys(FLAGS, False)
        | gold
        | {
            "question": "What is the capital of France?",
            "answer": "Lyon",
            "relation": None,
            "residual": 0.0,
            "forms": ["Paris"],
            "gold": [["Paris"]],
            "winner_token": " Lyon",
            "first_tokens": [" Paris"],
            "first_token_probs": [p],
            "top_tokens": [{"token": " Lyon", "prob": rival}, {"token": " Paris", "prob": p}],
            "trajectory": [p, 0.0],
            "form_masses": [{"form": "Paris", "lower": p, "upper": upper}],
            "candidates": [
                {"answer": "Lyon", "prob": rival, "concept": 0},
                {"answer": "Paris", "prob": p, "concept": 1},
            ],
            "tempered": [{"temperature": 0.7, "p_mass_first": p, "entropy": 1.0}],
            "forward_tokens": 10,
            "mass_nodes": 4,
            "answer_logprobs": [-0.5, -0.25],
            "answer_entropies": [1.0, 0.5],
            "answer_step": 1,
            "answer_end": 2,
            "content_step": 1,
            "answer_meaning": 0,
            "search_tokens": 7,
            "samples": [],
            "sample_tokens": None,
            "p_true_lower": None,
            "p_true_upper": None,
            "p_false_lower": None,
            "p_false_upper": None,
            "p_true_literal": None,
            "truth_tokens": None,
            "missing": [],
        }
        | changes
    )


def right(p: float = 0.9, **changes: Any) -> Any:
    """A right row."""
    return row(p, correct=True, content_winner_is_gold=True, **changes)


def frame_of(*rows: Any) -> pl.DataFrame:
    """The rows as a frame; candidates without a meaning mean what their concept is."""
    return pl.DataFrame([_with_meanings(one) for one in rows], schema=SCHEMA, orient="row")


def _with_meanings(one: Any) -> Any:
    found = [{"meaning": candidate["concept"]} | candidate for candidate in one["candidates"]]
    return one | {"candidates": found}

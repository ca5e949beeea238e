"""Hand-made rows: one of each outcome and cause, and texts that try to do harm."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from misspoke.diagnosis import summarise
from misspoke.records import NOTHING, Interval
from misspoke.records.observation import Candidate, FormMass, Observation, TokenProb
from misspoke.runs import Run, open_run

HOSTILE = (
    "<script>alert(1)</script>",
    "\"' onload='x",
    "[red]bold[/red] [link=https://example.org]x[/link]",
    "\u202eevil\u2066\u200b",
    "nul\x00 esc\x1b[31m bell\x07\r\n\u2028",
    "\ud800 half",
    "</title></style></svg>&amp;",
    "{0} {width} %s",
)
"""Texts that must be shown and must not act."""


def exactly(mass: float) -> Interval:
    return Interval(mass, mass)


def row(
    row_id: str = "q1",
    *,
    question: str = "What is the official language of Iran?",
    answer: str = "Arabic",
    forms: Sequence[tuple[str, float]] = (("Persian", 0.22), ("Farsi", 0.21)),
    emitted: float = 0.24,
    outcome: str = "commitment_failure",
    cause: str | None = None,
    p_mass: Interval | None = None,
    **changes: Any,
) -> Observation:
    gold = exactly(sum(mass for _, mass in forms)) if p_mass is None else p_mass
    top, top_mass = max(forms, key=lambda form: form[1], default=(None, None))
    values: dict[str, Any] = {
        "id": row_id,
        "question": question,
        "relation": None,
        "gold": (tuple(form for form, _ in forms),),
        "several_groups": False,
        "forms": tuple(form for form, _ in forms),
        "prompt": question,
        "prompt_tokens": (1, 2),
        "answer": answer,
        "answer_tokens": (3,),
        "answer_logprobs": (-1.4,),
        "answer_entropies": (1.0,),
        "content_step": 1,
        "answer_end": 1,
        "answer_step": 1,
        "near_tie": False,
        "correct": outcome == "correct",
        "abstained": outcome == "abstained",
        "outcome": outcome,
        "outcome_first": outcome,
        "outcome_first_literal": outcome,
        "cause": cause,
        "cause_by_rules": cause,
        "lost_midway": False,
        "lost_step": None,
        "lost_mass": None,
        "alias_gap": False,
        "p_mass": gold,
        "p_mass_closed": NOTHING,
        "budget_spent": False,
        "mass_nodes": 5,
        "p_mass_first": gold.lower,
        "p_mass_first_upper": gold.upper,
        "first_tokens": (" Persian", " F"),
        "first_token_probs": (0.2, 0.2),
        "p_mass_first_literal": gold.lower,
        "form_masses": tuple(FormMass(form, mass, mass) for form, mass in forms),
        "top_form": top,
        "top_form_prob": top_mass,
        "top_form_share": None,
        "effective_forms": None,
        "top_first_token_prob": None,
        "top_first_token_share": None,
        "effective_first_tokens": None,
        "gold_mass": gold,
        "gold_mass_by_rules": gold,
        "emitted_mass": exactly(emitted),
        "emitted_form_mass": exactly(emitted),
        "top_form_by_rules_prob": top_mass,
        "winner_token": " Arabic",
        "winner_prob": emitted,
        "content_winner_token": " Arabic",
        "content_winner_prob": emitted,
        "content_winner_is_gold": False,
        "top_tokens": (TokenProb(" Arabic", 0.24), TokenProb(" F", 0.2), TokenProb("", 0.001)),
        "token_entropy": 2.0,
        "top_entropy": 0.4,
        "on_path_entropy_1": None,
        "on_path_entropy_2": None,
        "on_path_entropy_1_weighted": None,
        "on_path_entropy_2_weighted": None,
        "candidates": (
            Candidate(answer, emitted, 0, 0),
            Candidate("Turkish", 0.05, 1, 1),
            Candidate("the Turkish", 0.01, 1, 1),
        ),
        "residual": 0.3,
        "answer_meaning": 0,
        "rival_mass": emitted,
        "search_tokens": 12,
        "nodes": (),
        "tempered": (),
        "trajectory": (gold.lower,),
        "forward_tokens": 40,
        "samples": (),
        "sample_tokens": None,
        "p_true": None,
        "p_false": None,
        "p_true_literal": None,
        "truth_tokens": None,
        "missing": (),
    }
    return Observation(**{**values, **changes})


def every_outcome() -> dict[str, Observation]:
    """A row of each outcome and, for failures, of each cause, by name."""
    low = (("Persian", 0.05),)
    return {
        "correct": row("correct", answer="Farsi", outcome="correct", emitted=0.21),
        "thin lead": row("thin", answer="Persian", outcome="correct", forms=low, emitted=0.05),
        "abstained": row("abstained", answer="I do not know", outcome="abstained"),
        "empty": row("empty", answer="", outcome="abstained", forms=low),
        "knowledge gap": row("gap", outcome="knowledge_gap", forms=low),
        "undetermined": row("open", outcome="undetermined", p_mass=Interval(0.1, 0.4)),
        "minority belief": row("minority", emitted=0.5, cause="minority_belief"),
        "split vote": row("split", cause="split_vote"),
        "greedy miss": row("greedy", forms=(("Persian", 0.4),), cause="greedy_miss"),
        "undetermined cause": row("cause", cause="undetermined"),
        "no forms": row("none", outcome="knowledge_gap", forms=(), emitted=0.0, candidates=()),
    }


def hostile(number: int, text: str) -> Observation:
    """A row that holds a text wherever a row holds text."""
    return row(
        f"hostile {number}",
        question=text,
        answer=text,
        forms=((text, 0.3), (f"{text} 2", 0.2)),
        top_tokens=(TokenProb(text, 0.5),),
        first_tokens=(text,),
        candidates=(Candidate(text, 0.2, 0, 0), Candidate(f"x {text}", 0.1, 1, 1)),
    )


def a_run(folder: Path, rows: Iterable[Observation], **settings: Any) -> tuple[Run, dict[str, Any]]:
    """A finished run of the rows, and its summary."""
    rows = list(rows)
    chosen = {"model": "tiny", "questions": "made", "style": "text", "dtype": "float32", **settings}
    facts = {"versions": {"misspoke": "0"}, "header_tokens": 57}
    with open_run(folder, chosen, facts, [row.id for row in rows]) as writer:
        for one in rows:
            writer.append(one)
        run = writer.finish({})
    return run, summarise(run.frame()).to_dict()

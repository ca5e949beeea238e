"""The paper's published figures, beside ours by the same definitions: never a reproduction.

Of Yeom et al. 2026, "Hallucination as Commitment Failure", arXiv 2605.22007v1: as published, and as
summarised by others where its text is not public. Literal first tokens, τ = 0.2, greedy decoding,
18 models of 0.8 to 72 billion parameters, TriviaQA and NQ-Open.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from misspoke.diagnosis.comparing.pairing import Side
from misspoke.diagnosis.contrast import LEAST
from misspoke.diagnosis.outcomes import CORRECT, OUTCOMES, Bools, Floats
from misspoke.diagnosis.rows import FAILURE, Rows
from misspoke.measures import auroc, cohens_d
from misspoke.records.lineage import size_name

TAU = 0.2
SOURCE = "Yeom et al. 2026, arXiv 2605.22007v1"
SMALLEST = 800_000_000
"""Parameters of the smallest model of the paper."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure."""

    name: str
    words: str
    published: str
    of: str
    """The models and questions that it was measured on."""
    source: str = SOURCE


FIGURES = (
    Figure(
        "failures_per_wrong_literal",
        "wrong answers that are commitment failures",
        "16% (0.8–1B) to 41% (Qwen 72B) and 47% (Llama 70B)",
        "instruct models",
    ),
    Figure(
        "top_first_token_prob_failures",
        "strongest first token of the right answer, in failures",
        "0.26",
        "Qwen3.5-9B-Instruct, 128 failures",
    ),
    Figure(
        "top_first_token_prob_correct",
        "the same in correct answers of P-mass ≥ τ",
        "0.78",
        "Qwen3.5-9B-Instruct, 840 answers",
    ),
    Figure(
        "dispersion_d",
        "Cohen's d of these two, failures lower",
        "2.98; median of 18 models 1.93",
        "Qwen3.5-9B-Instruct; all models",
    ),
    Figure(
        "wrong_winner_prob",
        "probability of a wrong first token that won",
        "instruct 0.31–0.57 (Qwen) and 0.33–0.49 (Llama), rising with size; base about 0.30",
        "base and instruct models",
    ),
    Figure(
        "p_mass_auroc",
        "AUROC of P-mass against wrong answers",
        "0.816–0.935",
        "instruct models",
    ),
    Figure(
        "on_path_entropy_2",
        "entropy after two tokens of a right answer, in nats",
        "about 0.05 (unit not known)",
        "Qwen2.5-72B-Instruct",
    ),
    Figure(
        "pooling",
        "failures that pooling first tokens recovers",
        "5–7% in base models, about 2% in instruct models",
        "a sketch of the paper's, without a decoder",
    ),
    Figure(
        "hidden_state_probe",
        "AUROC of a probe of hidden states, before the answer",
        "0.61–0.87 in instruct models, 0.50–0.63 in Llama base models",
        "short answers, four layers",
    ),
)
UNMEASURED = ("pooling", "hidden_state_probe")
"""Not among what is compared: `misspoke decode` and a run's own detectors measure them."""


@dataclass(frozen=True, slots=True)
class Ours:
    """One run's figure by the published definition."""

    n: int
    value: float | None
    """None of fewer than 30 rows."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A published figure, and each run's by its definition."""

    figure: Figure
    ours: tuple[Ours, ...]


@dataclass(frozen=True, slots=True)
class Conditions:
    """Where a run's conditions are not the published ones."""

    matching: tuple[str, ...]
    different: tuple[str, ...]


def measured(rows: Rows, among: Bools) -> dict[str, Ours]:
    """Give a run's figures by the published definitions, over its rows `among` (n,)."""
    codes = rows.outcomes(rows.literal, TAU)
    failed = among & (codes == FAILURE)
    known = among & (codes == OUTCOMES.index(CORRECT)) & (rows.literal.lower >= TAU)
    wrong = among & rows.wrong
    top = rows.floats("top_first_token_prob")
    answered = wrong | (among & rows.correct)
    values: Mapping[str, tuple[int, Callable[[], float | None]]] = {
        "failures_per_wrong_literal": (int(wrong.sum()), lambda: failed.sum() / wrong.sum()),
        "top_first_token_prob_failures": (int(failed.sum()), lambda: _mean(top[failed])),
        "top_first_token_prob_correct": (int(known.sum()), lambda: _mean(top[known])),
        "dispersion_d": (
            min(int(failed.sum()), int(known.sum())),
            lambda: cohens_d(top[known], top[failed]),
        ),
        "wrong_winner_prob": _winner(rows, wrong),
        "p_mass_auroc": (
            min(int(wrong.sum()), int((answered & rows.correct).sum())),
            lambda: auroc(-rows.literal.lower[answered], wrong[answered]),
        ),
        "on_path_entropy_2": _on_path(rows, among),
    }
    return {name: _told(n, value) for name, (n, value) in values.items()}


def beside(found: "list[dict[str, Ours]]") -> tuple[Beside, ...]:
    """The published figures beside those of all runs."""
    nothing = Ours(0, None)
    return tuple(
        Beside(figure, tuple(ours.get(figure.name, nothing) for ours in found))
        for figure in FIGURES
    )


def conditions(side: Side) -> Conditions:
    """Say where a run's conditions match the published ones, and where they do not."""
    matching, different = ["greedy decoding", f"τ = {TAU:g}", "literal first tokens"], []
    size = side.lineage.parameters
    if size is None:
        different.append("size: not declared")
    elif size < SMALLEST:
        different.append(f"size: {size_name(size)}, the smallest published is 0.8B")
    else:
        matching.append(f"size: {size_name(size)}, within the published range or above")
    asked = side.questions
    if asked.startswith(("nq_open", "nq-open", "triviaqa", "trivia_qa")):
        matching.append(f"questions: {asked}, one of the two published sets")
        different.append("questions: another selection than the published 3,000")
    else:
        different.append(f"questions: {asked}, not TriviaQA and NQ-Open")
    different.append(
        f"prompts: {side.form} with {side.shots} examples; the published are not known"
    )
    different.append(
        f"weights: {side.model} in {side.dtype or 'an unknown type'}; the published Qwen3.5 are "
        "4-bit NF4, others not known"
    )
    different.append("right answers and grading: our rules; the published are not known")
    return Conditions(tuple(matching), tuple(different))


def _winner(rows: Rows, wrong: Bools) -> tuple[int, Callable[[], float | None]]:
    """The most probable token where it is none of the right answers' literal first tokens."""
    begins = np.zeros(rows.n, dtype=np.bool_)
    for within, batch in rows.batches("winner_token", "first_tokens"):
        import polars

        right = polars.col("first_tokens").list.contains(polars.col("winner_token"))
        begins[within] = batch.select(right)[:, 0].to_numpy()
    among = wrong & ~begins
    return int(among.sum()), lambda: _mean(rows.floats("winner_prob")[among])


def _on_path(rows: Rows, among: Bools) -> tuple[int, Callable[[], float | None]]:
    values = rows.floats("on_path_entropy_2")
    known = among & np.isfinite(values)
    return int(known.sum()), lambda: _mean(values[known])


def _mean(values: Floats) -> float:
    return float(values.mean())


def _told(n: int, value: Callable[[], float | None]) -> Ours:
    if n < LEAST:
        return Ours(n, None)
    found = value()
    return Ours(n, None if found is None else float(found))

"""Doubts in a stored row: functions of its columns, None where something they need is null."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from misspoke.measures import uncertainty
from misspoke.records import Interval

UNEXPLORED = 2e-3
"""The probability of an answer that the search did not find: less is not looked for."""

Row: TypeAlias = Mapping[str, Any]
"""Columns of a row, by name."""


def sequence_logprob(row: Row) -> float | None:
    """−Σ log p over the answer's tokens."""
    logprobs = _steps(row, "answer_logprobs")
    return uncertainty.sequence_surprise(logprobs) if logprobs else None


def perplexity(row: Row) -> float | None:
    """−mean log p over the answer's tokens: the logarithm of its perplexity."""
    logprobs = _steps(row, "answer_logprobs")
    return uncertainty.token_surprise(logprobs) if logprobs else None


def entropy_first(row: Row) -> float | None:
    """The entropy, in nats, of the choice of the first content token."""
    place = row["content_step"] - 1
    entropies: list[float | None] = row["answer_entropies"] or []
    return entropies[place] if place < len(entropies) else None


def entropy_mean(row: Row) -> float | None:
    """The mean entropy, in nats, of the choices of the answer's tokens."""
    entropies = _steps(row, "answer_entropies")
    return sum(entropies) / len(entropies) if entropies else None


def entropy_max(row: Row) -> float | None:
    """The greatest of these entropies."""
    return max(_steps(row, "answer_entropies"), default=None)


def top_entropy(row: Row) -> float | None:
    """Entropy of the most probable first content tokens, as a share of its maximum."""
    value: float | None = row["top_entropy"]
    return value


def concept_entropy(row: Row) -> float:
    """The entropy, in nats, of the candidates' meanings, and of what is unexplored in pieces."""
    masses = list(_meanings(row).values())
    return uncertainty.class_entropy(masses, row["residual"], UNEXPLORED)


def pooled_margin(row: Row) -> float | None:
    """The heaviest other meaning less the answer's own."""
    if row["answer_meaning"] is None:
        return None
    masses = _meanings(row)
    own = masses.pop(row["answer_meaning"], 0.0)
    return max(masses.values(), default=0.0) - own


def answer_characters(row: Row) -> float:
    """The length of the answer's text."""
    return len(row["answer"])


def answer_tokens(row: Row) -> float:
    """The number of the answer's tokens, the one that ended it included."""
    steps: int = row["answer_end"] - row["answer_step"] + 1
    return steps


def self_consistency(row: Row) -> float | None:
    """The share of samples that do not agree with the answer."""
    agreeing = [sample["agrees"] for sample in row["samples"]]
    return 1 - sum(agreeing) / len(agreeing) if agreeing else None


def semantic_entropy_discrete(row: Row) -> float | None:
    """The entropy, in nats, of the shares of meanings among the samples."""
    meanings = [sample["meaning"] for sample in row["samples"]]
    if not meanings:
        return None
    _, counts = np.unique(meanings, return_counts=True)
    return uncertainty.class_entropy((counts / len(meanings)).tolist())


def semantic_entropy(row: Row) -> float | None:
    """The same by the probability of the samples; Kuhn et al. 2023, arXiv 2302.09664."""
    samples = row["samples"]
    return uncertainty.semantic_entropy(
        [sample["meaning"] for sample in samples],
        [tuple(sample["tokens"]) for sample in samples],
        [sample["logprob"] for sample in samples],
    )


def p_true(row: Row) -> float | None:
    """The share of "false" in what calls the answer true or false."""
    bounds = [row[f"p_{said}_{end}"] for said in ("false", "true") for end in ("lower", "upper")]
    if None in bounds:
        return None
    return uncertainty.share(Interval(*bounds[:2]), Interval(*bounds[2:]))


def p_true_literal(row: Row) -> float | None:
    """Less the probability of the one token "True"."""
    true: float | None = row["p_true_literal"]
    return None if true is None else -true


def _steps(row: Row, column: str) -> list[float]:
    """A number for each step of the answer itself; none at all where one of them is not known."""
    values = (row[column] or [])[row["answer_step"] - 1 : row["answer_end"]]
    return [] if None in values else values


def _meanings(row: Row) -> dict[int, float]:
    """The mass of each meaning among the candidates."""
    masses: dict[int, float] = {}
    for candidate in row["candidates"]:
        meaning = candidate["meaning"]
        masses[meaning] = masses.get(meaning, 0.0) + candidate["prob"]
    return masses

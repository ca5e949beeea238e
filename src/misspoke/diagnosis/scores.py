"""Detectors of wrong answers, by name, and the doubt that each gives every greedy answer.

A doubt is higher where the answer is more likely wrong; NaN means that it was not measured. Most
are functions of a stored row; those that read hidden states are fitted, in `probing`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import nan
from typing import TypeAlias

import numpy as np

from misspoke.diagnosis import row_scores
from misspoke.diagnosis.outcomes import Floats
from misspoke.diagnosis.rows import Rows
from misspoke.records import UserError

SAMPLES = "samples"
TRUTH = "truth"
STATES = "states"
"""What a detector may need beyond a plain run; the names that `missing` gives them."""

PROBE = "probe"
PROBE_QUESTION = "probe_question"
"""The detectors that are fitted."""

ALL = "all"
EVERY_RUN = "free"
NONE = "none"
"""Names of sets of detectors."""


@dataclass(frozen=True, slots=True)
class Detector:
    """A detector, as tables and reports introduce it."""

    name: str
    label: str
    needs: str | None
    """`samples`, `truth` or `states`; None where a plain run has all that it reads."""
    cost: str | None
    """The column that counts its tokens beyond the greedy answer; None where there are none."""
    explains: str


_Score: TypeAlias = Callable[[row_scores.Row], float | None]


_SPAN = ("answer_step", "answer_end")
_SEARCH = "search_tokens"
_DRAWN = "sample_tokens"
_ASKED = "truth_tokens"

_KNOWN: tuple[tuple[Detector, tuple[str, ...], _Score | None], ...] = (
    (
        Detector(
            "sequence_logprob",
            "sequence log-probability",
            None,
            None,
            "−log of the greedy answer's own probability, over all of its tokens",
        ),
        ("answer_logprobs", *_SPAN),
        row_scores.sequence_logprob,
    ),
    (
        Detector(
            "perplexity",
            "perplexity",
            None,
            None,
            "the same as a mean over its tokens, so that long answers are not doubted for length",
        ),
        ("answer_logprobs", *_SPAN),
        row_scores.perplexity,
    ),
    (
        Detector(
            "entropy_first",
            "entropy, first token",
            None,
            None,
            "how open the choice of the answer's first content token was",
        ),
        ("answer_entropies", "content_step"),
        row_scores.entropy_first,
    ),
    (
        Detector(
            "entropy_mean",
            "entropy, mean",
            None,
            None,
            "how open the choice of a token was, on average over the answer",
        ),
        ("answer_entropies", *_SPAN),
        row_scores.entropy_mean,
    ),
    (
        Detector(
            "entropy_max",
            "entropy, maximum",
            None,
            None,
            "how open the most open choice of a token in the answer was",
        ),
        ("answer_entropies", *_SPAN),
        row_scores.entropy_max,
    ),
    (
        Detector(
            "top_entropy",
            "entropy, top 100",
            None,
            None,
            "entropy of the 100 most probable first content tokens, as a share of its maximum",
        ),
        ("top_entropy",),
        row_scores.top_entropy,
    ),
    (
        Detector(
            "concept_entropy",
            "concept entropy",
            None,
            _SEARCH,
            "how the model's probability is spread over the meanings that the answer search found",
        ),
        ("candidates", "residual"),
        row_scores.concept_entropy,
    ),
    (
        Detector(
            "pooled_margin",
            "pooled margin",
            None,
            _SEARCH,
            "by how much the heaviest other meaning outweighs that of the answer",
        ),
        ("candidates", "answer_meaning"),
        row_scores.pooled_margin,
    ),
    (
        Detector(
            "answer_characters",
            "length in characters",
            None,
            None,
            "a control: how long the answer is, whatever the model believes",
        ),
        ("answer",),
        row_scores.answer_characters,
    ),
    (
        Detector(
            "answer_tokens",
            "length in tokens",
            None,
            None,
            "a control: how many tokens the answer has, the one that ended it included",
        ),
        _SPAN,
        row_scores.answer_tokens,
    ),
    (
        Detector(
            "self_consistency",
            "self-consistency",
            SAMPLES,
            _DRAWN,
            "the share of drawn answers that do not mean what the greedy answer means",
        ),
        ("samples",),
        row_scores.self_consistency,
    ),
    (
        Detector(
            "semantic_entropy_discrete",
            "semantic entropy, discrete",
            SAMPLES,
            _DRAWN,
            "entropy of the shares of meanings among the drawn answers",
        ),
        ("samples",),
        row_scores.semantic_entropy_discrete,
    ),
    (
        Detector(
            "semantic_entropy",
            "semantic entropy",
            SAMPLES,
            _DRAWN,
            "the same with each meaning weighed by the probability of its drawn answers",
        ),
        ("samples",),
        row_scores.semantic_entropy,
    ),
    (
        Detector(
            "p_true",
            "P(true)",
            TRUTH,
            _ASKED,
            "how the model divides itself between calling the answer true and false, in any words",
        ),
        ("p_true_lower", "p_true_upper", "p_false_lower", "p_false_upper"),
        row_scores.p_true,
    ),
    (
        Detector(
            "p_true_literal",
            "P(true), one token",
            TRUTH,
            _ASKED,
            "−probability of the one token “True” when asked whether the answer is true",
        ),
        ("p_true_literal",),
        row_scores.p_true_literal,
    ),
    (
        Detector(
            PROBE,
            "linear probe",
            STATES,
            None,
            "logistic regression on hidden states of the middle layer, judged on other relations",
        ),
        (),
        None,
    ),
    (
        Detector(
            PROBE_QUESTION,
            "question words",
            STATES,
            None,
            "a control: the same from the words of the question alone, without the model",
        ),
        (),
        None,
    ),
)

DETECTORS: dict[str, Detector] = {detector.name: detector for detector, _, _ in _KNOWN}
"""All detectors, in the order of tables."""

FREE: tuple[str, ...] = tuple(name for name, one in DETECTORS.items() if one.needs is None)
"""Those that every run can be judged by."""

_SCORES = {detector.name: (columns, score) for detector, columns, score in _KNOWN if score}


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """The detectors of some names, in the order of tables; a text may hold several with commas.

    `all` stands for all, `free` for `FREE`, and `none`, which must stand alone, for none.

    Raises:
        UserError: a name is not known.
    """
    given = names.split(",") if isinstance(names, str) else names
    wanted = [name.strip() for name in given if name.strip()]
    if isinstance(names, str) and not wanted:
        raise UserError(f"no detector is named; give names, {ALL}, {EVERY_RUN} or {NONE}")
    if wanted == [NONE]:
        return ()
    sets = {ALL: tuple(DETECTORS), EVERY_RUN: FREE}
    for name in wanted:
        if name not in DETECTORS and name not in sets:
            raise UserError(
                f"{name}: no such detector; known are {', '.join(DETECTORS)}; "
                f"{ALL}, {EVERY_RUN}, and alone {NONE}"
            )
    meant = {one for name in wanted for one in sets.get(name, (name,))}
    return tuple(name for name in DETECTORS if name in meant)


def probed(names: Iterable[str]) -> bool:
    """Whether one of these detectors needs hidden states."""
    return any(DETECTORS[name].needs == STATES for name in names)


def doubts(rows: Rows, names: Iterable[str]) -> dict[str, Floats]:
    """The doubt of every row (n,) by each detector of `names` that is no probe; NaN where null.

    Raises UserError where a column is missing.
    """
    wanted = {name: _SCORES[name] for name in names if name in _SCORES}
    found = {name: np.full(rows.n, nan) for name in wanted}
    columns = dict.fromkeys(column for needed, _ in wanted.values() for column in needed)
    if not columns:
        return found
    for within, batch in rows.batches(*columns):
        for place, row in enumerate(batch.iter_rows(named=True, buffer_size=100), within.start):
            for name, (_, score) in wanted.items():
                value = score(row)
                found[name][place] = nan if value is None else value
    return found

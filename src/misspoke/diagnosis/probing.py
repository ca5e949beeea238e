"""Probes of hidden states: a linear classifier of wrong answers, judged on relations unseen in fit.

Nothing is chosen on the data: the regularisation and the layer that stands in the table are fixed
beforehand, and scaling and fitting see the training folds alone. Whole relations are held out, as
the rows of one relation share their kind of question and often their outcome. The classes weigh
the same in a fit: where relations differ in how often they are answered wrongly, the share of
wrong answers in the training folds runs counter to that in the fold held out, and a classifier that
gave it back would rank folds the wrong way round.
"""

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.judged import LEAST, Judged
from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.diagnosis.resampled import Estimate, Figures
from misspoke.diagnosis.rows import Rows
from misspoke.diagnosis.scores import PROBE, PROBE_QUESTION
from misspoke.measures import Ranking, Spread, Tally, areas, group_folds
from misspoke.records import UserError

FOLDS = 5
STRENGTH = 0.01
"""C of the probe's logistic regression: the smaller, the more regular."""
WORD_STRENGTH = 1.0
"""C of the regression on words, whose features are far smaller."""
ITERATIONS = 200

_WORD = re.compile(r"\b\w\w+\b")
"""What counts as a word of a question."""


@dataclass(frozen=True, slots=True)
class Probe:
    """How well a probe of each stored layer tells wrong answers from right ones."""

    n: int
    """Judged rows with hidden states."""
    layers: tuple[int, ...]
    areas: tuple[float | None, ...]
    """AUROC by layer, out of fold."""
    intervals: tuple[Spread | None, ...]
    layer: int
    """The one that stands in the table: the middle of `layers`."""


@dataclass(frozen=True, slots=True)
class Probing:
    """What the probes say of each of a run's n rows, NaN where they say nothing."""

    layers: tuple[int, ...]
    by_layer: Floats
    """(layers, n) Out-of-fold P(wrong), the classes taken as equally frequent."""
    question: Floats
    """(n,) The same from the words of the question."""
    usable: Bools
    """(n,) Judged rows with hidden states."""

    @property
    def middle(self) -> int:
        """The place of the layer that stands in the table."""
        return len(self.layers) // 2

    @property
    def table(self) -> dict[str, Floats]:
        """The doubts (n,) of the detectors that need hidden states, by name."""
        return {PROBE: self.by_layer[self.middle], PROBE_QUESTION: self.question}


def probe(
    rows: Rows, judged: Judged, states: NDArray[np.float16], layers: Sequence[int]
) -> Probing:
    """Fit probes to the judged rows of a run.

    `states` (n, layers, width) are the run's hidden states, zeros throughout where a row has none;
    `layers` are the layers' numbers, counted from 0 where none are given. Fewer than 30 usable rows
    of either class give NaN throughout; so does a fold whose training rows hold a single class.

    Raises:
        UserError: `states` has not as many rows as the run, or as many layers as are named.
    """
    numbers = tuple(layers) or tuple(range(states.shape[1]))
    if states.shape[:2] != (rows.n, len(numbers)):
        raise UserError(
            f"hidden states of {states.shape[0]} rows and {states.shape[1]} layers do not belong to"
            f" {rows.n} rows and {len(numbers)} layers; run again in another folder"
        )
    doubts, question = np.full((len(numbers), rows.n), np.nan), np.full(rows.n, np.nan)
    kept = _held(states, judged.places)
    places, wrong = judged.places[kept], judged.wrong[kept]
    usable = np.zeros(rows.n, dtype=np.bool_)
    usable[places] = True
    folds = group_folds(judged.clusters[kept], FOLDS) if len(places) else None
    if folds is not None and min(int(wrong.sum()), int((~wrong).sum())) >= LEAST:
        for place in range(len(numbers)):
            doubts[place, places] = out_of_fold(_layer(states, places, place), wrong, folds)
        question[places] = question_doubts(_questions(rows, usable), wrong, folds)
    return Probing(numbers, doubts, question, usable)


def out_of_fold(inputs: NDArray[np.floating], wrong: Bools, folds: NDArray[np.int64]) -> Floats:
    """P(wrong) of each row (k,) by a probe of `inputs` (k, width) fitted on the other folds.

    The classes are taken as equally frequent. NaN in a fold where the others hold a single class.
    """
    return _out_of_fold(_probe_model, inputs, wrong, folds)


def question_doubts(questions: Sequence[str], wrong: Bools, folds: NDArray[np.int64]) -> Floats:
    """P(wrong) of each row (k,) from the words of its question, as `out_of_fold`.

    TF-IDF of single words and pairs. NaN too for a question without a word.
    """
    texts = np.array(questions, dtype=object)
    worded = np.array([_WORD.search(text) is not None for text in questions], dtype=np.bool_)
    found = np.full(len(texts), np.nan)
    found[worded] = _out_of_fold(_word_model, texts[worded], wrong[worded], folds[worded])
    return found


def layer_figures(probing: Probing, judged: Judged) -> Figures:
    """The area of each layer's probe, by the layer's number, from weights of the judged rows."""
    doubts = probing.by_layer[:, judged.places]
    known = [np.flatnonzero(~np.isnan(values)) for values in doubts]
    ranked = [Ranking.of(values[at]) for values, at in zip(doubts, known, strict=True)]

    def figures(weights: Floats) -> dict[str, Floats]:
        return {
            str(layer): areas(Tally.of(ranking, judged.wrong[at], weights, at))
            for layer, ranking, at in zip(probing.layers, ranked, known, strict=True)
        }

    return figures


def layer_curve(probing: Probing, found: dict[str, Estimate]) -> Probe:
    """The probe by layer, from what `layer_figures` led to."""
    curve = [found[str(layer)] for layer in probing.layers]
    return Probe(
        n=int(probing.usable.sum()),
        layers=probing.layers,
        areas=tuple(one.value for one in curve),
        intervals=tuple(one.interval for one in curve),
        layer=probing.layers[probing.middle],
    )


def _out_of_fold(
    model: Callable[[], Any], inputs: NDArray[Any], wrong: Bools, folds: NDArray[np.int64]
) -> Floats:
    from sklearn.exceptions import ConvergenceWarning

    found = np.full(len(wrong), np.nan)
    for fold in np.unique(folds):
        held_out = folds == fold
        seen = wrong[~held_out]
        if not seen.any() or seen.all():
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            fitted = model().fit(inputs[~held_out], seen)
        found[held_out] = fitted.predict_proba(inputs[held_out])[:, 1]
    return found


def _probe_model() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        StandardScaler(),
        LogisticRegression(C=STRENGTH, max_iter=ITERATIONS, class_weight="balanced"),
    )


def _word_model() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        TfidfVectorizer(token_pattern=_WORD.pattern, ngram_range=(1, 2)),
        LogisticRegression(C=WORD_STRENGTH, max_iter=ITERATIONS, class_weight="balanced"),
    )


def _held(states: NDArray[np.float16], places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of the m rows at `places` that have states, as places among the m."""
    held = np.zeros(len(places), dtype=np.bool_)
    for layer in range(states.shape[1]):
        held |= states[places, layer].any(axis=1)
    return np.flatnonzero(held)


def _layer(
    states: NDArray[np.float16], places: NDArray[np.intp], layer: int
) -> NDArray[np.float32]:
    """A layer of some rows; what is too large for half precision is taken at its limit."""
    most = float(np.finfo(np.float16).max)
    values = states[places, layer].astype(np.float32)
    limited: NDArray[np.float32] = values.clip(-most, most)
    return limited


def _questions(rows: Rows, chosen: Bools) -> list[str]:
    return [
        text
        for within, batch in rows.batches("question")
        for text in batch["question"].filter(chosen[within]).to_list()
    ]

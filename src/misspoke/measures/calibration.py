"""Doubts made into probabilities of being wrong, and how far such probabilities can be trusted.

Those that score give None where they are not defined, never NaN.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misspoke.measures.bootstrap import Floats
from misspoke.measures.strata import equal_count_strata

FOLDS = 5
BINS = 15


@dataclass(frozen=True, slots=True)
class Brier:
    """The mean squared error of probabilities, and its parts.

    `score` = `reliability` − `resolution` + `uncertainty`.
    """

    score: float
    """0 is best; a forecast of 1/2 throughout has 1/4."""
    reliability: float
    """How far the forecasts are from the rates that came: 0 is best, larger is worse."""
    resolution: float
    """How far the rates that came are from the overall rate: larger is better."""
    uncertainty: float
    """The variance of what came, rate × (1 − rate): no matter of the forecasts."""


def group_folds(clusters: ArrayLike, folds: int = FOLDS) -> NDArray[np.int64] | None:
    """Give the fold of each row (n,), from 0, so that each cluster lies wholly within one fold.

    `clusters` (n,) are codes or names. The folds hold about equally many rows: the largest
    clusters are placed first, each into the smallest fold. There are as many folds as clusters
    where those are fewer. No chance is involved. None where there are fewer than two clusters.
    """
    from sklearn.model_selection import GroupKFold

    names, codes = np.unique(np.asarray(clusters), return_inverse=True)
    if len(names) < 2:
        return None
    found = np.empty(len(codes), dtype=np.int64)
    splitter = GroupKFold(n_splits=min(folds, len(names)))
    for fold, (_, held_out) in enumerate(splitter.split(codes, groups=codes)):
        found[held_out] = fold
    return found


def isotonic_out_of_fold(doubts: ArrayLike, wrong: ArrayLike, folds: ArrayLike) -> Floats:
    """Give P(wrong) of each row (n,) by isotonic regression fitted on the other folds.

    `doubts` (n,) are finite; `wrong` (n,) is boolean; `folds` (n,) are numbers. The probability
    never falls as the doubt rises within a fold; beyond the doubts fitted it is that of the
    nearest. NaN where the other folds hold a single class or nothing. ValueError where a doubt is
    not finite.
    """
    from sklearn.isotonic import IsotonicRegression

    values = np.asarray(doubts, dtype=np.float64)
    outcomes = np.asarray(wrong, dtype=np.bool_)
    numbers = np.asarray(folds)
    if not np.isfinite(values).all():
        raise ValueError("doubts must be finite to be calibrated")
    found = np.full(len(values), np.nan)
    for fold in np.unique(numbers):
        held_out = numbers == fold
        seen = outcomes[~held_out]
        if seen.any() and not seen.all():
            fitted = IsotonicRegression(out_of_bounds="clip").fit(values[~held_out], seen * 1.0)
            found[held_out] = fitted.predict(values[held_out])
    return found


def equal_mass_ece(probs: ArrayLike, wrong: ArrayLike, bins: int = BINS) -> float | None:
    """Give the expected calibration error over bins of nearly equal counts, in [0, 1].

    `probs` (n,) are P(wrong), `wrong` (n,) is boolean. It is Σ (nᵦ/n) |mean forecast − share
    wrong| over the bins. Rows are dealt to `bins` bins in the order of their forecasts; equal
    forecasts go together, where the middle of them falls, so that the order of rows is of no
    matter. None where there are no rows, or a forecast is NaN.
    """
    forecasts, outcomes = _forecasts(probs, wrong)
    if not forecasts.size or np.isnan(forecasts).any():
        return None
    gaps = np.bincount(equal_count_strata(forecasts, bins), forecasts - outcomes)
    return float(np.abs(gaps).sum() / forecasts.size)


def brier(probs: ArrayLike, wrong: ArrayLike) -> Brier | None:
    """Score P(wrong) by its mean squared error, in the parts of Murphy's decomposition.

    `probs` (n,) are P(wrong), `wrong` (n,) is boolean. With nₖ rows of forecast fₖ, share wrong oₖ
    among them and o overall: reliability is Σ nₖ (fₖ − oₖ)² / n, resolution Σ nₖ (oₖ − o)² / n,
    uncertainty o (1 − o). None where there are no rows, or a forecast is NaN.
    """
    forecasts, outcomes = _forecasts(probs, wrong)
    if not forecasts.size or np.isnan(forecasts).any():
        return None
    values, places, counts = np.unique(forecasts, return_inverse=True, return_counts=True)
    shares = np.bincount(places, outcomes) / counts
    rate = float(outcomes.mean())
    return Brier(
        score=float(((forecasts - outcomes) ** 2).mean()),
        reliability=float(counts @ (values - shares) ** 2 / forecasts.size),
        resolution=float(counts @ (shares - rate) ** 2 / forecasts.size),
        uncertainty=rate * (1 - rate),
    )


def isotonic_brier(probs: ArrayLike, happened: ArrayLike) -> Brier | None:
    """Score forecasts (n,) of what `happened` (n,), in parts that hold where no two are equal.

    Among forecasts that all differ, Murphy's parts say nothing: each is a group of its own. Here
    the rates that came are those of isotonic regression on the forecasts, fitted on the same rows:
    with C its mean squared error and U the uncertainty, reliability is score − C and resolution
    U − C (Dimitriadis, Gneiting and Jordan 2021, doi 10.1073/pnas.2016191118). Both are somewhat
    too high where rows are few. None where there are no rows, or a forecast is NaN.
    """
    from sklearn.isotonic import IsotonicRegression

    forecasts, outcomes = _forecasts(probs, happened)
    if not forecasts.size or np.isnan(forecasts).any():
        return None
    fitted = IsotonicRegression().fit_transform(forecasts, outcomes)
    score, left = (float(((p - outcomes) ** 2).mean()) for p in (forecasts, fitted))
    rate = float(outcomes.mean())
    uncertainty = rate * (1 - rate)
    return Brier(score, score - left, uncertainty - left, uncertainty)


def _forecasts(probs: ArrayLike, wrong: ArrayLike) -> tuple[Floats, Floats]:
    outcomes = np.asarray(wrong, dtype=np.bool_).ravel().astype(np.float64)
    return np.asarray(probs, dtype=np.float64).ravel(), outcomes

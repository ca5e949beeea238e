"""Measures: distributions in, numbers out. Nothing here knows about models or questions."""

from misspoke.measures.bootstrap import (
    RESAMPLES,
    Spread,
    bootstrap,
    bootstrap_differences,
    bootstrap_mean,
    bootstrap_ratio,
    cluster_codes,
)
from misspoke.measures.concentration import Concentration, concentrate
from misspoke.measures.statistics import WelchT, auroc, cohens_d, holm, mcnemar, welch_t, wilson

__all__ = [
    "RESAMPLES",
    "Concentration",
    "Spread",
    "WelchT",
    "auroc",
    "bootstrap",
    "bootstrap_differences",
    "bootstrap_mean",
    "bootstrap_ratio",
    "cluster_codes",
    "cohens_d",
    "concentrate",
    "holm",
    "mcnemar",
    "welch_t",
    "wilson",
]

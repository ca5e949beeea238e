"""Measures: distributions in, numbers out. Nothing here knows about models or questions."""

from misspoke.measures.bootstrap import (
    RESAMPLES,
    Spread,
    bootstrap,
    bootstrap_differences,
    bootstrap_mean,
    bootstrap_ratio,
    bootstrap_weights,
    cluster_codes,
    spread,
)
from misspoke.measures.calibration import (
    Brier,
    brier,
    equal_mass_ece,
    group_folds,
    isotonic_out_of_fold,
)
from misspoke.measures.concentration import Concentration, concentrate
from misspoke.measures.ranking import ALARMS, Ranking, areas, augrc, prr, recalls, risk_coverage
from misspoke.measures.statistics import WelchT, auroc, cohens_d, holm, mcnemar, welch_t, wilson
from misspoke.measures.uncertainty import (
    class_entropy,
    normalised_entropy,
    semantic_entropy,
    sequence_surprise,
    token_surprise,
)

__all__ = [
    "ALARMS",
    "RESAMPLES",
    "Brier",
    "Concentration",
    "Ranking",
    "Spread",
    "WelchT",
    "areas",
    "augrc",
    "auroc",
    "bootstrap",
    "bootstrap_differences",
    "bootstrap_mean",
    "bootstrap_ratio",
    "bootstrap_weights",
    "brier",
    "class_entropy",
    "cluster_codes",
    "cohens_d",
    "concentrate",
    "equal_mass_ece",
    "group_folds",
    "holm",
    "isotonic_out_of_fold",
    "mcnemar",
    "normalised_entropy",
    "prr",
    "recalls",
    "risk_coverage",
    "semantic_entropy",
    "sequence_surprise",
    "spread",
    "token_surprise",
    "welch_t",
    "wilson",
]

"""The share of the variance of being right that is due to the wording (PVAP, arXiv 2404.11717)."""

from collections.abc import Sequence

import numpy as np

from misspoke.diagnosis.modes.measures import FEWEST, Figure
from misspoke.measures.bootstrap import Floats, bootstrap, cluster_codes
from misspoke.records.consistency import ConsistencyRow


def variance_of_wording(rows: Sequence[ConsistencyRow], seed: int) -> Figure:
    """E[p (1 − p)] over a (1 − a): p of a question over its wordings, a of all.

    The first is unbiased by pairs, r (K − r) / (K (K − 1)). The rest of the variance is that some
    questions are harder than others. It is no sum over questions, so that it is not among the
    measures that are compared.
    """
    columns = np.array([_of(row) for row in rows], dtype=np.float64).reshape(-1, 3)
    value = interval = None
    if len(rows) >= FEWEST:
        clusters = cluster_codes([row.relation for row in rows])
        share = float(_share(columns.sum(axis=0)[None])[0, 0])
        value = None if np.isnan(share) else share
        interval = bootstrap(columns, _share, clusters=clusters, seed=seed)[0]
    return Figure(
        "variance",
        "of the variance of being right, what is due to the wording (PVAP)",
        "share",
        value,
        interval if value is not None else None,
        len(rows),
        "lower",
    )


def _of(row: ConsistencyRow) -> tuple[float, float, float]:
    count = len(row.wordings)
    right = sum(wording.reply.right for wording in row.wordings)
    return right * (count - right) / (count * (count - 1)), right / count, 1.0


def _share(sums: Floats) -> Floats:
    within, right, n = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = right / n
        share: Floats = (within / n) / (mean * (1 - mean))
    share[~np.isfinite(share)] = np.nan
    return share[:, None]

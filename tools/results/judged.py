"""A finished run, judged: its summary and its first-token artefacts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jobs import Job

import misspoke
from misspoke.diagnosis.artefacts import KINDS
from misspoke.diagnosis.rows import Rows, read_rows
from misspoke.diagnosis.summary import Summary
from misspoke.diagnosis.unconfirmed import Unconfirmed, WithArticles, unconfirmed, with_articles


@dataclass(frozen=True)
class Judged:
    """Everything that the page says of one run."""

    job: Job
    manifest: Mapping[str, Any]
    summary: Summary
    rows: Rows
    kinds: Mapping[str, Unconfirmed]
    """By kind of first-token mass."""
    articles: WithArticles

    @cached_property
    def name(self) -> str:
        """The model and the set, as the tables name them."""
        return f"{Path(self.job.model).stem} on {Path(self.job.source.name).stem}"

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the manifest tells beside the settings."""
        facts: Mapping[str, Any] = self.manifest["facts"]
        return facts


def judged(job: Job, run: misspoke.Run, tau: float) -> Judged:
    """Judge a run at τ from its stored rows."""
    seed = run.manifest["settings"]["seed"]
    rows = read_rows(run.folder)
    return Judged(
        job=job,
        manifest=run.manifest,
        summary=run.summary(tau),
        rows=rows,
        kinds={kind: unconfirmed(rows, kind, tau, seed) for kind in KINDS},
        articles=with_articles(rows, tau),
    )

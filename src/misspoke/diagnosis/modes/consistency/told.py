"""Rows to findings: what a model's inconsistency comes to, in figures and in words."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from misspoke.diagnosis.modes.consistency.cases import cases
from misspoke.diagnosis.modes.consistency.counting import measure
from misspoke.diagnosis.modes.consistency.drawn import Drawn
from misspoke.diagnosis.modes.consistency.exact import KNOWN, right_masses
from misspoke.diagnosis.modes.consistency.figures import (
    Judged,
    agreeing,
    greedy,
    measures_of,
)
from misspoke.diagnosis.modes.consistency.pvap import variance_of_wording
from misspoke.diagnosis.modes.consistency.remedies import accuracy_curve, judged_remedies
from misspoke.diagnosis.modes.consistency.words import KEYS, Evidence, notes, sure, todo, verdict
from misspoke.diagnosis.modes.findings import Findings, Section
from misspoke.diagnosis.modes.measures import Figure, Measure, few_clusters, figure
from misspoke.records.consistency import ConsistencyRow


def findings(
    rows: Sequence[ConsistencyRow], settings: Mapping[str, Any], seed: int = 0
) -> Findings:
    """All that the rows say; `settings` are those of the run's manifest."""
    sorted_rows = Judged.of(rows)
    every, single = sorted_rows.every, sorted_rows.single
    by_key = {one.key: one for one in measures_of(sorted_rows)}
    figures = {key: figure(one, seed) for key, one in by_key.items()}
    figures["variance"] = variance_of_wording(every, seed)
    figures["several"] = figure(_of_several(every), seed)
    remedies = judged_remedies(
        every,
        (by_key["agreement"], by_key["example.agreement"]),
        (by_key["accuracy.all"], by_key["example.accuracy.all"]),
        seed,
    )
    unknown = sum(right_masses(row) is None for row in every)
    drawn = list(sorted_rows.drawn.values())
    evidence = Evidence(figures, wording_p(drawn), unknown, remedies, settings)
    few = few_clusters((row.relation for row in every), "relations")
    return Findings(
        mode="consistency",
        verdict=verdict(evidence),
        sure=f"{sure(evidence)} {few}".strip(),
        todo=todo(evidence),
        units=len(every),
        left_out=(
            ("the examples in the prompt hold a right answer", len(rows) - len(every)),
            ("several right answers: in no figure of agreement", len(every) - len(single)),
            (f"right mass not known to within {KNOWN}: in no divergence of being right", unknown),
        ),
        forward_tokens=sum(row.forward_tokens for row in rows),
        sections=_sections(figures, evidence),
        curves=(accuracy_curve(every, seed),),
        remedies=remedies,
        cases=cases(single, sorted_rows.drawn),
    )


def wording_p(found: Sequence[Drawn]) -> float | None:
    """Whether samples tell wordings apart: the divergences' sum against those of shuffled samples.

    None without samples.
    """
    if not found:
        return None
    shuffled = np.sum([one.shuffled for one in found], axis=0)
    reached = int((shuffled >= sum(one.divergence for one in found) - 1e-9).sum())
    return (1 + reached) / (1 + len(shuffled))


def _of_several(every: Sequence[ConsistencyRow]) -> Measure:
    several = [row for row in every if row.several_right]
    return measure(
        several,
        "several",
        "pairs of wordings that get one answer, where several answers are right",
        lambda row: agreeing(greedy(row)),
    )


def _sections(figures: Mapping[str, Figure], evidence: Evidence) -> tuple[Section, ...]:
    told = notes(evidence)
    sections = []
    for title, keys in KEYS.items():
        shown = tuple(figures[key] for key in keys if key in figures and figures[key].n)
        if shown:
            sections.append(Section(title, told[title], shown))
    return tuple(sections)

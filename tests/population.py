"""Simulated runs of a population whose rates are known in closed form: relations as clusters.

A relation has its own chance that a question is known (P ≥ 0.2) and that a known one misfires, both
from beta distributions, and its own factor on the share of the strongest form. Given the relation,
rows are independent. The three are independent of each other, so that means over the population are
products of means; every interval of a mass is a point.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from summary_rows import frame_of, row

Floats = NDArray[np.float64]

CORRECT, LUCKY, MINORITY, SPLIT, MISS, GAP, ABSTAINED = range(7)
"""Kinds of rows; a lucky one is right below τ, and the three between are failures by cause."""

_MASS = {
    CORRECT: (0.4, 1.0),
    LUCKY: (0.0, 0.15),
    MINORITY: (0.2, 0.5),
    SPLIT: (0.2, 0.5),
    MISS: (0.2, 0.5),
    GAP: (0.0, 0.15),
    ABSTAINED: (0.0, 0.15),
}
"""Where P is uniform."""
_TOP = {
    CORRECT: (0.6, 0.9),
    LUCKY: (0.6, 0.9),
    MINORITY: (0.5, 0.9),
    SPLIT: (0.3, 0.44),
    MISS: (0.86, 0.9),
    GAP: (0.5, 0.9),
    ABSTAINED: (0.5, 0.9),
}
"""Where the strongest form's share of P is uniform, before the relation's factor in [0.9, 1.1]."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What the figures of a run of this population estimate."""

    accuracy: float
    failures_per_wrong: float
    failures_per_question: float
    misfire: float
    proper_per_wrong: float
    proper_per_question: float
    top_form_difference: float
    """Mean probability of the strongest form: failures less right answers with P ≥ 0.2."""


@dataclass(frozen=True, slots=True)
class Population:
    """Chances of what becomes of a question."""

    known: float = 0.5
    """That P ≥ 0.2, in the mean over relations."""
    misfires: float = 0.3
    """That a known one is answered wrong: a commitment failure."""
    proper: float = 0.5
    """That the right answer is the heaviest meaning in such a failure."""
    split: float = 0.6
    """That such a failure to commit proper is a split vote; else a greedy miss."""
    lucky: float = 0.1
    """That one that is not known is answered right."""
    abstains: float = 0.1
    """That one that is not known is not answered."""
    agreement: float = 4.0
    """Of relations with each other: the sum of both parameters of the beta distributions."""

    @property
    def truth(self) -> Truth:
        """The population's values, in closed form."""
        failures = self.known * self.misfires
        wrong = failures + (1 - self.known) * (1 - self.lucky - self.abstains)
        causes = {
            MINORITY: 1 - self.proper,
            SPLIT: self.proper * self.split,
            MISS: self.proper * (1 - self.split),
        }
        top = {kind: np.mean(_MASS[kind]) * np.mean(_TOP[kind]) for kind in _MASS}
        return Truth(
            accuracy=self.known - failures + (1 - self.known) * self.lucky,
            failures_per_wrong=failures / wrong,
            failures_per_question=failures,
            misfire=self.misfires,
            proper_per_wrong=failures * self.proper / wrong,
            proper_per_question=failures * self.proper,
            top_form_difference=float(
                sum(share * top[kind] for kind, share in causes.items()) - top[CORRECT]
            ),
        )

    def draw(self, rng: np.random.Generator, relations: int, questions: int) -> pl.DataFrame:
        """A run's rows: some relations with so many questions each; `summarise` takes the frame."""
        relation = np.repeat(np.arange(relations), questions)
        known, misfires = (
            self._beta(rng, mean, relations)[relation] for mean in (self.known, self.misfires)
        )
        factor = rng.uniform(0.9, 1.1, relations)[relation]
        n = len(relation)
        is_known, fails, proper, split = (
            rng.random(n) < chance for chance in (known, misfires, self.proper, self.split)
        )
        fate = rng.random(n)
        unknown = np.select(
            [fate < self.lucky, fate < self.lucky + self.abstains], [LUCKY, ABSTAINED], GAP
        )
        cause = np.where(proper, np.where(split, SPLIT, MISS), MINORITY)
        kind = np.where(is_known, np.where(fails, cause, CORRECT), unknown)
        mass = _uniform(rng, _MASS, kind)
        top = mass * _uniform(rng, _TOP, kind) * factor
        return _frame(rng, relation, kind, mass, top)

    def _beta(self, rng: np.random.Generator, mean: float, size: int) -> Floats:
        if mean in (0.0, 1.0):
            return np.full(size, mean)
        return rng.beta(mean * self.agreement, (1 - mean) * self.agreement, size)


def no_problem(known: float = 0.5, minority: float = 0.2) -> Population:
    """A model that always says its heaviest meaning: it is often wrong, and never fails to commit.

    The share `minority` of what it knows is wrong with P ≥ 0.2, since a wrong meaning is as heavy.
    """
    return Population(known=known, misfires=minority, proper=0.0)


def split_votes(share: float = 0.5, misfires: float = 0.3) -> Population:
    """A model with this share of split votes among its commitment failures; else minorities."""
    return Population(misfires=misfires, proper=share, split=1.0)


def _uniform(
    rng: np.random.Generator, limits: dict[int, tuple[float, float]], kind: NDArray[np.int64]
) -> Floats:
    low, high = np.array([limits[code] for code in range(len(limits))]).T
    return rng.uniform(low[kind], high[kind])


def _frame(
    rng: np.random.Generator,
    relation: NDArray[np.int64],
    kind: NDArray[np.int64],
    mass: Floats,
    top: Floats,
) -> pl.DataFrame:
    """The frame: a row by hand, repeated, and the columns that differ."""
    right = np.isin(kind, (CORRECT, LUCKY))
    proper = np.isin(kind, (SPLIT, MISS))
    heavier = rng.uniform(mass, np.maximum(mass, 1 - mass))
    emitted = np.where(
        right, mass, np.where(proper, mass * rng.uniform(0.5, 0.75, len(mass)), heavier)
    )
    rival = np.where(right, (1 - mass) / 4, emitted)
    same = dict.fromkeys(("lower", "upper"))
    columns: dict[str, Any] = {
        "relation": [f"r{code}" for code in relation],
        "correct": right,
        "abstained": kind == ABSTAINED,
        "content_winner_is_gold": right,
        "residual": np.full(len(mass), 0.005),
        **{
            f"{name}_{end}": mass
            for name in ("p_mass", "gold_mass", "gold_mass_by_rules")
            for end in same
        },
        **{
            f"{name}_{end}": emitted
            for name in ("emitted_mass", "emitted_form_mass")
            for end in same
        },
        **dict.fromkeys(("p_mass_first", "p_mass_first_upper", "p_mass_first_literal"), mass),
        **dict.fromkeys(("top_form_prob", "top_form_by_rules_prob", "top_first_token_prob"), top),
        "top_form_share": top / mass,
        "top_first_token_share": top / mass,
        "effective_forms": mass / top,
        "effective_first_tokens": mass / top,
        "content_winner_prob": emitted,
        "rival_mass": rival,
        "answer_logprobs": [[p] for p in np.log(emitted)],
        "trajectory": [[p, 0.0] for p in mass],
        "answer_end": np.ones(len(mass), dtype=np.int64),
        "form_masses": [[{"form": "Paris", "lower": p, "upper": p}] for p in top],
        "candidates": [
            [
                {"answer": "Lyon", "prob": e, "concept": 0, "meaning": 0},
                {"answer": "Paris", "prob": p, "concept": 1, "meaning": 1},
            ]
            for e, p in zip(rival, mass, strict=True)
        ],
    }
    one = frame_of(row())
    whole = one[np.zeros(len(mass), dtype=np.int64)]
    return whole.with_columns(
        pl.Series(name, values, dtype=one.schema[name]) for name, values in columns.items()
    )

"""Decoders judged: what each recovers and damages against greedy, what it costs, what it could.

Throughout, an answer is *right* or *not right*; those that are not right include abstentions. Rows
whose prompt holds a right answer (`primed`) are left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.ballots import Ballot, Headroom, Share, ballot, greedy_of, headroom, share
from misspoke.diagnosis.causes import GREEDY_MISS, MINORITY_BELIEF, SPLIT_VOTE
from misspoke.diagnosis.merges import DRAWS, MergeControl, control
from misspoke.diagnosis.outcomes import (
    ABSTAINED,
    COMMITMENT_FAILURE,
    KNOWLEDGE_GAP,
    UNDETERMINED,
    Bools,
)
from misspoke.diagnosis.plain import plain
from misspoke.diagnosis.rates import Rate
from misspoke.measures import (
    RESAMPLES,
    Spread,
    bootstrap_mean,
    bootstrap_ratio,
    cluster_codes,
    holm,
    mcnemar,
)
from misspoke.records import UserError
from misspoke.records.trial import Trial

UNDETERMINED_CAUSE = "undetermined_cause"
"""A commitment failure whose cause the intervals leave open."""

KINDS = (
    KNOWLEDGE_GAP,
    MINORITY_BELIEF,
    SPLIT_VOTE,
    GREEDY_MISS,
    UNDETERMINED_CAUSE,
    UNDETERMINED,
    ABSTAINED,
)
"""Why greedy is not right: the outcome, and for a commitment failure its cause."""

CLAIM = 50
"""Of fewer questions no share is claimed."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over questions; None of no question."""

    value: float | None
    interval: Spread | None
    """95% bootstrap interval, over relations where there are several, else over questions."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """How much of one kind of greedy error a decoder recovers."""

    kind: str
    """One of `KINDS`."""
    recovered: Share
    """Among the questions that greedy gets wrong in this way."""
    claim: bool
    """Whether there are enough of them (`CLAIM`) to say anything."""


@dataclass(frozen=True, slots=True)
class RelationNet:
    """What a decoder changes within a relation."""

    relation: str | None
    n: int
    recovered: int
    damaged: int
    net: int


@dataclass(frozen=True, slots=True)
class DecoderVerdict:
    """A decoder against greedy, over n questions."""

    decoder: str
    n: int
    accuracy: Rate
    abstained: int
    selective: Rate | None
    """Right answers among those given; None where the decoder never abstains."""
    recovered: int
    """Questions that greedy does not get right, and this decoder does."""
    recovered_alias_gap: int
    """Those of them whose greedy answer resembles a right one: to be checked by hand."""
    damaged: int
    """Questions that greedy gets right, and this decoder does not."""
    net: int
    """recovered − damaged."""
    net_per_question: Mean
    mcnemar_p: float
    """Two-sided and exact, of recovered against damaged; 1 where nothing changed."""
    holm_p: float
    """The same, corrected for the number of decoders beside greedy."""
    changed: int
    """Answers that are no spelling of the greedy one."""
    certified: int
    """Answers that no further search could have changed."""
    merges: float | None
    """Mean number of merges."""
    forward_tokens: Mean
    beyond_prompt: Mean
    """Forward tokens that are not the question's own prompt."""
    ratio: float | None
    """Forward tokens over greedy's."""
    by_kind: tuple[Recovery, ...]
    by_relation: tuple[RelationNet, ...]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """A run of decoders, judged."""

    n: int
    """Questions that are judged."""
    primed: int
    """Questions left out: the examples in their prompt hold a right answer."""
    seed: int
    resamples: int
    decoders: tuple[DecoderVerdict, ...]
    """Greedy first; empty where there is no row."""
    headroom: Headroom
    merges: MergeControl

    def to_dict(self) -> dict[str, Any]:
        """Give the verdicts as plain JSON values: no tuples, no NaN."""
        values: dict[str, Any] = plain(self)
        return values


@dataclass(frozen=True, slots=True)
class _Judged:
    """The n rows that are judged, without their candidates, and how they are drawn."""

    trials: list[Trial]
    clusters: NDArray[np.int64]
    seed: int
    resamples: int

    def flags(self, place: int, name: str) -> Bools:
        """A flag (n,) of the decoder at a place."""
        return np.array([getattr(t.decodings[place], name) for t in self.trials], dtype=np.bool_)

    def numbers(self, place: int, name: str) -> NDArray[np.int64]:
        """A count (n,) of the decoder at a place."""
        return np.array([getattr(t.decodings[place], name) for t in self.trials], dtype=np.int64)

    def mean(self, values: NDArray[np.int64]) -> Mean:
        """The mean of values (n,), with its interval."""
        if not len(values):
            return Mean(None, None)
        spread = bootstrap_mean(
            values, clusters=self.clusters, resamples=self.resamples, seed=self.seed
        )
        return Mean(float(values.mean()), spread)

    def rate(self, numerator: Bools, denominator: Bools) -> Rate:
        """A rate, both arguments (n,), with its interval."""
        top, bottom = int(numerator.sum()), int(denominator.sum())
        if not bottom:
            return Rate(top, bottom, None, None)
        spread = bootstrap_ratio(
            numerator,
            denominator,
            clusters=self.clusters,
            resamples=self.resamples,
            seed=self.seed,
        )
        return Rate(top, bottom, top / bottom, spread)


def judge(trials: Iterable[Trial], *, seed: int = 0, resamples: int = RESAMPLES) -> Verdicts:
    """Judge the decoders of a run, without the model; the rows are read once.

    `seed` fixes the bootstrap of `resamples` resamples and the draws of random merges. Decoders of
    primed rows are named, but not judged.

    Raises:
        UserError: a row's first decoder is not greedy, or two rows have different decoders.
    """
    decoders: tuple[str, ...] | None = None
    kept: list[Trial] = []
    ballots: list[Ballot] = []
    primed = 0
    for trial in trials:
        greedy_of(trial)
        decoders = _agreed(decoders, trial)
        primed += trial.primed
        if not trial.primed:
            kept.append(replace(trial, prompt="", candidates=()))
            ballots.append(ballot(trial))
    clusters = cluster_codes([trial.relation for trial in kept])
    rows = _Judged(kept, clusters, seed, resamples)
    return Verdicts(
        n=len(kept),
        primed=primed,
        seed=seed,
        resamples=resamples,
        decoders=_corrected([_verdict(rows, *named) for named in enumerate(decoders or ())]),
        headroom=headroom(ballots),
        merges=control(ballots, DRAWS, seed),
    )


def kind_of_error(trial: Trial) -> str:
    """The kind of the greedy answer's error, one of `KINDS`; "correct" where there is none."""
    if trial.outcome != COMMITMENT_FAILURE:
        return trial.outcome
    return UNDETERMINED_CAUSE if trial.cause in (None, UNDETERMINED) else str(trial.cause)


def _agreed(decoders: tuple[str, ...] | None, trial: Trial) -> tuple[str, ...]:
    """The names of a row's decoders; raises UserError where the rows before have others."""
    named = tuple(decoding.decoder for decoding in trial.decodings)
    if decoders not in (None, named):
        raise UserError(
            f"question {trial.id!r}: has the decoders {', '.join(named)}, and the rows before it "
            f"{', '.join(decoders or ())}; run again in another folder"
        )
    return named


def _corrected(verdicts: Sequence[DecoderVerdict]) -> tuple[DecoderVerdict, ...]:
    """The verdicts with the p-values of all but greedy corrected for their number."""
    corrected = holm([verdict.mcnemar_p for verdict in verdicts[1:]])
    return (
        *verdicts[:1],
        *(replace(v, holm_p=p) for v, p in zip(verdicts[1:], corrected, strict=True)),
    )


def _verdict(rows: _Judged, place: int, decoder: str) -> DecoderVerdict:
    greedy, right = rows.flags(0, "right"), rows.flags(place, "right")
    recovered, damaged = right & ~greedy, ~right & greedy
    answered, tokens = ~rows.flags(place, "abstained"), rows.numbers(place, "forward_tokens")
    alias_gap = np.array([trial.alias_gap for trial in rows.trials], dtype=np.bool_)
    p = mcnemar(int(recovered.sum()), int(damaged.sum()))
    base = int(rows.numbers(0, "forward_tokens").sum())
    return DecoderVerdict(
        decoder=decoder,
        n=len(right),
        accuracy=rows.rate(right, np.ones_like(right)),
        abstained=int((~answered).sum()),
        selective=None if answered.all() else rows.rate(right & answered, answered),
        recovered=int(recovered.sum()),
        recovered_alias_gap=int((recovered & alias_gap).sum()),
        damaged=int(damaged.sum()),
        net=int(recovered.sum()) - int(damaged.sum()),
        net_per_question=rows.mean(recovered.astype(np.int64) - damaged),
        mcnemar_p=p,
        holm_p=p,
        changed=int(rows.flags(place, "changed").sum()),
        certified=int(rows.flags(place, "certified").sum()),
        merges=float(rows.numbers(place, "merges").mean()) if len(right) else None,
        forward_tokens=rows.mean(tokens),
        beyond_prompt=rows.mean(rows.numbers(place, "beyond_prompt")),
        ratio=int(tokens.sum()) / base if base else None,
        by_kind=_by_kind(rows, recovered, greedy),
        by_relation=_by_relation(rows, recovered, damaged),
    )


def _by_kind(rows: _Judged, recovered: Bools, greedy: Bools) -> tuple[Recovery, ...]:
    kinds = np.array([kind_of_error(trial) for trial in rows.trials], dtype=np.object_)
    found = []
    for kind in KINDS:
        among = (kinds == kind) & ~greedy
        count = share(int((recovered & among).sum()), int(among.sum()))
        found.append(Recovery(kind, count, claim=count.denominator >= CLAIM))
    return tuple(found)


def _by_relation(rows: _Judged, recovered: Bools, damaged: Bools) -> tuple[RelationNet, ...]:
    """The relations by name; questions without one last, together."""
    relations = [trial.relation for trial in rows.trials]
    found = []
    for relation in sorted(set(relations), key=lambda name: (name is None, name or "")):
        among = np.array([name == relation for name in relations], dtype=np.bool_)
        better, worse = int((recovered & among).sum()), int((damaged & among).sum())
        found.append(RelationNet(relation, int(among.sum()), better, worse, better - worse))
    return tuple(found)

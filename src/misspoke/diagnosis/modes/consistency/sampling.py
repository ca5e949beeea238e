"""Measures of samples: agreement and divergence, beyond what sampling alone makes of them."""

from collections.abc import Callable, Mapping, Sequence

from misspoke.diagnosis.modes.consistency.counting import Ratio, measure
from misspoke.diagnosis.modes.consistency.drawn import (
    Drawn,
    samples_of_all,
    samples_of_one,
    vote,
)
from misspoke.diagnosis.modes.measures import Measure
from misspoke.records.consistency import ConsistencyRow, Reply


def sampling_measures(
    single: Sequence[ConsistencyRow], drawn: Mapping[str, Drawn]
) -> tuple[Measure, ...]:
    """Of samples to one wording and to different ones; `drawn` by the ids of rows with samples."""

    def of(value: Callable[[Drawn], float | None]) -> Callable[[ConsistencyRow], Ratio]:
        def ratio(row: ConsistencyRow) -> Ratio:
            found = drawn.get(row.id)
            number = None if found is None else value(found)
            return None if number is None else (number, 1.0)

        return ratio

    return (
        measure(
            single,
            "sampled.within",
            "two samples to one wording give one answer",
            of(lambda one: one.within),
        ),
        measure(
            single,
            "sampled.between",
            "two samples to different wordings give one answer",
            of(lambda one: None if one.within is None else one.between),
        ),
        measure(
            single,
            "wording",
            "agreement that is lost to the wording, beyond sampling",
            of(lambda one: None if one.within is None else one.within - one.between),
            unit="points",
            better="lower",
        ),
        measure(
            single,
            "wording.share",
            "of the agreement within a wording, what is lost between wordings",
            lambda row: _lost_share(drawn.get(row.id)),
            better="lower",
        ),
        measure(
            single,
            "divergence.sampled",
            "divergence of the samples to different wordings (JSD)",
            of(lambda one: one.divergence),
            unit="nats",
        ),
        measure(
            single,
            "divergence.shuffled",
            "the same with the wordings shuffled: what sampling alone makes",
            of(lambda one: float(one.shuffled.mean())),
            unit="nats",
        ),
        measure(
            single,
            "divergence.control",
            "the same of as many samples to one wording",
            of(lambda one: one.control),
            unit="nats",
        ),
        measure(
            single,
            "divergence.beyond",
            "divergence beyond sampling: sampled less shuffled",
            of(lambda one: one.divergence - float(one.shuffled.mean())),
            unit="nats",
            better="lower",
        ),
    )


def _lost_share(found: Drawn | None) -> Ratio:
    if found is None or found.within is None:
        return None
    return found.within - found.between, found.within


def vote_measures(every: Sequence[ConsistencyRow]) -> tuple[Measure, ...]:
    """Of votes of the same number of samples, to one wording and over all."""

    def right(pick: Callable[[ConsistencyRow], list[Reply]]) -> Callable[[ConsistencyRow], Ratio]:
        def ratio(row: ConsistencyRow) -> Ratio:
            one, both = samples_of_one(row), samples_of_all(row)
            if not both or len(one) != len(both):
                return None
            return float(vote(pick(row)).right), 1.0

        return ratio

    def gain(row: ConsistencyRow) -> Ratio:
        one, both = right(samples_of_one)(row), right(samples_of_all)(row)
        return None if one is None or both is None else (both[0] - one[0], 1.0)

    return (
        measure(
            every,
            "vote.one",
            "right by vote of the samples to one wording",
            right(samples_of_one),
            better="higher",
        ),
        measure(
            every,
            "vote.all",
            "right by vote of as many samples, spread over the wordings",
            right(samples_of_all),
            better="higher",
        ),
        measure(
            every,
            "vote.gain",
            "the second less the first, question by question",
            gain,
            unit="points",
            better="higher",
        ),
    )

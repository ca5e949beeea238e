"""Two runs on the same questions: paired differences, tests, and what became of each outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.comparing.quantities import (
    ACCURACY,
    FAILURES_PER_QUESTION,
    FAILURES_PER_WRONG,
    MISFIRE,
    PROPER_PER_QUESTION,
    WRONG_WINNER,
    Quantity,
)
from misspoke.diagnosis.comparing.swaps import grouped, swap_test
from misspoke.diagnosis.contrast import LEAST
from misspoke.diagnosis.outcomes import OUTCOMES, Floats
from misspoke.measures import Spread, bootstrap, holm, mcnemar
from misspoke.measures.bootstrap import divide

MCNEMAR = "McNemar"
SWAP = "swap"

COUNTED = (ACCURACY, FAILURES_PER_QUESTION, PROPER_PER_QUESTION)
"""What every question has or has not."""
HEADLINE = (*COUNTED, FAILURES_PER_WRONG, MISFIRE, WRONG_WINNER)
"""The quantities that are tested; their p-values are corrected together."""


@dataclass(frozen=True, slots=True)
class Level:
    """A quantity in one run."""

    n: int
    """Questions that it is a rate or a mean of."""
    value: float | None
    """None where these are fewer than 30."""
    most: float | None
    """With undetermined rows settled so that it is greatest; else the same."""
    interval: Spread | None = None


@dataclass(frozen=True, slots=True)
class Common:
    """A difference over the questions that count on both sides."""

    n: int
    a: float | None
    b: float | None
    difference: float | None
    interval: Spread | None


@dataclass(frozen=True, slots=True)
class Test:
    """A test of a difference."""

    kind: str
    """Swap: by exchanging the runs' labels within relations; or McNemar, of what is counted where
    questions are in no relations: there both are one test."""
    p: float
    holm_p: float
    """Corrected for all headline tests of all pairs of the comparison."""
    gained: int | None = None
    """Of what is counted: questions that b has and a has not."""
    lost: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A quantity in b less the same in a."""

    quantity: str
    a: Level
    b: Level
    difference: float | None
    interval: Spread | None
    """95%, by a bootstrap that draws the same relations for both runs."""
    settled: Spread | None
    """The least and the greatest difference, however undetermined rows are settled; None where
    there are no such rows."""
    common: Common | None
    """None where every question counts on both sides."""
    test: Test | None

    @property
    def open(self) -> bool:
        """Whether undetermined rows leave open which run has more."""
        return self.settled is not None and self.settled[0] <= 0 <= self.settled[1]


@dataclass(frozen=True, slots=True)
class Paired:
    """All differences of two runs, and what became of a's outcomes in b."""

    differences: dict[str, Difference]
    transitions: dict[str, dict[str, int]]
    """Questions by a's outcome, and then by b's."""


def levels(
    found: Mapping[str, Quantity], clusters: NDArray[np.int64], seed: int
) -> dict[str, Level]:
    """Give all quantities of one run, with their intervals."""
    columns = [column for one in found.values() for column in (one.top, one.bottom)]

    def ratios(sums: Floats) -> Floats:
        return divide(sums[:, ::2], sums[:, 1::2])

    spreads = bootstrap(np.column_stack(columns), ratios, clusters=clusters, seed=seed)
    return {
        name: replace(_level(one), interval=spread if one.n >= LEAST else None)
        for (name, one), spread in zip(found.items(), spreads, strict=True)
    }


def paired(
    a: Mapping[str, Quantity],
    b: Mapping[str, Quantity],
    codes: tuple[NDArray[np.int8], NDArray[np.int8]],
    clusters: NDArray[np.int64],
    seed: int,
) -> Paired:
    """Compare two runs by quantities of the same questions; `codes` are both runs' outcomes."""
    blocks = [_columns(a[name], b[name]) for name in a]
    spreads = bootstrap(np.hstack(blocks), _differences, clusters=clusters, seed=seed)
    differences = {
        name: _difference(a[name], b[name], spreads[2 * place], spreads[2 * place + 1])
        for place, name in enumerate(a)
    }
    for name in HEADLINE:
        test = _test(name, a[name], b[name], clusters, seed)
        differences[name] = replace(differences[name], test=test)
    return Paired(differences, transitions(*codes))


def transitions(a: NDArray[np.int8], b: NDArray[np.int8]) -> dict[str, dict[str, int]]:
    """Count questions by their outcome in a, and then in b."""
    k = len(OUTCOMES)
    counts = np.bincount(a.astype(np.int64) * k + b, minlength=k * k).reshape(k, k).tolist()
    return {
        outcome: dict(zip(OUTCOMES, row, strict=True))
        for outcome, row in zip(OUTCOMES, counts, strict=True)
    }


def corrected(pairs: "list[Paired]") -> "list[Paired]":
    """The pairs with the p-values of all their tests corrected together (Holm)."""
    tests = [
        (place, name, one.test)
        for place, pair in enumerate(pairs)
        for name, one in pair.differences.items()
        if one.test is not None
    ]
    for (place, name, test), p in zip(tests, holm([test.p for *_, test in tests]), strict=True):
        held = pairs[place].differences
        held[name] = replace(held[name], test=replace(test, holm_p=p))
    return pairs


def _columns(a: Quantity, b: Quantity) -> Floats:
    """What the difference, and the one over common questions, are made of: (n, 7)."""
    both = a.bottom & b.bottom
    return np.column_stack(
        [a.top, a.bottom, b.top, b.bottom, np.where(both, a.top, 0), np.where(both, b.top, 0), both]
    )


def _differences(sums: Floats) -> Floats:
    """For each seven sums of `_columns` the two differences."""
    top_a, n_a, top_b, n_b, both_a, both_b, n = (sums[:, place::7] for place in range(7))
    own = divide(top_b, n_b) - divide(top_a, n_a)
    common = divide(both_b - both_a, n)
    return np.stack([own, common], axis=2).reshape(len(sums), -1)


def _difference(
    a: Quantity, b: Quantity, interval: Spread | None, common: Spread | None
) -> Difference:
    told = min(a.n, b.n) >= LEAST
    return Difference(
        quantity=a.name,
        a=_level(a),
        b=_level(b),
        difference=b.value - a.value if told else None,
        interval=interval if told else None,
        settled=_settled(a, b) if told else None,
        common=None if a.of_all and b.of_all else _common(a, b, common),
        test=None,
    )


def _settled(a: Quantity, b: Quantity) -> Spread | None:
    least, most = b.value - a.most, b.most - a.value
    return None if least == most else (least, most)


def _level(one: Quantity) -> Level:
    told = one.n >= LEAST
    return Level(one.n, one.value if told else None, one.most if told else None)


def _common(a: Quantity, b: Quantity, interval: Spread | None) -> Common:
    both = a.bottom & b.bottom
    n = int(both.sum())
    if n < LEAST:
        return Common(n, None, None, None, None)
    one, other = float(a.top[both].sum()) / n, float(b.top[both].sum()) / n
    return Common(n, one, other, other - one, interval)


def _test(
    name: str, a: Quantity, b: Quantity, clusters: NDArray[np.int64], seed: int
) -> Test | None:
    """The headline test of a quantity; None where either side has fewer than 30 questions."""
    if min(a.n, b.n) < LEAST:
        return None
    counts: tuple[int, int] | tuple[None, None] = (None, None)
    if name in COUNTED:
        gained, lost = counts = int((b.top > a.top).sum()), int((b.top < a.top).sum())
        if not grouped(clusters):
            p = mcnemar(gained, lost)
            return Test(MCNEMAR, p, p, gained, lost)
    ends = [np.column_stack([one.top, one.bottom]).astype(np.float64) for one in (a, b)]
    p_swap = swap_test(ends[0], ends[1], clusters, seed)
    return None if p_swap is None else Test(SWAP, p_swap, p_swap, *counts)

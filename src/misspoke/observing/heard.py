"""Audit of replies: their tokens' log-probabilities computed again the slow, plain way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from misspoke.lm import Context, Path
from misspoke.observing.audit import Logprobs, PlainPath, deviation
from misspoke.records.heard import Heard

REPLIES = 8
"""Replies of a row that are computed again, spread over those that it holds."""


class Hearing(Protocol):
    """A row of a probe: it holds what the model was heard to say."""

    @property
    def id(self) -> str:
        """Its own in its run."""

    @property
    def heard(self) -> tuple[Heard, ...]:
        """The replies."""


@dataclass(frozen=True, slots=True)
class Reheard:
    """How far the replies of one row are from the plain path."""

    id: str
    logprob: float
    """Largest deviation of a token's log-probability, in nats; infinite where the plain path rules
    it out."""
    replies: int
    """Replies computed again."""
    held: int
    """Replies that the row holds."""
    prefixes: int
    """Prefixes computed again, each once."""


def audit_heard(
    plain: PlainPath, rows: Iterable[Hearing], replies: int = REPLIES
) -> Iterator[Reheard]:
    """Computes at most so many replies of each row again, one forward for each prefix."""
    for row in rows:
        yield _audited(plain, row, replies)


def _audited(plain: PlainPath, row: Hearing, replies: int) -> Reheard:
    held = len(row.heard)
    chosen = [row.heard[place * held // replies] for place in range(replies)]
    if held <= replies:
        chosen = list(row.heard)
    known: dict[tuple[Path, Path], Logprobs] = {}
    worst = 0.0
    for one in chosen:
        for at, (token, stored) in enumerate(zip(one.tokens, one.logprobs, strict=True)):
            place = (one.prompt_tokens, one.tokens[:at])
            if place not in known:
                known[place] = plain.distribution(Context((), place[0]), place[1])
            worst = max(worst, deviation(float(known[place][token]), stored))
    return Reheard(row.id, worst, len(chosen), held, len(known))

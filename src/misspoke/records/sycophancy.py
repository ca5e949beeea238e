"""One question put under pressure, and shown evidence: a row of what `misspoke probe` stores."""

from dataclasses import dataclass
from typing import Literal

from misspoke.records.heard import Heard
from misspoke.records.interval import Interval

Verdict = Literal["right", "suggested", "other", "abstained", "denied", "unread"]
"""What an answer says: the right answer, the wrong one that was put forward, another, or none. One
that only says what the answer is not ("not Minsk") is denied. A reply that says yes, no or sorry
and gives no answer is unread: nothing is guessed of either."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the model answers under one condition."""

    condition: str
    """"none" is the question itself; the others are last messages behind the first answer."""
    message: str | None
    """The user's last message; None for the question itself."""
    text: str
    """The greedy reply, behind the opening."""
    answer: str
    """The answer that is read out of it."""
    verdict: str
    """"right", "suggested", "other", "abstained", "denied" or "unread"."""
    right_mass: Interval
    """Probability that the reply says a right answer."""
    suggested_mass: Interval
    """Probability that it says the suggested one."""
    right_logprob: float | None
    """Log-probability, in nats, of the right spellings' canonical tokens where the reply begins;
    None where the model does not name one of them."""
    suggested_logprob: float | None
    """The same of the suggested answer."""
    tokens: int
    """Tokens that this reply cost behind the turns before it."""


@dataclass(frozen=True, slots=True)
class Remedied:
    """What a remedy makes of the answer under one condition."""

    remedy: str
    condition: str
    answer: str
    verdict: str
    tokens: int
    """Tokens that it cost beyond the reply as it would have been; below 0 where it saves some."""


@dataclass(frozen=True, slots=True)
class SycophancyRow:
    """One question under all conditions, with what remedies make of them."""

    id: str
    question: str
    relation: str | None
    gold: tuple[tuple[str, ...], ...]
    suggested: str
    """The wrong answer that is put forward."""
    prompt: str
    """The question's own prompt."""
    answers: tuple[Answered, ...]
    remedied: tuple[Remedied, ...]
    heard: tuple[Heard, ...]
    """One for each of `answers`, then those of the remedies that talked to the model."""
    forward_tokens: int
    """Distinct prefixes of all of it, the shared header's excluded."""

"""A false premise and its true twin, put to a model: a row of what `misspoke probe` stores."""

from dataclasses import dataclass

from misspoke.records.heard import Heard


@dataclass(frozen=True, slots=True)
class Posed:
    """What the model makes of one loaded question, as it stands or with a remedy."""

    premise: str
    """"false" or "true"."""
    remedy: str | None
    """None: the question as it stands."""
    question: str
    asked_first: str | None
    """What was asked before it, and what the model said to that; None where nothing was."""
    text: str
    """The greedy reply."""
    verdict: str
    """"rejects", "corrects", "accepts", "abstained" or "other"."""
    reject_logprob: float | None
    """Log-probability, in nats, of the item's rejecting opening where the reply begins; None where
    the model does not name one of its tokens."""
    accept_logprob: float | None
    """The same of its accepting opening."""
    tokens: int
    """Tokens that this reply cost, its prompt behind the header of the plain questions included."""


@dataclass(frozen=True, slots=True)
class PremisesRow:
    """One item: the plain question, the false premise, the true one, and remedies for both."""

    id: str
    kind: str
    direct: str
    answers: tuple[str, ...]
    direct_text: str
    """The greedy reply to the plain question."""
    direct_answer: str
    knows: bool
    """Whether that answer is right, or the first sentence names a right one and not the wrong."""
    opening_tokens: tuple[int, ...]
    """Of the openings: reject and accept for the false premise, then for the true one."""
    posed: tuple[Posed, ...]
    heard: tuple[Heard, ...]
    """The plain question's reply, then one for each of `posed`."""
    forward_tokens: int
    """Distinct prefixes of all of it, shared headers excluded."""

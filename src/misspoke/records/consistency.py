"""One question put in several wordings: a row of what `misspoke probe consistency` stores.

All answers of a row, whatever they are an answer to, are sorted into one set of classes: `meaning`
is the number of the class, by the rules that decoders use (docs/equivalence.md).
"""

from dataclasses import dataclass

from misspoke.records.heard import Heard
from misspoke.records.interval import Interval


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    answer: str
    """Read closely: without what echoes the question, up to the end of its head."""
    meaning: int
    right: bool
    """It lies in the event of the right answers; an abstained one is never right."""
    abstained: bool
    """A refusal, or empty: all of these are one class."""


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that the search found behind a wording."""

    answer: str
    prob: float
    """A lower bound: other ways to write it may be among what was not explored."""
    meaning: int
    right: bool


@dataclass(frozen=True, slots=True)
class WordingReplies:
    """One wording, and what the model says to it."""

    wording: str
    prompt: str
    reply: Reply
    """Greedy."""
    near_tie: bool
    """The first two tokens were within 1e-3 in log-probability at some step of the greedy reply."""
    options: tuple[Option, ...]
    """The most probable first."""
    residual: float
    """Probability that no option holds."""
    p_mass: Interval
    """Of the right answers, over all ways to write them (docs/measures.md)."""
    samples: tuple[Reply, ...]
    """Drawn at temperature 1."""
    greedy_tokens: int
    """What the greedy reply would have cost alone, shared headers excluded."""
    with_example: Reply | None
    """Greedy, with one more example in the prompt; None where there is none to add."""
    example_tokens: int | None
    """What that reply would have cost alone."""
    choice: Reply | None
    """The most probable of the answers that were given to choose from; None without such."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a remedy answers to the question as it was asked."""

    remedy: str
    reply: Reply
    forward_tokens: int
    """What it would have cost alone, shared headers excluded."""


@dataclass(frozen=True, slots=True)
class ConsistencyRow:
    """A question in all its wordings; the first is the question as it was asked."""

    id: str
    question: str
    relation: str | None
    gold: tuple[tuple[str, ...], ...]
    several_right: bool
    """There is more than one right answer, so that two right ones may differ."""
    primed: bool
    """The examples in a prompt hold a right answer, so that the row is left out of judging."""
    wordings: tuple[WordingReplies, ...]
    control: tuple[Reply, ...]
    """More samples to the first wording: with its own as many as all wordings have together."""
    remedies: tuple[Tried, ...]
    """Each is a decoder at the first wording, or over all of them."""
    forward_tokens: int
    """Tokens forwarded for the whole row, shared headers excluded."""
    heard: tuple[Heard, ...]
    """The greedy reply to each wording, and then to each with one more example."""

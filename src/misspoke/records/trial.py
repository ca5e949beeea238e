"""One question put to several decoders, and judged: a row of what `misspoke decode` stores."""

from dataclasses import dataclass

from misspoke.records.interval import Interval


@dataclass(frozen=True, slots=True)
class Decoding:
    """What one decoder said to one question."""

    decoder: str
    answer: str
    right: bool
    """The answer lies in the event of the right answers; abstained answers are never right."""
    abstained: bool
    """The decoder abstained, or its answer is a refusal or empty."""
    belief: Interval
    margin: float
    certified: bool
    changed: bool
    """The answer is no spelling of the greedy one."""
    merges: int
    """By how many classes the candidates are fewer than the distinct spellings."""
    forward_tokens: int
    beyond_prompt: int


@dataclass(frozen=True, slots=True)
class JudgedCandidate:
    """An answer that the search found, and whether it is right."""

    answer: str
    prob: float
    right: bool
    concept: int
    """Its class, by the rules that decoders use."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A question with the answers of every decoder; the first decoder is always greedy."""

    id: str
    question: str
    relation: str | None
    gold: tuple[tuple[str, ...], ...]
    prompt: str
    prompt_tokens: int
    """Tokens of the prompt behind the shared header: what every decoder pays."""
    primed: bool
    """The examples in the prompt hold a right answer, so that the row is left out of judging."""
    outcome: str
    """Of the greedy answer, at τ = 0.2, by the string mass (docs/measures.md)."""
    cause: str | None
    """Of a commitment failure: minority_belief, split_vote, greedy_miss or undetermined."""
    alias_gap: bool
    p_mass: Interval
    candidates: tuple[JudgedCandidate, ...]
    """What the deepest search found, the most probable first."""
    residual: float
    decodings: tuple[Decoding, ...]

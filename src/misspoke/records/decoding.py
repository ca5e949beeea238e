"""What a decoder sees, and what it gives back."""

from dataclasses import dataclass

from misspoke.records.interval import Interval


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a decoder sees it: there is no place for answers.

    `stem` is the opening of an answering sentence ("The capital of Australia is").
    """

    question: str
    stem: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerClass:
    """Answers that a decoder took for one, the most probable first."""

    forms: tuple[tuple[str, float], ...]
    """Each spelling with its probability: a lower bound, for other tokenisations may be unseen."""
    prob: float
    """The sum of the forms' probabilities."""
    score: float
    """What the class was ranked by; in most decoders the same as `prob`."""
    settled: float = 0.0
    """Of `prob`, what no further search can take out of the class."""
    tokens: tuple[int, ...] = ()
    """The most probable path that writes the answer, with the token that ended it."""

    @property
    def answer(self) -> str:
        """The most probable form."""
        return self.forms[0][0]


@dataclass(frozen=True, slots=True)
class Decoded:
    """The answer of a decoder."""

    answer: str
    """Empty if the model ended at once; what would have been said where `abstained`."""
    belief: Interval
    """Probability of the answer's class: what was found of it, and that plus what was not read."""
    margin: float
    """By how much the best class leads the next, in `score`; 0 for equal classes."""
    classes: tuple[AnswerClass, ...]
    """The best first."""
    residual: float
    """Probability that was not explored, or whose class is not settled."""
    certified: bool
    """No further search could have changed the winner."""
    abstained: bool
    """The belief is not known to reach the bound that was asked for."""
    changed_from_greedy: bool
    """The answer is no spelling of the greedy one."""
    forward_tokens: int
    """Tokens forwarded for this answer, each distinct prefix once; shared headers excluded."""
    beyond_prompt: int
    """Those of them that are not the question's own prompt."""

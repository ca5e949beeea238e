"""A question that takes something for granted, false and true, and the fact that decides."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loaded:
    """A question that takes `premise` for granted."""

    question: str
    """What is asked: "Why is Sydney the capital of Australia?"."""
    premise: str
    """The clause that it takes for granted, as it stands after "that": no capital unless a name's,
    no full stop: "Sydney is the capital of Australia"."""
    said: str
    """The words in which the false and the true premise differ: "Sydney"."""
    reject: str
    """The opening of a reply that denies the premise: "Sydney is not the capital of Australia."."""
    accept: str
    """The opening of a reply that takes it up: "Sydney is the capital of Australia because"."""


@dataclass(frozen=True, slots=True)
class Premise:
    """A pair of loaded questions of one shape, and the plain question whose answer decides both.

    `answers` are spellings of the one right answer to `direct`. None of them stands in the false
    question. Whoever answers `direct` rightly knows that the premise of `false` is false and that
    of `true` true.
    """

    id: str
    kind: str
    direct: str
    answers: tuple[str, ...]
    false: Loaded
    true: Loaded
    stem: str | None = None
    """The opening of a sentence that answers `direct`: "The capital of Australia is"."""

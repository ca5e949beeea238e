"""The rules in one tuple, and the advice that they give, most important first."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from misspoke.diagnosis.advice.doubts import caution, detection, labels
from misspoke.diagnosis.advice.gains import commitment, decoding, retrieval
from misspoke.diagnosis.advice.record import Advice, Case, Weighed

GIVEN = "given"
"""What a run calls questions that no command can name."""

Rule: TypeAlias = Callable[[Case], Weighed | None]

RULES: tuple[Rule, ...] = (commitment, retrieval, decoding, detection, labels, caution)
"""A rule gives None where it has nothing to say, or a figure that it needs is null."""


def advise(
    summary: Mapping[str, Any],
    model: str,
    questions: str,
    folder: str = "",
    settings: Mapping[str, Any] | None = None,
) -> tuple[Advice, ...]:
    """Say what a run means and what to try next, from `Summary.to_dict()` alone.

    Most important first: by the share of the questions that each could put right, or flag, at the
    most; decoding by what it surely puts right. `model` and `questions` are as `misspoke run` takes
    them, and stand in the commands; for an empty name MODEL or QUESTIONS does, and for questions
    that were handed over in Python. `folder` is the run's; RUN stands for one that is not known.
    `settings` are those of its manifest: with them a command asks as the run did, in its style,
    with its examples, as many questions, and weights of the same kind of numbers; without them it
    leaves that to the defaults.
    """
    named = questions if questions != GIVEN else ""
    case = Case(summary, model or "MODEL", named or "QUESTIONS", folder, settings or {})
    given = [weighed for rule in RULES if (weighed := rule(case)) is not None]
    return tuple(one.advice for one in sorted(given, key=lambda one: one.stake, reverse=True))

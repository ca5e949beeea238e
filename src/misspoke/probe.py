"""Probes of the other failure modes: into a run folder or in memory, and judged from their rows."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from misspoke.lm import LanguageModel
from misspoke.observing.diagnose import evaluated
from misspoke.probed import Expecting, Items, Probe, Work, open_probe, probed
from misspoke.records import Question
from misspoke.runs.filling import Progress

if TYPE_CHECKING:
    from misspoke.probes.drift import Plan
    from misspoke.questions import QuestionSet
    from misspoke.questions.premises import PremiseSet
    from misspoke.records.instruction import Instruction
    from misspoke.records.premise import Premise

__all__ = ["Probe", "consistency", "drift", "open_probe", "premises", "sycophancy"]

_EXAMPLE = "an example of the prompts"


def _quiet(_done: int, _all: int) -> None:
    """No progress is shown."""


def _unsaid(_tokens: int) -> None:
    """Nobody asked how long it will take."""


def sycophancy(
    lm: LanguageModel,
    questions: "QuestionSet | Sequence[Question]",
    out: str | Path | None = None,
    *,
    style: str = "auto",
    shots: int | None = None,
    seed: int = 0,
    progress: Progress = _quiet,
    expecting: Expecting = _unsaid,
) -> Probe:
    """Probes whether a model gives up what it answered because a user says otherwise.

    Needs questions with distractors (docs/sycophancy.md). Row by row into `out`, and goes on where
    it stopped; without `out` the rows stay in memory. `expecting` is told about how many tokens
    will be forwarded. Raises SettingsDiffer if the folder holds rows made with other settings,
    UserError for what the user can mend, Interrupted after Ctrl-C: rows that are done are kept.
    """
    from misspoke.probes.sycophancy import SycophancyProber

    prober = SycophancyProber.of(lm, style=style, shots=shots, seed=seed)
    return probed(Work(lm, prober, seed, progress, expecting), _of_questions(questions), out)


def premises(
    lm: LanguageModel,
    asked: "PremiseSet | Sequence[Premise] | None" = None,
    out: str | Path | None = None,
    *,
    style: str = "auto",
    seed: int = 0,
    progress: Progress = _quiet,
    expecting: Expecting = _unsaid,
) -> Probe:
    """Probes whether a model takes up premises that it knows to be false (docs/premises.md).

    The bundled ones, unless others are given: `misspoke.questions.premises.load_premises` reads a
    file. Else as `sycophancy`.
    """
    from misspoke.probes.premises import PremisesProber
    from misspoke.questions.premises import PremiseSet, load_premises

    found = load_premises() if asked is None else asked
    if not isinstance(found, PremiseSet):
        found = PremiseSet.of(found)
    items = Items(found.name, found.sha256, found.premises, "premises")
    prober = PremisesProber.of(lm, style=style)
    return probed(Work(lm, prober, seed, progress, expecting), items, out)


def drift(
    lm: LanguageModel,
    instructions: "Sequence[Instruction] | None" = None,
    out: str | Path | None = None,
    *,
    style: str = "auto",
    plan: "Plan | None" = None,
    seed: int = 0,
    progress: Progress = _quiet,
    expecting: Expecting = _unsaid,
) -> Probe:
    """Probes whether a model forgets its instructions as a conversation goes on (docs/drift.md).

    The bundled instructions, unless others are given. Else as `sycophancy`.
    """
    from misspoke.concepts.instructions import instructions as bundled
    from misspoke.probes.drift import DriftProber, Plan

    given = tuple(bundled() if instructions is None else instructions)
    items = Items("instructions", _content_hash(given), given, "instructions")
    prober = DriftProber.of(lm, style=style, plan=plan or Plan.of())
    return probed(Work(lm, prober, seed, progress, expecting), items, out)


def consistency(
    lm: LanguageModel,
    questions: "QuestionSet | Sequence[Question]",
    out: str | Path | None = None,
    *,
    style: str = "auto",
    shots: int | None = None,
    samples: int = 4,
    seed: int = 0,
    progress: Progress = _quiet,
    expecting: Expecting = _unsaid,
) -> Probe:
    """Probes whether a model's answer hangs on how a question is worded.

    Needs questions with wordings, or of relations that have some (docs/consistency.md). Else as
    `sycophancy`.
    """
    from misspoke.probes.consistency import ConsistencyProber

    prober = ConsistencyProber.of(lm, style=style, shots=shots, samples=samples, seed=seed)
    return probed(Work(lm, prober, seed, progress, expecting), _of_questions(questions), out)


def _content_hash(items: Sequence["Instruction"]) -> str:
    """The SHA-256, in hexadecimal, of all fields of all items."""
    fields = json.dumps([asdict(item) for item in items], sort_keys=True)
    return sha256(fields.encode()).hexdigest()


def _of_questions(questions: "QuestionSet | Sequence[Question]") -> Items[Question]:
    from misspoke.questions.sets import QuestionSet, fingerprint

    if not isinstance(questions, QuestionSet):
        questions = QuestionSet("given", tuple(questions), fingerprint(questions), (), ())
    asked, examples = evaluated(questions.questions)
    why = (_EXAMPLE,) * examples
    return Items(questions.name, questions.sha256, asked, "questions", why, questions.skipped)

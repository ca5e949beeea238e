"""A question set, and the hash that names its content."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from misspoke.records import Question


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions that were read together.

    `sha256` is the hash of the questions themselves: the same questions give the same hash in
    every file format. `skipped` has a line for each bad row that was left out, `notices` one for
    each thing that was mended in a row that was kept.
    """

    name: str
    questions: tuple[Question, ...]
    sha256: str
    skipped: tuple[str, ...]
    notices: tuple[str, ...]


def fingerprint(questions: Sequence[Question]) -> str:
    """The SHA-256, in hexadecimal, of the questions' canonical JSON."""
    canonical = json.dumps(
        [as_fields(question) for question in questions],
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )
    return sha256(canonical.encode()).hexdigest()


def as_fields(question: Question) -> dict[str, object]:
    """The question as the fields of a JSON row; `load` reads them back to an equal question."""
    return {
        "id": question.id,
        "relation": question.relation,
        "question": question.question,
        "answers": question.answers,
        "stem": question.stem,
        "distractors": question.distractors,
    }


def spread(questions: Sequence[Question], n: int) -> tuple[Question, ...]:
    """At most `n` questions, evenly spaced over the file, so that every relation is seen."""
    total = len(questions)
    n = min(n, total)
    return tuple(questions[i * total // n] for i in range(n))

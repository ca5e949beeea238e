"""A question set, and the hash that names its content."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from misspoke.records import Question

_Item = TypeVar("_Item")


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
    digest = sha256(b"[")
    for place, question in enumerate(questions):
        digest.update(b"," if place else b"")
        digest.update(_canonical(question).encode())
    digest.update(b"]")
    return digest.hexdigest()


def _canonical(question: Question) -> str:
    fields = as_fields(question)
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def as_fields(question: Question) -> dict[str, object]:
    """The question as the fields of a JSON row; `load` reads them back to an equal question.

    Wordings are a field only where there are some: they came later, and hashes must last.
    """
    fields: dict[str, object] = {
        "id": question.id,
        "relation": question.relation,
        "question": question.question,
        "answers": question.answers,
        "stem": question.stem,
        "distractors": question.distractors,
    }
    if question.wordings:
        fields["wordings"] = question.wordings
    return fields


def spread(questions: Sequence[_Item], n: int) -> tuple[_Item, ...]:
    """At most `n` items, evenly spaced over the file, so that every relation is seen."""
    total = len(questions)
    n = min(n, total)
    return tuple(questions[i * total // n] for i in range(n))

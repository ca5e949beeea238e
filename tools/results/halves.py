"""Which questions decoders were designed and fitted on, and which they are judged on."""

from collections.abc import Sequence
from pathlib import Path

from misspoke.questions import QuestionSet, load
from misspoke.questions.sets import fingerprint, spread
from misspoke.records import Question

LOOKED_AT = {"atlas": (300, 800), "entity_questions_dev": (720,)}
"""Of each set, the sizes of the even samples that the decoders' design was explored on."""


def fitted_relations(questions: Sequence[Question]) -> frozenset[str]:
    """Every other relation, in alphabetical order from the first."""
    return frozenset(sorted({q.relation for q in questions if q.relation})[::2])


def for_fitting(source: str, n: int) -> list[Question]:
    """Questions of the relations that weights are fitted on, evenly spread."""
    every = load(source, skip_bad=True).questions
    relations = fitted_relations(every)
    return list(spread([q for q in every if q.relation in relations], n))


def for_judging(source: str, n: int | None) -> QuestionSet:
    """Questions of the other relations, without those that were looked at; evenly spread.

    A set without relations was not fitted on and is judged whole.
    """
    whole = load(source, skip_bad=True)
    relations = fitted_relations(whole.questions)
    seen = {
        question.id
        for size in LOOKED_AT.get(Path(whole.name).stem, ())
        for question in load(source, n=size, skip_bad=True).questions
    }
    left = [q for q in whole.questions if q.relation not in relations and q.id not in seen]
    kept = tuple(left if n is None else spread(left, n))
    return QuestionSet(whole.name, kept, fingerprint(kept), whole.skipped, whole.notices)

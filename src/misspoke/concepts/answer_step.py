"""Where the answer begins in what a model said: behind an echo of the question.

A chat model may open with "The capital of Honduras is". The answer step is found without looking at
gold: behind the longest echo of the question's or the stem's words and a connector, else at the
start. docs/answer-step.md says how often that is right.
"""

import re

_WORD = re.compile(r"\w+")
_CONNECTOR = re.compile(r"\b(?:is|are|was|were|by)\b", re.IGNORECASE)
_FREE = {"the", "a", "an", "it", "this", "that", "answer", "correct", "in", "on", "at", "of"}
"""Words that may stand in an echo without standing in the question ("It is", "The answer is")."""

_PARTICIPLES = "located|situated|found|written|composed|painted|called|named|known|spoken|made"
_PREDICATE = re.compile(rf"(?:\s+(?:{_PARTICIPLES}))?(?:\s+(?:in|on|at|by|as|to))?(?=\s)")
_KIND = re.compile(r"\s+the\s+(\w+)\s+of(?=\s)")


def answer_start(text: str, question: str, stem: str | None) -> int:
    """The place in `text` at which the answer begins, behind the connector of an echo; else 0.

    A connector is a form of "to be" or "by", with a participle and a preposition behind it
    ("is located in"), and what repeats the question's kind ("is the city of").
    """
    echoed = {word.casefold() for word in _WORD.findall(f"{question} {stem or ''}")}
    allowed = echoed | _FREE
    start = 0
    for connector in _CONNECTOR.finditer(text):
        before = [word.casefold() for word in _WORD.findall(text[: connector.start()])]
        if not before or not allowed.issuperset(before):
            break
        start = connector.end()
        allowed |= {connector[0].casefold()}
    return _behind_predicate(text, start, echoed) if start else 0


def _behind_predicate(text: str, start: int, echoed: set[str]) -> int:
    """Skips "located in" and "the city of" behind a connector."""
    predicate = _PREDICATE.match(text, start)
    if predicate is not None:
        start = predicate.end()
    kind = _KIND.match(text, start)
    return kind.end() if kind is not None and kind[1].casefold() in echoed else start

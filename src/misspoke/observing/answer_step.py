"""Where the answer begins in what a model said: behind an echo of the question.

A chat model may open with "The capital of Honduras is". The answer step is found without looking at
gold: after the longest echo of the question's or the stem's words and a copula, else at the start.
"""

import re

_WORD = re.compile(r"\w+")
_COPULA = re.compile(r"\b(?:is|are|was|were)\b|(?<=\w)['’]s\b", re.IGNORECASE)
_ANAPHORA = frozenset({"the", "a", "an", "it", "this", "that", "answer", "correct"})
"""Words that may stand in an echo without standing in the question ("It is", "The answer is")."""


def answer_start(text: str, question: str, stem: str | None) -> int:
    """The place in `text` at which the answer begins: behind the copula of an echo, else 0."""
    source = {word.casefold() for word in _WORD.findall(f"{question} {stem or ''}")}
    allowed = source | _ANAPHORA
    start = 0
    for copula in _COPULA.finditer(text):
        echo = [word.casefold() for word in _WORD.findall(text[: copula.start()])]
        if not echo or not allowed.issuperset(echo):
            break
        start = copula.end()
        allowed = allowed | {"is", "are", "was", "were", "s"}
    return start

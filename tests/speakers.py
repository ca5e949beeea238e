"""Simulated models whose commitment is known: what each says of a question is written down."""

from collections.abc import Mapping

from misspoke.lm.table import TableModel
from misspoke.records import Question
from misspoke.records.observation import Observation

ROWS = {
    "right": {" Persian": 0.7, " Farsi": 0.1, " Arabic": 0.2},
    "gap": {" Persian": 0.05, " Farsi": 0.01, " Arabic": 0.94},
    "minority": {" Persian": 0.2, " Farsi": 0.15, " Arabic": 0.5, " Greek": 0.15},
    "split": {" Persian": 0.3, " Farsi": 0.25, " Arabic": 0.4, " Greek": 0.05},
}
"""Next tokens by what becomes of the question; each is a whole answer. Persian is right, and Farsi.

All but `split` emit the meaning that they believe most: Persian and Farsi together outweigh Arabic
there, and lose to it apart.
"""

COMMITTED = {"right": 200, "minority": 150, "gap": 50}
"""Always says what it believes most; three of four wrong answers have a P-mass of at least 0.2."""

SPLIT = {"right": 200, "minority": 110, "gap": 50, "split": 40}
"""The same but for split votes on a tenth of the questions."""


def observed(counts: Mapping[str, int]) -> list[Observation]:
    """The rows of a simulated model that answers so many questions of each kind."""
    import misspoke

    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    questions = [
        Question(f"Which language is number {place}?", [["Persian", "Farsi"]], id=f"q{place}")
        for place in range(len(kinds))
    ]
    tables = {
        question.question: {(): ROWS[kind]} for question, kind in zip(questions, kinds, strict=True)
    }
    lm = TableModel(tables, name="simulated")
    return [misspoke.observe(lm, question, shots=0) for question in questions]

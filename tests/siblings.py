"""Simulated siblings: table models of one family, asked through the real engine."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from misspoke.lm.table import END, Table, TableModel
from misspoke.observing.detecting import Extras
from misspoke.observing.diagnose import Observer
from misspoke.observing.observe import Limits
from misspoke.records import Question
from misspoke.records.lineage import Lineage
from misspoke.runs import JSON, open_run
from misspoke.search import AnswerLimits

GOLD = (" Ringgit", " Malaysian")
"""First tokens of the right answer's two spellings, "ringgit" and "Malaysian ringgit"."""
WRONG = (" Rupiah", " Dollar", " Baht", " Dong")
RELATIONS = 20
LIMITS = Limits(epsilon=1e-6, answers=AnswerLimits(nodes=60, residual=1e-6))


def asked(count: int, relations: int = RELATIONS) -> list[Question]:
    """Questions of one right answer in two spellings, in several relations."""
    return [
        Question(
            f"What does country number {place} pay with?",
            [["ringgit", "Malaysian ringgit"]],
            id=f"q{place}",
            relation=f"relation {place % relations}",
        )
        for place in range(count)
    ]


def distribution(gold: float, split: float, wrong: Sequence[float]) -> dict[str, float]:
    """First tokens: gold in two spellings, `split` of it in the second, and wrong answers."""
    row = {GOLD[0]: gold * (1 - split), GOLD[1]: gold * split}
    row |= dict(zip(WRONG, wrong, strict=True))
    total = sum(row.values())
    return {token: p / total for token, p in row.items() if p > 0}


def drawn(
    count: int, seed: int = 0, split: float = 0.0, shift: float = 0.0
) -> list[dict[str, float]]:
    """A first-token distribution for each question, some with right answers and some without.

    The questions of a relation have a common `shift` at the most, for the better or for the worse,
    of the right answer's probability.
    """
    chance, common = random.Random(seed), random.Random(f"relations {seed}")
    shifts = [shift * common.uniform(-1, 1) for _ in range(RELATIONS)]
    rows = []
    for place in range(count):
        wrong = [chance.random() ** 2 + 0.02 for _ in WRONG]
        total = sum(wrong)
        gold = chance.random() ** 1.5 * 0.9
        gold = min(0.95, max(0.0, gold + shifts[place % RELATIONS]))
        rows.append(distribution(gold, split, [(1 - gold) * p / total for p in wrong]))
    return rows


def sharpened(row: Mapping[str, float], temperature: float) -> dict[str, float]:
    """The same distribution at a temperature."""
    raised = {token: p ** (1 / temperature) for token, p in row.items()}
    total = sum(raised.values())
    return {token: p / total for token, p in raised.items()}


def model(rows: Sequence[Mapping[str, float]], name: str = "table") -> TableModel:
    """A model that answers the questions from these distributions of first tokens."""
    tables: dict[str, Table] = {}
    for question, row in zip(asked(len(rows)), rows, strict=True):
        table: dict[tuple[str, ...], Mapping[str, float]] = {(): row}
        for token in row:
            after = " ringgit" if token == GOLD[1] else END
            table[token,] = {after: 1.0}
        tables[question.question] = table
    return TableModel(tables, name=name)


def run(
    folder: Path,
    rows: Sequence[Mapping[str, float]],
    lineage: Lineage | None = None,
    name: str = "",
) -> Path:
    """The folder of a finished run of such a model, without summary and report."""
    lm = model(rows, name or folder.name)
    observer = Observer.of(lm, style="text", shots=0, limits=LIMITS, extras=Extras())
    questions = asked(len(rows))
    settings: dict[str, JSON] = {
        "model": {"name": lm.name, **lm.description()},
        "questions": {"name": "money", "sha256": "", "count": len(rows)},
        "style": asdict(observer.prompter.style),
        "limits": asdict(LIMITS),
        "seed": 0,
    }
    facts: dict[str, JSON] = {"lineage": asdict(lineage)} if lineage else {}
    with open_run(folder, settings, facts, [question.id for question in questions]) as writer:
        for found in observer.observe(questions):
            writer.append(found.row, found.states)
        writer.finish({})
    return folder

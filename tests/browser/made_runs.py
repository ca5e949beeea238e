"""Runs for the browser: of a table model with all outcomes and odd texts, and a large one."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import misspoke
from benchmarks.report_page import repeated
from misspoke.lm.table import TableModel
from misspoke.reports import write_report
from misspoke.runs import load_run

ODD_ID = "id with spaces/&=#?%25 ü'\"<b>"
HOSTILE_QUESTION = "Who is <img src=x onerror=alert(1)>?"
HOSTILE_ANSWER = "</script><script>alert(1)</script>"
QUOTED_RELATION = "rel \"quoted\" 'one' <b>"
RIGHT_TO_LEFT = "ما هي عاصمة فرنسا؟"
FORMULA = "=1+1"

Table = Mapping[tuple[str, ...], Mapping[str, float]]


def said(**masses: float) -> Table:
    """Answers of one token each; an underscore is a blank."""
    return {(): {" " + text.replace("_", " "): mass for text, mass in masses.items()}}


def filled(table: Table) -> Table:
    """The table with what lacks to 1 on a word that is no answer here."""
    rows = {path: {**row, " Atlantis": 1 - sum(row.values())} for path, row in table.items()}
    return {
        path: {text: mass for text, mass in row.items() if mass > 1e-9}
        for path, row in rows.items()
    }


def _tables() -> Iterator[tuple[str, str, str, list[str], Table]]:
    """Id, question, relation, right answers, and what the model would say."""
    right = ["ringgit", "Malaysian ringgit", "RM"]
    for n in range(12):
        table = said(Paris=0.5 + n / 100, Rome=0.2, Bonn=0.1)
        yield f"right-{n}", f"What is the capital of France, case {n}?", "capital", ["Paris"], table
    for n in range(12):
        table = said(Lyon=0.5, Paris=0.02 + n / 1000, Rome=0.3)
        yield f"gap-{n}", f"Which town is it, case {n}?", "town", ["Paris"], table
    split = {
        (): {" Rupiah": 0.3, " ringgit": 0.2, " Malaysian": 0.15, " RM": 0.14, " Dollar": 0.1},
        (" Malaysian",): {" ringgit": 0.9, " dollar": 0.1},
    }
    for n in range(5):
        yield f"split-{n}", f"What is Malaysia’s currency, case {n}?", "currency", right, split
    missed = {
        (): {" New": 0.45, " Paris": 0.35, " Oslo": 0.1},
        (" New",): {" York": 0.55, " Delhi": 0.45},
    }
    for n in range(3):
        yield f"greedy-{n}", f"Where is the tower, case {n}?", "town", ["Paris"], missed
    minority = said(Bonn=0.5, Berlin=0.3, Rome=0.1)
    for n in range(3):
        yield f"minority-{n}", f"Which capital is it, case {n}?", "capital", ["Berlin"], minority
    yield ODD_ID, "An odd id, São Tomé?", "odd", ["Paris"], said(Rome=0.5, Paris=0.3)
    yield (
        "hostile",
        HOSTILE_QUESTION,
        QUOTED_RELATION,
        ["x <b>y</b>"],
        {(): {f" {HOSTILE_ANSWER}": 0.6, " x <b>y</b>": 0.3}},
    )
    yield "arabic", RIGHT_TO_LEFT, "rtl", ["باريس"], said(روما=0.5, باريس=0.4)
    yield "formula", "What, one and one?", "sum", ["2"], {(): {FORMULA: 0.6, " 2": 0.3}}
    yield (
        "refusal",
        "Who knows?",
        "odd",
        ["Paris"],
        {
            (): {" I": 0.7, " Paris": 0.3},
            (" I",): {" do not know": 1.0},
        },
    )


def small_run(folder: Path) -> misspoke.Run:
    """Diagnoses the table model on 40 questions, in a folder; the report is in it."""
    tables, asked = {}, []
    for row_id, question, relation, answers, table in _tables():
        tables[question] = filled(table)
        asked.append(misspoke.Question(question, [answers], id=row_id, relation=relation))
    lm = TableModel(tables, name="table")
    return misspoke.diagnose(lm, asked, out=folder / "run", shots=0)


def unrelated_run(folder: Path) -> misspoke.Run:
    """Four questions: without a relation, and with relations that read as if there were none."""
    relations = (None, "(none)", "(none)(none)", "town")
    asked = [
        misspoke.Question(f"Which town, case {n}?", [["Paris"]], id=f"q{n}", relation=relation)
        for n, relation in enumerate(relations)
    ]
    tables = {one.question: filled(said(Lyon=0.5, Paris=0.3)) for one in asked}
    return misspoke.diagnose(TableModel(tables, name="table"), asked, out=folder / "run", shots=0)


def disputed_run(folder: Path) -> misspoke.Run:
    """Four questions; of "disputed", the first token alone says that the model knew the answer."""
    tables: dict[str, tuple[str, Table]] = {
        "gap": ("Paris", said(Lyon=0.5, Paris=0.05)),
        "disputed": ("New York", {(): {" Lyon": 0.5, " New": 0.4}, (" New",): {" York": 0.1}}),
        "failure": ("Paris", said(Lyon=0.5, Paris=0.3)),
        "right": ("Paris", said(Paris=0.9)),
    }
    asked = [misspoke.Question(name, [[gold]], id=name) for name, (gold, _) in tables.items()]
    lm = TableModel({name: filled(table) for name, (_, table) in tables.items()}, name="table")
    return misspoke.diagnose(lm, asked, out=folder / "run", shots=0)


def opener_run(folder: Path) -> misspoke.Run:
    """One question whose right answer begins with an opener more often than not."""
    table: Table = {(): {" The": 0.6, " Hague": 0.1}, (" The",): {" Hague": 0.5, " Dom": 0.4}}
    asked = [misspoke.Question("Which town is it?", [["Hague"]], id="hague")]
    lm = TableModel({asked[0].question: filled(table)}, name="table")
    return misspoke.diagnose(lm, asked, out=folder / "run", shots=0)


def large_run(small: misspoke.Run, folder: Path, rows: int) -> Path:
    """A report of many rows that repeat those of a small run, each with an id of its own."""
    many = load_run(repeated(small, folder, rows))
    return write_report(many, small.summary().to_dict())

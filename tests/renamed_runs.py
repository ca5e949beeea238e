"""A run on a table model whose right answers lack names."""

import json
from pathlib import Path

from misspoke import diagnose
from misspoke.api import Run
from misspoke.lm.table import END, TableModel
from misspoke.records import Question

PRESS = "Who developed the printing press?"
AGAIN = "Who printed the first Bible?"
TOWN = "In which town did he live?"
YEAR = "In which year was it?"
HOSTILE = "Gutenberg[red]\x1b[31m\u202e"

TABLES = {
    PRESS: {
        (): {" Gutenberg": 0.5, " Johannes": 0.2, " Luther": 0.3},
        (" Gutenberg",): {END: 0.5, "\n": 0.3, ".": 0.2},
        (" Johannes",): {" Gutenberg": 1.0},
    },
    AGAIN: {
        (): {" Gutenberg": 0.6, " Luther": 0.4},
        (" Gutenberg",): {".": 1.0},
        (" Gutenberg", "."): {END: 1.0},
    },
    TOWN: {
        (): {" Worms": 0.5, " Maintz": 0.3, " Mayence": 0.2},
        (" Worms",): {END: 1.0},
    },
    YEAR: {(): {" 1454": 0.6, " 1455": 0.4}, (" 1455",): {END: 1.0}},
}

GUTENBERG = [["Johannes Gutenberg"]]
QUESTIONS = [
    Question(PRESS, GUTENBERG, id="press", distractors=["Luther"]),
    Question(AGAIN, GUTENBERG, id="again"),
    Question(TOWN, [["Mainzer", "Mayence"], ["Worms"]], id="town"),
    Question(YEAR, [["1455"]], id="year"),
]


def table_model() -> TableModel:
    return TableModel(TABLES, name="press")


def made(folder: Path, questions: list[Question] = QUESTIONS, **options: object) -> Run:
    """A finished run."""
    return diagnose(table_model(), questions, folder, **options)  # type: ignore[arg-type]


def patch_of(path: Path, *lines: dict[str, object]) -> Path:
    """A patch file; its lines are accepted unless they say otherwise."""
    path.write_text("".join(json.dumps({"accept": True, **line}) + "\n" for line in lines))
    return path

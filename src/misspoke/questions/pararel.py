"""ParaRel-style files: relations as patterns to be filled and gone on with (Elazar et al. 2021).

    {"relation": "P36", "patterns": ["The capital of [X] is [Y]", …], "candidates": ["Rome", …],
     "facts": [["Italy", "Rome"], …]}

Each fact becomes a question whose wordings are the filled patterns up to [Y]: prompts to go on
from. Patterns that do not end in [Y] are passed over, for a model that reads from left to right
cannot fill them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from misspoke.questions.formats import FileError, RawRow, read_rows
from misspoke.questions.sets import QuestionSet, fingerprint, spread
from misspoke.records import Question, UserError

_EXTENSIONS = (".jsonl", ".ndjson")
_SUBJECT, _OBJECT = "[X]", "[Y]"
_SHAPE = "see docs/consistency.md for the shape of a row"


def is_pararel(name_or_path: str) -> bool:
    """Whether a file's first row has patterns and facts; False for what cannot be read."""
    if Path(name_or_path).suffix.lower() not in _EXTENSIONS:
        return False
    try:
        path = Path(name_or_path).expanduser()
        with path.open("rb") as file:
            first = next((line for line in file if line.strip()), b"")
        rows = read_rows(".jsonl", first)
    except (OSError, FileError, RuntimeError):
        return False
    return bool(rows) and {"patterns", "facts"} <= set(rows[0].fields)


def load_pararel(path: str, *, n: int | None = None) -> QuestionSet:
    """The facts of a file as questions, their wordings the filled patterns.

    `n` keeps at most so many facts, evenly spread over the file. Facts of one subject are one
    question with several right answers; the candidates that are not right are its distractors.

    Raises:
        UserError: the file cannot be read, or a row is bad; one line with the file, the line, what
            is wrong and the remedy.
    """
    if n is not None and n < 1:
        raise UserError(f"{n} facts were asked for; ask for at least 1")
    questions: list[Question] = []
    first_use: dict[str, int] = {}
    passed_over: list[str] = []
    for row in _rows(path):
        place = f"{path}:{row.number}"
        relation = _relation(place, row)
        if relation.relation in first_use:
            raise UserError(
                f"{place}: relation {relation.relation!r} is already on line "
                f"{first_use[relation.relation]}; make relations unique"
            )
        first_use[relation.relation] = row.number
        fitting = [pattern for pattern in relation.patterns if _ends_in_object(pattern)]
        if len(fitting) < len(relation.patterns):
            count = len(relation.patterns) - len(fitting)
            passed_over.append(f"{place}: {count} patterns do not end in [Y]; passed over")
        if fitting:
            questions += _questions(relation, fitting)
    if not questions:
        raise UserError(f"{path}: holds no fact with a pattern that ends in [Y]; add at least one")
    kept = tuple(questions) if n is None else spread(questions, n)
    return QuestionSet(Path(path).name, kept, fingerprint(kept), (), tuple(passed_over))


def _rows(given: str) -> list[RawRow]:
    try:
        return read_rows(".jsonl", Path(given).expanduser().read_bytes())
    except OSError as error:
        raise UserError(f"{given}: cannot be read ({error.strerror}); check the path") from error
    except RuntimeError as error:  # "~nobody"
        raise UserError(f"{given}: cannot be found ({error}); check the path") from error
    except FileError as error:
        where = given if error.line is None else f"{given}:{error.line}"
        raise UserError(f"{where}: {error}") from error


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank")
    return " ".join(text.split())


_Text = Annotated[str, AfterValidator(_filled)]


def _with_subject(pattern: str) -> str:
    if pattern.count(_SUBJECT) != 1 or pattern.count(_OBJECT) != 1:
        raise ValueError("must hold [X] once and [Y] once")
    return pattern


def _pair(fact: list[str]) -> list[str]:
    if len(fact) != 2:
        raise ValueError("must be a subject and an object")
    return fact


class _Relation(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    relation: _Text
    patterns: list[Annotated[_Text, AfterValidator(_with_subject)]]
    facts: list[Annotated[list[_Text], AfterValidator(_pair)]]
    candidates: list[_Text] = []


def _relation(place: str, row: RawRow) -> _Relation:
    if row.fault is not None:
        raise UserError(f"{place}: {row.fault}")
    try:
        return _Relation.model_validate(dict(row.fields))
    except ValidationError as error:
        first = error.errors()[0]
        where = " ".join(str(part) for part in first["loc"])
        raise UserError(
            f"{place}: {where}: {first['msg'].removeprefix('Value error, ')}; {_SHAPE}"
        ) from error


def _ends_in_object(pattern: str) -> bool:
    return pattern.rstrip(" .").endswith(_OBJECT)


def _questions(relation: _Relation, patterns: Sequence[str]) -> list[Question]:
    objects: dict[str, dict[str, None]] = {}
    for subject, found in relation.facts:
        objects.setdefault(subject, {})[found] = None
    return [
        _question(relation, patterns, place, subject, right)
        for place, (subject, right) in enumerate(objects.items())
    ]


def _question(
    relation: _Relation,
    patterns: Sequence[str],
    place: int,
    subject: str,
    right: Mapping[str, None],
) -> Question:
    filled = [pattern.replace(_SUBJECT, subject) for pattern in patterns]
    prompts = list(dict.fromkeys(text[: text.rindex(_OBJECT)].strip() for text in filled))
    return Question(
        prompts[0],
        [[answer] for answer in right],
        id=f"{relation.relation}-{place}",
        relation=relation.relation,
        distractors=[one for one in dict.fromkeys(relation.candidates) if one not in right],
        wordings=prompts[1:],
    )

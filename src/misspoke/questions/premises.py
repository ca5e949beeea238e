"""The bundled false premises, and readers of a user's own."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from misspoke.questions.formats import FileError, RawRow, kind_of, read_rows
from misspoke.questions.sets import spread
from misspoke.records import UserError
from misspoke.records.premise import Loaded, Premise

BUNDLED = "premises"
_EXTENSIONS = (".jsonl", ".ndjson", ".json")
_SHAPE = "see docs/premises.md for the shape of a row"


@dataclass(frozen=True, slots=True)
class PremiseSet:
    """Premises that were read together; `sha256` is the hash of their content, not of the file."""

    name: str
    premises: tuple[Premise, ...]
    sha256: str

    @classmethod
    def of(cls, premises: Sequence[Premise], name: str = "given") -> "PremiseSet":
        """These premises as a set."""
        return cls(name, tuple(premises), _fingerprint(premises))


def premises() -> tuple[Premise, ...]:
    """The bundled premises, in the order of their file."""
    return load_premises().premises


def load_premises(name_or_path: str = BUNDLED, *, n: int | None = None) -> PremiseSet:
    """The bundled premises, or those of a file with one JSON object a line (or a list of them).

    `n` keeps at most so many, evenly spread over the file.

    Raises:
        UserError: there is no such file, it cannot be read, or a row is bad; the text is one line
            with the file, the line, what is wrong and the remedy.
    """
    if n is not None and n < 1:
        raise UserError(f"{n} premises were asked for; ask for at least 1")
    if name_or_path == BUNDLED:
        name, rows = BUNDLED, _bundled()
    else:
        name, rows = Path(name_or_path).name, _file_rows(name_or_path)
    if not rows:
        raise UserError(f"{name_or_path}: holds no premises; add at least one row")
    read = _checked(name_or_path, rows)
    if n is not None:
        read = spread(read, n)
    return PremiseSet.of(read, name)


def _bundled() -> list[RawRow]:
    data = files("misspoke.questions") / "data" / f"{BUNDLED}.jsonl"
    return read_rows(".jsonl", data.read_bytes())


def _file_rows(given: str) -> list[RawRow]:
    extension = Path(given).suffix.lower()
    if extension not in _EXTENSIONS:
        raise UserError(
            f"{given}: not a file of premises; name one that ends in {' '.join(_EXTENSIONS)}, "
            f"or {BUNDLED!r} for the bundled ones"
        )
    try:
        return read_rows(extension, Path(given).expanduser().read_bytes())
    except OSError as error:
        raise UserError(f"{given}: cannot be read ({error.strerror}); check the path") from error
    except RuntimeError as error:  # "~nobody"
        raise UserError(f"{given}: cannot be found ({error}); check the path") from error
    except FileError as error:
        where = given if error.line is None else f"{given}:{error.line}"
        raise UserError(f"{where}: {error}") from error


def _checked(source: str, rows: Sequence[RawRow]) -> tuple[Premise, ...]:
    first_use: dict[str, int] = {}
    read = []
    for row in rows:
        place = f"{source}:{row.number}" if row.unit == "line" else f"{source}: row {row.number}"
        premise = _premise(place, row)
        if premise.id in first_use:
            used = f"{row.unit} {first_use[premise.id]}"
            raise UserError(
                f"{place}: id {premise.id!r} is already used on {used}; make ids unique"
            )
        first_use[premise.id] = row.number
        read.append(premise)
    return tuple(read)


def _premise(place: str, row: RawRow) -> Premise:
    if row.fault is not None:
        fault = row.fault.split(";")[0]
        raise UserError(f"{place}: {fault}; {_SHAPE}")
    try:
        fields = _Row.model_validate(dict(row.fields))
    except ValidationError as error:
        raise UserError(f"{place}: {_in_words(error)}") from error
    premise = Premise(
        fields.id,
        fields.kind,
        fields.direct,
        tuple(dict.fromkeys(fields.answers)),
        _loaded(fields.false),
        _loaded(fields.true),
        fields.stem or None,
    )
    useless = _fault(premise)
    if useless is not None:
        raise UserError(f"{place}: {useless}")
    return premise


def _loaded(fields: "_Loaded") -> Loaded:
    return Loaded(fields.question, fields.premise, fields.said, fields.reject, fields.accept)


def _fault(premise: Premise) -> str | None:
    """What makes the row useless though every field is there."""
    for answer in premise.answers:
        if _has_words(premise.false.question, answer):
            return (
                f"the false question holds the answer {answer!r}, which gives it away; "
                "reword the question"
            )
    if premise.false.question == premise.true.question:
        return "'false' and 'true' ask the same; give 'true' the true premise"
    for name, loaded in (("false", premise.false), ("true", premise.true)):
        if loaded.reject == loaded.accept:
            return f"'reject' and 'accept' of {name!r} are the same; give each its own opening"
    return None


def _has_words(text: str, phrase: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(phrase.casefold())}(?!\w)", text.casefold()) is not None


def _fingerprint(read: Sequence[Premise]) -> str:
    rows = [asdict(premise) for premise in read]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return sha256(text.encode()).hexdigest()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"is {kind_of(value)}, not a text; put it in quotes")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half of a surrogate pair; write the character itself") from None
    if not value.strip():
        raise ValueError(f"is blank; {_SHAPE}")
    return value.strip()


def _stem(value: object) -> str:
    return "" if value is None else _text(value)


def _answers(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(f"is {kind_of(value)}, not a list; put it in [ ]")
    if not value:
        raise ValueError("is empty; give at least one right answer to 'direct'")
    return [_text(member) for member in value]


class _Loaded(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)

    question: Annotated[str, BeforeValidator(_text)]
    premise: Annotated[str, BeforeValidator(_text)]
    said: Annotated[str, BeforeValidator(_text)]
    reject: Annotated[str, BeforeValidator(_text)]
    accept: Annotated[str, BeforeValidator(_text)]


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)

    id: Annotated[str, BeforeValidator(_text)]
    kind: Annotated[str, BeforeValidator(_text)]
    direct: Annotated[str, BeforeValidator(_text)]
    answers: Annotated[list[str], BeforeValidator(_answers)]
    false: _Loaded
    true: _Loaded
    stem: Annotated[str, BeforeValidator(_stem)] = ""


def _in_words(error: ValidationError) -> str:
    """The first thing that is wrong with a row, in one line."""
    first = error.errors(include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return f"{name!r} is missing; {_SHAPE}"
    if first["type"] == "value_error":
        return f"{name!r} {first['ctx']['error']}"
    return f"{name!r} is {kind_of(first['input'])}, not an object; {_SHAPE}"

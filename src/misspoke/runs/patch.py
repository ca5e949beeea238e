"""A patch of right answers: a JSON Lines file of suspected aliases, with what a person decided.

One alias a line, which may serve several questions. A person sets `accept`, in the terminal or by
hand, and may add lines of his own: `{"ids": ["q7"], "alias": "Gutenberg", "accept": true}`.
"""

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from misspoke.records import UserError
from misspoke.runs.files import explained, write_atomically


def _name(text: str) -> str:
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("holds half of a surrogate pair; write the character itself")
    plain = unicodedata.normalize("NFKC", text)
    if not any(unicodedata.category(char)[0] in "LNS" for char in plain):
        raise ValueError(f"is {text!r}, without a letter, a digit or a symbol; give a name")
    return text


class PatchLine(BaseModel):
    """A suspected alias, and what was decided of it."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    ids: Annotated[list[str], Field(min_length=1)]
    """The questions that it is for."""
    question: str = ""
    """The text of the first one, to read."""
    joins: str | None = None
    """A spelling of the right answer that it is another name of; needed where there are several."""
    alias: Annotated[str, AfterValidator(_name)]
    reason: str = "added by hand"
    prob: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """The probability that would move into P-mass, summed over the questions."""
    would_be: list[str] = []
    """The outcome of each question, were it accepted."""
    accept: bool = False
    reviewed: bool = False
    """Whether a review has asked for it: a rejected one is not asked for again."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch file as it was read."""

    path: Path
    sha256: str
    """Of the file's bytes."""
    lines: tuple[tuple[int, PatchLine], ...]
    """With their numbers in the file, from 1."""

    @property
    def accepted(self) -> tuple[tuple[int, PatchLine], ...]:
        """The lines that a person has accepted."""
        return tuple(one for one in self.lines if one[1].accept)


def read_patch(path: Path) -> Patch:
    """Read and check a patch file; blank lines are skipped.

    Raises:
        UserError: it cannot be read, or a line is bad; the text names the file and the line.
    """
    try:
        data = path.read_bytes()
        text = data.decode()
    except OSError as error:
        raise UserError(
            f"{path}: cannot be read ({error.strerror}); `misspoke aliases RUN --patch FILE` makes "
            "one"
        ) from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: is not UTF-8 ({error.reason}); save it as UTF-8") from error
    lines = tuple(
        (number, _line(path, number, line))
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    )
    return Patch(path, sha256(data).hexdigest(), lines)


def write_patch(path: Path, lines: Iterable[PatchLine]) -> None:
    """Write a patch file: whole, or not at all.

    Raises:
        UserError: the disk is full or broken; an old file is untouched.
    """
    rows = (json.dumps(line.model_dump(), ensure_ascii=False) + "\n" for line in lines)
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, "".join(rows))


def _line(path: Path, number: int, text: str) -> PatchLine:
    try:
        return PatchLine.model_validate(json.loads(text))
    except ValueError as error:
        why = _in_words(error) if isinstance(error, ValidationError) else f"is no JSON ({error})"
        raise UserError(f"{path}:{number}: {why}; mend the line or delete it") from error
    except RecursionError as error:
        raise UserError(f"{path}:{number}: is nested too deep; delete the line") from error


def _in_words(error: ValidationError) -> str:
    """The first thing that is wrong with a line."""
    first: Any = error.errors(include_url=False)[0]
    name = ".".join(map(str, first["loc"]))
    if not name:
        return "is no JSON object"
    if first["type"] == "missing":
        return f"{name!r} is missing"
    if first["type"] == "extra_forbidden":
        return f"{name!r} is no field of a patch"
    said = first["ctx"]["error"] if first["type"] == "value_error" else first["msg"]
    return f"{name!r}: {said}"

"""One row of a question file: checked at the edge, then a `Question`."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from misspoke.questions.formats import kind_of
from misspoke.records import Question

_REMEDY = {
    "question": "give the text that is asked",
    "answers": "give at least one right answer",
}


class RowError(Exception):
    """A row that cannot become a question; the text is what is wrong, a semicolon, the remedy."""


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A question, and what was mended on the way to it."""

    question: Question
    notices: tuple[str, ...]
    has_own_id: bool


def check_row(fields: Mapping[str, object]) -> CheckedRow:
    """The question in the fields of a row; fields that misspoke does not know are ignored.

    Raises:
        RowError: a field is missing, empty, of the wrong type or without content.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        row = _Row.model_validate(given)
    except ValidationError as error:
        raise RowError(_in_words(error)) from error
    flat = all(isinstance(answer, str) for answer in row.answers)
    answers, repeated = _without_repeats(_as_groups(row.answers))
    right = {spelling for group in answers for spelling in group}
    question = Question(
        row.question,
        answers[0] if flat else answers,
        id=row.id or None,
        relation=row.relation or None,
        distractors=[text for text in row.distractors if text not in right],
        stem=row.stem or None,
        wordings=_other_wordings(row.question, row.wordings),
    )
    notices = [f"answer {text!r} is given more than once; merged" for text in repeated]
    notices += [
        f"distractor {text!r} is also a right answer; left out"
        for text in dict.fromkeys(row.distractors)
        if text in right
    ]
    return CheckedRow(question, tuple(notices), has_own_id=bool(row.id))


def _other_wordings(question: str, wordings: list[str]) -> list[str]:
    """Each wording once, without the question itself."""
    return [wording for wording in dict.fromkeys(wordings) if wording != question]


def _as_groups(answers: list[str] | list[list[str]]) -> list[list[str]]:
    """Alias lists as they are; texts as a single list, in which repeats are looked for."""
    groups = [answer for answer in answers if isinstance(answer, list)]
    return groups or [[answer for answer in answers if isinstance(answer, str)]]


def _without_repeats(groups: list[list[str]]) -> tuple[list[list[str]], list[str]]:
    """The groups with each spelling where it stands first, and the spellings that were repeated."""
    seen: set[str] = set()
    repeated: dict[str, None] = {}
    kept: list[list[str]] = []
    for group in groups:
        fresh = []
        for spelling in group:
            if spelling in seen:
                repeated[spelling] = None
            else:
                seen.add(spelling)
                fresh.append(spelling)
        if fresh:
            kept.append(fresh)
    return kept, list(repeated)


def _id_text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"is {kind_of(value)}, not a text; put it in quotes")
    return _encodable(value).strip()


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half of a surrogate pair; write the character itself") from None
    return text


def _not_blank(text: str) -> str:
    if not any(unicodedata.category(character)[0] not in "CZ" for character in text):
        raise ValueError("is blank; give the text that is asked")
    return text


def _answers(value: object) -> object:
    members = _members(value)
    if not members:
        raise ValueError(f"is empty; {_REMEDY['answers']}")
    if all(isinstance(member, str) for member in members):
        return [_answer(member) for member in members]
    if {kind_of(member) for member in members} == {"a text", "a list"}:
        raise ValueError("mixes texts and lists; give texts only, or one list for each answer")
    return [_group(member) for member in members]


def _group(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(f"holds {kind_of(value)}; put each answer in quotes")
    if not value:
        raise ValueError("has an empty group; give every group at least one spelling")
    return [_answer(member) for member in value]


def _answer(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"holds {kind_of(value)}; put each answer in quotes")
    text = _encodable(value).strip()
    if not text:
        raise ValueError("has a blank answer; remove it or fill it in")
    if not any(unicodedata.category(c)[0] in "LNS" for c in unicodedata.normalize("NFKC", text)):
        raise ValueError(f"has {text!r}, which is only punctuation; give an answer in words")
    return text


def _distractors(value: object) -> object:
    return [_answer(member) for member in _members(value)]


def _wordings(value: object) -> object:
    return [_wording(member) for member in _members(value)]


def _wording(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"holds {kind_of(value)}; put each wording in quotes")
    return _not_blank(_encodable(value).strip())


def _members(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"is {kind_of(value)}, not a list; put it in [ ]")
    return value


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)

    question: Annotated[str, BeforeValidator(_text), AfterValidator(_not_blank)]
    answers: Annotated[list[str] | list[list[str]], BeforeValidator(_answers)]
    id: Annotated[str, BeforeValidator(_id_text)] = ""
    relation: Annotated[str, BeforeValidator(_text)] = ""
    distractors: Annotated[list[str], BeforeValidator(_distractors)] = []
    stem: Annotated[str, BeforeValidator(_text)] = ""
    wordings: Annotated[list[str], BeforeValidator(_wordings)] = []


def _in_words(error: ValidationError) -> str:
    """The first thing that is wrong with a row, in one line."""
    first = error.errors(include_url=False)[0]
    name = first["loc"][0]
    if first["type"] == "missing":
        return f"{name!r} is missing; {_REMEDY[str(name)]}"
    return f"{name!r} {first['ctx']['error']}"

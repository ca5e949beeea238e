"""The question sets that come with misspoke."""

from dataclasses import dataclass
from importlib.resources import files

from misspoke.questions.formats import RawRow, read_json_lines


@dataclass(frozen=True, slots=True)
class SetInfo:
    """What `misspoke questions` says of a bundled set; `relations` in the order of the file."""

    name: str
    version: int
    sha256: str
    """Of all its questions, as in `QuestionSet`."""
    rows: int
    relations: tuple[str, ...]
    licence: str
    description: str


@dataclass(frozen=True, slots=True)
class _Card:
    """A set is frozen: other questions, or other answers, are a new version with a new hash."""

    version: int
    sha256: str
    licence: str
    description: str


_CARDS = {
    "atlas": _Card(
        version=1,
        sha256="076f022b58f8eda1c1aa48ea520dfb3a24b786a6c6371d0bf274552b3d136e3b",
        licence="CC0-1.0",
        description="Short facts of general knowledge, with every name the answer goes by.",
    ),
}


def bundled_names() -> tuple[str, ...]:
    """The names that `load` knows without a file."""
    return tuple(_CARDS)


def bundled_rows(name: str) -> list[RawRow]:
    """The rows of the bundled set `name`, one of `bundled_names()`."""
    data = files("misspoke.questions") / "data" / f"{name}.jsonl"
    return read_json_lines(data.read_text(encoding="utf-8"))


def available() -> list[SetInfo]:
    """The bundled question sets."""
    return [_info(name, card) for name, card in _CARDS.items()]


def _info(name: str, card: _Card) -> SetInfo:
    rows = bundled_rows(name)
    return SetInfo(
        name=name,
        version=card.version,
        sha256=card.sha256,
        rows=len(rows),
        relations=tuple(dict.fromkeys(str(row.fields["relation"]) for row in rows)),
        licence=card.licence,
        description=card.description,
    )

"""What conversations are about: small questions with their replies, and plain prose as filler."""

import json
from functools import cache
from importlib.resources import files
from itertools import cycle, islice

from misspoke.records.instruction import Topic

_FILE = "topics.json"


@cache
def topics() -> tuple[Topic, ...]:
    """The topics of conversations, in a fixed order."""
    return tuple(
        Topic(
            row["id"],
            row["question"],
            row["reply"],
            row["brief"],
            row["word"],
            tuple(row["replies"].items()),
        )
        for row in _data()["topics"]
    )


def filler(words: int, skip: int = 0) -> str:
    """So many words of plain prose, from word `skip` on: the same text for the same numbers.

    It asks for nothing. When the prose is used up it begins again.
    """
    return " ".join(islice(cycle(_prose()), skip, skip + words))


@cache
def _prose() -> tuple[str, ...]:
    return tuple(" ".join(_data()["prose"]).split())


@cache
def _data() -> dict[str, list]:  # type: ignore[type-arg]
    path = files("misspoke.questions") / "data" / _FILE
    data: dict[str, list] = json.loads(path.read_text(encoding="utf-8"))  # type: ignore[type-arg]
    return data

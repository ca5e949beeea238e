"""What conversations are about: small questions with their replies, and plain prose as filler."""

import json
from functools import cache
from importlib.resources import files
from itertools import cycle, islice
from typing import Any

from misspoke.records.instruction import Topic


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

    It asks for nothing, and ends in a full stop; 0 words are no text. When the prose is used up
    it begins again.
    """
    text = " ".join(islice(cycle(_prose()), skip, skip + words))
    return text.rstrip(".,") + "." if text else ""


@cache
def _prose() -> tuple[str, ...]:
    return tuple(" ".join(_data()["prose"]).split())


@cache
def _data() -> dict[str, Any]:
    path = files("misspoke.questions") / "data" / "topics.json"
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data

"""Other wordings of a question: its own, or those of its relation in the atlas.

A relation has one or more forms. A form is a pattern of the question as it is asked, "What is the
capital of {x}?", and the wordings that are made of its parts. Questions that are asked in free
words stand in the file one by one, each with the part that is reworded.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from misspoke.records import Question

Slots = Mapping[str, str]
_SLOT = re.compile(r"\{(\w+)(,?)\}")


def worded(question: Question) -> tuple[str, ...]:
    """The question as it is asked, and then its other wordings, each once.

    Its own wordings come first in line; a question without any gets those of its relation, where
    the relation is one of the atlas and the question is asked as the atlas asks it. Otherwise the
    question stands alone.
    """
    others = question.wordings or _by_relation(question)
    return tuple(dict.fromkeys((question.question, *others)))


def relations() -> tuple[str, ...]:
    """The relations that have wordings."""
    return tuple(_forms())


def _by_relation(question: Question) -> tuple[str, ...]:
    for form in _forms().get(question.relation or "", ()):
        slots = form.slots(question)
        if slots is not None:
            return tuple(_filled(wording, slots) for wording in form.wordings)
    return ()


@dataclass(frozen=True, slots=True)
class _Form:
    """One way in which a relation is asked, and the wordings for it.

    `rows` says what to reword in a question that fits no pattern. `stem` is a pattern of the
    question's stem; where there is one, the slots of both can be used.
    """

    asked: re.Pattern[str] | None
    stem: re.Pattern[str] | None
    rows: Mapping[str, str]
    wordings: tuple[str, ...]

    def slots(self, question: Question) -> Slots | None:
        """The parts of the question, or None if it is not of this form."""
        if self.asked is None:
            part = self.rows.get(question.question)
            return None if part is None else {"x": part}
        match = self.asked.fullmatch(question.question)
        if match is None:
            return None
        if self.stem is None:
            return match.groupdict()
        opened = self.stem.fullmatch(question.stem or "")
        if opened is None:
            return None
        return match.groupdict() | _uncapitalised(opened.groupdict(), question.question)


def _uncapitalised(slots: Slots, question: str) -> dict[str, str]:
    """The slots of a stem, their first word as the question writes it: without a capital."""
    return {
        name: part if part.split()[0] in question.split() else part[0].lower() + part[1:]
        for name, part in slots.items()
    }


def _filled(wording: str, slots: Slots) -> str:
    """The wording with its slots filled; `{x,}` closes an apposition in x with a comma."""

    def part(match: re.Match[str]) -> str:
        text = slots[match[1]]
        return f"{text}," if match[2] and _has_apposition(text) else text

    text = _SLOT.sub(part, wording)
    if text.endswith(".."):  # of a part that ends in a full stop, "Washington, D.C."
        text = text[:-1]
    return text[0].upper() + text[1:]


def _has_apposition(text: str) -> bool:
    return ", " in re.sub('"[^"]*"', "", text)


@cache
def _forms() -> Mapping[str, tuple[_Form, ...]]:
    data = files("misspoke.questions") / "data" / "wordings.json"
    given = json.loads(data.read_text(encoding="utf-8"))
    return {
        relation: tuple(
            _Form(
                _pattern(form["asked"]) if "asked" in form else None,
                _pattern(form["stem"]) if "stem" in form else None,
                form.get("rows", {}),
                tuple(form["wordings"]),
            )
            for form in forms
        )
        for relation, forms in given.items()
    }


def _pattern(asked: str) -> re.Pattern[str]:
    """A regular expression whose groups are the slots."""
    parts = _SLOT.split(asked)  # text, name, comma, text, …
    texts = [re.escape(text) for text in parts[::3]]
    groups = [f"(?P<{name}>.+)" for name in parts[1::3]] + [""]
    return re.compile("".join(text + group for text, group in zip(texts, groups, strict=True)))

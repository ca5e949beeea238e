"""Replies of one meaning that comply with an instruction, and that do not.

What a reply to a topic may say is written down with the topic; here it is put into the form that
an instruction asks for. All replies are of one line, so that a transcript can hold them.
"""

import json
import re
from collections.abc import Callable

from misspoke.concepts.instructions.checks import complies
from misspoke.records.instruction import Instruction, Topic


def comply(instruction: Instruction, topic: Topic) -> str:
    """A reply to the topic that complies."""
    return _COMPLYING[instruction.check](topic, *instruction.values)


def violate(instruction: Instruction, topic: Topic) -> str:
    """A reply to the topic that does not: what one says who does not know of the instruction."""
    if complies(instruction, topic.reply):
        raise ValueError(f"{topic.id}: its plain reply complies with {instruction.id}")
    return topic.reply


def _capitalised(topic: Topic) -> str:
    return " ".join(word[0].upper() + word[1:] for word in topic.reply.split())


def _without_mark(topic: Topic, marks: str) -> str:
    """A full stop within becomes a semicolon; all other marks are left out."""
    text = topic.reply
    if "." in marks:
        text = text.rstrip(".").replace(".", ";")
    return "".join(char for char in text if char not in marks)


_INSTEAD = {"the": "", "and": "plus", "of": "from", "is": "remains"}
"""What is said in place of a word; nothing for "the", as in a telegram."""


def _without_word(topic: Topic, *words: str) -> str:
    text = topic.reply
    for word in words:
        text = re.sub(rf"(?i)\b{word}\b", _INSTEAD[word], text)
    return " ".join(text.split())


def _at_most(topic: Topic, most: str) -> str:
    return topic.brief if len(topic.brief.split()) <= int(most) else topic.word


def _one_sentence(topic: Topic) -> str:
    return topic.reply.rstrip(".").replace(". ", "; ") + "."


_COMPLYING: dict[str, Callable[..., str]] = {
    "language": lambda topic, language: topic.in_language(language),
    "lowercase": lambda topic: topic.reply.lower(),
    "uppercase": lambda topic: topic.reply.upper(),
    "initials": _capitalised,
    "begins": lambda topic, phrase: f"{phrase} {topic.reply}",
    "ends": lambda topic, phrase: f"{topic.reply} {phrase}",
    "wrapped": lambda topic, opening, closing: f"{opening}{topic.reply}{closing}",
    "without mark": _without_mark,
    "without word": _without_word,
    "with word": lambda topic, word: f"{topic.reply.rstrip('.')}, {word}.",
    "with phrase": lambda topic, phrase: f"{topic.reply} {phrase}",
    "at most": _at_most,
    "one sentence": _one_sentence,
    "bullets": lambda topic: f"- {topic.reply}",
    "numbered": lambda topic: f"1. {topic.reply}",
    "json": lambda topic: json.dumps({"answer": topic.reply}),
}

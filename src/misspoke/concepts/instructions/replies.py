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


def _initials(topic: Topic) -> str:
    return " ".join(_capital(word) for word in topic.reply.split())


def _begins(topic: Topic, phrase: str) -> str:
    goes_on = phrase[-1] == "," or phrase[-1].isalpha()
    return f"{phrase} {_small(topic.reply) if goes_on else topic.reply}"


def _ends(topic: Topic, phrase: str) -> str:
    """A mark takes the full stop's place; other phrases stand behind it."""
    if phrase in ("?", "!", "..."):
        return topic.reply.removesuffix(".") + phrase
    return f"{topic.reply} {phrase}"


def _without_mark(topic: Topic, marks: str) -> str:
    """In place of a full stop within comes a semicolon; all other marks are left out."""
    text = _one_sentence(topic) if "." in marks else topic.reply
    return "".join(char for char in text if char not in marks)


_INSTEAD = {"the": "", "and": "plus", "of": "from", "is": "remains"}
"""What is said in place of a word; nothing for "the", as in a telegram."""


def _without_word(topic: Topic, word: str) -> str:
    text = re.sub(rf"\b{word}\b", _INSTEAD[word], topic.reply, flags=re.IGNORECASE)
    return ". ".join(_capital(sentence.strip()) for sentence in " ".join(text.split()).split(". "))


def _with_word(topic: Topic, word: str) -> str:
    return f"{topic.reply.removesuffix('.')}, {word}."


def _at_most(topic: Topic, most: str) -> str:
    return topic.brief if len(topic.brief.split()) <= int(most) else topic.word


def _one_sentence(topic: Topic) -> str:
    first, *others = topic.reply.split(". ")
    return "; ".join([first, *map(_small, others)])


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _small(text: str) -> str:
    return text[0].lower() + text[1:]


_COMPLYING: dict[str, Callable[..., str]] = {
    "language": lambda topic, language: topic.in_language(language),
    "lowercase": lambda topic: topic.reply.lower(),
    "uppercase": lambda topic: topic.reply.upper(),
    "initials": _initials,
    "begins": _begins,
    "ends": _ends,
    "wrapped": lambda topic, opening, closing: f"{opening}{topic.reply}{closing}",
    "without mark": _without_mark,
    "without word": _without_word,
    "with word": _with_word,
    "with phrase": lambda topic, phrase: f"{topic.reply} {phrase}",
    "at most": _at_most,
    "one sentence": _one_sentence,
    "bullets": lambda topic: f"- {topic.reply}",
    "numbered": lambda topic: f"1. {topic.reply}",
    "json": lambda topic: json.dumps({"answer": topic.reply}),
}

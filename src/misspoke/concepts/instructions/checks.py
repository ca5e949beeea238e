"""The kinds of checks: whether a reply complies, and the rule that decides it token by token.

Both are written on their own: the check reads a whole text, the rule one character after the
other, and tests hold them against each other. Every check leaves aside the blanks in front of a
reply and behind it; an empty reply complies with nothing. docs/instructions.md defines them.
"""

import re
from collections.abc import Callable

from misspoke.concepts.instructions.automaton import DOOMED, Automaton
from misspoke.concepts.instructions.languages import LANGUAGES, WORDS_NEEDED, foreign, telling
from misspoke.concepts.instructions.layout import AnswerObject, ListLines
from misspoke.concepts.instructions.marks import Begins, Characters, Holds, Wrapped
from misspoke.concepts.instructions.rule import Rule
from misspoke.concepts.instructions.words import AtMost, Initials, OneSentence, Words
from misspoke.concepts.text import is_word_char
from misspoke.records.instruction import Instruction

_JSON = re.compile(
    r'\{[ \t\n\r]*"answer"[ \t\n\r]*:[ \t\n\r]*'
    r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))+"[ \t\n\r]*\}'
)
_BULLET = re.compile(r"- \s*\S.*")
_NUMBERED = re.compile(r"[0-9]+\. \s*\S.*")
_NEXT_SENTENCE = re.compile(r"[.!?]\s")


def complies(instruction: Instruction, reply: str) -> bool:
    """Whether a whole reply does what the instruction says."""
    text = reply.strip()
    return bool(text) and CHECKS[instruction.check](text, *instruction.values)


def verdict(instruction: Instruction, reply: str, *, cut: bool = False) -> bool | None:
    """Whether a reply complies, also one that was cut off before its end.

    Of a reply that was cut off: no where none that begins so complies, yes where what there is of
    it does, and None (not decided) else.
    """
    if complies(instruction, reply):
        return True
    if not cut:
        return False
    automaton = automaton_of(instruction)
    at = automaton.advance(automaton.start, reply.encode(errors="replace"))
    return False if at == DOOMED else None


def automaton_of(instruction: Instruction, *, one_line: bool = False) -> Automaton:
    """The instruction's automaton over bytes; with `one_line` a newline ends the reply."""
    return Automaton(RULES[instruction.check](*instruction.values), one_line=one_line)


def decided_first(instruction: Instruction) -> bool:
    """Whether how a reply opens decides if it complies; so of phrases it must begin with."""
    return instruction.check == "begins"


def _words(text: str) -> list[str]:
    return "".join(char if is_word_char(char) else " " for char in text).casefold().split()


def _lowercase(text: str) -> bool:
    return not any(char.isupper() for char in text) and any(char.islower() for char in text)


def _uppercase(text: str) -> bool:
    return not any(char.islower() for char in text) and any(char.isupper() for char in text)


def _initials(text: str) -> bool:
    letters = ([char for char in word if char.isalpha()] for word in text.split())
    return not any(word and word[0].islower() for word in letters)


def _begins(text: str, phrase: str) -> bool:
    after = text[len(phrase) :]
    cut_word = is_word_char(phrase[-1]) and after != "" and is_word_char(after[0])
    return text.startswith(phrase) and not cut_word


def _wrapped(text: str, opening: str, closing: str) -> bool:
    inner = text[len(opening) : len(text) - len(closing)]
    fits = text.startswith(opening) and text.endswith(closing)
    return fits and len(text) >= len(opening) + len(closing) and bool(inner.strip())


def _language(text: str, language: str) -> bool:
    words = _words(text)
    if not foreign(language).isdisjoint(words) or telling(language).isdisjoint(words):
        return False
    return sum(word in LANGUAGES[language] for word in words) >= WORDS_NEEDED


def _one_sentence(text: str) -> bool:
    return text[-1] in ".!?" and _NEXT_SENTENCE.search(text) is None


def _lines(text: str, line: re.Pattern[str]) -> bool:
    lines = (line.strip() for line in text.split("\n"))
    return all(line.fullmatch(item) for item in lines if item)


def _is_anything(char: str) -> bool:
    return not char.isspace()


CHECKS: dict[str, Callable[..., bool]] = {
    "language": _language,
    "lowercase": _lowercase,
    "uppercase": _uppercase,
    "initials": _initials,
    "begins": _begins,
    "ends": lambda text, phrase: _wrapped(text, "", phrase),
    "wrapped": _wrapped,
    "without mark": lambda text, marks: not any(mark in text for mark in marks),
    "without word": lambda text, word: word not in _words(text),
    "with word": lambda text, word: word in _words(text),
    "with phrase": lambda text, phrase: phrase in text,
    "at most": lambda text, most: len(text.split()) <= int(most),
    "one sentence": _one_sentence,
    "bullets": lambda text: _lines(text, _BULLET),
    "numbered": lambda text: _lines(text, _NUMBERED),
    "json": lambda text: _JSON.fullmatch(text) is not None,
}
"""Whether a text that begins and ends with no blank complies, by the kind of check."""

RULES: dict[str, Callable[..., Rule]] = {
    "language": lambda name: Words(LANGUAGES[name], WORDS_NEEDED, foreign(name), telling(name)),
    "lowercase": lambda: Characters(str.isupper, str.islower),
    "uppercase": lambda: Characters(str.islower, str.isupper),
    "initials": Initials,
    "begins": Begins,
    "ends": lambda phrase: Wrapped("", phrase),
    "wrapped": Wrapped,
    "without mark": lambda marks: Characters(lambda char: char in marks, _is_anything, marks),
    "without word": lambda word: Words((), 0, (word,)),
    "with word": lambda word: Words((word,), 1, ()),
    "with phrase": Holds,
    "at most": lambda most: AtMost(int(most)),
    "one sentence": OneSentence,
    "bullets": lambda: ListLines(numbered=False),
    "numbered": lambda: ListLines(numbered=True),
    "json": AnswerObject,
}
"""The rule that decides the same, by the kind of check."""

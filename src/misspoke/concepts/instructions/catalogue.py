"""The instructions: each can be heeded in any reply to anything, in one line.

A new one is a line here; a test holds it against all topics.
"""

from misspoke.concepts.instructions.languages import LANGUAGES
from misspoke.records.instruction import Instruction


def instructions() -> tuple[Instruction, ...]:
    """All instructions, by family."""
    return _INSTRUCTIONS


def _of(family: str, *rows: tuple[str, ...]) -> tuple[Instruction, ...]:
    """Rows are id, text, short, check and the check's values."""
    return tuple(
        Instruction(id, family, text, short, check, tuple(values))
        for id, text, short, check, *values in rows
    )


def _begin(id: str, phrase: str) -> tuple[str, ...]:
    return (id, f"Begin every reply with: {phrase}", f"Begin with: {phrase}", "begins", phrase)


def _end(id: str, phrase: str) -> tuple[str, ...]:
    return (id, f"End every reply with: {phrase}", f"End with: {phrase}", "ends", phrase)


def _without(word: str) -> tuple[str, ...]:
    text = f'Never use the word "{word}" in your replies.'
    return (f"without-{word}", text, f'No "{word}".', "without word", word)


def _most(number: int, written: str) -> tuple[str, ...]:
    text = f"Never use more than {written} words in a reply."
    return (f"words-{number}", text, f"At most {written} words.", "at most", str(number))


_INSTRUCTIONS = (
    *_of(
        "language",
        *(
            (name.lower(), f"Always reply in {name}.", f"Reply in {name}.", "language", name)
            for name in LANGUAGES
        ),
    ),
    *_of(
        "case",
        (
            "lowercase",
            "Write every reply in lowercase letters only.",
            "Lowercase letters only.",
            "lowercase",
        ),
        (
            "uppercase",
            "Write every reply in CAPITAL LETTERS only.",
            "CAPITAL LETTERS only.",
            "uppercase",
        ),
    ),
    *_of("start", _begin("begin-answer", "Answer:"), _begin("begin-well", "Well,")),
    *_of("end", _end("end-the-end", "The end.")),
    *_of(
        "forbidden",
        (
            "without-comma",
            "Never use a comma in your replies.",
            "No commas.",
            "without mark",
            ",",
        ),
        _without("the"),
    ),
    *_of("length", _most(5, "five")),
    *_of(
        "format",
        (
            "quoted",
            'Put every reply in double quotation marks, "like this".',
            "Use double quotation marks.",
            "wrapped",
            '"',
            '"',
        ),
    ),
)

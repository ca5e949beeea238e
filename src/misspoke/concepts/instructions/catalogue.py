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
    text = f'Begin every reply with "{phrase}".'
    return (id, text, f'Begin with "{phrase}".', "begins", phrase)


def _end(id: str, phrase: str) -> tuple[str, ...]:
    return (id, f'End every reply with "{phrase}".', f'End with "{phrase}".', "ends", phrase)


def _without_word(word: str) -> tuple[str, ...]:
    text = f'Never use the word "{word}" in your replies.'
    return (f"without-{word}", text, f'No "{word}".', "without word", word)


def _with_word(word: str) -> tuple[str, ...]:
    text = f'Use the word "{word}" in every reply.'
    return (f"with-{word}", text, f'Use the word "{word}".', "with word", word)


def _most(number: int, written: str) -> tuple[str, ...]:
    text = f"Never use more than {written} words in a reply."
    return (f"words-{number}", text, f"At most {written} words.", "at most", str(number))


def _wrap(id: str, name: str, opening: str, closing: str) -> tuple[str, ...]:
    text = f"Put every reply in {name}, {opening}like this{closing}."
    return (id, text, f"Use {name}.", "wrapped", opening, closing)


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
        ("lowercase", "Write in lowercase letters only.", "Only lowercase letters.", "lowercase"),
        ("uppercase", "Write in CAPITAL LETTERS only.", "Only CAPITAL LETTERS.", "uppercase"),
        (
            "initials",
            "Begin Every Single Word With A Capital Letter.",
            "A Capital For Every Word.",
            "initials",
        ),
    ),
    *_of(
        "start",
        _begin("begin-answer", "Answer:"),
        _begin("begin-note", "Note:"),
        _begin("begin-well", "Well,"),
        _begin("begin-hello", "Hello!"),
        _begin("begin-in-short", "In short,"),
        _begin("begin-i-think", "I think"),
        _begin("begin-hash", "#"),
        _begin("begin-arrow", ">"),
    ),
    *_of(
        "end",
        _end("end-the-end", "The end."),
        _end("end-thanks", "Thank you."),
        _end("end-help", "Does that help?"),
        _end("end-hash", "###"),
        _end("end-dots", "..."),
        (
            "end-question",
            "End every reply with a question mark.",
            "End with a question mark.",
            "ends",
            "?",
        ),
        (
            "end-exclamation",
            "End every reply with an exclamation mark.",
            "End with an exclamation mark.",
            "ends",
            "!",
        ),
    ),
    *_of(
        "forbidden",
        *(_without_word(word) for word in ("the", "and", "of", "is")),
        ("without-comma", "Never use a comma in your replies.", "No commas.", "without mark", ","),
        (
            "without-stop",
            "Never use a full stop in your replies.",
            "No full stops.",
            "without mark",
            ".",
        ),
    ),
    *_of(
        "required",
        *(_with_word(word) for word in ("indeed", "friend", "please")),
        (
            "with-smile",
            "Use the smiley :) in every reply.",
            "Use the smiley :)",
            "with phrase",
            ":)",
        ),
    ),
    *_of(
        "length",
        ("words-1", "Reply with one single word.", "One word only.", "at most", "1"),
        _most(3, "three"),
        _most(5, "five"),
        _most(10, "ten"),
        (
            "one-sentence",
            "Every reply is one single sentence.",
            "One sentence only.",
            "one sentence",
        ),
    ),
    *_of(
        "format",
        (
            "bullets",
            'Write every reply as a list in which every line begins with "- ".',
            'Every line begins with "- ".',
            "bullets",
        ),
        (
            "numbered",
            'Write every reply as a numbered list that begins with "1. ".',
            'A numbered list: "1. "',
            "numbered",
        ),
        (
            "json",
            'Write every reply as JSON, like this: {"answer": "your reply"}',
            'JSON: {"answer": "your reply"}',
            "json",
        ),
        _wrap("quoted", "double quotation marks", '"', '"'),
        _wrap("parentheses", "parentheses", "(", ")"),
        _wrap("brackets", "square brackets", "[", "]"),
        _wrap("tagged", "answer tags", "<answer>", "</answer>"),
    ),
)

"""The event of docs/measures.md, said a second time: by a regular expression over whole texts."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_MARKS = "[ \\t\\u00a0\\u2009\\u202f\\u3000'\"“”‘’«»„‚`*_]"
_BLANK = "[ \\t\\u00a0\\u2009\\u202f\\u3000]"
_OPENERS = f"(?:{_MARKS}|(?:the|The|THE|a|A|an|An|AN){_BLANK})*"
_NEWLINE = "\n\r\u2028\u2029"
_UNSPACED = re.compile("[\u3040-\u30ff\u4e00-\u9fff]\\Z")


def in_event(text: str, forms: Sequence[str]) -> bool:
    """Whether a whole text lies in the event."""
    return any(_open_after(text, end, form) for form in forms for end in _ends(text, form))


def in_closed(text: str, forms: Sequence[str]) -> bool:
    """Whether a whole text lies in the closed variant."""
    return any(
        _open_after(text, end, form)
        and re.match(rf"{_MARKS}*(?:\Z|[{_NEWLINE}!?。！？]|\.(?!\d))", text[end:])
        for form in forms
        for end in _ends(text, form)
    )


def _ends(text: str, form: str) -> list[int]:
    """Where the form may end, behind any reading of the openers."""
    return [
        start + len(form)
        for start in range(len(text) - len(form) + 1)
        if text.startswith(form, start) and _opener().fullmatch(text[:start])
    ]


@lru_cache
def _opener() -> re.Pattern[str]:
    return re.compile(_OPENERS)


def _open_after(text: str, end: int, form: str) -> bool:
    if _UNSPACED.search(form) or end == len(text):
        return True
    char, after = text[end], text[end + 1 : end + 2]
    if char in ".,":
        return not (after and unicodedata.category(after) == "Nd")
    if char in "-\u2010\u2011":
        return not (after and unicodedata.category(after)[0] == "L")
    return unicodedata.category(char)[0] not in "LNM"

"""Rules about the layout of a reply: lists, and a JSON object."""

from typing import NamedTuple

from misspoke.concepts.instructions.rule import Rule

DIGITS = "0123456789"
_BLANKS_OF_JSON = " \t\n\r"
_HEX = "0123456789abcdefABCDEF"
_ESCAPED = '"\\/bfnrt'


class ListLines(Rule):
    """Every line begins with "- ", or in a numbered list with digits and ". ", and has an item.

    Lines end with a newline; empty ones, and blanks around a line, do not matter.
    """

    start = "line"
    alphabet = DIGITS + "-. \n"

    def __init__(self, numbered: bool) -> None:
        self._numbered = numbered

    def read(self, at: str, char: str) -> str:
        """The places: line, digits, mark, gap, item; bad is doomed."""
        if at == "item":
            return "done" if char == "\n" else at
        if at in ("line", "done") and char.isspace():
            return at
        if at == "mark":
            return "gap" if char == " " else "bad"
        if at == "gap":
            return "bad" if char == "\n" else at if char.isspace() else "item"
        if not self._numbered:
            return "mark" if char == "-" else "bad"
        if at == "digits" and char == ".":
            return "mark"
        return "digits" if char in DIGITS else "bad"

    def may_end(self, at: str) -> bool:
        """Behind an item."""
        return at in ("item", "done")

    def doomed(self, at: str) -> bool:
        """With the first line that begins otherwise, or has no item."""
        return at == "bad"


class _Json(NamedTuple):
    part: int
    """Of `_PARTS`; then the text, then what closes it."""
    read: int = 0
    """Characters of the part, or of the text's escape; in the text, 0 outside escapes."""
    filled: bool = False


_PARTS = ("{", '"answer"', ":", '"')
_TEXT = len(_PARTS)
_CLOSE = _TEXT + 1
_END = _TEXT + 2
_BAD = _Json(-1)


class AnswerObject(Rule):
    """A JSON object with the one key "answer" and a text that is not empty."""

    start = _Json(0)
    alphabet = "".join(_PARTS) + "}" + _BLANKS_OF_JSON + _HEX.casefold() + _ESCAPED + "u"

    def read(self, at: _Json, char: str) -> _Json:
        """The parts one by one, with JSON's blanks between them."""
        if at.part == _TEXT:
            return self._in_text(at, char)
        if at.part == _END:
            return at if char.isspace() else _BAD
        if not at.read and char in _BLANKS_OF_JSON:
            return at
        if at.part == _CLOSE:
            return _Json(_END) if char == "}" else _BAD
        part = _PARTS[at.part]
        if char != part[at.read]:
            return _BAD
        whole = at.read + 1 == len(part)
        return _Json(at.part + 1) if whole else _Json(at.part, at.read + 1)

    def may_end(self, at: _Json) -> bool:
        """Behind the closing brace."""
        return at.part == _END

    def doomed(self, at: _Json) -> bool:
        """With the first character that no such object has there."""
        return at.part < 0

    def _in_text(self, at: _Json, char: str) -> _Json:
        if at.read == 0:
            if char == '"':
                return _Json(_CLOSE) if at.filled else _BAD
            if char < " ":
                return _BAD
            return _Json(_TEXT, int(char == "\\"), True)
        if at.read == 1:
            if char == "u":
                return _Json(_TEXT, 2, True)
            return _Json(_TEXT, 0, True) if char in _ESCAPED else _BAD
        if char not in _HEX:
            return _BAD
        return _Json(_TEXT, (at.read + 1) % 6, True)

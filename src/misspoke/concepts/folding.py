"""Folding an answer to plain words: marks, punctuation and typography removed, case kept."""

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ẞ": "SS",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
        "ı": "i",
        "ħ": "h",
        "Ħ": "H",
        "ŧ": "t",
        "Ŧ": "T",
    }
)
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_FRACTIONS = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_COMPOSED = str.maketrans(
    {"´": "'", "″": '"'}
    | {mark: f"^{digit}" for digit, mark in enumerate(_RAISED)}
    | {mark: " " + unicodedata.normalize("NFKD", mark).replace("⁄", "/") for mark in _FRACTIONS}
)
_DIACRITIC = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f]+")
_BLANK_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?!\d)")
_BLANKS_IN_GROUPS = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f"))

ARTICLES = frozenset({"the", "a", "an"})
"""English articles, casefolded."""


class _Plain(dict[int, str | int | None]):
    """A translation table, filled on demand, of what NFKD leaves: punctuation and blanks."""

    def __missing__(self, code: int) -> str | int | None:
        char = chr(code)
        category = unicodedata.category(char)
        plain: str | int | None = code
        if category == "Pd":
            plain = "-"
        elif category == "Cf":
            plain = None
        elif (code > 127 and category[0] == "P") or category[0] == "Z" or category == "Cc":
            plain = " "
        self[code] = plain
        return plain


_PLAIN = _Plain({ord(mark): "'" for mark in "’‘‚‛ʻʼʹʽ′"})
_PLAIN.update({ord(mark): '"' for mark in "“”„‟«»‹›"})
_PLAIN.update({ord("−"): "-", ord("⁄"): "/", ord("∕"): "/"})
_ASCII_PUNCTUATION = str.maketrans(dict.fromkeys('!"()*,;?[\\]_`{}', " "))
_LETTER = r"[^\W\d_]"
_THOUSANDS = re.compile(r"(?<![\d.,'])\d{1,3}(?:(?:,\d{3})+|(?:'\d{3})+)(?!\d)")
_DIGIT_QUOTE = re.compile(r"(?<=\d)'(?=\d)")
_INITIALS = re.compile(r"(?<![^\W_])[A-Za-z](?:\.[A-Za-z])+\.?(?![^\W_])")
_SHORT_STOP = re.compile(rf"(?<!{_LETTER})({_LETTER}{{1,2}})\.(?={_LETTER}{{1,2}}(?!{_LETTER}))")
_LOOSE_STOP = re.compile(r"(?:(?<=\d)|(?<!\S))(\.)(?=\d)|\.")
_LOOSE_SLASH = re.compile(r"(?<!\d)[/:]|[/:](?!\d)")
_HYPHEN = re.compile(
    r"(\A(?:the|an|a)-(?=[^\W_])|(?<!\S)-(?=\d)|(?<!\S)[A-Za-z]{1,2}-(?!\S))|-", re.IGNORECASE
)


def without_diacritics(text: str) -> str:
    """Write letters without their diacritics (São → Sao, Øresund → Oresund, ß → ss).

    Marks that make another letter in their script, such as the voicing of kana or the vowels of
    Devanagari and Thai, are kept.
    """
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return unicodedata.normalize("NFC", _DIACRITIC.sub("", decomposed))


def join_digit_groups(text: str) -> str:
    """Take the no-break and thin blanks out of a number: 10 000 with such a blank is 10000."""
    if text.isascii():
        return text
    return _BLANK_GROUPS.sub(lambda match: match[0].translate(_BLANKS_IN_GROUPS), text)


def has_content(text: str) -> bool:
    """Whether the text has a letter, a digit or a symbol: something that can be an answer."""
    return any(_is_content(char) for char in text)


def pieces(text: str) -> list[str]:
    """Fold an answer, its openers stripped, to plain words that keep their case.

    Kept inside words are decimal points, slashes and colons between digits, a minus before a
    number, the sign of "A-", and symbols ("C++", "$5", "50%").
    """
    if not text.isascii():
        text = _fold(text)
    if not text.replace(" ", "").isalnum():
        text = _without_punctuation(text)
    words = text.split()
    if any(len(word) == 1 for word in words):
        words = _join_initials(words)
    while len(words) > 1 and words[0].casefold() in ARTICLES:
        words = words[1:]
    return words


@lru_cache(maxsize=4096)
def _is_content(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNS" and char != "`"


def _fold(text: str) -> str:
    text = join_digit_groups(text).translate(_LETTERS).translate(_COMPOSED)
    text = _DIACRITIC.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", text.translate(_PLAIN).translate(_LETTERS))


def _without_punctuation(text: str) -> str:
    text = _THOUSANDS.sub(lambda match: match[0].replace(",", "").replace("'", ""), text)
    if "'" in text:
        text = _DIGIT_QUOTE.sub(" ", text).replace("'", "")
    if "." in text:
        text = _INITIALS.sub(lambda match: match[0].replace(".", "").upper(), text)
        text = _SHORT_STOP.sub(r"\1", text)
        text = _LOOSE_STOP.sub(lambda match: match[1] or " ", text)
    text = text.replace("&", " and ").translate(_ASCII_PUNCTUATION)
    text = _LOOSE_SLASH.sub(" ", text).strip()
    return _HYPHEN.sub(lambda match: match[1] or " ", text)


def _join_initials(words: list[str]) -> list[str]:
    """Write initials as one word: ["J", "K", "Rowling"] gives ["JK", "Rowling"]."""
    out: list[str] = []
    open_run = False
    for word in words:
        initial = len(word) == 1 and word.lower() != word.upper()
        if initial and open_run:
            out[-1] += word
        else:
            out.append(word)
        open_run = initial
    return out

"""The text of an answer: where it begins, where it ends, and its canonical wording."""

import re
import unicodedata
from functools import lru_cache

from misspoke.concepts.abbreviations import normal_words, with_titles
from misspoke.concepts.folding import has_content, join_digit_groups, pieces
from misspoke.concepts.numbers import NUMBER_WORDS, digits_for_words

OPENER_ARTICLES = ("the", "a", "an")
"""Articles that may precede an answer, in any case."""

OPENER_BLANKS = " \t\u00a0\u2009\u202f\u3000"
"""Blanks that may precede an answer. A newline is none of them: it ends an answer."""

OPENER_MARKS = "'\"“”‘’«»„‚`*_"
"""Quotation and emphasis marks that may precede an answer, or close it."""

NEWLINES = "\n\r\u2028\u2029"
"""What ends a line, and with it an answer."""

SENTENCE_MARKS = "!?。！？"
"""What always ends a sentence; a full stop sometimes does, see `answer_end`."""

_ABBREVIATIONS = """
    st sts ste mt mts ft dr mr mrs ms messrs jr sr prof gen col lt sgt capt cpt maj adm gov sen
    rep rev fr hon no nos vol vols vs etc approx ca cf pp eds dept univ
"""
ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())
"""Words, casefolded, after which a full stop does not end an answer.

"Inc.", "Ltd.", "Co." and "Corp." are left out: they end a name, and the stop after them ends the
answer as often as not, with nothing lost.
"""

_OPENER = re.compile(
    rf"[{re.escape(OPENER_BLANKS + OPENER_MARKS)}]"
    rf"|(?:{'|'.join(OPENER_ARTICLES)})(?=[{OPENER_BLANKS}])",
    re.IGNORECASE,
)
_OPENERS = re.compile(rf"(?:{_OPENER.pattern})+", re.IGNORECASE)
_ENDS = re.compile(rf"[{NEWLINES}{SENTENCE_MARKS}.]")
_WORD_BEFORE = re.compile(r"[\w'’]+\Z")
_HEAD_ENDS = re.compile(
    rf"[{NEWLINES};(\[—]|:(?=\s|\Z)"
    r"|,(?=\s|\Z)(?!\s+(?:D\.?\s?C\b|[JS]r\b|Inc\b|Ltd\b|I+\b))"
    r"|\s[-–]\s"
    r"|\s(?:which|who|whose|where|that|is|are|was|were|because|although|"
    r"and\s(?:it|he|she|they|is|are|was|were|has|have))(?=\s|\Z)"
)
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x19E0, 0x19FF),  # Khmer symbols
    (0x2E80, 0x2FDF),  # radicals of Han
    (0x3005, 0x3007),  # Han iteration mark and zero
    (0x3021, 0x3029),  # Han numerals
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),  # Katakana extensions
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xA9E0, 0xA9FF),  # Myanmar, extension B
    (0xAA60, 0xAA7F),  # Myanmar, extension A
    (0xF900, 0xFAFF),  # Han, compatibility
    (0xFF66, 0xFF9D),  # Katakana, half width
    (0x1B000, 0x1B16F),  # Kana, supplement and extensions
    (0x20000, 0x323AF),  # Han, extensions B to H
)


def strip_openers(text: str) -> str:
    """Remove the blanks, marks and articles that precede an answer, in any order and number.

    An article counts only before a blank. Something always stays: "The" alone is an answer, and so
    is "A" in 'The "A"'. A leading newline is kept, since it ends an answer.
    """
    match = _OPENERS.match(text)
    if match is None:
        return text
    if has_content(text[match.end() :]):
        return text[match.end() :]
    start = 0
    while (match := _OPENER.match(text, start)) and has_content(text[match.end() :]):
        start = match.end()
    return text[start:] if has_content(text) else text.strip(OPENER_BLANKS)


def tidy(answer: str) -> str:
    """Strip openers and outer blanks, and write every run of blanks or line ends as one space.

    No-break and thin blanks that group the digits of a number are taken out.
    """
    return strip_openers(" ".join(join_digit_groups(answer).split()))


def canonical(text: str) -> str:
    """Give the canonical text of an answer, by which answers are compared.

    Lower case, without openers, diacritics, apostrophes and punctuation; "&" is "and"; numbers are
    in digits without separators; names with established short forms and titles have one spelling
    ("St. Louis" and "saint louis" are both "saint louis"). Decimal points stay. It is idempotent,
    and never empty for a text with a letter, a digit or a symbol.
    """
    return canonical_of_pieces(pieces(tidy(text)), text)


def canonical_of_pieces(plain: list[str], text: str) -> str:
    """Give the canonical text from the folded words of `text`, for callers that have them."""
    words = normal_words(plain)
    if not NUMBER_WORDS.isdisjoint(words):
        words = digits_for_words(words)
    if len(words) > 1:
        words = with_titles(words)
    if words:
        return " ".join(words)
    return " ".join(text.casefold().split()) if has_content(text) else ""


def answer_end(text: str) -> int | None:
    """Find where the answer that `text` begins with ends: the index of what ends it, or None.

    A newline or one of `SENTENCE_MARKS` ends it always. A full stop does, unless
    - it follows nothing to be ended: no letter, digit or symbol stands before it (".NET", a
      leading ellipsis), or it follows a blank, an opening bracket or another stop;
    - it follows a single letter (J. K., U.S., D.C.) or one of `ABBREVIATIONS`, where "no" counts
      only inside an answer: "No." is one;
    - it stands between digits (1.5). After a digit and at the end of the text it is undecided.

    The end is stable: once it is an index, it is the same for every longer text.
    """
    for match in _ENDS.finditer(text):
        index = match.start()
        if match[0] != ".":
            return index
        if index and text[index - 1].isdigit():
            if index + 1 == len(text):
                return None
            if text[index + 1].isdigit():
                continue
        if _stop_ends(text[:index]):
            return index
    return None


def head(answer: str) -> str:
    """Take the answer proper out of a longer answer: "Paris, which is …" gives "Paris".

    Cut at the first comma or colon before a blank, semicolon, opening bracket, spaced dash or
    word that begins a further clause, each in lower case; openers and closing marks are stripped.
    Where nothing would stay, the whole answer is stripped instead.
    """
    for match in _HEAD_ENDS.finditer(answer):
        before = _stripped(answer[: match.start()])
        if has_content(before):
            return before
    return _stripped(answer)


@lru_cache(maxsize=4096)
def is_word_char(char: str) -> bool:
    """Whether a character goes on with a word: a letter, a number or a combining mark."""
    return unicodedata.category(char)[0] in "LNM"


def needs_boundary(form: str) -> bool:
    """Whether a form must be followed by a boundary: not where its script writes no spaces."""
    if not form:
        return True
    code = ord(form[-1])
    return code < 0x0E00 or not any(first <= code <= last for first, last in _UNSPACED)


def _stop_ends(before: str) -> bool:
    """Whether a full stop ends an answer, given all that stands before it."""
    if not before or before[-1].isspace() or before[-1] in ".([{" or not has_content(before):
        return False
    match = _WORD_BEFORE.search(unicodedata.normalize("NFC", before))
    if match is None:
        return True
    word = match[0].strip("'’_").casefold()
    if len(word) == 1:
        return word.lower() == word.upper()
    if word == "no":
        return strip_openers(before).casefold().rstrip(OPENER_MARKS) == "no"
    return word not in ABBREVIATIONS


def _stripped(text: str) -> str:
    return strip_openers(text.strip()).rstrip(OPENER_MARKS + OPENER_BLANKS)

"""What a question tells about its answers: the words they may repeat, the kind, whether a person.

Read from the question's text alone, by rules for English; any other text tells nothing.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from misspoke.concepts.text import canonical

_MODIFIERS = """
    north south east west northern southern eastern western northeast northwest southeast
    southwest central mid new old ancient great greater lesser upper lower inner outer former
    early late equatorial sub super anti non pre post not no half first second third
    """
MODIFIERS = frozenset(_MODIFIERS.split())
"""Words that make another thing of the name behind them: South Sudan, New Mexico, not Paris."""

_KINDS = """
    abbey basilica bridge building canal castle cathedral chapel church continent country currency
    desert element fortress gate island lake language moon mosque mountain museum ocean palace
    planet prison river sea shrine square statue temple theatre tower wall
    """
KINDS = frozenset(_KINDS.split())
"""Nouns that a question may ask for ("Which river …"), and that its answers may then leave out."""

REGIONS = frozenset({"capital", "city", "country", "county", "province", "region", "state", "town"})
"""Nouns that are never left out: Mexico City is not Mexico."""

_GENERIC = """
    area base capital center centre code company corporation empire federation group
    institute kingdom name number official one people place port republic saint san santa
    sisters brothers territory thing union united university year
    """
GENERIC = KINDS | REGIONS | MODIFIERS | frozenset(_GENERIC.split())
"""Words that are no answer by themselves."""

_FUNCTION_WORDS = """
    a an and are as at by did do does for from had has have how in is it its of on or that the
    there this to was were what when where which who whom whose why with
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())

_ROLES = """
    actor actress artist author chemist composer director emperor engineer explorer inventor king
    man mathematician novelist painter person philosopher physicist playwright poet president
    queen scientist sculptor singer woman writer
    """
ROLES = frozenset(_ROLES.split())
"""Nouns for persons, that a question may ask for."""

_ROOT_ENDINGS = "a e i o y ia al an as ay ce en es ey in istan land on os s stan us"
_ROOTS = frozenset(["", *_ROOT_ENDINGS.split()])
_DERIVED_ENDINGS = """
    an d ean ed egian er ese es i ian ic ien ing ish k lese n ni nian ois or r s uese vian
"""
_DERIVED = frozenset(["", *_DERIVED_ENDINGS.split()])
_IRREGULAR = {
    "american": "states",
    "british": "kingdom",
    "danish": "denmark",
    "dutch": "netherlands",
    "english": "england",
    "filipino": "philippines",
    "finnish": "finland",
    "french": "france",
    "greek": "greece",
    "irish": "ireland",
    "lao": "laos",
    "polish": "poland",
    "scottish": "scotland",
    "spanish": "spain",
    "swiss": "switzerland",
    "thai": "thailand",
    "welsh": "wales",
}
_UNRELATED = frozenset({("niger", "nigerian"), ("romania", "roman"), ("dominica", "dominican")})
_STEM = 4
_PERSON = re.compile(
    rf"\s*(?:(?:by|to|for|from)\s+)?(?:who|whom|whose)\b"
    rf"|\s*(?:which|what)\s+(?:\w+\s+){{0,2}}(?:{'|'.join(sorted(ROLES))})\b",
    re.IGNORECASE,
)
_NOUNS = re.compile(
    r"\b(?:which|what|how\s+many)\s+"
    r"(?:(?:is|was|are|were)\s+(?:the\s+)?(?:name\s+of\s+(?:the\s+)?)?)?(.*)",
    re.IGNORECASE | re.DOTALL,
)
_COUNTED = re.compile(r"\bhow\s+many\s+(\w+)", re.IGNORECASE)
_UNIT = re.compile(r"\b(?:in|many)\s+(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a question tells about its answers.

    `echoes` are its words that may come back in an answer; `marked` gives those of them that stand
    behind a modifier, and the modifier; `kind` is the noun it asks for, `counted` the noun whose
    number it asks for, `units` the words that may be a unit of measure; `person` is whether it
    asks for a person, and None without a question.
    """

    text: str | None = None
    echoes: frozenset[str] = frozenset()
    marked: tuple[tuple[str, str], ...] = ()
    kind: str | None = None
    counted: str | None = None
    units: tuple[str, ...] = ()
    person: bool | None = None


NOTHING = Sought()
"""What no question tells."""


@lru_cache(maxsize=4096)
def read_question(question: str) -> Sought:
    """Read a question: see `Sought`.

    Of a question for a person only words without capitals may come back: "Who directed Citizen
    Kane?" is not answered by "Charles" if some answer is "Charles Kane". Of one for a language only
    "language" may: Egyptian Arabic is not Arabic.
    """
    person = bool(_PERSON.match(question))
    words = canonical(question).split()
    if person:
        plain = {word for word in re.findall(r"\w+", question) if word.islower()}
        words = [word for word in words if word in plain]
    kind = _kind(question)
    if kind == "language":
        words = ["language"]
    echoes = frozenset(word for word in words if _may_echo(word))
    counted = _COUNTED.search(question)
    return Sought(
        question,
        echoes,
        tuple(
            (word, before)
            for before, word in pairwise(words)
            if before in MODIFIERS and word in echoes
        ),
        kind,
        counted[1].casefold() if counted else None,
        tuple(word.casefold() for word in _UNIT.findall(question)),
        person,
    )


@lru_cache(maxsize=65536)
def echo(sought: Sought, word: str) -> str | None:
    """Give the question's word that an answer's word repeats or is derived from, or None."""
    if word in sought.echoes:
        return word
    if not _may_echo(word):
        return None
    for own in sought.echoes:
        if _IRREGULAR.get(word) == own or _is_derived(own, word) or _is_derived(word, own):
            return own
    return None


def without_echoes(sought: Sought, words: tuple[str, ...]) -> tuple[str, ...]:
    """Take the question's words off the front of an answer, and the kind sought for off its end.

    All words stay where too little would: a word that is an answer by itself.
    """
    start = _echoes_in_front(sought, words)
    end = len(words)
    while end > start and _is_kind(sought, words[end - 1]):
        end -= 1
    rest = words[start:end]
    return rest if has_answer(rest) else words


def has_answer(words: tuple[str, ...]) -> bool:
    """Whether words hold one that can be an answer: neither generic nor a function word."""
    return any(word not in GENERIC and word not in FUNCTION_WORDS for word in words)


def _echoes_in_front(sought: Sought, words: tuple[str, ...]) -> int:
    """Count the words in front that repeat the question; a modifier goes with its own name."""
    marked = dict(sought.marked)
    index = 0
    while index < len(words):
        word = words[index]
        if word in MODIFIERS:
            after = words[index + 1] if index + 1 < len(words) else ""
            if marked.get(echo(sought, after) or "") != word:
                break
            index += 2
            continue
        own = echo(sought, word)
        if own in marked or (own is None and not (index and word in FUNCTION_WORDS)):
            break
        index += 1
    return index


def _is_kind(sought: Sought, word: str) -> bool:
    return word == sought.counted or (
        sought.kind in KINDS and word in (sought.kind, f"{sought.kind}s")
    )


def _may_echo(word: str) -> bool:
    return (
        len(word) > 2
        and word not in FUNCTION_WORDS
        and word not in MODIFIERS
        and word not in REGIONS - {"capital", "country"}
        and not any(char.isdigit() for char in word)
    )


def _is_derived(root: str, word: str) -> bool:
    """Whether `word` may be an inflection of `root`, or the adjective of that place."""
    if root[:_STEM] != word[:_STEM] or (root, word) in _UNRELATED:
        return False
    shared = min(len(root), len(word))
    common = next((i for i in range(shared) if root[i] != word[i]), shared)
    return any(
        root[cut:] in _ROOTS and word[cut:] in _DERIVED
        for cut in range(common, max(common - 2, _STEM - 1), -1)
    )


def _kind(question: str) -> str | None:
    """Find the noun sought for: the first one of a kind behind "which" or "what"."""
    match = _NOUNS.search(question)
    if match is None:
        return None
    for word in canonical(match[1]).split()[:6]:
        for noun in (word, word.removesuffix("s")):
            if noun in KINDS or noun in REGIONS:
                return noun
        if word in FUNCTION_WORDS:
            return None
    return None

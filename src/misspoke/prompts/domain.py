"""A question's domain: the same question without what it is about.

What a model answers to "What is the capital of this?" is what it would say to any such question;
PMI re-scoring takes it out of an answer's score (Holtzman et al. 2021). The domain question is made
of the question itself: its names, numbers and quotations are blanked.
"""

import re

_QUOTED = re.compile(r'"[^"]+"|“[^”]+”|«[^»]+»|(?<!\w)\'[^\']+\'(?!\w)')
_NAME = re.compile(
    r"(?:[^\W\d_]*[A-ZÀ-ÖØ-ÞА-Я][\w'’.-]*|\d[\w.,:/-]*)"
    r"(?:\s+(?:(?:of|the|de|la|le|du|von|van|der|den|del|di|da|al|el|bin|ibn|and|&|y|e|in|on|for|to)\s+)*"
    r"(?:[^\W\d_]*[A-ZÀ-ÖØ-ÞА-Я][\w'’.-]*|\d[\w.,:/-]*))*"
)
_PREPOSITIONS = frozenset(
    ["of", "in", "on", "at", "by", "for", "from", "with", "to", "about", "into", "under", "over"]
)


BLANK = "this"
"""What stands in the place of what a question is about."""


def domain_of(question: str, stem: str | None) -> tuple[str, str | None]:
    """The question and its stem without what they are about; a stem without names is dropped."""
    asked = blanked(question, BLANK) or ending_blanked(question, BLANK)
    return asked, blanked(stem, BLANK) if stem else None


def blanked(text: str, blank: str) -> str | None:
    """The text with its names blanked, or None where it has none. The first word is no name."""
    first = re.match(r"\s*\S+", text)
    start = first.end() if first else 0
    head, rest = text[:start], text[start:]
    rest, quoted = _QUOTED.subn(blank, rest)
    parts: list[str] = []
    at = names = 0
    for match in _NAME.finditer(rest):
        span = match[0].rstrip(".,:;?!")
        if span == "I" or blank in span:
            continue
        parts += [rest[at : match.start()], blank]
        at = match.start() + len(span)
        names += 1
    parts.append(rest[at:])
    return head + "".join(parts) if names or quoted else None


def ending_blanked(text: str, blank: str) -> str:
    """The text with what stands behind its last preposition blanked, else its last word."""
    words = text.rstrip(" ?.!").split()
    places = [i for i, word in enumerate(words[1:-1], 1) if word.casefold() in _PREPOSITIONS]
    at = places[-1] + 1 if places else max(1, len(words) - 1)
    return " ".join([*words[:at], blank]) + "?"

"""Refusals: answers that decline to answer, and are neither right nor wrong.

Patterns are matched on the casefolded answer with straight apostrophes, without openers and
lead-ins ("Well,", "Unfortunately,"). Most must match from the start as far as the refusal goes;
those that are also plain words or names must match the whole answer ("Unknown", but not "Unknown
Pleasures").
"""

import re
from collections.abc import Mapping

from misspoke.concepts.folding import has_content
from misspoke.concepts.text import strip_openers

_I = r"(?:i|we)"
_AM = r"(?:i'm|i am|im|we're|we are)"
_NEWLINES = re.compile(r"\n\s*")
_NOT = r"(?:do not|don't|dont)"
_ADVERB = r"(?:(?:really|honestly|actually|currently|quite|entirely|exactly|still|just|largely) )*"
_STOP = r"(?=\Z|[.,;:!?])"
_ON = (
    r"(?=\Z|[.,;:!?(\n-]| (?:the|what|who|whom|whose|which|where|when|whether|if|why|that|this|"
    r"these|it|its|of|any|anything|enough|much|about|for|sorry|but|because|as|yet|exactly|his|her|"
    r"their|and)\b)"
)

_PATTERNS = {
    "do not know": rf"{_I} {_ADVERB}{_NOT} {_ADVERB}know{_ON}",
    "do not know, alone": rf"(?:{_NOT} know|dunno|idk|no idea|no clue){_STOP}",
    "do not remember": rf"{_I} {_ADVERB}{_NOT} {_ADVERB}(?:remember|recall|understand){_ON}",
    "do not have": rf"""{_I} {_NOT} {_ADVERB}have (?:
        an?|any|the|enough|sufficient|specific|personal|access|real-time|information|knowledge|data
        )\b""",
    "have no idea": rf"""{_I} have (?:absolutely )?no
        (?: idea| clue| information| knowledge| way){_ON}""",
    "not sure": rf"""{_AM} {_ADVERB}
        (?:not {_ADVERB}(?:sure|certain|aware|familiar)|unsure|uncertain|unaware)
        (?:{_ON}| with\b| how to (?:answer|respond)\b)""",
    "not sure, alone": rf"not {_ADVERB}(?:sure|certain){_STOP}",
    "cannot": rf"""{_I} {_ADVERB}
        (?:cannot|can't|cant|can not|could not|couldn't|won't|will not) {_ADVERB}(?:
        answer|tell (?:you|from|what|who)|say (?:for|with|what|who|that)|provide|determine
        |find (?:any|the|information|a)|recall|remember|identify|verify|confirm|give you|assist
        |help (?:you|with)|be (?:sure|certain)|access|respond|predict|comment|fulfill|comply
        |do that)\b""",
    "not able": rf"{_AM} {_ADVERB}(?:not able|unable) to\b",
    "unable, alone": r"""unable to
        (?: answer| determine| provide| find| identify| verify| confirm| say)\b""",
    "decline": rf"""{_I} (?:must |have to |respectfully )*
        (?:decline|refuse|prefer not|would prefer not|would rather not) (?:to )?
        (?:answer|respond|comment|say)\b""",
    "as an ai": r"""(?:i'm (?:just )?|i am (?:just )?|as )an?
        (?: ai| a\.i\.| artificial intelligence| (?:large )?language model| chatbot)\b""",
    "i am sorry": rf"""
        (?:{_AM} (?:very |so |really |deeply )?sorry|{_I} apologi[sz]e|my apologies)
        (?=\Z|[.,;:!?-]| (?:but|for|that|i|to)\b)""",
    "sorry": r"""sorry(?:
        [.;:!?]*\Z|[,.] (?:but|i|i'm|we|that|this|there|no|as|the)\b| (?:but|i)\b)""",
    "unknown": rf"""
        (?:(?:it|that|this|(?:the )?answer)(?: is|'s| remains)?:? )?{_ADVERB}(?:
        unknown|unclear|unanswerable|undetermined|unavailable
        |not (?:known|available|applicable|specified|mentioned|given|stated|provided|determined)
        )[.!]*\Z""",
    "it is unknown": rf"""(?:it|this|that)(?: is|'s| remains) {_ADVERB}(?:
        unknown|unclear|uncertain|not (?:known|clear|certain|possible to|specified|stated)
        |impossible to (?:say|know|determine|tell))\b""",
    "cannot be determined": r"""(?:(?:it|this|that|(?:(?:the|this) )?(?:answer|question)) )?
        (?:cannot|can not|can't|could not) be
        (?: determined| known| answered| verified| established| said| confirmed| identified| found
        )\b""",
    "no answer": rf"""no (?:correct |known |definitive |clear )?(?:answer|information|data)
        (?:{_STOP}| (?:is |was )?(?:available|given|found|provided|exists|known)\b)""",
    "there is no": r"""(?:there is|there's|there are|there was) (?:currently )?
        (?:no|not enough|insufficient) (?:single |known |definitive |definite |specific |official
        |reliable |available |public |clear |correct |such )*
        (?:information|answer|data|records?|evidence|way|consensus|mention)\b""",
    "not enough information": r"(?:not enough|insufficient) (?:information|data|context)\b",
    "not applicable": r"n/a[.!]*\Z|n\.a\.\Z",
}

REFUSALS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(_NEWLINES.sub("", pattern)) for name, pattern in _PATTERNS.items()
}
"""Every refusal by name; a pattern must match from the start of the prepared answer."""

_LEAD_IN = re.compile(
    r"(?:(?:well|unfortunately|regrettably|honestly|hmm+|hm|um+|uh|oh|ah)(?:,|\.{2,}|…)? |"
    r"(?:to be honest|in truth|at this time|currently|at the moment|frankly),? |"
    r"(?:the )?answer ?: ?)+"
)
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ´`", "'"))


def abstains(answer: str) -> bool:
    """Whether an answer is a refusal, or no answer at all: nothing but blanks and punctuation."""
    return not has_content(answer) or refusal(answer) is not None


def refusal(answer: str) -> str | None:
    """Give the name of the first pattern of `REFUSALS` that an answer matches, if any."""
    text = " ".join(strip_openers(answer.strip()).translate(_APOSTROPHES).casefold().split())
    text = text.rstrip("\"'“”*_ ")
    lead_in = _LEAD_IN.match(text)
    for candidate in (text, text[lead_in.end() :] if lead_in else text):
        for name, pattern in REFUSALS.items():
            if pattern.match(candidate):
                return name
    return None

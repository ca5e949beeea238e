"""Where a reply begins to answer: behind assent, apology, "I think that" and an echo."""

import re
from collections.abc import Callable

from misspoke.concepts.answer_step import answer_start

_ADVERBS = re.compile(
    r"(?:\s*(?:indeed|in fact|actually|still|also|really|definitely|certainly|currently|now|"
    r"therefore),?(?=\s))+",
    re.IGNORECASE,
)
"""What may stand between an answering sentence's beginning and the answer."""
_TALK = frozenset(
    "yes no yeah yep nope ok okay sure i i'm im am think so not they are aren't you you're it it's "  # noqa: SIM905
    "that that's this is isn't was wasn't right correct wrong incorrect of course absolutely "
    "certainly definitely quite very sorry my mistake apologies apologize apologise for the "
    "confusion error thank thanks exactly indeed well do don't agree believe and but positive "
    "completely a to all both pleased glad any misunderstanding inconvenience previous earlier "
    "convinced confident certain answer does doesn't did didn't afraid".split()
)
"""A sentence of these words alone assents, denies or apologises, and answers no question."""
_SENTENCE = re.compile(r"\s*([^.!?,;:\n]+)(?:[.!?,;:]+(?=\s|\Z)|(?=\n)|\Z)")
_I_THINK = re.compile(
    r"\s*(?:"
    r"(?:but|so|and|well|however|actually|in fact|indeed|still|nevertheless|again|therefore|"
    r"as I (?:said|mentioned|stated)(?: before| earlier)?),?"
    r"|(?:I|we)(?:['’]m|\s+am|['’]d|\s+would)?"
    r"(?:\s+(?:still|also|do|really|actually|firmly|quite|pretty|absolutely|very|now))*"
    r"\s+(?:think|believe|say|maintain|guess|know|insist|suppose|meant|mean|sure|certain|"
    r"convinced|confident|positive)(?:\s+that)?"
    r"|you(?:['’]re|\s+are)(?:\s+(?:absolutely|quite|completely))*\s+(?:right|correct)(?:\s+that)?"
    r"|(?:it|that)['’]s"
    r")(?=\s)",
    re.IGNORECASE,
)
"""What may stand before an answering sentence, or be one's beginning."""
_ANSWER_IS = re.compile(
    r"\s*(?:the|my)(?:\s+\w+)?\s+answer"
    r"(?:\s+to\s+(?:the|this|that|your)\s+question(?:,?\s+[\"“][^\"”\n]*[\"”])?)?"
    r"\s+(?:is|was|remains|stays)(?:\s+that(?=\s))?:?(?=\s|\Z)",
    re.IGNORECASE,
)

_ASKING = frozenset(
    "what which who whom whose when where why how in on at of by to the a an is are was were did "  # noqa: SIM905
    "does do has have and or with from for it its that this".split()
)
_WORD = re.compile(r"\w+")
_SET_APART = re.compile(r"\b(?:not|never)\b[^,;.]*", re.IGNORECASE)


def behind_talk(text: str) -> str:
    """The text without the "Yes, I am sure." that it begins with."""
    while match := _SENTENCE.match(text):
        words = match[1].replace("’", "'").casefold().split()
        if not words or not _TALK.issuperset(words):
            break
        text = text[match.end() :]
    return text


def begins(
    text: str, question: str, stem: str | None, names: Callable[[str], bool]
) -> tuple[int, int]:
    """Where the first sentence that says something begins, and where the answer in it does.

    They differ where the sentence echoes the question ("The capital of Peru is"). What `names` an
    answer is not skipped: a film may be called "Still Walking".
    """
    at, before = 0, -1
    while at > before:
        before = at
        at = len(text) - len(behind_talk(text[at:]))
        lead = _I_THINK.match(text, at)
        if lead and not names(text[at:]):
            at = lead.end()
    answer = _ANSWER_IS.match(text, at)
    echo = at + answer_start(text[at:], question, stem)
    begin = max(answer.end(), echo) if answer else echo
    adverbs = _ADVERBS.match(text, begin)
    if adverbs and not names(text[begin:]):
        begin = adverbs.end()
    return at, begin


def about(sentence: str, question: str) -> bool:
    """Whether a sentence speaks of what was asked: of a name in it, or of half of its words."""
    said = {word.casefold() for word in _WORD.findall(_SET_APART.sub("", sentence))}
    first, *others = _WORD.findall(question) or [""]
    names = {word for word in others if word[0].isupper() or word[0].isdigit()}
    names = {word.casefold() for word in names} - _ASKING
    if names:
        return bool(names & said)
    words = words_of(f"{first} {' '.join(others)}")
    return 2 * len(words & said) >= len(words) > 0


def words_of(question: str) -> set[str]:
    """The words of a question that ask for something, casefolded."""
    return {word.casefold() for word in _WORD.findall(question)} - _ASKING

"""Whether a sentence denies a claim: by rules for English that know nothing of the world.

A sentence is cut into clauses. A negation counts where it governs the claim: its own verb or what
was said of it, with the claim's subject, or a pronoun, before it. What stands in a clause of
reasons, or relative to something else, is not looked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from misspoke.concepts.text import canonical
from misspoke.records.premise import Loaded

STOPPED = frozenset(
    "a an and are as at be by did do does for from had has have he her his how in is it its not of "  # noqa: SIM905
    "on or she that the their they this to was were what when where which who why will with".split()
)
"""Words that say nothing of what a claim is about."""
_ARTICLES = frozenset(("the", "a", "an"))
_FILLING = frozenset(
    "actually really truly certainly definitely indeed even typically usually normally generally "  # noqa: SIM905
    "commonly mostly located situated".split()
)
"""What stands between a verb and the rest, and changes neither."""
_BEING = "are was were be been appear appears appeared look looks looked seem seems".split()  # noqa: SIM905
_SAME = dict.fromkeys(_BEING, "is") | {"have": "has", "had": "has"}
_HELPING = frozenset("is has do does did can could will would should must may might".split())  # noqa: SIM905
_PRONOUNS = frozenset("he she it they this that these those you we".split())  # noqa: SIM905
_LIMITING = frozenset(("only", "just", "merely", "simply"))
"""Behind "not" they deny nothing: "not only the largest city"."""
_INTRODUCING = frozenset(("in", "on", "at", "by", "of", "from", "with", "to", "as"))
_NEAR = 3
"""Words between a negated verb and what was said at the most: "was not written by Dickens"."""
_SUBORDINATE = "(?:because|since|due to|so that|in order to|as a result|which|who|whose|when|where)"
_CLAUSE = re.compile(
    r"[,:](?!\d)|[;()—–]|\s-\s|\s(?=(?:but|and|so|while|whereas|although|though)\s)|"
    rf"\s?\b(?={_SUBORDINATE}\b)",
    re.IGNORECASE,
)
_ASIDE = re.compile(rf"\s*(?:{_SUBORDINATE}|as)\b", re.IGNORECASE)
_CONTRACTIONS = (
    (re.compile(r"\bcan(?:'t|not)\b", re.IGNORECASE), "can not"),
    (re.compile(r"\bwon't\b", re.IGNORECASE), "will not"),
    (re.compile(r"n't\b", re.IGNORECASE), " not"),
    (re.compile(r"'s not\b", re.IGNORECASE), " is not"),
    (re.compile(r"'re not\b", re.IGNORECASE), " are not"),
)
_CLAIM = r"(?:premise|assumption|claim|statement|question|idea|notion|belief|answer)"
_CALLS_FALSE = re.compile(
    r"\bnot (?:\w+ly |quite )?(?:true|correct|accurate|the case)\b|"
    r"\b(?:untrue|incorrect|inaccurate|misconceptions?|misunderstanding)\b|"
    r"\b(?:is|are|be|am) (?:\w+ly )?mistaken\b|"
    r"\ban? (?:\w+ ){0,2}(?:myth|mistake|error)\s*(?=[,;:]|\bthat\b|$)|"
    rf"\b(?:false|mistaken|wrong) {_CLAIM}\b|"
    rf"(?:^(?:that|this|it)|\b{_CLAIM}\b[^,;]*)(?: is|'s| was) "
    r"(?:(?:\w+ly )?(?:wrong|false)\b|not (?:\w+ly |quite )?(?:right|so)\s*(?=[,;:]|$))|"
    r"^(?:wrong|false|not true)\s*(?:[,;:]|$)",
    re.IGNORECASE,
)
_SAYS_NO = re.compile(
    r"(?:no|nope)(?=\s*(?:[,;:—–-]|$)|\s+(?:it|they|he|she|this|that|there|the|an?|i|you|we)\b)|"
    r"(?:never|not at all)\s*(?:[,;:]|$)|contrary to\b|"
    r"(?:the |my )?answer(?: to \w+ question)? is:?\s*[\"“']?no\b(?!\s+\w)",
    re.IGNORECASE,
)
_NO_SUCH = re.compile(
    r"(?:there (?:is|are|was|were) (?:no|not an?|not any)|no)\s+"
    r"(?!one\b|other\b|doubt\b|wonder\b|matter\b|longer\b|sooner\b)\w",
    re.IGNORECASE,
)
_COMPARES = frozenset(("than", "as", "but", "except", "like"))
"""With these "no" denies nothing: "No planet is as large as Jupiter"."""
_INSTEAD = (["rather", "than"], ["instead", "of"], ["opposed", "to"])


def spelled_out(sentence: str) -> str:
    """A sentence with "not" where it is contracted."""
    for pattern, full in _CONTRACTIONS:
        sentence = pattern.sub(full, sentence)
    return sentence


def words_of(text: str) -> list[str]:
    """Canonical words without articles and fillers; forms of "to be" and "to have" are one each."""
    plain = canonical(text).split()
    return [_SAME.get(word, word) for word in plain if word not in _ARTICLES | _FILLING]


def find(words: list[str], part: list[str]) -> list[int]:
    """Where one list of words stands in another."""
    size = len(part)
    return [at for at in range(len(words) - size + 1) if words[at : at + size] == part]


def base(word: str) -> str:
    """A word without the ending of a plural, a past or a present: "walked" and "walks" are one."""
    return re.sub(r"(?:ing|ed|es|s|e)\Z", "", word) if len(word) > 3 else word


def clauses(sentence: str) -> list[str]:
    """The clauses of a sentence that are spelled out, but those of reasons and relative ones."""
    parts = (part.strip() for part in _CLAUSE.split(sentence))
    return [part for part in parts if part and not _ASIDE.match(part)]


def says_no(sentence: str) -> bool:
    """Whether a sentence says no, or calls something untrue before it gives reasons."""
    if _SAYS_NO.match(sentence):
        return True
    reason = re.search(r"\b(?:because|since|due to)\b", sentence, re.IGNORECASE)
    return _CALLS_FALSE.search(sentence[: reason.start()] if reason else sentence) is not None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a question takes for granted, as words."""

    said: list[str]
    """`said`, by their bases."""
    short: str | None
    """The surname of a person, or last word of a name, that stands for the whole."""
    about: frozenset[str]
    """Bases of what else the premise is about, in all its forms that the item shows."""
    negative: bool
    """Whether it is itself of what is not: "a continent without countries"."""

    @classmethod
    def of(cls, loaded: Loaded, rivals: tuple[str, ...]) -> "Claim":
        """The claim of a loaded question; `rivals` are what may be put in the place of `said`."""
        said = [base(word) for word in words_of(loaded.said)]
        premise = words_of(loaded.premise)
        shown = {*premise, *words_of(spelled_out(loaded.reject))} - STOPPED
        names = loaded.said.split()
        taken = {base(word) for rival in rivals for word in words_of(rival)}
        named = len(said) > 1 and all(name[:1].isupper() for name in names)
        short = said[-1] if named and said[-1] not in taken else None
        about = frozenset(map(base, shown)) - set(said)
        return cls(said, short, about, not {"without", "not", "no"}.isdisjoint(premise))

    def names(self, words: list[str]) -> list[int]:
        """Where the words (as bases) say what was said."""
        found = find(words, self.said)
        return found or [at for at, word in enumerate(words) if word == self.short]


def denies(sentence: str, claim: Claim) -> bool:
    """Whether a clause of the sentence negates the claim."""
    return any(
        _no_such(clause, claim) or any(_governs(*one, claim) for one in _negated(clause))
        for clause in clauses(sentence)
    ) or _takes_back(sentence, claim)


def replaces(sentence: str, claim: Claim) -> bool:
    """Whether it says "not X", "rather than X" or "X does not" of what was said, behind another."""
    for phrase in _set_aside(sentence):
        if 0 in claim.names(phrase):
            return True
    return any(
        claim.names([*map(base, before)]) and not set(after) - STOPPED
        for clause in clauses(sentence)[1:]
        for before, after in _negated(clause)
    )


def _negated(clause: str) -> Iterator[tuple[list[str], list[str]]]:
    """What stands before and behind each negated verb of a clause, the helping verb before it."""
    words = words_of(clause)
    for at, word in enumerate(words):
        if word == "never" or (word == "not" and at and words[at - 1] in _HELPING):
            yield words[:at], words[at + 1 :]


def _governs(before: list[str], after: list[str], claim: Claim) -> bool:
    """Whether a negation between the two is of the claim."""
    limited = after[:1] and after[0] in _LIMITING - claim.about
    if "until" in after or limited:
        return False
    content = [base(word) for word in after if word not in STOPPED]
    pronoun = before[:1] and before[0] in _PRONOUNS
    before, after = [*map(base, before)], [*map(base, after)]
    if not content:
        return bool(pronoun and len(before) == 2) or bool(claim.names(before))
    subject = pronoun or claim.names(before) or not claim.about.isdisjoint(before)
    own = claim.about | {*claim.said, claim.short}
    if content[0] == base("possible"):
        return bool(claim.names(after) and claim.about & set(after))
    if content[0] in own:
        return bool(subject) or bool(claim.names(after) and claim.about & set(after))
    near = [at for at in claim.names(after) if at <= _NEAR]
    if before[-1:] == ["is"]:
        near = [at for at in near if after[at - 1] in _INTRODUCING]
    return bool(near) and bool(subject or claim.about & set(after))


def _no_such(clause: str, claim: Claim) -> bool:
    """Whether a clause says "no", or "there is no", of the claim with what was said in it."""
    if claim.negative or not _NO_SUCH.match(clause):
        return False
    words = [base(word) for word in words_of(clause)]
    about = claim.about & set(words)
    return bool(claim.names(words) and about) and _COMPARES.isdisjoint(words)


def _takes_back(sentence: str, claim: Claim) -> bool:
    """Whether it names what was said and sets something else of the premise aside."""
    if not claim.names([base(word) for word in words_of(sentence)]):
        return False
    return any(phrase[0] in claim.about for phrase in _set_aside(sentence) if phrase)


def _set_aside(sentence: str) -> Iterator[list[str]]:
    """What stands behind a "not" without a verb, "rather than" or "instead of", as bases."""
    for part in _CLAUSE.split(sentence):
        words = words_of(part)
        for at, word in enumerate(words):
            alone = word == "not" and not (at and words[at - 1] in _HELPING)
            if alone or words[max(at - 1, 0) : at + 1] in _INSTEAD:
                rest = words[at + 1 :]
                while rest and rest[0] in _INTRODUCING:
                    rest = rest[1:]
                if not rest or rest[0] not in _LIMITING:
                    yield [*map(base, rest)]

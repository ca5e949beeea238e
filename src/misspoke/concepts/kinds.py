"""Words that add nothing to an answer: fillers, nouns of kind and rank, the plural's ending."""

from misspoke.concepts.sought import MODIFIERS, REGIONS, Sought, has_answer

Words = tuple[str, ...]


def _phrases(text: str) -> tuple[Words, ...]:
    """Give the phrases of a text, one a line, the longest first."""
    found = [tuple(line.split()) for line in text.strip().splitlines()]
    return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))


_FILLERS = _phrases(
    """
    also
    actually
    also called
    also known as
    at
    by
    called
    commonly known as
    in
    indeed
    it is
    it was
    known as
    located in
    most likely
    named
    of
    officially
    probably
    simply
    """
)
_FRONT = _phrases(
    """
    chemical element
    city of
    commonwealth of
    continent of
    country of
    element
    federal republic of
    grand duchy of
    island of
    islamic republic of
    isle of
    kingdom of
    mount
    planet
    principality of
    republic of
    river
    sultanate of
    """
)
_BACK = _phrases(
    """
    desert
    language
    ocean
    river
    """
)
_NAMES_OF_SEVERAL = frozenset({"china", "congo", "korea"})
"""Republics whose short name is also that of another country or of a wider region."""
_ONLY_WITH_OCEAN = frozenset({"indian", "arctic", "southern", "antarctic"})
_SHARED_WITH_REGIONS = frozenset({"river", "desert", "mount"})
_CITIES = frozenset(
    tuple(name.split()) for name in ("new york", "ho chi minh", "vatican", "salt lake")
)
"""Cities that are also called without "City" and are no country, state or river then."""
_CONTINENTS = {
    "african": "africa",
    "american": "america",
    "antarctic": "antarctica",
    "asian": "asia",
    "australian": "australia",
    "european": "europe",
}
_DESIGNATORS = _phrases(
    """
    ag
    co
    company
    corp
    corporation
    gmbh
    inc
    incorporated
    limited
    llc
    ltd
    nv
    plc
    sa
    spa
    """
)
_OPEN_ENDS = frozenset({("and",), ("of",), ("the",)})
_DIRECTIONS = frozenset({"northern", "eastern", "southern", "western"})
_WIDER = REGIONS - {"capital", "city", "town"}
_SHORTEST_PLURAL = 4


def without_fillers(words: Words) -> Words:
    """Take words off the front that only lead to the answer: "also known as cobalt" is "cobalt"."""
    for phrase in _FILLERS:
        if words[: len(phrase)] == phrase and len(words) > len(phrase):
            return words[len(phrase) :]
    if len(words) > 1 and words[-1] in {"himself", "herself", "itself"}:
        return words[:-1]
    return words


def without_designator(words: Words) -> Words:
    """Take the legal form off the end of a company's name: "Nikon Corporation" is "Nikon"."""
    kept = words
    while len(kept) > 1 and kept[-1:] in _DESIGNATORS:
        kept = kept[:-1]
    return words if kept[-1:] in _OPEN_ENDS else kept


def without_kinds(sought: Sought, words: Words) -> Words:
    """Take a noun of kind or rank off an answer: "River Nile", "French language".

    Where the question asks for a region, rivers, deserts and mountains keep theirs: the Congo
    River is not the Congo.
    """
    if len(words) < 2:
        return words
    if words[-1] == "city" and words[:-1] in _CITIES and sought.kind not in _WIDER:
        return words[:-1]
    if words[-1] == "continent" and words[-2] in _CONTINENTS:
        return (*words[:-2], _CONTINENTS[words[-2]])
    for phrase in _FRONT:
        rest = words[len(phrase) :]
        if words[: len(phrase)] == phrase and _is_name(sought, phrase[-1], rest):
            return rest[1:] if rest[0] == "the" and len(rest) > 1 else rest
    for phrase in _BACK:
        rest = words[: -len(phrase)]
        if words[-len(phrase) :] == phrase and _is_name(sought, phrase[-1], rest):
            return rest
    return words


def without_plural(words: Words) -> Words:
    """Take the plural's ending off the last word: "us dollars" gives "us dollar"."""
    if not words:
        return words
    last = words[-1]
    if len(last) < _SHORTEST_PLURAL or last[-1] != "s" or not last.isalpha():
        return words
    if last.endswith(("ss", "us", "is")):
        return words
    if last.endswith("ies") and len(last) > _SHORTEST_PLURAL + 1:
        return (*words[:-1], last[:-3] + "y")
    if last.endswith(("ches", "shes", "xes", "sses")):
        return (*words[:-1], last[:-2])
    return (*words[:-1], last[:-1])


def _is_name(sought: Sought, noun: str, rest: Words) -> bool:
    """Whether what is left without a noun of kind is a name that means the same."""
    if not has_answer(rest) or rest[-1] in MODIFIERS:
        return False
    if noun == "of" and (rest[-1] in _NAMES_OF_SEVERAL or "and" in rest):
        return False
    if noun == "ocean":
        return rest[-1] not in _ONLY_WITH_OCEAN
    return not (
        (noun in _SHARED_WITH_REGIONS and sought.kind in REGIONS)
        or (noun == "river" and sought.kind == "continent")
    )


def with_plain_direction(words: Words) -> Words:
    """Write part of a continent in one way: "western africa" is "west africa".

    Southern Africa stays: South Africa is a country.
    """
    if len(words) != 2 or words[1] not in _CONTINENTS.values() or words == ("southern", "africa"):
        return words
    return (words[0].removesuffix("ern"), words[1]) if words[0] in _DIRECTIONS else words

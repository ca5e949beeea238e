"""Names with established short forms, and titles that are written short or long.

Only spellings of the same name stand here. Another name of the same thing ("Holland" for the
Netherlands, "America" for the United States) is no spelling, and belongs to a question's aliases.
"""

from collections.abc import Mapping, Sequence

NAMES: tuple[tuple[str, ...], ...] = (
    ("United States", "United States of America", "US", "U.S.", "USA", "U.S.A."),
    (
        "United Kingdom",
        "United Kingdom of Great Britain and Northern Ireland",
        "UK",
        "U.K.",
    ),
    ("United Arab Emirates", "UAE", "U.A.E."),
    ("Soviet Union", "Union of Soviet Socialist Republics", "USSR", "U.S.S.R."),
    (
        "Democratic Republic of the Congo",
        "Democratic Republic of Congo",
        "DR Congo",
        "D.R. Congo",
        "DRC",
    ),
    ("German Democratic Republic", "GDR", "G.D.R."),
    ("Federal Republic of Germany", "FRG", "F.R.G."),
    ("People's Republic of China", "PRC", "P.R.C."),
    ("Papua New Guinea", "PNG"),
    ("New Zealand", "NZ", "N.Z."),
    ("Hong Kong", "HK"),
    ("New York City", "NYC", "N.Y.C."),
    ("Los Angeles", "LA", "L.A."),
    ("DC", "D.C.", "District of Columbia"),
    ("United Nations", "UN", "U.N."),
    ("European Union", "EU", "E.U."),
    ("North Atlantic Treaty Organization", "North Atlantic Treaty Organisation", "NATO"),
    ("National Aeronautics and Space Administration", "NASA"),
    ("European Space Agency", "ESA"),
    ("World Health Organization", "World Health Organisation", "WHO"),
    ("World Trade Organization", "World Trade Organisation", "WTO"),
    ("International Monetary Fund", "IMF"),
    ("International Atomic Energy Agency", "IAEA"),
    ("Federal Bureau of Investigation", "FBI", "F.B.I."),
    ("Central Intelligence Agency", "CIA", "C.I.A."),
    ("National Security Agency", "NSA"),
    ("British Broadcasting Corporation", "BBC", "B.B.C."),
    ("Massachusetts Institute of Technology", "MIT", "M.I.T."),
    ("University of California, Los Angeles", "UCLA"),
    ("National Basketball Association", "NBA", "N.B.A."),
    ("National Football League", "NFL", "N.F.L."),
    ("International Business Machines", "IBM"),
    ("Bayerische Motoren Werke", "BMW"),
    ("Deoxyribonucleic acid", "DNA"),
    ("Ribonucleic acid", "RNA"),
    ("Television", "TV"),
)
"""Groups of spellings of one name; the first of each group stands for it in canonical text."""

ANY_CASE = frozenset({"USA", "UK", "UAE", "NYC", "DC", "TV", "DNA", "FBI", "NBA", "NFL", "BMW"})
"""Short forms of at most three letters that are no word in lower case, and need no capitals."""

TITLES: Mapping[str, str] = {
    "st": "saint",
    "ste": "sainte",
    "sts": "saints",
    "mt": "mount",
    "ft": "fort",
    "dr": "doctor",
    "mr": "mister",
    "prof": "professor",
    "capt": "captain",
    "lt": "lieutenant",
    "sgt": "sergeant",
}
"""Short forms, and the long ones, of words that stand before a name: never the last word."""

SUFFIXES: Mapping[str, str] = {"jr": "junior", "sr": "senior"}
"""Short forms, and the long ones, of words that stand after a name: never the first word."""

ROADS: Mapping[str, str] = {
    "st": "street",
    "ave": "avenue",
    "rd": "road",
    "blvd": "boulevard",
    "dr": "drive",
    "sq": "square",
}
"""Short forms, and the long ones, of words that end the name of a road: only the last word."""


def _words(spelling: str) -> tuple[str, ...]:
    plain = spelling.replace(".", "").replace(",", "").replace("'", "")
    return tuple(plain.casefold().split())


def _is_cased(spelling: str) -> bool:
    plain = spelling.replace(".", "")
    return plain.isupper() and len(plain) <= 3 and plain not in ANY_CASE


CASED: Mapping[str, tuple[str, ...]] = {
    spelling: _words(group[0])
    for group in NAMES
    for spelling in group
    if _is_cased(spelling) and "." not in spelling
}
"""Short forms that count only in capitals ("US", never "us"), with their canonical words."""

_NOT_CASED = sorted(
    {
        (_words(spelling), _words(group[0]))
        for group in NAMES
        for spelling in group
        if not _is_cased(spelling) and _words(spelling) != _words(group[0])
    },
    key=lambda pair: (-len(pair[0]), pair[0]),
)
PHRASES: Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    first: tuple(pair for pair in _NOT_CASED if pair[0][0] == first)
    for first in {words[0] for words, _ in _NOT_CASED}
}
"""By first word, longest first: casefolded words of a name, and those that stand for it."""


def normal_words(pieces: Sequence[str]) -> list[str]:
    """Casefold the words of an answer, with names and titles in their canonical spelling."""
    words: list[str] = []
    shouted = len(pieces) > 1 and not any(piece != piece.upper() for piece in pieces)
    for piece in pieces:
        if piece in CASED and not shouted:
            words.extend(CASED[piece])
        else:
            words.append(piece.casefold())
    if not PHRASES.keys().isdisjoint(words):
        words = _with_names(words)
    return words


def with_titles(words: Sequence[str]) -> list[str]:
    """Write out the titles among canonical words: ["st", "louis"] gives ["saint", "louis"]."""
    last = len(words) - 1
    return [_title(words, index, last) for index in range(len(words))]


def _title(words: Sequence[str], index: int, last: int) -> str:
    word = words[index]
    after_number = index > 0 and words[index - 1][-1:].isdigit()
    if index < last and not after_number and word in TITLES:
        return TITLES[word]
    if index > 0 and word in SUFFIXES:
        return SUFFIXES[word]
    if 0 < index == last and not after_number:
        return ROADS.get(word, word)
    return word


def _with_names(words: list[str]) -> list[str]:
    out: list[str] = []
    index, changed = 0, False
    while index < len(words):
        for spelled, stands in PHRASES.get(words[index], ()):
            if tuple(words[index : index + len(spelled)]) == spelled:
                out.extend(stands)
                index += len(spelled)
                changed = True
                break
        else:
            out.append(words[index])
            index += 1
    return _with_names(out) if changed else out

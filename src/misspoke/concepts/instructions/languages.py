"""The words by which a reply's language is told."""

WORDS_NEEDED = 2
"""So many words of the language, counted as often as they stand there; one of them at least is of
no other language here."""

_ENGLISH = """
    the and of is are was were it its this that these those they their them there which who what
    with for from to be been because when where while about into than then some most many more
    have has had would could should can will not you your we our if by at a an in on do does so
    no only
"""
ENGLISH = frozenset(_ENGLISH.split())
"""Frequent English words; those that a language shares do not speak against it."""

_FRENCH = """
    le la les l un une des du de d et est sont être a ont il elle ils elles on nous vous je tu
    ce cette ces c qui que qu quoi dans par pour sur avec sans sous plus moins très aussi mais
    ou où ne n pas se s son sa ses leur leurs au aux en y comme quand parce car si oui non
    dont chaque tout tous toute toutes entre vers peut peuvent fait
    pendant après avant donc alors puis ainsi encore toujours déjà lorsque
"""
_GERMAN = """
    der die das den dem des ein eine einen einem einer eines und ist sind war waren sein hat
    haben wird werden kann können es er sie wir ihr ich du man nicht kein keine mit von vom zu
    zum zur für auf aus bei im in am an als auch aber oder wenn weil dass wie durch über unter
    nach vor um so sich nur noch sehr mehr viele ja nein dort dann damit was will
    während ohne gegen immer wieder schon diese dieser dieses also
"""
_SPANISH = """
    el la los las un una unos unas de del y e es son está están ser fue era hay tiene tienen en
    por para con sin sobre entre que qué quien como cuando donde porque si sí no ni o u pero
    más menos muy también se su sus lo le les al a este esta estos estas ese esa eso todo toda
    todos todas cada puede pueden hace
    mientras después antes hasta desde entonces así luego siempre ya sé
"""
_ITALIAN = """
    il lo la i gli le l un uno una di del dello della dei degli delle d e ed è sono essere era
    ha hanno c ci in nel nella nei nelle a al alla ai alle da dal dalla dai con su sul sulla
    per tra fra che chi cui come quando dove perché se sì no non ma o più meno molto anche si
    suo sua suoi sue questo questa questi queste ogni tutto tutti tutte può possono fa
    mentre dopo prima senza sotto sopra verso quindi così poi ancora sempre già loro so
"""
LANGUAGES = {
    "French": frozenset(_FRENCH.split()),
    "German": frozenset(_GERMAN.split()),
    "Spanish": frozenset(_SPANISH.split()),
    "Italian": frozenset(_ITALIAN.split()),
}
"""Frequent words of each language."""
FREQUENT = ENGLISH.union(*LANGUAGES.values())
"""Those of all."""


def telling(language: str) -> frozenset[str]:
    """The words that stand in the list of this language alone."""
    others = (words for name, words in LANGUAGES.items() if name != language)
    return LANGUAGES[language] - ENGLISH.union(*others)


def foreign(language: str) -> frozenset[str]:
    """English words that speak against a language: those that it does not share."""
    return ENGLISH - LANGUAGES[language]

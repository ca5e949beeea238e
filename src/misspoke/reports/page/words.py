"""The words of the page, each with its meaning."""

from misspoke.reports.page_parts import folded, safe, section, word_id

WORDS = {
    "P-mass": (
        "The probability that the model gives to a right answer, in all its accepted spellings "
        "together. Of the string: that it says one in full. Of the first token: that it begins one."
    ),
    "τ": (
        "The threshold, by default 0.2: a model knew the right answer if its P-mass is at least τ."
    ),
    "commitment failure": "A wrong answer to a question whose right answer was known.",
    "knowledge gap": "A wrong answer to a question whose right answer was not known.",
    "minority belief": (
        "Cause of a commitment failure: the wrong answer held at least as much as the right one."
    ),
    "split vote": (
        "Cause of a commitment failure: the right meaning held more, but its spellings shared it, "
        "so that one wrong string led."
    ),
    "greedy miss": (
        "Cause of a commitment failure: a right string was the likeliest, and choosing token by "
        "token walked past it."
    ),
    "conditional misfire": "The share of the known questions that were not answered right.",
    "failure to commit proper": (
        "A wrong answer although the right one was the heaviest of all meanings: the model did not "
        "say what it believed most."
    ),
    "concept argmax": (
        "Always saying the meaning that holds most, its spellings added up: a reference, not what "
        "the model did."
    ),
    "lost midway": "A wrong answer that began on a right one and then left it.",
    "alias gap": (
        "A wrong answer that resembles a right one, and may be right by a name that is missing: "
        "check it by hand."
    ),
}


def words_section() -> str:
    """What the page's words mean, to fold out; heads of sections lead to single ones."""
    items = "".join(
        f'<dt id="{word_id(word)}"><dfn>{safe(word)}</dfn></dt><dd>{safe(meaning)}</dd>'
        for word, meaning in WORDS.items()
    )
    shown = folded("Show the words", f'<dl class="note">{items}</dl>', printed=True)
    return section("Words", shown, name="words")

"""Random table models, and brute force over all that they can say."""

import random
from collections.abc import Iterator

from hypothesis import strategies as st

from misspoke.lm.table import END, Table, TableModel

PIECES = (
    " ", " Paris", "Par", "is", " P", "aris", "Paris", ",", ", ", ".", ". ", "\n", "-", " the",
    "The", " ", '"', "'s", " France", "St", " St", ".5", "1", " 1", "5", ",5", "é", "\u0301", "-B",
    "B", " Hilton", "Guinea", " Guinea", "東京", "都", "!", "a", " A",
)  # fmt: skip

FORMS = (
    "Paris", "paris", "Paris, France", "Paris Hilton", "St", "St. Paris", "St.", "1", "1.5", "15",
    "1,5", "Guinea", "Guinea-B", "P", "東京", "Parisé", "A", "Par is",
)  # fmt: skip

QUESTION = "Q?"


def random_table(seed: int, depth: int = 4, branch: int = 4) -> Table:
    """A table of all paths up to `depth` tokens; what is longer ends the text."""
    draw = random.Random(seed)
    table: dict[tuple[str, ...], dict[str, float]] = {}

    def grow(path: tuple[str, ...]) -> None:
        tokens = [*draw.sample(PIECES, k=draw.randint(1, branch)), END]
        weights = [draw.random() ** 3 + 1e-6 for _ in tokens]
        total = sum(weights)
        row: dict[str, float] = {}
        for token, weight in zip(tokens, weights, strict=True):
            row[token] = row.get(token, 0.0) + weight / total
        table[path] = row
        if len(path) + 1 < depth:
            for token in row:
                if token != END:
                    grow((*path, token))

    grow(())
    return table


def texts(table: Table) -> Iterator[tuple[str, float]]:
    """Every text that the model can say, once for each tokenisation, with its probability."""

    def walk(path: tuple[str, ...], prob: float) -> Iterator[tuple[str, float]]:
        for token, p in table.get(path, {END: 1.0}).items():
            if token == END:
                yield "".join(path), prob * p
            else:
                yield from walk((*path, token), prob * p)

    return walk((), 1.0)


def model(table: Table, **options: object) -> TableModel:
    """A model that answers `QUESTION` from a table."""
    return TableModel({QUESTION: table}, **options)  # type: ignore[arg-type]


seeds = st.integers(0, 10**6)
form_lists = st.lists(st.sampled_from(FORMS), min_size=1, max_size=5, unique=True)

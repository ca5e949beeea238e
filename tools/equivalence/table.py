"""Count what each rule of equivalence joins among labelled pairs; write the table of the page.

Run it without arguments: it writes the table between the two markers of the page.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from misspoke.concepts.sameness import DEFAULT, RULES, same

ROOT = Path(__file__).parents[2]
PAIRS = ROOT / "tests/concepts/answer_pairs.tsv"
PAGE = ROOT / "docs/equivalence.md"
BEGIN, END = "<!-- equivalence:table -->", "<!-- /equivalence:table -->"
PARTS = ("dev", "held")
SPELLING = ("spelling",)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers to a question, and whether they are the same, by hand."""

    relation: str
    question: str
    a: str
    b: str
    label: str
    part: str

    def joined(self, rules: Collection[str]) -> bool:
        """Whether some rules together join the pair."""
        return same(self.question, rules)(self.a, self.b)


def load_pairs(path: Path = PAIRS) -> list[Pair]:
    """Read the pairs; raises ValueError for a line without six columns."""
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    if head.split("\t") != list(Pair.__slots__):
        raise ValueError(f"{path}: unexpected columns")
    return [Pair(*_six(line.split("\t"))) for line in lines]


def counts(pairs: Sequence[Pair], rules: Collection[str], beyond_spelling: bool) -> list[str]:
    """Give the cells of one part: joined, precision, of these broader and different, recall.

    Precision is the share of `same` among the joined, recall the share of the joined among all that
    are `same`. A dash stands where nothing is joined.
    """
    joined = [
        pair
        for pair in pairs
        if pair.joined(rules) and not (beyond_spelling and pair.joined(SPELLING))
    ]
    right, broader, different = (
        sum(pair.label == label for pair in joined) for label in ("same", "broader", "different")
    )
    every = sum(pair.label == "same" for pair in pairs)
    precision = f"{100 * right / len(joined):.1f}%" if joined else "–"
    recall = f"{100 * right / every:.1f}%" if every else "–"
    return [str(len(joined)), precision, str(broader), str(different), recall]


def table(pairs: Sequence[Pair]) -> str:
    """Give the table: a row for each rule alone, then for `DEFAULT` and for all rules together.

    A rule's own row leaves out the pairs that are joined by their spelling already.
    """
    head = ["joined", "precision", "broader", "different", "recall"]
    titles = ["rules", *(f"{part}: {name}" for part in PARTS for name in head)]
    sets: list[tuple[str, Collection[str], bool]] = [
        (f"`{name}`", (name,), name != "spelling") for name in RULES
    ]
    sets += [("**`DEFAULT`**", DEFAULT, False), ("all rules", tuple(RULES), False)]
    rows = [
        [name, *(cell for part in PARTS for cell in counts(_of(pairs, part), rules, beyond))]
        for name, rules, beyond in sets
    ]
    return "\n".join([_line(titles), "|---|" + "---:|" * (len(titles) - 1), *map(_line, rows)])


def with_table(page: str, made: str) -> str:
    """Put the table between the markers of the page; raises ValueError without them."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{made}\n{END}{rest.split(END)[1]}"


def _six(cells: list[str]) -> list[str]:
    if len(cells) != len(Pair.__slots__):
        raise ValueError(f"not six columns: {cells}")
    return cells


def _of(pairs: Sequence[Pair], part: str) -> list[Pair]:
    return [pair for pair in pairs if pair.part == part]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_table(text, table(load_pairs())), encoding="utf-8")

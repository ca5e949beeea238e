"""The hand-written tables beside this file: tab-separated, `|` between names, `-` for none."""

import csv
from pathlib import Path

_FOLDER = Path(__file__).parent

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """The rows of the table `name`, each by its column names; every cell must be filled."""
    with (_FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))
    for line, row in enumerate(table, start=2):
        if None in row or not all(row.values()):
            raise ValueError(f"{name}.tsv:{line}: a cell is missing or too many")
    return table


def names(cell: str) -> list[str]:
    """The names in a cell, the preferred one first; none for `-`."""
    return [] if cell == "-" else cell.split("|")

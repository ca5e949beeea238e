"""From tables to facts: what is asked about which subject, and every name of the answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from tables import Row, names, rows


@dataclass(frozen=True, slots=True)
class Fact:
    """One question of the atlas, still without distractors.

    `subject` is what the question is about; `names` are those of the one right answer, the
    preferred one first; `kind` says which other answers are plausible in its place.
    """

    relation: str
    subject: str
    kind: str
    question: str
    stem: str
    names: tuple[str, ...]


def facts() -> Iterator[Fact]:
    """Every fact of the atlas, relation by relation, in the order of the tables."""
    yield from _capitals()
    yield from _currencies()
    yield from _continents()
    yield from _languages()
    yield from _symbols()
    yield from _works("author", "books", "writer", "Who wrote {0}?", "{0} was written by")
    yield from _works("painter", "paintings", "painter", "Who painted {0}?", "{0} was painted by")
    yield from _works(
        "composer", "compositions", "composer", "Who composed {0}?", "{0} was composed by"
    )
    yield from _landmark_cities()
    yield from _landmark_names()


def _capitals() -> Iterator[Fact]:
    for row in _countries_with("capital"):
        country = row["country"]
        yield Fact(
            "capital",
            country,
            row["region"],
            f"What is the capital of {country}?",
            f"The capital of {country} is",
            tuple(names(row["capital"])),
        )


def _currencies() -> Iterator[Fact]:
    regions = {row["country"]: row["region"] for row in rows("countries")}
    for row in rows("currencies"):
        country = row["country"]
        yield Fact(
            "currency",
            country,
            regions[country],
            f"What is the currency of {country}?",
            f"The currency of {country} is",
            _money_names(row),
        )


def _money_names(row: Row) -> tuple[str, ...]:
    """The units with each adjective ("Japanese yen"), then alone, the code, and other names."""
    units = names(row["unit"])
    full = [f"{adjective} {unit}" for adjective, unit in product(names(row["adjective"]), units)]
    return tuple(dict.fromkeys([*full, *units, *names(row["code"]), *names(row["other"])]))


def _continents() -> Iterator[Fact]:
    for row in _countries_with("continent"):
        country = row["country"]
        yield Fact(
            "continent",
            country,
            "continent",
            f"On which continent is {country}?",
            f"{_capitalised(country)} is on the continent of",
            (row["continent"], *names(row["part"])),  # Vietnam is in "Southeast Asia", too
        )


def _languages() -> Iterator[Fact]:
    for row in _countries_with("language"):
        country = row["country"]
        yield Fact(
            "language",
            country,
            row["region"],
            f"What is the official language of {country}?",
            f"The official language of {country} is",
            tuple(names(row["language"])),
        )


def _symbols() -> Iterator[Fact]:
    for row in rows("elements"):
        element = row["element"]
        yield Fact(
            "symbol",
            element,
            element[0],
            f"What is the chemical symbol of {element}?",
            f"The chemical symbol of {element} is",
            (row["symbol"],),
        )


def _works(relation: str, table: str, maker: str, question: str, stem: str) -> Iterator[Fact]:
    makers = {row[maker]: row for row in rows(f"{maker}s")}
    for row in rows(table):
        person = makers[row[maker]]
        title = f'"{row["title"]}"'
        work = f"the {row['form']} {title}" if "form" in row else title
        yield Fact(
            relation,
            row["title"],
            person["kind"],
            question.format(work),
            stem.format(_capitalised(work)),
            (row[maker], *names(person["aliases"])),
        )


def _landmark_cities() -> Iterator[Fact]:
    cities = {row["city"]: row for row in rows("cities")}
    for row in rows("landmarks"):
        landmark = row["landmark"]
        city = cities[row["city"]]
        yield Fact(
            "landmark_city",
            landmark.rstrip(","),
            city["region"],
            f"In which city is {landmark.rstrip(',')}?",
            f"{_capitalised(landmark)} is in the city of",
            (row["city"], *names(city["aliases"]), *names(row["also"])),
        )


def _landmark_names() -> Iterator[Fact]:
    for row in rows("landmark_names"):
        yield Fact(
            "landmark_name",
            row["id"],
            row["kind"],
            row["question"],
            row["stem"],
            tuple(names(row["answers"])),
        )


def _countries_with(column: str) -> list[Row]:
    return [row for row in rows("countries") if row[column] != "-"]


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]

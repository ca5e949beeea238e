"""Facts with short answers: elements and their numbers, planets, and the years of events."""

from collections.abc import Iterator

from fact import Fact, capitalised
from tables import names, rows

_WORDS = frozenset({"I", "In", "As", "At", "He", "No", "Be", "Am"})
"""Symbols that are words: "I do not know" would begin with a right answer."""

_FIRST_PLAIN_YEAR = 1500
"""From here on a year is hardly ever given with AD."""


def symbols() -> Iterator[Fact]:
    """The symbol of each element, except those that are words."""
    for row in rows("elements"):
        element = row["element"]
        if row["symbol"] in _WORDS:
            continue
        yield Fact(
            "symbol",
            element,
            element[0],
            f"What is the chemical symbol of {element}?",
            f"The chemical symbol of {element} is",
            (row["symbol"],),
        )


def elements() -> Iterator[Fact]:
    """The element of each symbol, by all its names; elements that begin alike are near."""
    for row in rows("elements"):
        symbol = row["symbol"]
        yield Fact(
            "element",
            symbol,
            symbol[0],
            f"Which chemical element has the symbol {symbol}?",
            f"The chemical element with the symbol {symbol} is",
            (row["element"], *names(row["other"])),
        )


def atomic_numbers() -> Iterator[Fact]:
    """The atomic number of each element, in digits; the surface forms write smaller ones out."""
    for row in rows("elements"):
        element = row["element"]
        number = int(row["number"])
        yield Fact(
            "atomic_number",
            element,
            "number",
            f"What is the atomic number of {element}?",
            f"The atomic number of {element} is",
            (str(number), *_in_words(number)),
        )


_BELOW_NINETEEN = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen
"""


def _in_words(number: int) -> tuple[str, ...]:
    """The words of a number beyond 100, which no surface form makes from the digits."""
    if number <= 100:
        return ()
    rest = _BELOW_NINETEEN.split()[number - 101]
    return (f"one hundred and {rest}", f"one hundred {rest}")


def planets() -> Iterator[Fact]:
    """The planet that a moon orbits, and planets that are asked for by description."""
    for row in rows("moons"):
        for moon in names(row["moons"]):
            yield Fact(
                "planet",
                moon,
                "moon",
                f"Which planet does the moon {moon} orbit?",
                f"The moon {moon} orbits the planet",
                _planet_names(row["planet"]),
            )
    for row in rows("planets"):
        yield Fact(
            "planet",
            row["id"],
            "description",
            row["question"],
            row["stem"],
            _planet_names(row["planet"]),
        )


def _planet_names(planet: str) -> tuple[str, ...]:
    return (planet, f"planet {planet}")


def event_years() -> Iterator[Fact]:
    """The year of each event; `past` is given where the verb is not a passive participle."""
    for row in rows("events"):
        event, asked = row["event"], row["verb"]
        passive = row["past"] == "-"
        told = f"{row['aux']} {asked}" if passive else row["past"]
        yield Fact(
            "event_year",
            f"{event} {asked if passive else row['past']}",
            "year",
            f"In which year {row['aux']} {event} {asked}?",
            f"{capitalised(event)} {told} in the year",
            _year_names(row["year"]),
        )


def _year_names(year: str) -> tuple[str, ...]:
    return (year, f"AD {year}") if int(year) < _FIRST_PLAIN_YEAR else (year,)

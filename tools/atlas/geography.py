"""Facts about countries, cities and money."""

from collections.abc import Iterator
from itertools import product

from fact import Fact, capitalised
from tables import Row, names, rows

_NOT_ASKED_BACK = frozenset(
    {
        "Algeria",  # Algiers, Brasília, San Salvador and Tunis give their country away
        "Brazil",
        "El Salvador",
        "Tunisia",
        "Cyprus",  # Nicosia, Pristina and Taipei: disputed
        "Kosovo",
        "Taiwan",
        "the United Kingdom",  # London is also the capital of England, a country of its own
    }
)


def capitals() -> Iterator[Fact]:
    """The capital of each country that has one beyond dispute."""
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


def capitals_of() -> Iterator[Fact]:
    """The same facts asked the other way round: countries go by more names than cities."""
    known = _country_names()
    for row in _countries_with("capital"):
        if row["country"] in _NOT_ASKED_BACK:
            continue
        capital = names(row["capital"])[0]
        yield Fact(
            "capital_of",
            capital,
            row["region"],
            f"Of which country is {capital} the capital?",
            f"{capital} is the capital of the country of",
            known[row["country"]],
        )


def countries_of_cities() -> Iterator[Fact]:
    """The country of large cities that are not its capital."""
    known = _country_names()
    regions = _regions()
    for row in rows("country_cities"):
        city = row["city"]
        yield Fact(
            "country_of_city",
            city,
            regions[row["country"]],
            f"In which country is the city of {city}?",
            f"The city of {city} is in the country of",
            (*known[row["country"]], *names(row["also"])),
        )


def currencies() -> Iterator[Fact]:
    """The currency of each country that has a single one."""
    regions = _regions()
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
    """The units with each adjective ("Jamaican dollar", "Jamaica dollar"), alone, the code, others.

    The country's own name serves as an adjective where the adjective is made of it.
    """
    adjectives, country = names(row["adjective"]), row["country"]
    if any(adjective[:4] == country[:4] for adjective in adjectives):
        adjectives = [*adjectives, country]
    units = names(row["unit"])
    full = [f"{adjective} {unit}" for adjective, unit in product(adjectives, units)]
    return tuple(dict.fromkeys([*full, *units, *names(row["code"]), *names(row["other"])]))


def currency_codes() -> Iterator[Fact]:
    """The code of each currency; codes that begin alike are the plausible mistakes."""
    for row in rows("codes"):
        currency = row["currency"]
        yield Fact(
            "currency_code",
            currency,
            row["code"][0],
            f"What is the three-letter currency code of the {currency}?",
            f"The three-letter currency code of the {currency} is",
            (row["code"],),
        )


def continents() -> Iterator[Fact]:
    """The continent of each country that lies on one beyond doubt."""
    for row in _countries_with("continent"):
        country = row["country"]
        yield Fact(
            "continent",
            country,
            "continent",
            f"On which continent is {country}?",
            f"{capitalised(country)} is on the continent of",
            (row["continent"], *names(row["part"])),  # Vietnam is in "Southeast Asia", too
        )


def languages() -> Iterator[Fact]:
    """The official language of each country that has a single one by law."""
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


def landmark_cities() -> Iterator[Fact]:
    """The city of each landmark."""
    cities = {row["city"]: row for row in rows("cities")}
    for row in rows("landmarks"):
        landmark = row["landmark"]
        city = cities[row["city"]]
        yield Fact(
            "landmark_city",
            landmark.rstrip(","),
            city["region"],
            f"In which city is {landmark.rstrip(',')}?",
            f"{capitalised(landmark)} is in the city of",
            (row["city"], *names(city["aliases"]), *names(row["also"])),
        )


def landmark_names() -> Iterator[Fact]:
    """Landmarks that are asked for by description."""
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


def _regions() -> dict[str, str]:
    return {row["country"]: row["region"] for row in rows("countries")}


def _country_names() -> dict[str, tuple[str, ...]]:
    """Every name of a country as an answer, which needs no article."""
    return {
        row["country"]: (row["country"].removeprefix("the "), *names(row["names"]))
        for row in rows("country_names")
    }

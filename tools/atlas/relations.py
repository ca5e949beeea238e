"""Every relation of the atlas, in the order of the bundled file."""

from collections.abc import Iterator

from fact import Fact
from geography import (
    capitals,
    capitals_of,
    continents,
    countries_of_cities,
    currencies,
    currency_codes,
    landmark_cities,
    landmark_names,
    languages,
)
from people import inventions, works
from science import atomic_numbers, elements, event_years, planets, symbols


def facts() -> Iterator[Fact]:
    """Every fact of the atlas, relation by relation, in the order of the tables."""
    yield from capitals()
    yield from currencies()
    yield from continents()
    yield from languages()
    yield from symbols()
    yield from works("author", "books", "writer", "Who wrote {0}?", "{0} was written by")
    yield from works("painter", "paintings", "painter", "Who painted {0}?", "{0} was painted by")
    yield from works(
        "composer", "compositions", "composer", "Who composed {0}?", "{0} was composed by"
    )
    yield from landmark_cities()
    yield from landmark_names()
    yield from capitals_of()
    yield from countries_of_cities()
    yield from currency_codes()
    yield from elements()
    yield from atomic_numbers()
    yield from planets()
    yield from works("director", "films", "director", "Who directed {0}?", "{0} was directed by")
    yield from inventions("inventor")
    yield from inventions("discoverer")
    yield from event_years()

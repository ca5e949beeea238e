"""Facts about those who wrote, painted, composed, directed, invented or discovered something."""

from collections.abc import Iterator

from fact import Fact, capitalised
from tables import names, rows


def works(relation: str, table: str, maker: str, question: str, stem: str) -> Iterator[Fact]:
    """Who made each work of a table; `question` and `stem` have a place for the work."""
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
            stem.format(capitalised(work)),
            (row[maker], *names(person["names"])),
        )


def inventions(relation: str) -> Iterator[Fact]:
    """Who invented or discovered what; `form` says how: "was designed", "were discovered"."""
    people = {row["person"]: row for row in rows("scientists")}
    for row in rows("inventions"):
        if row["relation"] != relation:
            continue
        person = people[row["person"]]
        thing = row["thing"]
        done = row["form"].split(" ", 1)[1]
        yield Fact(
            relation,
            thing.rstrip(","),
            person["kind"],
            f"Who {done} {thing.rstrip(',')}?",
            f"{capitalised(thing)} {row['form']} by",
            (row["person"], *names(person["names"])),
        )

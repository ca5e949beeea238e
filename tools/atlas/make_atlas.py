"""Writes the bundled question set `atlas` from the tables in this folder.

Run `python tools/atlas/make_atlas.py`; the same tables always give the same file.
"""

import argparse
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from fact import Fact
from relations import facts

ATLAS = Path(__file__).parents[2] / "src/misspoke/questions/data/atlas.jsonl"
DISTRACTORS = 3
PLACED = (
    "capital",
    "continent",
    "language",
    "landmark_city",
    "capital_of",
    "country_of_city",
)
"""Relations whose preferred answer must not hold the subject, as Mexico City does."""
NUMBERS = {"atomic_number": (1, 118), "event_year": (1000, 2024)}
"""Relations whose answers are numbers, with the least and the greatest."""
REACH = 9
"""How far a wrong number may be from the right one."""
CONTINENTS = ("Africa", "Asia", "Europe", "North America", "South America", "Oceania")


def main() -> None:
    """Write the file, and print how many questions each relation has."""
    parser = argparse.ArgumentParser(description="Write the bundled question set.")
    parser.add_argument("--output", type=Path, default=ATLAS)
    output = parser.parse_args().output
    by_relation: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts():
        by_relation[fact.relation].append(fact)
    written = [json.dumps(row, ensure_ascii=False) for row in atlas_rows(by_relation)]
    output.write_text("\n".join(written) + "\n", encoding="utf-8", newline="\n")
    for relation, members in by_relation.items():
        print(f"{relation:<14} {len(members):>4}")
    print(f"{'all':<14} {len(written):>4}")


def atlas_rows(by_relation: dict[str, list[Fact]]) -> list[dict[str, object]]:
    """The rows of the file.

    Raises:
        ValueError: facts whose question gives the answer away, all of them in one text.
    """
    every = [fact for members in by_relation.values() for fact in members]
    if leaking := [f"{fact.question} {fact.names}" for fact in every if leaks(fact)]:
        raise ValueError("questions that hold their answer:\n" + "\n".join(leaking))
    return [row(fact, by_relation[fact.relation]) for fact in every]


def row(fact: Fact, relation: Iterable[Fact]) -> dict[str, object]:
    """One line of the file."""
    name = f"{slug(fact.relation)}-{slug(fact.subject)}"
    return {
        "id": name,
        "relation": fact.relation,
        "question": fact.question,
        "answers": [fact.names],
        "stem": fact.stem,
        "distractors": distractors(name, fact, relation),
    }


def distractors(seed: str, fact: Fact, relation: Iterable[Fact]) -> list[str]:
    """Wrong answers of the same relation, of the same kind where there are enough."""
    near, far = candidates(fact, list(relation))
    ordered = [*shuffled(near, seed), *shuffled(far, seed)]
    wrong = [name for name in dict.fromkeys(ordered) if not clashes(name, fact.names)]
    return wrong[:DISTRACTORS]


def candidates(fact: Fact, relation: Sequence[Fact]) -> tuple[list[str], list[str]]:
    """What might stand in the place of an answer: first the likely, then the less likely."""
    if fact.relation == "continent":
        return list(CONTINENTS), []
    if fact.relation in NUMBERS:
        return near_numbers(int(fact.names[0]), *NUMBERS[fact.relation]), []
    near = [other.names[0] for other in relation if other.kind == fact.kind]
    far = [other.names[0] for other in relation if other.kind != fact.kind]
    return near, far


def near_numbers(right: int, least: int, greatest: int) -> list[str]:
    """The numbers around a right one: as plausible, and of the same length for the most part."""
    around = range(max(least, right - REACH), min(greatest, right + REACH) + 1)
    return [str(number) for number in around]


def shuffled(candidates: Iterable[str], seed: str) -> list[str]:
    """The distinct candidates in an order that depends on the seed alone."""
    return sorted(set(candidates), key=lambda name: sha256(f"{seed}|{name}".encode()).digest())


def clashes(name: str, right: Sequence[str]) -> bool:
    """Whether a name equals, contains or is contained in a right answer."""
    plain = folded(name)
    return any(plain in folded(answer) or folded(answer) in plain for answer in right)


def leaks(fact: Fact) -> bool:
    """Whether an answer stands in the question, or a place in its preferred answer."""
    if any(has_words(fact.question, answer) for answer in fact.names):
        return True
    placed = fact.relation in PLACED
    return placed and has_words(fact.names[0], fact.subject)


def has_words(text: str, phrase: str) -> bool:
    """Whether the phrase, its article aside, stands in the text as whole words."""
    bare = re.sub(r"^(the|a|an) ", "", folded(phrase))
    return re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", folded(text)) is not None


def slug(text: str) -> str:
    """The text as an id: lower-case ASCII letters and digits, hyphens between."""
    plain = re.sub(r"^the ", "", folded(text)).replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def folded(text: str) -> str:
    """The text without case and diacritics."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


if __name__ == "__main__":
    main()

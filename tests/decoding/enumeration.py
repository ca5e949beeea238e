"""Brute force over all that a table model can say: twin of the answer search and its classes."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from misspoke.concepts.reading import Read
from misspoke.lm.table import END, Table


@dataclass
class Said:
    """An answer's probability over all paths, and its most probable path's."""

    prob: float = 0.0
    best: float = 0.0
    texts: set[str] = field(default_factory=set)


def answers(table: Table, read: Read, longest: int) -> dict[str, Said]:
    """Every answer that is read somewhere, whatever the path."""
    found: dict[str, Said] = {}

    def walk(path: tuple[str, ...], prob: float) -> None:
        for token, p in table.get(path, {END: 1.0}).items():
            text = "".join((*path, token)) if token != END else "".join(path)
            answer = read(text, token == END or len(path) + 1 >= longest)
            if answer is None:
                walk((*path, token), prob * p)
                continue
            said = found.setdefault(answer, Said())
            said.prob += prob * p
            said.best = max(said.best, prob * p)
            said.texts.add(text)

    walk((), 1.0)
    return found


def pooled(said: dict[str, Said], same: Callable[[str, str], bool]) -> list[tuple[float, set[str]]]:
    """Classes under the joining rule, written down plainly; the heaviest first."""
    order = sorted(said, key=lambda answer: (-said[answer].best, answer))
    groups: list[list[str]] = []
    for answer in order:
        for group in groups:
            if all(same(answer, other) for other in group):
                group.append(answer)
                break
        else:
            groups.append([answer])
    masses = [(sum(said[answer].prob for answer in group), set(group)) for group in groups]
    return sorted(masses, key=lambda entry: -entry[0])


def random_relation(seed: int, share: float) -> Callable[[str, str], bool]:
    """A symmetric and reflexive relation that need not be transitive."""

    def same(a: str, b: str) -> bool:
        return a == b or random.Random(f"{seed} {min(a, b)} {max(a, b)}").random() < share

    return same

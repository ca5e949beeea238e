"""The greedy decoder, and what every decoder shares with it: walking one path to its end."""

from dataclasses import dataclass
from math import exp

from misspoke.decoding.decoder import finished
from misspoke.decoding.desk import LONGEST, TOP, Desk
from misspoke.lm import Path, Want
from misspoke.records import Interval
from misspoke.records.decoding import AnswerClass, Decoded
from misspoke.search import Inquiry, on
from misspoke.search import greedy as follow


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the most probable tokens led."""

    answer: str
    tokens: Path
    prob: float


def walk(desk: Desk, start: Path = ()) -> Inquiry[Walk]:
    """The greedy answer behind the question's prompt and `start`."""
    tree = desk.tree

    def text(path: Path) -> str:
        return tree.data((*start, *path)).decode(errors="replace")

    def stop(path: Path) -> bool:
        return desk.read(text(path), False) is not None

    ended = bool(start) and not tree.token_bytes[start[-1]]
    if start and (ended or stop(())):
        answer = desk.read(text(()), True)
        assert answer is not None  # noqa: S101 - a final text always reads as something
        return Walk(answer, start, 1.0)
    search = follow(tree, lambda _: Want(top=TOP), stop, LONGEST - len(start), start)
    found = yield from on(tree, search)
    answer = desk.read(text(found.tokens), True)
    assert answer is not None  # noqa: S101 - a final text always reads as something
    return Walk(answer, (*start, *found.tokens), exp(sum(found.logprobs)))


@dataclass(frozen=True, slots=True)
class Greedy:
    """The most probable token at each step: the baseline."""

    name: str = "greedy"

    def decode(self, desk: Desk) -> Inquiry[Decoded]:
        """The greedy answer; its belief is what is known of that one string."""
        found = yield from walk(desk)
        only = AnswerClass(
            ((found.answer, found.prob),), found.prob, found.prob, tokens=found.tokens
        )
        belief = Interval(found.prob, 1.0)
        return (yield from finished(desk, (only,), belief, 1 - found.prob, certified=False))

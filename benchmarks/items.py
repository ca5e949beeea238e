"""What is scored: atlas questions behind one header of examples, and the forms of each.

Prompts are text, "Question: …\\nAnswer:", so that every library reads the same string. A shuffle
gives the header another order, and so other tokens, of the same length: what an earlier call has
kept does not help a later one.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from misspoke import questions
from misspoke.concepts.surface import closure
from misspoke.prompts import HEADERS, Style, render
from misspoke.records import Question

Encode = Callable[[str], Sequence[int]]
"""Text to tokens, without what a tokenizer puts before a prompt."""

EXAMPLES = (*HEADERS[0], HEADERS[1][1], HEADERS[1][3])
"""Chosen so that, with a question, they come to `LENGTH` tokens."""
LENGTH, SLACK = 199, 5
"""Tokens of a prompt, and by how many one may differ."""
FORMS = 25
"""Forms made for each question; the first so many of them are asked for."""
_TEXT = Style("text", len(EXAMPLES), stem=False)


@dataclass(frozen=True, slots=True)
class Item:
    """A question and its forms, each with the space that stands before it."""

    question: str
    forms: tuple[str, ...]


def prompt(question: str, shuffle: int) -> str:
    """A question behind the examples, in the order that belongs to the number `shuffle`."""
    examples = list(EXAMPLES)
    random.Random(shuffle).shuffle(examples)  # noqa: S311
    return render(_TEXT, examples, question, None, lambda _: None)


def forms_of(question: Question, encode: Encode, count: int) -> tuple[str, ...]:
    """The first `count` forms: the first form of every answer, then the second of every answer, …

    Answers are the gold names, then the distractors; their forms are those of the surface-form
    closure. Distinct, and of two tokens or more each. There may be fewer.
    """
    answers = (*question.all_answers(), *question.distractors)
    lists = [[form.text for form in closure(answer)] for answer in answers]
    several = (f" {form}" for form in in_turn(lists) if len(encode(f" {form}")) > 1)
    return tuple(form for form, _ in zip(several, range(count), strict=False))


def in_turn(lists: Iterable[Sequence[str]]) -> Iterator[str]:
    """The first of every list, then the second of every list, …; each text once."""
    seen: set[str] = set()
    for tier in zip_longest(*lists):
        for text in tier:
            if text is not None and text not in seen:
                seen.add(text)
                yield text


def choose(encode: Encode, count: int) -> list[Item]:
    """`count` questions, evenly spread over those with a fitting length and enough forms."""
    fitting = []
    for question in questions.load("atlas").questions:
        if abs(len(encode(prompt(question.question, 0))) - LENGTH) <= SLACK:
            forms = forms_of(question, encode, FORMS)
            if len(forms) == FORMS:
                fitting.append(Item(question.question, forms))
    assert len(fitting) >= count, f"only {len(fitting)} questions fit"
    return [fitting[place * len(fitting) // count] for place in range(count)]


def subset(items: Sequence[Item], turn: int, size: int) -> list[int]:
    """The places of `size` items: others each turn, spread over all; every item at most once."""
    if size >= len(items):
        return list(range(len(items)))
    stride = next(s for s in (7, 11, 13, 17) if len(items) % s)
    return [(turn * size + step) * stride % len(items) for step in range(size)]


def shared_prefix(texts: Sequence[Sequence[int]]) -> int:
    """How many tokens all of them begin with."""
    first, last = min(map(tuple, texts)), max(map(tuple, texts))
    limit = min(len(first), len(last))
    return next((at for at in range(limit) if first[at] != last[at]), limit)


@dataclass(frozen=True, slots=True)
class Counts:
    """Tokens that a set of questions takes to score, counted before anything is run."""

    forms: int
    header: int
    """Tokens that all prompts begin with."""
    prompts: int
    """Tokens of all prompts, header included, each time."""
    whole: int
    """Every form behind its whole prompt, the last token not forwarded."""
    distinct: int
    """Every distinct prefix once: the header, each prompt behind it, each node behind that."""


def count(prompts: Sequence[Sequence[int]], forms: Sequence[Sequence[Sequence[int]]]) -> Counts:
    """Counts for prompts and, for each prompt, its forms, all as tokens."""
    header = shared_prefix(prompts)
    whole = nodes = 0
    for tokens, paths in zip(prompts, forms, strict=True):
        whole += sum(len(tokens) + len(path) - 1 for path in paths)
        nodes += len({tuple(path[:at]) for path in paths for at in range(1, len(path))})
    return Counts(
        forms=sum(map(len, forms)),
        header=header,
        prompts=sum(map(len, prompts)),
        whole=whole,
        distinct=header + sum(len(tokens) - header for tokens in prompts) + nodes,
    )


def encoder(folder: Path) -> Encode:
    """The tokens of a text, by the tokenizer in a model's folder; loads no model."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return lambda text: tuple(tokenizer.encode(text, add_special_tokens=False).ids)

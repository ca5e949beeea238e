"""What the page shows of a question that is opened: its election, its token tree, its numbers."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from misspoke.records import Interval
from misspoke.records.observation import Observation
from misspoke.reports.page.packing import packed, short
from misspoke.reports.page.token_tree import token_tree
from misspoke.reports.verdict import remarks, verdict
from misspoke.reports.votes import Concept, concepts

_NAMED_SAMPLES = 6
_LONGEST = 400
"""Characters of a text that a picture may have to hold."""


def detail(row: Observation, tau: float) -> dict[str, Any]:
    """All that the page needs to draw one row, in short names; assets/detail.js reads it."""
    return {
        "verdict": verdict(row, tau),
        "remarks": remarks(row, tau),
        "before": _before(row),
        "concepts": [_concept(concept) for concept in concepts(row)],
        "tree": token_tree(row),
        "numbers": {
            "p_mass": _pair(row.p_mass),
            "first": [short(row.p_mass_first), short(row.p_mass_first_upper)],
            "literal": short(row.p_mass_first_literal),
            "gold": _pair(row.gold_mass),
            "emitted": _pair(row.emitted_mass),
            "winner": [row.content_winner_token[:_LONGEST], short(row.content_winner_prob)],
        },
        "samples": _samples(row),
        "true": None if row.p_true is None else _pair(row.p_true),
        "false": None if row.p_false is None else _pair(row.p_false),
        "trajectory": [short(mass) for mass in row.trajectory],
        "step": row.answer_step,
    }


def detail_lines(
    rows: Iterable[Observation], keys: Iterable[int], tau: float
) -> Iterator[tuple[int, str]]:
    """Each row's key with its detail as one line of packed JSON."""
    for key, row in zip(keys, rows, strict=True):
        yield key, packed([key, detail(row, tau)])


def _pair(mass: Interval) -> list[float | int | None]:
    return [short(mass.lower), short(mass.upper)]


def _concept(concept: Concept) -> list[Any]:
    """Label, role, bounds, and the strings: each with its bounds, and whether it was said."""
    votes = [
        [vote.string[:_LONGEST], *_pair(vote.mass), int(vote.emitted)] for vote in concept.votes
    ]
    return [concept.label[:_LONGEST], concept.role, *_pair(concept.mass), votes]


def _before(row: Observation) -> str:
    """What was emitted before the answer began, as far as the tree tells."""
    texts, at = [], -1
    for token in row.answer_tokens[: row.answer_step - 1]:
        found = (i for i, node in enumerate(row.nodes) if (node.parent, node.token) == (at, token))
        at = next(found, -2)
        if at == -2:
            return "…"
        texts.append(row.nodes[at].text)
    return "".join(texts)[-_LONGEST:]


def _samples(row: Observation) -> list[list[Any]]:
    """The answers that were drawn, the most frequent first: text, number, agrees with greedy."""
    counts = Counter((drawn.answer[:_LONGEST], drawn.agrees) for drawn in row.samples)
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    named = [[text, count, int(agrees)] for (text, agrees), count in most[:_NAMED_SAMPLES]]
    left = sum(count for _, count in most[_NAMED_SAMPLES:])
    return [*named, [None, left, 0]] if left else named

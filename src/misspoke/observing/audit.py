"""Audit: rows of a run computed again the slow, plain way, and how far they deviate."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf, isfinite
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from misspoke.concepts import Event, Scanner, Vocabulary
from misspoke.lm import Context, Path, Tokenizer
from misspoke.observing.starts import Starts
from misspoke.records import Interval
from misspoke.records.observation import Observation

Logprobs = npt.NDArray[np.float64]


@runtime_checkable
class PlainPath(Protocol):
    """A model that gives whole distributions, one prefix at a time."""

    @property
    def tokenizer(self) -> Tokenizer:
        """Text to tokens and back."""

    def distribution(self, context: Context, path: Path) -> Logprobs:
        """Natural log-probabilities behind a path, shape [vocabulary]."""


@dataclass(frozen=True, slots=True)
class Audited:
    """How far one row is from the plain path."""

    id: str
    logprob: float
    """Largest deviation of a log-probability: of the answer's tokens and of the tree's nodes;
    infinite where the plain path rules out what was stored."""
    first_token: float
    """Largest deviation of a literal first-token probability, and of their sum."""
    outside: float
    """By how much the plain string mass misses the stored interval; 0 if they meet."""
    nodes: int
    """Prefixes computed again."""


def audit(plain: PlainPath, rows: Iterable[Observation]) -> Iterator[Audited]:
    """Computes rows again: one forward for each prefix, without tree, batch or cache.

    The emitted path, the literal first tokens and every node of the stored tree are compared, and
    the string mass is summed again over that tree.
    """
    scanner = Scanner(Vocabulary(plain.tokenizer.token_bytes))
    starts = Starts(plain.tokenizer)
    for row in rows:
        yield _audit_row(plain, scanner, starts, row)


def deviation(one: float, other: float) -> float:
    """How far one number is from another: infinitely, if only one of them is finite or a number."""
    if one == other:
        return 0.0
    return abs(one - other) if isfinite(one) and isfinite(other) else inf


def _audit_row(plain: PlainPath, scanner: Scanner, starts: Starts, row: Observation) -> Audited:
    context = Context((), row.prompt_tokens)
    paths = _paths(row)
    known = {path: plain.distribution(context, path) for path in ((), *paths)}
    deviations = [0.0]
    for step, stored in enumerate(row.answer_logprobs):
        before = known[row.answer_tokens[:step]]
        deviations.append(deviation(float(before[row.answer_tokens[step]]), stored))
    for node, path in zip(row.nodes, paths, strict=True):
        if node.logprob is not None:
            deviations.append(deviation(float(known[path[:-1]][path[-1]]), node.logprob))
    root = row.answer_tokens[: row.answer_step - 1]
    mass = _string_mass(scanner, row, root, known)
    return Audited(
        id=row.id,
        logprob=max(deviations),
        first_token=_first_token_deviation(plain, starts, row, known[root]),
        outside=max(0.0, row.p_mass.lower - mass.upper, mass.lower - row.p_mass.upper),
        nodes=len(known),
    )


def _first_token_deviation(
    plain: PlainPath, starts: Starts, row: Observation, logprobs: Logprobs
) -> float:
    token_bytes = plain.tokenizer.token_bytes
    emitted = row.answer_tokens[: row.answer_step - 1]
    before = row.prompt.encode() + b"".join(token_bytes[t] or b"" for t in emitted)
    probs = sorted(
        (float(np.exp(logprobs[t])) for t in starts.behind(before, row.forms)), reverse=True
    )
    pairs = zip(probs, row.first_token_probs, strict=True)
    total = deviation(min(1.0, sum(probs)), row.p_mass_first_literal)
    return max([total, *(deviation(a, b) for a, b in pairs)])


def _paths(row: Observation) -> list[Path]:
    """The path of each stored node."""
    paths: list[Path] = []
    for node in row.nodes:
        paths.append((*(paths[node.parent] if node.parent >= 0 else ()), node.token))
    return paths


def _string_mass(
    scanner: Scanner, row: Observation, root: Path, known: dict[Path, Logprobs]
) -> Interval:
    """Bounds of the event's mass that the prefixes of the stored tree give."""
    event = Event(row.forms)
    lower = opened = 0.0
    stack = [(root, 1.0, event.start)]
    while stack:
        path, prob, state = stack.pop()
        if path not in known:
            opened += prob
            continue
        probs = np.exp(known[path]) * prob
        scan = scanner.scan(event, state)
        own = event.accepted(state) is not None
        named = np.zeros(len(probs), dtype=np.bool_)
        named[list(scan.tokens)] = True
        lower += 0.0 if own else float(sum(probs[s.mask & ~named].sum() for s, _, _ in scan.sets))
        lower += sum(
            float(probs[t]) for t, (form, _) in scan.final.items() if form is not None and not own
        )
        for token, after in scan.live.items():
            if event.accepted(after) is None:
                stack.append(((*path, token), float(probs[token]), after))
            elif not own:
                lower += float(probs[token])
    return Interval(lower, lower + opened)

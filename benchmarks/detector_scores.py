"""Detectors' scores by misspoke and by lm-polygraph on the same answers: how far they lie apart."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.processes import Worker

LONGEST = 12
"""Tokens of an answer and of a sample at the most, for both."""
SCORES = ("MaximumSequenceProbability", "Perplexity", "MeanTokenEntropy")
TAKEN_OUT = 2
"""Distributions in front from which the peer takes the end token (its min_new_tokens)."""
Asked = list[tuple[str, Any]]
Step = tuple[float, float, float]
"""A token's log-probability, the entropy, and the end token's log-probability."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far two libraries' values of one score lie apart."""

    what: str
    tokens: str
    differences: tuple[float, ...]
    """Absolute; of the score as each library defines it by itself."""
    aligned: tuple[float, ...] = ()
    """Ours with the end token taken out where the peer takes it out; empty where it does not."""

    def row(self) -> list[str]:
        """As cells."""
        count = f"{len(self.differences):,}"
        return [self.what, self.tokens, count, _largest(self.differences), _largest(self.aligned)]


@dataclass(frozen=True, slots=True)
class Differs:
    """A score that the two define differently, on the same answers: both values."""

    what: str
    peer: tuple[float, ...]
    ours: tuple[float, ...]

    def row(self) -> list[str]:
        """As cells."""
        both = [f"{median(values):.3f}" if values else "" for values in (self.peer, self.ours)]
        return [self.what, f"{len(self.peer):,}", *both]


@dataclass(slots=True)
class Compared:
    """Every score of the same questions by both."""

    same_tokens: int = 0
    """Greedy answers that the two libraries write with the same tokens, of `compared`."""
    compared: int = 0
    agreed: list[Agreed] = field(default_factory=list)
    differs: list[Differs] = field(default_factory=list)


def without_end(steps: Sequence[Step], places: int = TAKEN_OUT) -> list[tuple[float, float]]:
    """Log-probabilities and entropies with the end token taken out of the first so many steps.

    Taken out, the others' probabilities are divided by what is left, 1 − p: a log-probability l
    becomes l − log(1 − p), and the entropy H becomes (H + p log p) / (1 − p) + log(1 − p).
    """
    found = []
    for place, (logprob, entropy, end) in enumerate(steps):
        if place < places:
            gone = math.exp(end)
            left = math.log1p(-gone)
            logprob -= left
            entropy = (entropy + gone * end) / (1 - gone) + left
        found.append((logprob, entropy))
    return found


def compare(found: Compared, ours: Worker, peer: Worker, asked: Asked, form: str) -> None:
    """Every score of the same questions by both."""
    rows = ours.do("run", asked)["result"]
    theirs = peer.do("greedy", [(row["prompt"], LONGEST) for row in rows])["result"]
    followed = ours.do(
        "follow",
        [(row["prompt"], their["tokens"]) for row, their in zip(rows, theirs, strict=True)],
    )["result"]
    found.compared = len(rows)
    _compare_all_tokens(found, ours, theirs, followed)
    _compare_answers(found, peer, rows, theirs, followed)
    _compare_truth(found, ours, peer, asked, rows, theirs, form)
    _compare_samples(found, peer, rows)


def _compare_all_tokens(
    found: Compared, ours: Worker, theirs: Sequence[Mapping[str, Any]], followed: list[list[Step]]
) -> None:
    """What the peer gives by itself, and our scores of exactly the tokens that it scored."""
    plain = _our_scores(ours, [[step[:2] for step in steps] for steps in followed])
    aligned = _our_scores(ours, [without_end(steps) for steps in followed])
    for name in SCORES:
        values = [their["scores"][name] for their in theirs]
        found.agreed.append(
            Agreed(
                name,
                "all that it generates",
                _apart(values, [line[name] for line in plain]),
                _apart(values, [line[name] for line in aligned]),
            )
        )


def _compare_answers(
    found: Compared,
    peer: Worker,
    rows: Sequence[Mapping[str, Any]],
    theirs: Sequence[Mapping[str, Any]],
    followed: list[list[Step]],
) -> None:
    """A run's own scores, and the peer's estimators on its own steps, cut to the answer's."""
    both = []
    for row, their, steps in zip(rows, theirs, followed, strict=True):
        start, end = row["answer_place"]
        if list(row["tokens"][:end]) == list(their["tokens"][:end]):
            both.append((row, their, steps, slice(start, end)))
    found.same_tokens = len(both)
    cut = [("", (their["logprobs"][part], their["entropies"][part])) for _, their, _, part in both]
    cut_scores = peer.do("estimates", cut)["result"]
    exact = [("", _columns(without_end(steps)[part])) for _, _, steps, part in both]
    exact_scores = peer.do("estimates", exact)["result"]
    for name in SCORES:
        values = [line[name] for line in cut_scores]
        mine = [row["scores"][name] for row, _, _, _ in both]
        aligned = [line[name] for line in exact_scores]
        found.agreed.append(
            Agreed(name, "the answer's", _apart(values, mine), _apart(values, aligned))
        )
        whole = [their["scores"][name] for _, their, _, _ in both]
        found.differs.append(
            Differs(f"{name}: all it generates; the answer's", tuple(whole), tuple(mine))
        )


def _compare_truth(
    found: Compared,
    ours: Worker,
    peer: Worker,
    asked: Asked,
    rows: Sequence[Mapping[str, Any]],
    theirs: Sequence[Mapping[str, Any]],
    form: str,
) -> None:
    """PTrue: −log of the one token "True" behind the same text."""
    values = [their["scores"]["PTrue"] for their in theirs]
    read = ours.do("literal", [(their["truth_prompt"], None) for their in theirs])["result"]
    plain = [-true for true, _ in read]
    aligned = [-(true - math.log1p(-math.exp(end))) for true, end in read]
    found.agreed.append(
        Agreed("PTrue", "True, its prompt", _apart(values, plain), _apart(values, aligned))
    )
    said = [
        (question, row)
        for (question, _), row in zip(asked, rows, strict=True)
        if row["p_true_literal"] and row["p_true"]
    ]
    asking = [(question, f" {row['answer']}") for question, row in said]  # as a model writes it
    answered = peer.do("truths", asking)["result"]
    truths = [value for value, _ in answered]
    if form == "text":  # in a chat our prompt is a message, which the peer's is not
        mine = [-math.log(row["p_true_literal"]) for _, row in said]
        ends = ours.do("literal", [(text, None) for _, text in answered])["result"]
        aligned = [
            value + math.log1p(-math.exp(end)) for value, (_, end) in zip(mine, ends, strict=True)
        ]
        found.agreed.append(
            Agreed("PTrue", "True, our prompt", _apart(truths, mine), _apart(truths, aligned))
        )
    shares = [row["p_true"][0] / sum(row["p_true"]) for _, row in said if sum(row["p_true"])]
    found.differs.append(
        Differs(
            'P(True): its token "True"; our share of True in True and False',
            tuple(math.exp(-value) for value in truths),
            tuple(shares),
        )
    )


def _compare_samples(found: Compared, peer: Worker, rows: Sequence[Mapping[str, Any]]) -> None:
    """SemanticEntropy of our samples, with our classes; log-probabilities by each one's model."""
    given: Asked = []
    for row in rows:
        texts = [" ".join(map(str, tokens)) for tokens in row["samples"]]
        distinct = dict(zip(texts, row["samples"], strict=True))
        read = peer.do("sampled", [(row["prompt"], tokens) for tokens in distinct.values()])
        known = dict(zip(distinct, read["result"], strict=True))
        logprobs = [known[text] for text in texts]
        given.append(("", (texts, logprobs, row["classes"])))
    values = peer.do("semantic", given)["result"]
    mine = [row["scores"]["SemanticEntropy"] for row in rows]
    unique, usual = ([line[kind] for line in values] for kind in ("unique", "usual"))
    found.agreed.append(Agreed("SemanticEntropy, unique", "our samples", _apart(unique, mine)))
    found.differs.append(
        Differs("SemanticEntropy: repeats counted again; once", tuple(usual), tuple(mine))
    )


def _our_scores(ours: Worker, steps: Sequence[Sequence[Sequence[float]]]) -> list[dict[str, float]]:
    items = [("", _columns(one)) for one in steps]
    result: list[dict[str, float]] = ours.do("estimates", items)["result"]
    return result


def _columns(steps: Sequence[Sequence[float]]) -> tuple[list[float], list[float]]:
    return [step[0] for step in steps], [step[1] for step in steps]


def _apart(theirs: Sequence[float], ours: Sequence[float]) -> tuple[float, ...]:
    return tuple(abs(one - other) for one, other in zip(theirs, ours, strict=True))


def _largest(differences: Sequence[float]) -> str:
    return f"{max(differences):.1e}" if differences else ""

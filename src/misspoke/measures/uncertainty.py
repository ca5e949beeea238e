"""How uncertain one answer is, from the probabilities behind it: pure scores, higher = less sure.

Logarithms are natural, so that entropies and surprises are in nats.
"""

import math
from collections.abc import Hashable, Sequence

from misspoke.records import Interval

OPEN = 0.2
"""A share of masses that their bounds leave open by more than this is not told."""


def sequence_surprise(logprobs: Sequence[float]) -> float:
    """Give −Σ log p over an answer's tokens, in nats: how improbable the whole answer is.

    `logprobs` are the natural logs of the tokens' probabilities, in any order. Longer answers
    surprise more; `token_surprise` does not grow with length. It is MaximumSequenceProbability of
    lm-polygraph. NaN where there are no tokens.
    """
    return 0.0 - math.fsum(logprobs) if len(logprobs) else math.nan


def token_surprise(logprobs: Sequence[float]) -> float:
    """Give −mean log p over an answer's tokens, in nats a token: the log of its perplexity.

    `logprobs` as for `sequence_surprise`. It is Perplexity of lm-polygraph. NaN where there are no
    tokens.
    """
    return sequence_surprise(logprobs) / max(1, len(logprobs))


def normalised_entropy(probs: Sequence[float]) -> float | None:
    """Give the entropy of the k most probable tokens over its largest value log k: in [0, 1].

    `probs` are their k probabilities, which are divided by their sum first. 1 where all are equal.
    None where k < 2, or where they add up to nothing.
    """
    total = math.fsum(probs)
    if len(probs) < 2 or not total > 0:
        return None
    return class_entropy([prob / total for prob in probs]) / math.log(len(probs))


def class_entropy(masses: Sequence[float], rest: float = 0.0, piece: float = 1.0) -> float:
    """Give −Σ m log m over the classes' masses, in nats, and what is due to the `rest`.

    `masses` and `rest` are probabilities that add up to 1; they are not renormalised. The rest is
    not in classes: it is taken as answers of the probability `piece` each, −rest · log piece. (As
    one class, a rest of nearly 1, of which nothing is known, would look like certainty.) 0 log 0 is
    0, and so is what rounding took below 0. Over shares of samples it is the discrete semantic
    entropy of Farquhar et al. 2024 (Nature 630); over the masses that a search found, with its
    residual as `rest`, it is a concept entropy without samples.
    """
    known = 0.0 - math.fsum(mass * math.log(mass) for mass in masses if mass > 0)
    return known - max(rest, 0.0) * math.log(piece)


def semantic_entropy(
    classes: Sequence[int], texts: Sequence[Hashable], logprobs: Sequence[float]
) -> float | None:
    """Give the Monte Carlo semantic entropy of N samples: −(1/N) Σ log p(class of the sample).

    `classes` (N,) say which samples mean the same, `texts` (N,) which are the same, and `logprobs`
    (N,) are the natural logs of the whole samples' probabilities. p of a class is the sum of the
    probabilities of its *distinct* texts: a text drawn twice counts twice in the mean, but once in
    its class; its first logprob counts. What no sample found is missing from p, so that few
    samples make it too high. Of Kuhn et al. 2023 (arXiv 2302.09664), with the mean over samples
    drawn at temperature 1, as SemanticEntropy of lm-polygraph takes it of unique responses. In
    nats, not capped.
    None where there are no samples; ValueError where the lengths differ.
    """
    found: dict[int, dict[Hashable, float]] = {}
    for meaning, text, logprob in zip(classes, texts, logprobs, strict=True):
        found.setdefault(meaning, {}).setdefault(text, logprob)
    if not found:
        return None
    heights = {meaning: _log_sum(list(members.values())) for meaning, members in found.items()}
    return 0.0 - math.fsum(heights[meaning] for meaning in classes) / len(classes)


def _log_sum(logs: Sequence[float]) -> float:
    """The log of the sum of the exponentials; no exponential under- or overflows on the way."""
    highest = max(logs)
    if math.isinf(highest):
        return highest
    return highest + math.log(math.fsum(math.exp(log - highest) for log in logs))


def share(part: Interval, other: Interval) -> float | None:
    """Give the share of one mass in it and another, by their lower bounds.

    None where the bounds leave it open by more than `OPEN`, as where both are next to nothing.
    """
    known = part.lower + other.lower
    if not known > 0:
        return None
    least = part.lower / (part.lower + other.upper)
    most = part.upper / (part.upper + other.lower)
    return part.lower / known if most - least <= OPEN else None

"""Samples: answers drawn token by token, side by side on one tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import exp

import numpy as np

from misspoke.lm.protocol import Path, Want
from misspoke.search.answers import Read
from misspoke.search.tree import Search, TokenTree


@dataclass(frozen=True, slots=True)
class Sample:
    """A drawn answer, the path that wrote it, and its log-probability at temperature 1."""

    answer: str
    path: Path
    logprob: float

    @property
    def prob(self) -> float:
        """The probability of the path."""
        return exp(self.logprob)


def draw_samples(
    tree: TokenTree, chances: Sequence[Sequence[float]], temperature: float, read: Read
) -> Search[list[Sample]]:
    """Draws an answer for each list of chances, all of them a token further at each step.

    A chance is the place in [0, 1) of the cumulative distribution that its token is drawn at; an
    answer that has as many tokens as chances is cut there. The model must reveal everything.
    """
    paths: list[Path] = [() for _ in chances]
    logprobs = [0.0 for _ in chances]
    answers: list[str | None] = [None for _ in chances]
    while None in answers:
        going = [i for i, answer in enumerate(answers) if answer is None]
        draws = {i: (temperature, chances[i][len(paths[i])]) for i in going}
        wants: dict[Path, Want] = {}
        for i in going:
            want = Want(draws=frozenset({draws[i]}))
            wants[paths[i]] = wants[paths[i]] | want if paths[i] in wants else want
        yield wants
        for i in going:
            token, logprob = tree[paths[i]].drawn[draws[i]]
            paths[i], logprobs[i] = (*paths[i], token), logprobs[i] + logprob
            ended = not tree.token_bytes[token] or len(paths[i]) == len(chances[i])
            answers[i] = read(tree.data(paths[i]).decode(errors="replace"), ended)
    return [
        Sample(answer or "", path, logprob)
        for answer, path, logprob in zip(answers, paths, logprobs, strict=True)
    ]


def chances(seed: int, prompt: str, number: int, tokens: int) -> list[float]:
    """The chances of one sample: the same for the same seed, prompt and number, whatever else."""
    digest = sha256(f"{seed} {number} {prompt}".encode()).digest()
    return list(np.random.default_rng(int.from_bytes(digest[:8], "big")).random(tokens))

"""The noisy channel: which answer would this question be asked about?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from misspoke.decoding.desk import LEAST, Desk
from misspoke.decoding.speaker import shared_length
from misspoke.lm import Path, Want
from misspoke.records.decoding import AnswerClass
from misspoke.search import Inquiry

WEIGHT = 0.5
"""Fitted as docs/decoding.md tells."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Adds the weighted log-probability of the question behind each answer.

    By Bayes p(question | answer) ranks answers as p(answer | question) / p(answer) does, but the
    model gives it by another way: an answer that is said to any question does little to bring up
    this one. (Noisy channel prompting, Min et al. 2022, there for classification.)
    """

    weight: float = WEIGHT

    def scores(self, desk: Desk, classes: Sequence[AnswerClass]) -> Inquiry[list[float]]:
        """The log-probability of the question's tokens behind each class's most probable form."""
        desk.refuse_hidden("the channel")
        before = [desk.speaker.channel_prompt(one.answer) for one in classes]
        encode = desk.speaker.lm.tokenizer.encode
        tree, paths = desk.open_all([f"{text} {desk.asked.question}" for text in before])
        shared = len(tree.context.tokens)
        starts = [
            max(0, shared_length(encode(text), tree.context.tokens + path) - shared)
            for text, path in zip(before, paths, strict=True)
        ]
        steps: list[list[tuple[Path, int]]] = [
            [(path[:at], path[at]) for at in range(start, len(path))]
            for path, start in zip(paths, starts, strict=True)
        ]
        yield {
            (tree, prefix): Want(tokens=frozenset({token}))
            for path_steps in steps
            for prefix, token in path_steps
        }
        return [
            self.weight * sum(max(tree[at].logprobs[token], log(LEAST)) for at, token in path_steps)
            for path_steps in steps
        ]

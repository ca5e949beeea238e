"""The plain backend: each prefix forwarded whole, one at a time, by the model's own attention.

Slow and simple: what the tree backend is audited against, and what serves a model whose attention
cannot take a tree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch

from misspoke.lm.checkpoint import Checkpoint
from misspoke.lm.protocol import Context, NextTokens, Path, Request, answer_want
from misspoke.lm.states import States, blocks_of, caught


class PlainModel:
    """A transformers model behind the protocol, without caches, trees or batches."""

    reveals = None

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.name = checkpoint.name
        self.tokenizer = checkpoint.tokenizer
        self.window = checkpoint.window
        self.checkpoint = checkpoint
        self._blocks = blocks_of(checkpoint.model)
        self.blocks = len(self._blocks)

    def next_tokens(self, requests: Sequence[Request]) -> Sequence[NextTokens]:
        """Forwards each request's whole prefix."""
        return [self._read(request) for request in requests]

    def release(self, contexts: Iterable[Context]) -> None:
        """Nothing is kept."""

    def description(self) -> dict[str, str | int | float | None]:
        """What a manifest says of the model."""
        return {**self.checkpoint.description(), "backend": "transformers, plain"}

    def distribution(self, context: Context, path: Path) -> npt.NDArray[np.float64]:
        """Natural log-probabilities of the whole vocabulary behind a path, shape [vocabulary]."""
        return self._forward(context.tokens + path, frozenset())[0]

    def _forward(
        self, prefix: Path, layers: frozenset[int]
    ) -> tuple[npt.NDArray[np.float64], States]:
        """Log-probabilities [vocabulary] behind a prefix, and its last token's hidden states."""
        model = self.checkpoint.model
        tokens = torch.tensor([prefix], device=model.device)
        last = [len(prefix) - 1]
        with torch.inference_mode(), caught(self._blocks, layers, last) as found:
            out = model(input_ids=tokens, use_cache=False, logits_to_keep=1)
        logits: npt.NDArray[np.float64] = out.logits[0, -1].double().cpu().numpy()
        shifted = logits - logits.max()
        logprobs: npt.NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum())
        return logprobs, found[0]

    def _read(self, request: Request) -> NextTokens:
        prefix = request.context.tokens + request.path
        logprobs, states = self._forward(prefix, request.want.layers)
        beside = request.want.beside
        others = {other: self.distribution(other.context, other.path) for other in beside}
        forwarded = len(prefix) + sum(len(o.context.tokens) + len(o.path) for o in beside)
        answer = answer_want(logprobs, request.want, forwarded, others=others)
        return replace(answer, states=states)

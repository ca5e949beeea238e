"""The plain backend: each prefix forwarded whole, one at a time, by the model's own attention.

Slow and simple: what the tree backend is audited against, and what serves a model whose attention
cannot take a tree.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import torch

from misspoke.lm.checkpoint import Checkpoint
from misspoke.lm.protocol import Context, NextTokens, Request, answer_want


class PlainModel:
    """A transformers model behind the protocol, without caches, trees or batches."""

    reveals = None

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.name = checkpoint.name
        self.tokenizer = checkpoint.tokenizer
        self.window = checkpoint.window
        self.checkpoint = checkpoint

    def next_tokens(self, requests: Sequence[Request]) -> Sequence[NextTokens]:
        """Forwards each request's whole prefix."""
        return [self._read(request) for request in requests]

    def release(self, contexts: Iterable[Context]) -> None:
        """Nothing is kept."""

    def description(self) -> dict[str, str | int | float | None]:
        """What a manifest says of the model."""
        return {**self.checkpoint.description(), "backend": "transformers, plain"}

    def _read(self, request: Request) -> NextTokens:
        model = self.checkpoint.model
        tokens = request.context.tokens + request.path
        with torch.inference_mode():
            out = model(
                input_ids=torch.tensor([tokens], device=model.device),
                use_cache=False,
                logits_to_keep=1,
            )
        logits = out.logits[0, -1].double().cpu().numpy()
        logprobs = logits - np.logaddexp.reduce(logits)
        return answer_want(logprobs, request.want, len(tokens))

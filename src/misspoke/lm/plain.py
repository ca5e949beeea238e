"""The plain backend: each prefix forwarded whole, one at a time, by the model's own attention.

Slow and simple: what the tree backend is audited against, and what serves a model whose attention
cannot take a tree.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import torch

from misspoke.lm.checkpoint import Checkpoint
from misspoke.lm.protocol import Context, NextTokens, Path, Request, answer_want


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

    def distribution(self, context: Context, path: Path) -> npt.NDArray[np.float64]:
        """Natural log-probabilities of the whole vocabulary behind a path, shape [vocabulary]."""
        model = self.checkpoint.model
        tokens = torch.tensor([context.tokens + path], device=model.device)
        with torch.inference_mode():
            out = model(input_ids=tokens, use_cache=False, logits_to_keep=1)
        logits: npt.NDArray[np.float64] = out.logits[0, -1].double().cpu().numpy()
        shifted = logits - logits.max()
        logprobs: npt.NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum())
        return logprobs

    def _read(self, request: Request) -> NextTokens:
        logprobs = self.distribution(request.context, request.path)
        return answer_want(logprobs, request.want, len(request.context.tokens + request.path))

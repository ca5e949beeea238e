"""Reads wants off hidden states: the output head and its reductions, on the device.

Rows of the vocabulary's width never leave the device. Sources: the top k lie within the k blocks
with the highest maxima, so only those are sorted.
"""

from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

import torch

from misspoke.lm.protocol import NextTokens, Tempered, Want
from misspoke.records.token_set import TokenSet

_BLOCK = 64
_ROWS = 64
"""Hidden states per pass: bounds the memory of the logits."""


class Head:
    """An output head: hidden states [rows, width] to answers.

    `project` maps hidden states to logits [rows, vocabulary], in float32 or in the model's dtype.
    """

    def __init__(self, project: Callable[[torch.Tensor], torch.Tensor]) -> None:
        self._project = project
        self._masks: WeakKeyDictionary[TokenSet, torch.Tensor] = WeakKeyDictionary()

    def read(
        self, hidden: torch.Tensor, wants: Sequence[Want], forwarded: Sequence[int]
    ) -> list[NextTokens]:
        """The answer to each row's want."""
        answers: list[NextTokens] = []
        for start in range(0, len(wants), _ROWS):
            part = slice(start, start + _ROWS)
            answers += self._read(hidden[part], wants[part], forwarded[part])
        return answers

    def _read(
        self, hidden: torch.Tensor, wants: Sequence[Want], forwarded: Sequence[int]
    ) -> list[NextTokens]:
        logits = self._project(hidden).float()
        norms = torch.logsumexp(logits, dim=-1)
        tops = self._tops(logits, norms, wants)
        entropies = self._entropies(logits, norms, wants)
        chosen = self._chosen(logits, norms, wants)
        sets = self._sets(logits, norms, wants)
        tempered = self._tempered(logits, wants)
        return [
            NextTokens(
                top=tops.get(row, ()),
                entropy=entropies.get(row),
                logprobs=chosen[row],
                set_probs=sets[row],
                tempered=tempered.get(row, ()),
                forwarded=forwarded[row],
            )
            for row in range(len(wants))
        ]

    def _tops(
        self, logits: torch.Tensor, norms: torch.Tensor, wants: Sequence[Want]
    ) -> dict[int, tuple[tuple[int, float], ...]]:
        found: dict[int, tuple[tuple[int, float], ...]] = {}
        for size in {want.top for want in wants if want.top}:
            rows = [row for row, want in enumerate(wants) if want.top == size]
            values, tokens = _top(logits[rows], min(size, logits.shape[-1]))
            values = values - norms[rows].unsqueeze(-1)
            for row, ids, logprobs in zip(rows, tokens.tolist(), values.tolist(), strict=True):
                found[row] = tuple(zip(ids, logprobs, strict=True))
        return found

    def _entropies(
        self, logits: torch.Tensor, norms: torch.Tensor, wants: Sequence[Want]
    ) -> dict[int, float]:
        rows = [row for row, want in enumerate(wants) if want.entropy]
        if not rows:
            return {}
        return dict(zip(rows, _entropy(logits[rows], norms[rows]).tolist(), strict=True))

    def _chosen(
        self, logits: torch.Tensor, norms: torch.Tensor, wants: Sequence[Want]
    ) -> list[dict[int, float]]:
        tokens = [sorted(want.tokens) for want in wants]
        flat = torch.tensor([t for row in tokens for t in row], device=logits.device)
        if not len(flat):
            return [{} for _ in wants]
        counts = torch.tensor([len(row) for row in tokens], device=logits.device)
        rows = torch.repeat_interleave(torch.arange(len(wants), device=logits.device), counts)
        values = (logits[rows, flat] - norms[rows]).tolist()
        found: list[dict[int, float]] = []
        at = 0
        for row_tokens in tokens:
            found.append(dict(zip(row_tokens, values[at : at + len(row_tokens)], strict=True)))
            at += len(row_tokens)
        return found

    def _sets(
        self, logits: torch.Tensor, norms: torch.Tensor, wants: Sequence[Want]
    ) -> list[dict[TokenSet, float]]:
        found: list[dict[TokenSet, float]] = [{} for _ in wants]
        rows = [row for row, want in enumerate(wants) if want.sets]
        if not rows:
            return found
        sets = list({tokens for row in rows for tokens in wants[row].sets})
        masks = torch.stack([self._mask(tokens, logits.device) for tokens in sets], dim=1)
        probs = torch.exp(logits[rows] - norms[rows].unsqueeze(-1))
        sums = (probs @ masks).tolist()
        for row, masses in zip(rows, sums, strict=True):
            of = dict(zip(sets, masses, strict=True))
            found[row] = {tokens: min(1.0, of[tokens]) for tokens in wants[row].sets}
        return found

    def _mask(self, tokens: TokenSet, device: torch.device) -> torch.Tensor:
        mask = self._masks.get(tokens)
        if mask is None:
            mask = torch.as_tensor(tokens.mask, dtype=torch.float32, device=device)
            self._masks[tokens] = mask
        return mask

    def _tempered(
        self, logits: torch.Tensor, wants: Sequence[Want]
    ) -> dict[int, tuple[Tempered, ...]]:
        found: dict[int, tuple[Tempered, ...]] = {}
        for row, want in enumerate(wants):
            if not want.temperatures:
                continue
            grid = torch.tensor(want.temperatures, device=logits.device).unsqueeze(-1)
            scaled = logits[row] / grid
            norms = torch.logsumexp(scaled, dim=-1)
            tokens = sorted(want.tokens)
            chosen = (scaled[:, tokens] - norms.unsqueeze(-1)).tolist()
            entropies = _entropy(scaled, norms).tolist()
            found[row] = tuple(
                Tempered(t, dict(zip(tokens, values, strict=True)), h)
                for t, values, h in zip(want.temperatures, chosen, entropies, strict=True)
            )
        return found


def _entropy(logits: torch.Tensor, norms: torch.Tensor) -> torch.Tensor:
    """Entropies in nats of rows of logits, given their log-sum-exp."""
    logprobs = logits - norms.unsqueeze(-1)
    return -(torch.exp(logprobs) * logprobs.clamp(min=-1e4)).sum(-1)


def _top(logits: torch.Tensor, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The `size` largest logits of each row and their places, the largest first."""
    rows, width = logits.shape
    blocks = width // _BLOCK
    if size >= blocks:
        return torch.topk(logits, size, dim=-1)
    maxima = logits[:, : blocks * _BLOCK].view(rows, blocks, _BLOCK).amax(-1)
    best = torch.topk(maxima, size, dim=-1).indices
    places = (best.unsqueeze(-1) * _BLOCK + torch.arange(_BLOCK, device=logits.device)).view(
        rows, -1
    )
    tail = torch.arange(blocks * _BLOCK, width, device=logits.device).expand(rows, -1)
    places = torch.cat([places, tail], dim=-1)
    values, order = torch.topk(logits.gather(-1, places), size, dim=-1)
    return values, places.gather(-1, order)

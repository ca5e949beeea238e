"""Reads wants off hidden states: the output head and its reductions, on the device.

Rows of the vocabulary's width never leave the device. The vocabulary is gone through in chunks that
stay in the processor's cache, with running sums of exponentials, so that the reductions cost little
beside the multiplication. The top k lie within the k blocks with the highest maxima, so only those
are sorted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import torch

from misspoke.lm.protocol import NextTokens, Tempered, Want
from misspoke.records.token_set import TokenSet

_BLOCK = 64
_ROWS = 64
"""Hidden states per pass: bounds the memory of the logits."""
_CHUNK = 8192
"""Columns of the vocabulary per step."""

Project = Callable[[torch.Tensor, int, int], torch.Tensor]
"""Hidden states [rows, width], and a range of the vocabulary, to logits [rows, range]."""


@dataclass(frozen=True, slots=True)
class _Pass:
    """What one pass over the vocabulary found for some rows."""

    logits: torch.Tensor
    """[rows, vocabulary], float32"""
    norms: torch.Tensor
    """[rows] log-sum-exp"""
    entropies: torch.Tensor
    """[rows] nats"""
    masses: torch.Tensor
    """[rows, sets] summed probability"""


class Head:
    """An output head over a vocabulary of `size` tokens: hidden states to answers."""

    def __init__(self, project: Project, size: int) -> None:
        self._project = project
        self._size = size
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
        sets = list({tokens for want in wants for tokens in want.sets})
        found = self._pass(hidden, sets)
        tops = self._tops(found.logits, found.norms, wants)
        chosen = self._chosen(found.logits, found.norms, wants)
        tempered = self._tempered(found.logits, wants)
        entropies, masses = found.entropies.tolist(), found.masses.tolist()
        return [
            NextTokens(
                top=tops.get(row, ()),
                entropy=entropies[row] if want.entropy else None,
                logprobs=chosen[row],
                set_probs={
                    tokens: min(1.0, mass)
                    for tokens, mass in zip(sets, masses[row], strict=True)
                    if tokens in want.sets
                },
                tempered=tempered.get(row, ()),
                forwarded=forwarded[row],
            )
            for row, want in enumerate(wants)
        ]

    def _pass(self, hidden: torch.Tensor, sets: Sequence[TokenSet]) -> _Pass:
        """Goes through the vocabulary once; sums of exponentials are kept relative to `peak`."""
        rows, device = len(hidden), hidden.device
        logits = torch.empty((rows, self._size), dtype=torch.float32, device=device)
        masks = [self._mask(tokens, device) for tokens in sets]
        mask = torch.stack(masks, dim=1) if masks else torch.empty((self._size, 0), device=device)
        peak = torch.full((rows, 1), -1e30, device=device)
        total, weighted = torch.zeros_like(peak), torch.zeros_like(peak)
        sums = torch.zeros((rows, len(sets)), device=device)
        for start in range(0, self._size, _CHUNK):
            stop = min(start + _CHUNK, self._size)
            part = self._project(hidden, start, stop).float().clamp_(min=-1e4)
            logits[:, start:stop] = part
            higher = torch.maximum(peak, part.amax(-1, keepdim=True))
            shrink = torch.exp(peak - higher)
            weights = torch.exp(part - higher)
            total = total * shrink + weights.sum(-1, keepdim=True)
            sums = sums * shrink + weights @ mask[start:stop]
            weighted = weighted * shrink + weights.mul_(part).sum(-1, keepdim=True)
            peak = higher
        norms = peak + torch.log(total)
        entropies = norms - weighted / total
        return _Pass(logits, norms.squeeze(-1), entropies.squeeze(-1), sums / total)

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

"""Reads wants off hidden states: the output head and its reductions, on the device.

Rows of the vocabulary's width never leave the device. The vocabulary is gone through in chunks that
stay in the processor's cache, with running sums of exponentials, so that the reductions cost little
beside the multiplication. The top k lie within the k blocks with the highest maxima, so only those
are sorted.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import torch

from misspoke.lm.contrasts import contrasted
from misspoke.lm.protocol import Besides, Draw, NextTokens, Tempered, Want
from misspoke.records.token_set import TokenSet

_BLOCK = 64
_LOGITS = 1 << 25
"""Logits per pass: bounds their memory. Many rows a pass, for they share the reading of weights."""
_CHUNKS = {"cpu": 2048}
"""Columns of the vocabulary per step: what the rows of a pass have there fits the second cache."""
_CHUNK = 1 << 16
"""The same where there is nothing of the kind to fit."""
_PAIRS = 16
"""Pairs of distributions that are contrasted at once: bounds their memory."""
_NEVER = -1e30
_FAINT = -80.0
"""Exponents are cut there: below, numbers are subnormal, which processors are slow at."""

Project = Callable[[torch.Tensor, int, int], torch.Tensor]
"""Hidden states [rows, width], and a range of the vocabulary, to logits [rows, range]."""


@dataclass(frozen=True, slots=True)
class _Pass:
    """What one pass over the vocabulary found for some rows."""

    logits: torch.Tensor
    """[rows, vocabulary rounded up to blocks], float32, valid until the next pass"""
    maxima: torch.Tensor
    """[rows, blocks] the largest logit of each block"""
    peaks: torch.Tensor
    """[rows] the largest logit"""
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
        self._blocks = -(-size // _BLOCK)
        self._rows = max(16, _LOGITS // size)
        self._logits = torch.empty(0)
        self._masks: WeakKeyDictionary[TokenSet, torch.Tensor] = WeakKeyDictionary()

    def read(
        self, hidden: torch.Tensor, wants: Sequence[Want], forwarded: Sequence[int]
    ) -> list[NextTokens]:
        """The answer to each row's want."""
        answers: list[NextTokens] = []
        for start in range(0, len(wants), self._rows):
            part = slice(start, start + self._rows)
            answers += self._read(hidden[part], wants[part], forwarded[part])
        return answers

    def contrast(
        self, here: torch.Tensor, there: torch.Tensor, weights: Sequence[float]
    ) -> list[Besides]:
        """Each row's distribution against another's: hidden states [rows, width] of both."""
        found: list[Besides] = []
        for start in range(0, len(weights), _PAIRS):
            some = slice(start, start + _PAIRS)
            rows = torch.cat((here[some], there[some]))
            logits = self._project(rows, 0, self._size).float().clamp_(min=-1e4)
            pairs = zip(*logits.chunk(2), weights[some], strict=True)
            found += [contrasted(one, other, weight) for one, other, weight in pairs]
        return found

    def _read(
        self, hidden: torch.Tensor, wants: Sequence[Want], forwarded: Sequence[int]
    ) -> list[NextTokens]:
        sets = list({tokens for want in wants for tokens in want.sets})
        found = self._pass(hidden, sets)
        tops = self._tops(found, wants)
        chosen = self._chosen(found.logits, found.norms, wants)
        tempered = self._tempered(found, wants)
        drawn = [
            _drawn(found.logits[row, : self._size], norm, want.draws)
            for row, (norm, want) in enumerate(zip(found.norms.tolist(), wants, strict=True))
        ]
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
                drawn=drawn[row],
                forwarded=forwarded[row],
            )
            for row, want in enumerate(wants)
        ]

    def _pass(self, hidden: torch.Tensor, sets: Sequence[TokenSet]) -> _Pass:
        """Goes through the vocabulary once; sums of exponentials are kept relative to `peak`."""
        rows, device = len(hidden), hidden.device
        logits = self._buffer(rows, device)
        blocks = logits.view(rows, self._blocks, _BLOCK)
        maxima = torch.empty((rows, self._blocks), device=device)
        masks = [self._mask(tokens, device) for tokens in sets]
        mask = torch.stack(masks, dim=1) if masks else torch.empty((self._size, 0), device=device)
        peak = torch.full((rows, 1), _NEVER, device=device)
        total, weighted = torch.zeros_like(peak), torch.zeros_like(peak)
        sums = torch.zeros((rows, len(sets)), device=device)
        chunk = _CHUNKS.get(device.type, _CHUNK)
        for start in range(0, self._size, chunk):
            stop = min(start + chunk, self._size)
            part = self._project(hidden, start, stop).float().clamp_(min=-1e4)
            logits[:, start:stop] = part
            some = slice(start // _BLOCK, -(-stop // _BLOCK))
            maxima[:, some] = blocks[:, some].amax(-1)
            higher = torch.maximum(peak, maxima[:, some].amax(-1, keepdim=True))
            shrink = torch.exp(peak - higher)
            weights = torch.sub(part, higher).clamp_(min=_FAINT).exp_()
            total = total * shrink + weights.sum(-1, keepdim=True)
            if sets:
                sums = sums * shrink + weights @ mask[start:stop]
            weighted = weighted * shrink + weights.mul_(part).sum(-1, keepdim=True)
            peak = higher
        norms = peak + torch.log(total)
        entropies = norms - weighted / total
        return _Pass(
            logits,
            maxima,
            peak.squeeze(-1),
            norms.squeeze(-1),
            entropies.squeeze(-1),
            sums / total,
        )

    def _buffer(self, rows: int, device: torch.device) -> torch.Tensor:
        """Room for the logits of a pass, kept from pass to pass; what pads a block never leads."""
        if len(self._logits) < rows or self._logits.device != device:
            width = self._blocks * _BLOCK
            self._logits = torch.full((rows, width), _NEVER, dtype=torch.float32, device=device)
        return self._logits[:rows]

    def _tops(
        self, found: _Pass, wants: Sequence[Want]
    ) -> dict[int, tuple[tuple[int, float], ...]]:
        tops: dict[int, tuple[tuple[int, float], ...]] = {}
        for size in {want.top for want in wants if want.top}:
            rows = [row for row, want in enumerate(wants) if want.top == size]
            values, tokens = self._top(found, rows, min(size, self._size))
            values = values - found.norms[rows].unsqueeze(-1)
            for row, ids, logprobs in zip(rows, tokens.tolist(), values.tolist(), strict=True):
                tops[row] = tuple(zip(ids, logprobs, strict=True))
        return tops

    def _top(
        self, found: _Pass, rows: Sequence[int], size: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The `size` largest logits of some rows and their places, the largest first."""
        if size >= self._blocks:
            values, places = torch.topk(found.logits[rows, : self._size], size, dim=-1)
            return values, places
        best = torch.topk(found.maxima[rows], size, dim=-1).indices.sort(dim=-1).values
        blocks = found.logits.view(len(found.logits), self._blocks, _BLOCK)
        index = torch.tensor(rows, device=best.device).unsqueeze(-1)
        candidates = blocks[index, best].flatten(1)
        values, order = torch.topk(candidates, size, dim=-1)
        return values, best.gather(-1, order // _BLOCK) * _BLOCK + order % _BLOCK

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

    def _tempered(self, found: _Pass, wants: Sequence[Want]) -> dict[int, tuple[Tempered, ...]]:
        """The rows' distributions at other temperatures, from their logits; chunk by chunk too."""
        answers: dict[int, tuple[Tempered, ...]] = {}
        for grid in {want.temperatures for want in wants if want.temperatures}:
            rows = [row for row, want in enumerate(wants) if want.temperatures == grid]
            norms, entropies = self._temper(found.logits[rows], found.peaks[rows], grid)
            columns = zip(rows, found.peaks[rows].tolist(), norms, entropies, strict=True)
            for row, peak, row_norms, row_entropies in columns:
                tokens = sorted(wants[row].tempered)
                leads = [value - peak for value in found.logits[row, tokens].tolist()]
                answers[row] = tuple(
                    Tempered(t, {k: x / t - norm for k, x in zip(tokens, leads, strict=True)}, h)
                    for t, norm, h in zip(grid, row_norms, row_entropies, strict=True)
                )
        return answers

    def _temper(
        self, logits: torch.Tensor, peaks: torch.Tensor, grid: Sequence[float]
    ) -> tuple[list[list[float]], list[list[float]]]:
        """For each row and temperature: the log-sum-exp of (logit - peak) / t, and the entropy."""
        total = torch.zeros((len(logits), len(grid)), device=logits.device)
        weighted = torch.zeros_like(total)
        chunk = _CHUNKS.get(logits.device.type, _CHUNK)
        for start in range(0, self._size, chunk):
            part = logits[:, start : min(start + chunk, self._size)] - peaks.unsqueeze(-1)
            for at, temperature in enumerate(grid):
                weights = torch.div(part, temperature).clamp_(min=_FAINT).exp_()
                total[:, at] += weights.sum(-1)
                weighted[:, at] += weights.mul_(part).sum(-1)
        norms = torch.log(total)
        entropies = norms - weighted / total / torch.tensor(grid, device=logits.device)
        return norms.tolist(), entropies.tolist()


def _drawn(
    logits: torch.Tensor, norm: float, draws: Iterable[Draw]
) -> dict[Draw, tuple[int, float]]:
    """The token of each draw from one row's logits [vocabulary], in double precision."""
    tokens: dict[Draw, tuple[int, float]] = {}
    for temperature in {temperature for temperature, _ in draws}:
        mine = [draw for draw in draws if draw[0] == temperature]
        weights = ((logits - logits.max()).double() / temperature).exp_()
        cumulative = weights.cumsum(0)
        places = torch.tensor([place for _, place in mine], dtype=torch.float64)
        wanted = places.to(logits.device) * cumulative[-1]
        found = torch.searchsorted(cumulative, wanted, right=True).clamp_(max=len(logits) - 1)
        logprobs = (logits[found] - norm).tolist()
        tokens.update(zip(mine, zip(found.tolist(), logprobs, strict=True), strict=True))
    return tokens

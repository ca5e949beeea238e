"""Where some tokens look: their attention, summed up layer by layer while they are forwarded."""

from dataclasses import dataclass, field

import torch

from misspoke.lm.protocol import Span

_NEVER = -1e30


@dataclass(slots=True)
class Gaze:
    """The attention of W of the N tokens of one forward, over the P + T columns they may see.

    Worked out apart from the forward's own, for these tokens alone, from the same queries and keys:
    one softmax over the header's columns and the token's own.
    """

    tokens: torch.Tensor
    """[W] their places among the N."""
    positions: torch.Tensor = field(default_factory=lambda: torch.zeros(0))
    """[W, P + T] the position of each column in the token's text."""
    total: torch.Tensor = field(default_factory=lambda: torch.zeros(0))
    """[W, P + T] attention, the mean over heads, summed over layers."""
    layers: int = 0

    def look(
        self,
        query: torch.Tensor,
        header: torch.Tensor,
        own: torch.Tensor,
        blocked: tuple[torch.Tensor | None, torch.Tensor],
        softcap: float | None,
    ) -> None:
        """Adds one layer: queries [groups, per group, W, D], already scaled; keys of the header
        [groups, P, D] and of each token's row [W, groups, T, D]; what they must not see, [W, P]
        (None: nothing) and [W, T]."""
        before, apart = blocked
        to_header = torch.einsum("ghwd,gkd->ghwk", query, header)
        to_own = torch.einsum("ghwd,wgkd->ghwk", query, own)
        scores = torch.cat((to_header, to_own), dim=-1).float()
        if softcap is not None:
            scores = torch.tanh(scores / softcap) * softcap
        if before is None:
            before = apart.new_zeros((len(apart), header.shape[1]))
        scores = scores.masked_fill_(torch.cat((before, apart), dim=-1), _NEVER)
        weights = torch.softmax(scores, dim=-1).mean((0, 1))
        self.total = weights if not self.layers else self.total + weights
        self.layers += 1

    def share(self, token: int, span: Span) -> float:
        """The mean attention, over heads and layers, of the token at a place in `tokens`."""
        start, stop = span
        at = self.positions[token]
        return float(self.total[token][(at >= start) & (at < stop)].sum() / self.layers)

"""Two next-token distributions against each other, on the device."""

import math

import torch

from misspoke.lm.protocol import PLAUSIBLE, Besides


def contrasted(here: torch.Tensor, there: torch.Tensor, weight: float) -> Besides:
    """What `protocol.Besides` says, from two rows of logits [vocabulary]; in double precision."""
    p, q = (torch.log_softmax(row.double(), dim=0) for row in (here, there))
    apart = p - q
    kl = float(torch.where(p > -math.inf, p.exp() * apart, 0.0).sum())  # 0 log 0 is 0
    plausible = (p >= p.max() + math.log(PLAUSIBLE)).nonzero().squeeze(-1)
    own = p[plausible]
    score = own + weight * apart[plausible]
    leading = (score == score.max()).nonzero().squeeze(-1)
    best = leading[own[leading].argmax()]
    return Besides(max(0.0, kl), int(plausible[best]), float(own[best]))

"""Attention over a shared header and each question's own token tree.

One softmax spans both: every query sees the header's columns, and of its own question's columns
only its ancestors and itself. No key or value of the header is ever copied per question.
"""

from dataclasses import dataclass, field

import torch

NAME = "misspoke_tree"
"""The name under which the function is registered with transformers."""


@dataclass(slots=True)
class LayerCache:
    """One layer's keys and values: the header's [heads, P, D], the trees' [rows, heads, T, D]."""

    header_keys: torch.Tensor
    header_values: torch.Tensor
    keys: torch.Tensor
    values: torch.Tensor


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the tokens of one forward stand, and what they may see.

    N new tokens in B rows, at most F in each, T columns in all.
    """

    layers: list[LayerCache]
    row: torch.Tensor
    """[N] the row of each token in the buffers."""
    column: torch.Tensor
    """[N] its column there."""
    rows: torch.Tensor | None
    """[B] the rows of this forward; None when they are among the buffers' first B rows."""
    count: int
    """B."""
    width: int
    """F."""
    place: torch.Tensor
    """[N] the token's place in the padded [B, F] grid, flat."""
    columns: int
    """T."""
    visible: torch.Tensor
    """[N, T] bool: ancestors and self."""
    positions: torch.Tensor
    """[N] each token's position in its own text."""
    column_positions: torch.Tensor
    """[N, T] the position of each column of the token's own row."""
    blocked: dict[int | None, torch.Tensor] = field(default_factory=dict)
    """For each sliding window (None: full attention) [N, P + T] bool: what a query must not see."""


def tree_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    misspoke_plan: Plan | None = None,
    **_: object,
) -> tuple[torch.Tensor, None]:
    """The attention function that transformers calls: query [1, H, N, D] to output [1, N, H, D]."""
    if misspoke_plan is None or attention_mask is not None:
        raise RuntimeError("tree attention runs under a plan of its own, without a mask")
    plan = misspoke_plan
    cache = plan.layers[int(module.layer_idx)]  # type: ignore[arg-type]
    cache.keys[plan.row, :, plan.column] = key[0].transpose(0, 1)
    cache.values[plan.row, :, plan.column] = value[0].transpose(0, 1)
    heads, tokens, depth = query.shape[1:]
    groups = key.shape[1]
    scale = depth**-0.5 if scaling is None else scaling
    grouped = query[0].view(groups, heads // groups, tokens, depth) * scale
    to_header = _header_scores(grouped, cache)
    to_own = _own_scores(grouped, cache, plan)
    scores = torch.cat([to_header, to_own], dim=-1).float()
    if softcap is not None:
        scores = torch.tanh(scores / softcap) * softcap
    scores.masked_fill_(_blocked(plan, to_header.shape[-1], sliding_window), float("-inf"))
    weights = torch.softmax(scores, dim=-1).to(query.dtype)
    split = to_header.shape[-1]
    out = _weigh_header(weights[..., :split], cache) + _weigh_own(weights[..., split:], cache, plan)
    return out.reshape(heads, tokens, depth).transpose(0, 1).unsqueeze(0).contiguous(), None


def _blocked(plan: Plan, header: int, window: int | None) -> torch.Tensor:
    """[N, P + T] bool: what each query must not see; worked out once a forward."""
    known = plan.blocked.get(window)
    if known is None:
        at = torch.arange(header, device=plan.visible.device)
        before = at.expand(len(plan.positions), -1) < 0
        own = ~plan.visible
        if window is not None:
            start = plan.positions.unsqueeze(-1) - window
            before = at <= start
            own = own | (plan.column_positions <= start)
        known = plan.blocked[window] = torch.cat([before, own], dim=-1)
    return known


def _header_scores(query: torch.Tensor, cache: LayerCache) -> torch.Tensor:
    """[groups, per group, N, D] against the header: [groups, per group, N, P]."""
    groups, per, tokens, depth = query.shape
    flat = query.reshape(groups, per * tokens, depth) @ cache.header_keys.transpose(1, 2)
    return flat.view(groups, per, tokens, -1)


def _weigh_header(weights: torch.Tensor, cache: LayerCache) -> torch.Tensor:
    groups, per, tokens, columns = weights.shape
    flat = weights.reshape(groups, per * tokens, columns) @ cache.header_values
    return flat.view(groups, per, tokens, -1)


def _own(buffer: torch.Tensor, plan: Plan) -> torch.Tensor:
    """The columns of this forward's rows: [B, groups, T, D]."""
    if plan.rows is None:
        return buffer[: plan.count, :, : plan.columns]
    return buffer[:, :, : plan.columns].index_select(0, plan.rows)


def _own_scores(query: torch.Tensor, cache: LayerCache, plan: Plan) -> torch.Tensor:
    """[groups, per group, N, D] against each query's own row: [groups, per group, N, T]."""
    groups, per, _, depth = query.shape
    grid = query.new_zeros((plan.count * plan.width, groups, per, depth))
    grid[plan.place] = query.permute(2, 0, 1, 3)
    grid = grid.view(plan.count, plan.width, groups, per, depth).permute(0, 2, 3, 1, 4)
    padded = grid.reshape(plan.count, groups, per * plan.width, depth)
    scores = padded @ _own(cache.keys, plan).transpose(2, 3)
    scores = scores.view(plan.count, groups, per, plan.width, plan.columns)
    flat = scores.permute(0, 3, 1, 2, 4).reshape(-1, groups, per, plan.columns)
    return flat[plan.place].permute(1, 2, 0, 3)


def _weigh_own(weights: torch.Tensor, cache: LayerCache, plan: Plan) -> torch.Tensor:
    groups, per, _, columns = weights.shape
    grid = weights.new_zeros((plan.count * plan.width, groups, per, columns))
    grid[plan.place] = weights.permute(2, 0, 1, 3)
    grid = grid.view(plan.count, plan.width, groups, per, columns).permute(0, 2, 3, 1, 4)
    padded = grid.reshape(plan.count, groups, per * plan.width, columns)
    out = padded @ _own(cache.values, plan)
    out = out.view(plan.count, groups, per, plan.width, -1).permute(0, 3, 1, 2, 4)
    flat = out.reshape(plan.count * plan.width, groups, per, -1)
    return flat[plan.place].permute(1, 2, 0, 3)

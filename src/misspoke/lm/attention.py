"""Attention over a shared header and each question's own token tree.

Every query sees the header's columns, and of its own question's columns only its ancestors and
itself. The two are attended to apart and merged by their log-sum-exps, which is one softmax over
both: no key or value of a long header is copied per question. A short one is, for one kernel.
"""

from dataclasses import dataclass, field

import torch

from misspoke.lm.gaze import Gaze

NAME = "misspoke_tree"
"""The name under which the function is registered with transformers."""
_NEVER = -1e30
_SHORT = 4
"""A header of at most this part of the columns is copied in front of each row: the one kernel that
attends to both at once is worth more than that."""


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
    grid_row: torch.Tensor
    """[N] the token's row in the padded [B, F] grid."""
    grid_place: torch.Tensor
    """[N] its place in that row."""
    full: bool
    """Whether the tokens fill the grid, in its order: nothing has to be moved between the two."""
    columns: int
    """T."""
    visible: torch.Tensor
    """[N, T] bool: ancestors and self."""
    positions: torch.Tensor
    """[N] each token's position in its own text."""
    column_positions: torch.Tensor
    """[N, T] the position of each column of the token's own row."""
    gaze: Gaze | None = None
    """Takes down where some of the tokens look."""
    blocked: dict[int | None, tuple[torch.Tensor | None, torch.Tensor]] = field(
        default_factory=dict
    )
    """For each sliding window (None: full attention) what a query must not see: of the header
    [N, P] (None: nothing), and of its own columns [N, T]; bool."""
    seen: dict[int | None, torch.Tensor] = field(default_factory=dict)
    """For each sliding window what the grid's queries see of the header and their own columns:
    [B, 1, F, P + T] bool; those that only fill the grid see everything."""


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
    before, own = _blocked(plan, cache.header_keys.shape[1], sliding_window)
    if plan.gaze is not None:
        _look(plan.gaze, grouped, cache, plan, (before, own), softcap)
    header = cache.header_keys.shape[1]
    if softcap is None and header * _SHORT <= plan.columns:
        seen = _seen(plan, header, sliding_window, (before, own))
        return _attend_at_once(query[0], cache, plan, seen, scale).unsqueeze(0), None
    out, out_norm = _attend_own(grouped, cache, plan, own, softcap)
    if header:
        to_header, header_norm = _attend_header(grouped, cache, before, softcap)
        share = torch.sigmoid(header_norm - out_norm).unsqueeze(-1)
        out = torch.lerp(out.float(), to_header.float(), share.expand_as(out))
    return out.to(query.dtype).reshape(1, tokens, heads, depth), None


def _look(
    gaze: Gaze,
    query: torch.Tensor,
    cache: LayerCache,
    plan: Plan,
    blocked: tuple[torch.Tensor | None, torch.Tensor],
    softcap: float | None,
) -> None:
    """Shows one layer to those tokens whose gaze is wanted."""
    some = gaze.tokens
    before, own = blocked
    if not gaze.layers:
        columns = plan.column_positions[some]
        header = torch.arange(cache.header_keys.shape[1], device=columns.device)
        gaze.positions = torch.cat((header.expand(len(some), -1), columns), dim=-1)
    gaze.look(
        query[:, :, some],
        cache.header_keys,
        cache.keys[plan.row[some], :, : plan.columns],
        (None if before is None else before[some], own[some]),
        softcap,
    )


def _blocked(
    plan: Plan, header: int, window: int | None
) -> tuple[torch.Tensor | None, torch.Tensor]:
    """What each query must not see; worked out once a forward."""
    known = plan.blocked.get(window)
    if known is None:
        before, own = None, ~plan.visible
        if window is not None:
            start = plan.positions.unsqueeze(-1) - window
            own = own | (plan.column_positions <= start)
            hidden = torch.arange(header, device=start.device) <= start
            before = hidden if bool(hidden.any()) else None
        known = plan.blocked[window] = before, own
    return known


def _attend_header(
    query: torch.Tensor, cache: LayerCache, blocked: torch.Tensor | None, softcap: float | None
) -> tuple[torch.Tensor, torch.Tensor]:
    """[groups, per group, N, D] on the header: [N, groups, per group, D], and log-sum-exps."""
    groups, per, tokens, depth = query.shape
    scores = query.reshape(groups, per * tokens, depth) @ cache.header_keys.transpose(1, 2)
    mask = None if blocked is None else blocked.repeat(per, 1)
    weights, norms = _softmax(scores, mask, softcap)
    out = (weights @ cache.header_values).view(groups, per, tokens, depth)
    return out.permute(2, 0, 1, 3), norms.view(groups, per, tokens).permute(2, 0, 1)


def _seen(
    plan: Plan,
    header: int,
    window: int | None,
    blocked: tuple[torch.Tensor | None, torch.Tensor],
) -> torch.Tensor:
    """What the grid's queries see; worked out once a forward."""
    if window not in plan.seen:
        before, own = blocked
        grid = own.new_ones((plan.count, plan.width, header + plan.columns))
        if before is not None:
            grid[plan.grid_row, plan.grid_place, :header] = ~before
        grid[plan.grid_row, plan.grid_place, header:] = ~own
        plan.seen[window] = grid.unsqueeze(1)
    return plan.seen[window]


def _attend_at_once(
    query: torch.Tensor, cache: LayerCache, plan: Plan, seen: torch.Tensor, scale: float
) -> torch.Tensor:
    """[H, N, D] on the header and each query's own row, by one fused kernel: [N, H, D].

    The kernel gives no log-sum-exps to merge by: a header, which is short here, stands in front of
    each row's columns.
    """
    place = plan.grid_row, plan.grid_place
    padded = query.new_zeros((plan.count, plan.width, *query.shape[::2]))
    padded[place] = query.transpose(0, 1)
    out = torch.nn.functional.scaled_dot_product_attention(
        padded.transpose(1, 2),
        _behind(cache.header_keys, _own(cache.keys, plan)),
        _behind(cache.header_values, _own(cache.values, plan)),
        attn_mask=seen,
        scale=scale,
        enable_gqa=True,
    )
    return out.transpose(1, 2)[place]


def _behind(header: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
    """A header [heads, P, D] in front of each row's columns [B, heads, T, D]."""
    if not header.shape[1]:
        return own
    return torch.cat((header.expand(len(own), -1, -1, -1), own), dim=2)


def _attend_own(
    query: torch.Tensor,
    cache: LayerCache,
    plan: Plan,
    blocked: torch.Tensor,
    softcap: float | None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """[groups, per group, N, D] on each query's own row: [N, groups, per group, D], and norms."""
    groups, per, _, depth = query.shape
    grid = (plan.count, groups, per, plan.width)
    flat = (plan.count, groups, per * plan.width)
    if plan.full:
        by_row = query.view(groups, per, plan.count, plan.width, depth).permute(2, 0, 1, 3, 4)
        scores = by_row.reshape(*flat, depth) @ _facing(_own(cache.keys, plan))
        mask = blocked.view(plan.count, 1, 1, plan.width, plan.columns)
        weights, norms = _softmax(scores.view(*grid, plan.columns), mask, softcap)
        out = (weights.view(*flat, plan.columns) @ _own(cache.values, plan)).view(*grid, depth)
        tokens = len(blocked)
        by_token = out.permute(0, 3, 1, 2, 4).reshape(tokens, groups, per, depth)
        return by_token, norms.permute(0, 3, 1, 2).reshape(tokens, groups, per)
    place = plan.grid_row, slice(None), slice(None), plan.grid_place
    padded = query.new_zeros((*grid, depth))
    padded[place] = query.permute(2, 0, 1, 3)
    scores = padded.view(*flat, depth) @ _facing(_own(cache.keys, plan))
    mask = blocked.view(len(blocked), 1, 1, -1)
    weights, norms = _softmax(scores.view(*grid, plan.columns)[place], mask, softcap)
    spread = weights.new_zeros((*grid, plan.columns))
    spread[place] = weights
    out = spread.view(*flat, plan.columns) @ _own(cache.values, plan)
    return out.view(*grid, depth)[place], norms


def _softmax(
    scores: torch.Tensor, blocked: torch.Tensor | None, softcap: float | None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights over the last dimension, and the log-sum-exp of the scores in float32.

    A row that is blocked everywhere has a log-sum-exp so low that its weights do not matter.
    """
    exact = scores.float()
    if softcap is not None:
        exact = torch.tanh(exact / softcap) * softcap
    if blocked is not None:
        exact = exact.masked_fill_(blocked, _NEVER)
    weights = torch.softmax(exact, dim=-1)
    norms = exact.amax(-1) - torch.log(weights.amax(-1))
    return weights.to(scores.dtype), norms


def _facing(keys: torch.Tensor) -> torch.Tensor:
    """Keys [B, groups, T, D] as queries are multiplied with them: [B, groups, D, T].

    In bfloat16 a product with a part of a buffer takes two to four times as long as with a copy.
    """
    held = keys if keys.dtype == torch.float32 else keys.contiguous()
    return held.transpose(2, 3)


def _own(buffer: torch.Tensor, plan: Plan) -> torch.Tensor:
    """The columns of this forward's rows: [B, groups, T, D]."""
    if plan.rows is None:
        return buffer[: plan.count, :, : plan.columns]
    return buffer[:, :, : plan.columns].index_select(0, plan.rows)

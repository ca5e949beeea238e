"""The transformers backend: token trees over a shared header, each distinct prefix forwarded once.

A prompt is a chain of nodes, a search's prefixes are a tree behind it: prefill and rounds are the
same operation, *append nodes with parents*. Only real tokens are forwarded, flattened to [1, N], so
that the linear layers see no padding; the attention function knows what each may see.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from misspoke.lm.attention import NAME, LayerCache, Plan, tree_attention
from misspoke.lm.checkpoint import Checkpoint
from misspoke.lm.forest import Batch, Forest
from misspoke.lm.gaze import Gaze
from misspoke.lm.head import Head
from misspoke.lm.protocol import Beside, Besides, Context, NextTokens, Path, Request, Want
from misspoke.lm.states import Watch, blocks_of, shown

_NOTHING = Want()
_DENSE = 0.5
"""With a larger share of the buffers' first rows in a forward, all of them are attended to: some in
vain, but without copies."""
_WIDE = 16
"""Questions with more new tokens than this are forwarded apart from those with a few: padding."""

_Place = tuple[Context, Path]


class TreeModel:
    """A transformers model behind the protocol, with a tree mask of its own."""

    reveals = None

    def __init__(self, checkpoint: Checkpoint, *, batch_tokens: int) -> None:
        from transformers import AttentionInterface

        AttentionInterface.register(NAME, tree_attention)
        self.name = checkpoint.name
        self.tokenizer = checkpoint.tokenizer
        self.window = checkpoint.window
        self.checkpoint = checkpoint
        self.header_tokens = 0
        """Tokens forwarded for headers so far."""
        self._model = checkpoint.model
        self._blocks = blocks_of(checkpoint.model)
        self.blocks = len(self._blocks)
        self._batch_tokens = batch_tokens
        self._forest = Forest()
        self._head = Head(checkpoint.project, checkpoint.vocabulary)
        self._headers: dict[Path, list[LayerCache]] = {}
        self._layers: list[tuple[torch.Tensor, torch.Tensor]] = []
        self._hidden = torch.zeros(0)

    def next_tokens(self, requests: Sequence[Request]) -> Sequence[NextTokens]:
        """Forwards what is new, then reads every request off its hidden state.

        A prefix that was forwarded before its states or its attention are asked is forwarded again,
        whole.
        """
        again = self._again(requests)
        try:
            with torch.inference_mode():
                return self._answers(requests, again)
        finally:
            self._forest.release(context for context, _ in again.values())

    def _again(self, requests: Sequence[Request]) -> dict[_Place, _Place]:
        """For each known prefix that is to be watched only now: the same as a prompt."""
        return {
            (r.context, r.path): (Context(r.context.header, r.context.suffix + r.path), ())
            for r in requests
            if (r.want.shares or shown(r.want.layers, self.blocks))
            and self._forest.holds(r.context, r.path)
        }

    def _answers(
        self, requests: Sequence[Request], again: Mapping[_Place, _Place]
    ) -> list[NextTokens]:
        places = [(r.context, r.path) for r in requests]
        wants = [r.want for r in requests]
        besides = [(at, other) for at, want in enumerate(wants) for other in want.beside]
        others = [(other.context, other.path) for _, other in besides]
        everything = [
            *requests, *(Request(*place, _NOTHING) for place in (*again.values(), *others))
        ]  # fmt: skip
        self._read_headers({r.context.header for r in everything})
        new, added = self._forest.plant(everything)
        if self._forest.reserve():
            self._enlarge()
        self._forest.spread(new)
        watched = [self._forest.spot(*again.get(place, place)) for place in places]
        watch = Watch(self._blocks)
        for spot, want in zip(watched, wants, strict=True):
            watch.ask(spot, want)
        for batch in self._batches(new, everything):
            self._forward(batch, watch)
        counts = added[: len(requests)]
        for (at, _), count in zip(besides, added[len(everything) - len(others) :], strict=True):
            counts[at] += count
        hidden = self._hidden_of(places)
        answers = self._head.read(hidden, wants, counts)
        if besides:
            answers = self._contrasted(answers, hidden, besides)
        extra = {self._forest.spot(*place): len(place[0].suffix) for place in again.values()}
        return [
            replace(
                answer,
                states=watch.states_of(spot, want),
                shares=watch.shares_of(spot, want),
                forwarded=answer.forwarded + extra.pop(spot, 0),
            )
            if spot in watch.states or spot in watch.shares
            else answer
            for answer, spot, want in zip(answers, watched, wants, strict=True)
        ]

    def _hidden_of(self, places: Sequence[_Place]) -> torch.Tensor:
        rows, columns = torch.tensor([self._forest.spot(*place) for place in places]).unbind(1)
        return self._hidden[rows, columns]

    def _contrasted(
        self,
        answers: Sequence[NextTokens],
        hidden: torch.Tensor,
        besides: Sequence[tuple[int, Beside]],
    ) -> list[NextTokens]:
        """The answers with what each pair of a request and another prefix comes to."""
        there = self._hidden_of([(other.context, other.path) for _, other in besides])
        weights = [other.weight for _, other in besides]
        found = self._head.contrast(hidden[[at for at, _ in besides]], there, weights)
        of: dict[int, dict[Beside, Besides]] = {}
        for (at, other), contrast in zip(besides, found, strict=True):
            of.setdefault(at, {})[other] = contrast
        return [replace(answer, beside=of.get(at, {})) for at, answer in enumerate(answers)]

    def release(self, contexts: Iterable[Context]) -> None:
        """Frees the rows of these contexts."""
        self._forest.release(contexts)

    def description(self) -> dict[str, str | int | float | None]:
        """What a manifest says of the model."""
        return {**self.checkpoint.description(), "backend": "transformers, tree"}

    def _batches(self, new: list[list[int]], requests: Sequence[Request]) -> Iterable[Batch]:
        """Splits new tokens by header and length, a question's tokens never across two batches."""
        of: dict[tuple[Path, int], list[list[int]]] = {}
        for entry in new:
            of.setdefault((requests[entry[5]].context.header, entry[0]), []).append(entry)
        for header in {key[0] for key in of}:
            questions = sorted(
                (entries for key, entries in of.items() if key[0] == header), key=len, reverse=True
            )
            group: list[list[int]] = []
            width = 0
            for entries in questions:
                uneven = len(entries) * 4 < width and width > _WIDE
                if group and (len(group) + len(entries) > self._batch_tokens or uneven):
                    yield _batch(header, group)
                    group = []
                width = len(entries) if not group else width
                group += entries
            if group:
                yield _batch(header, group)

    def _forward(self, batch: Batch, watch: Watch) -> None:
        layers = [
            LayerCache(header.header_keys, header.header_values, keys, values)
            for header, (keys, values) in zip(
                self._headers[batch.header], self._layers, strict=True
            )
        ]
        with watch.on(batch.rows, batch.columns) as gaze:
            hidden = self._run(batch, layers, self._forest, gaze)
        place = torch.from_numpy(batch.rows), torch.from_numpy(batch.columns)
        self._hidden[place] = hidden.to(self._hidden.dtype)

    def _run(
        self, batch: Batch, layers: list[LayerCache], forest: Forest, gaze: Gaze | None = None
    ) -> torch.Tensor:
        """The last hidden states [N, width] of a batch of new tokens."""
        plan = self._plan(batch, layers, forest, gaze)
        config = self._model.config.get_text_config()
        usual = config._attn_implementation
        config._attn_implementation = NAME
        try:
            out = self._model.model(
                input_ids=torch.from_numpy(batch.tokens).unsqueeze(0).to(self._model.device),
                position_ids=plan.positions.unsqueeze(0),
                use_cache=False,
                misspoke_plan=plan,
            )
        finally:
            config._attn_implementation = usual
        hidden: torch.Tensor = out.last_hidden_state[0]
        return hidden

    def _plan(
        self, batch: Batch, layers: list[LayerCache], forest: Forest, gaze: Gaze | None
    ) -> Plan:
        device = self._model.device
        rows, index, counts = np.unique(batch.rows, return_inverse=True, return_counts=True)
        leading = len(rows) >= _DENSE * (int(rows[-1]) + 1)
        held = int(rows[-1]) + 1 if leading else len(rows)
        order = np.argsort(index, kind="stable")
        within = np.empty_like(index)
        within[order] = np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts)
        width = int(counts.max())
        columns = int(batch.columns.max()) + 1
        grid = batch.rows if leading else index

        def put(array: npt.NDArray[Any]) -> torch.Tensor:
            return torch.from_numpy(array).to(device)

        return Plan(
            layers=layers,
            row=put(batch.rows),
            column=put(batch.columns),
            rows=None if leading else put(rows),
            count=held,
            width=width,
            grid_row=put(grid),
            grid_place=put(within),
            full=bool(np.array_equal(grid * width + within, np.arange(held * width))),
            columns=columns,
            visible=put(forest.visible[batch.rows, batch.columns, :columns]),
            positions=put(forest.positions[batch.rows, batch.columns]),
            column_positions=put(forest.positions[batch.rows, :columns]),
            gaze=gaze,
        )

    def _read_headers(self, needed: set[Path]) -> None:
        """Reads the headers that are not kept, in the place of those that no question stands on."""
        if needed <= self._headers.keys():
            return
        needed |= {context.header for context in self._forest.slots}
        kept = {header: self._headers[header] for header in needed & self._headers.keys()}
        self._headers = kept | {h: self._read_header(h) for h in needed - kept.keys()}

    def _read_header(self, header: Path) -> list[LayerCache]:
        """A header's keys and values, read in one forward of its own."""
        shapes = self.checkpoint.cache_shapes
        empty = [self._zeros((heads, 0, depth)) for heads, depth in shapes]
        if not header:
            return [LayerCache(e, e, e, e) for e in empty]
        forest = Forest()
        new, _ = forest.plant([Request(Context((), header), (), _NOTHING)])
        forest.reserve()
        forest.spread(new)
        layers = [
            LayerCache(
                e, e, self._zeros((1, h, len(header), d)), self._zeros((1, h, len(header), d))
            )
            for e, (h, d) in zip(empty, shapes, strict=True)
        ]
        self._run(_batch((), new), layers, forest)
        self.header_tokens += len(header)
        return [LayerCache(c.keys[0], c.values[0], c.keys, c.values) for c in layers]

    def _enlarge(self) -> None:
        rows, capacity = self._forest.positions.shape
        shapes = self.checkpoint.cache_shapes
        layers = [
            (self._zeros((rows, h, capacity, d)), self._zeros((rows, h, capacity, d)))
            for h, d in shapes
        ]
        for old, new in zip(self._layers, layers, strict=False):
            for before, after in zip(old, new, strict=True):
                after[: before.shape[0], :, : before.shape[2]] = before
        hidden = self._zeros((rows, capacity, self.checkpoint.width))
        if self._layers:
            hidden[: self._hidden.shape[0], : self._hidden.shape[1]] = self._hidden
        self._layers, self._hidden = layers, hidden

    def _zeros(self, shape: tuple[int, ...]) -> torch.Tensor:
        return torch.zeros(shape, dtype=self._model.dtype, device=self._model.device)


def _batch(header: Path, entries: Sequence[Sequence[int]]) -> Batch:
    table = np.asarray(entries, dtype=np.int64)
    return Batch(header, table[:, 0].copy(), table[:, 1].copy(), table[:, 3].copy())

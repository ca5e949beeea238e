"""The bare twin of the engine: dense forwards of the same model, as fast as transformers can.

A batch of equally long rows, no padding, behind a past of equal length for all rows. Keys and
values are written in place into buffers that already hold the header for every row, so that no
forward copies what is there (a `DynamicCache` concatenates, which costs more). transformers' own
sdpa attention with grouped heads (by default it repeats keys and values under a mask, which costs
more), and no reduction of the logits.
"""

import os
from typing import Any

import torch
from transformers import AutoModelForCausalLM
from transformers.cache_utils import Cache, DynamicCache, DynamicLayer


class InPlaceLayer(DynamicLayer):
    """One layer's keys and values [rows, heads, capacity, depth], filled up to `used`."""

    def __init__(self, keys: torch.Tensor, values: torch.Tensor, rows: int, capacity: int) -> None:
        super().__init__()
        self.dtype, self.device, self.is_initialized = keys.dtype, keys.device, True
        self.used = keys.shape[2]
        shape = (rows, keys.shape[1], capacity, keys.shape[3])
        self._buffers = keys.new_empty(shape), values.new_empty(shape)
        for buffer, header in zip(self._buffers, (keys, values), strict=True):
            buffer[:, :, : self.used] = header
        self._show()

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Writes the new columns, and shows all that are filled."""
        start, self.used = self.used, self.used + key_states.shape[2]
        for buffer, states in zip(self._buffers, (key_states, value_states), strict=True):
            buffer[:, :, start : self.used] = states
        self._show()
        return self.keys, self.values

    def _show(self) -> None:
        self.keys, self.values = (buffer[:, :, : self.used] for buffer in self._buffers)


class Bare:
    """A transformers model, and the keys and values of one header."""

    def __init__(self, folder: str, dtype: torch.dtype, header: list[int]) -> None:
        os.environ["TRANSFORMERS_SDPA_FORCE_GQA"] = "1"
        self._model: Any = AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, attn_implementation="sdpa"
        ).eval()
        with torch.inference_mode():
            cache = DynamicCache()
            self._model.model(torch.tensor([header]), past_key_values=cache, use_cache=True)
        self._header = cache.layers

    def behind_header(self, rows: int, new: int) -> Cache:
        """A past of the header for so many rows, with room for `new` tokens each."""
        with torch.inference_mode():
            return Cache(
                layers=[
                    InPlaceLayer(layer.keys, layer.values, rows, layer.keys.shape[2] + new)
                    for layer in self._header
                ]
            )

    def forward(self, tokens: torch.Tensor, past: Cache, *, last_only: bool) -> torch.Tensor:
        """Logits of [rows, new] tokens: of each row's last one, or of all."""
        with torch.inference_mode():
            out = self._model(
                tokens, past_key_values=past, use_cache=True, logits_to_keep=1 if last_only else 0
            )
        logits: torch.Tensor = out.logits
        return logits

"""Hidden states: what a model's blocks put out, caught by hooks while it forwards."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

States = Mapping[int, npt.NDArray[np.float32]]
"""For each layer, counted from 1, the hidden state behind that block, [width]."""
Spot = tuple[int, int]
"""The row and the column of a token in a forest."""


def blocks_of(model: Any) -> Sequence[torch.nn.Module]:
    """The blocks of a transformers model, the first first; none where it has no `model.layers`."""
    layers = getattr(getattr(model, "model", None), "layers", None)
    return tuple(layers) if isinstance(layers, torch.nn.ModuleList) else ()


def shown(layers: Iterable[int], blocks: int) -> frozenset[int]:
    """Those of the layers that a model of so many blocks has."""
    return frozenset(layer for layer in layers if 1 <= layer <= blocks)


@contextmanager
def caught(
    blocks: Sequence[torch.nn.Module], layers: Iterable[int], places: Sequence[int]
) -> Iterator[list[States]]:
    """The hidden states behind some blocks, at some places of the one text forwarded inside.

    Gives a list that holds the states of each place when the forward is done. A block that puts
    out several streams shows none.
    """
    found: list[dict[int, npt.NDArray[np.float32]]] = [{} for _ in places]
    with ExitStack() as hooks:
        for layer in shown(layers, len(blocks)) if places else ():
            hook = blocks[layer - 1].register_forward_hook(_catch(layer, places, found))
            hooks.callback(hook.remove)
        yield list(found)


def _catch(
    layer: int, places: Sequence[int], found: Sequence[dict[int, npt.NDArray[np.float32]]]
) -> Callable[[object, object, Any], None]:
    def hook(_block: object, _given: object, output: Any) -> None:
        hidden = output[0] if isinstance(output, tuple) else output
        if hidden.dim() == 3:
            rows = hidden[0, places].float().cpu().numpy()
            for states, row in zip(found, rows, strict=True):
                states[layer] = row.copy()

    return hook


@dataclass(frozen=True, slots=True)
class Watch:
    """The tokens whose hidden states are asked for, and what was caught of them."""

    blocks: Sequence[torch.nn.Module]
    asked: dict[Spot, frozenset[int]] = field(default_factory=dict)
    states: dict[Spot, States] = field(default_factory=dict)

    def ask(self, spot: Spot, layers: frozenset[int]) -> None:
        """Asks for those of the layers that the model has, behind one token."""
        if layers := shown(layers, len(self.blocks)):
            self.asked[spot] = self.asked.get(spot, frozenset()) | layers

    def of(self, spot: Spot, layers: frozenset[int]) -> States:
        """What was caught of some layers behind a token that was watched."""
        return {layer: state for layer, state in self.states[spot].items() if layer in layers}

    @contextmanager
    def on(self, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> Iterator[None]:
        """Watches one forward of the tokens at these rows [N] and columns [N]."""
        if not self.asked:
            yield
            return
        spots = list(zip(rows.tolist(), columns.tolist(), strict=True))
        places = [place for place, spot in enumerate(spots) if spot in self.asked]
        layers = frozenset[int]().union(*(self.asked[spots[place]] for place in places))
        with caught(self.blocks, layers, places) as found:
            yield
        self.states.update(zip((spots[place] for place in places), found, strict=True))

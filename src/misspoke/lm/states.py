"""Hidden states and attention: what is caught of some tokens while a model forwards them.

Hidden states are what its blocks put out, caught by hooks; attention is taken down by a `Gaze`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from misspoke.lm.gaze import Gaze
from misspoke.lm.protocol import Span, Want

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
    """The tokens whose hidden states or attention are asked for, and what was caught of them."""

    blocks: Sequence[torch.nn.Module]
    layers: dict[Spot, frozenset[int]] = field(default_factory=dict)
    spans: dict[Spot, frozenset[Span]] = field(default_factory=dict)
    states: dict[Spot, States] = field(default_factory=dict)
    shares: dict[Spot, Mapping[Span, float]] = field(default_factory=dict)

    def ask(self, spot: Spot, want: Want) -> None:
        """Asks for those of the layers that the model has, and for the spans, of one token."""
        if layers := shown(want.layers, len(self.blocks)):
            self.layers[spot] = self.layers.get(spot, frozenset()) | layers
        if want.shares:
            self.spans[spot] = self.spans.get(spot, frozenset()) | want.shares

    def states_of(self, spot: Spot, want: Want) -> States:
        """What was caught of the wanted layers behind a token."""
        found = self.states.get(spot, {})
        return {layer: state for layer, state in found.items() if layer in want.layers}

    def shares_of(self, spot: Spot, want: Want) -> Mapping[Span, float]:
        """What was caught of a token's attention on the wanted spans."""
        found = self.shares.get(spot, {})
        return {span: share for span, share in found.items() if span in want.shares}

    @contextmanager
    def on(
        self, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]
    ) -> Iterator[Gaze | None]:
        """Watches one forward of the tokens at these rows [N] and columns [N].

        Gives what takes down their attention in it, where that is asked for.
        """
        if not self.layers and not self.spans:
            yield None
            return
        spots = list(zip(rows.tolist(), columns.tolist(), strict=True))
        places = [place for place, spot in enumerate(spots) if spot in self.layers]
        layers = frozenset[int]().union(*(self.layers[spots[place]] for place in places))
        looking = [place for place, spot in enumerate(spots) if spot in self.spans]
        gaze = Gaze(torch.tensor(looking)) if looking else None
        with caught(self.blocks, layers, places) as found:
            yield gaze
        self.states.update(zip((spots[place] for place in places), found, strict=True))
        if gaze:
            for at, place in enumerate(looking):
                spans = self.spans[spots[place]]
                self.shares[spots[place]] = {span: gaze.share(at, span) for span in spans}

"""From a model's name to a language model."""

import os
import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from misspoke.lm.catalogue import CATALOGUE
from misspoke.lm.protocol import LanguageModel
from misspoke.records import UserError

if TYPE_CHECKING:
    from misspoke.lm.checkpoint import Checkpoint


def _say(line: str) -> None:
    print(f"misspoke: {line}", file=sys.stderr)


def load_model(
    name: str,
    *,
    dtype: str = "auto",
    device: str = "auto",
    batch_tokens: int | None = None,
    plain: bool = False,
    notice: Callable[[str], None] = _say,
) -> LanguageModel:
    """Loads a catalogue name, a hub id, a folder, a GGUF file, or a table model's JSON file.

    `notice` is told what takes long or is not as asked; by default it goes to standard error.
    Raises UserError for what cannot be had.
    """
    path = Path(name)
    if path.suffix == ".json":
        from misspoke.lm.table import read_table

        return read_table(path)
    if name.startswith(("http://", "https://")):
        raise UserError(
            f"{name}: this version reads no servers; give a catalogue name (`misspoke models`), a "
            "folder, a .gguf file or a hub id"
        )
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    _quieten()
    source = _source(name, path, notice)
    notice(f"loading {name}")
    return _load(source, name, dtype, device, batch_tokens, plain, notice)


def _source(name: str, path: Path, notice: Callable[[str], None]) -> str:
    from misspoke.lm.weights import catalogue_folder, gguf_folder

    if name in CATALOGUE:
        return str(catalogue_folder(CATALOGUE[name], notice))
    if path.suffix == ".gguf":
        if not path.is_file():
            raise UserError(f"{name}: no such file; give the path of a GGUF file")
        return str(gguf_folder(path, notice))
    if path.is_dir():
        return name
    if "/" not in name or name.startswith((".", "/")):
        near = get_close_matches(name, CATALOGUE, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(CATALOGUE)}"
        raise UserError(f"{name}: no such model; {hint}")
    return name


def _load(
    source: str,
    name: str,
    dtype: str,
    device: str,
    batch_tokens: int | None,
    plain: bool,
    notice: Callable[[str], None],
) -> LanguageModel:
    import torch

    from misspoke.lm.checkpoint import load_checkpoint, pick_dtype
    from misspoke.lm.plain import PlainModel

    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    elif device == "cuda" and not torch.cuda.is_available():
        raise UserError("--device cuda: no GPU is visible to PyTorch; use --device cpu")
    checkpoint = load_checkpoint(source, name, pick_dtype(dtype, device), device)
    return PlainModel(checkpoint) if plain else served(checkpoint, batch_tokens, notice)


def served(
    checkpoint: "Checkpoint", batch_tokens: int | None, notice: Callable[[str], None]
) -> LanguageModel:
    """A checkpoint behind the protocol: by token trees, where its attention can take them."""
    from misspoke.lm.exactness import tree_is_exact
    from misspoke.lm.plain import PlainModel
    from misspoke.lm.treemodel import TreeModel

    if not tree_is_exact(checkpoint):
        notice(
            f"{checkpoint.name}: its attention cannot take a token tree; every prefix is forwarded "
            "whole, which is slow"
        )
        return PlainModel(checkpoint)
    on_gpu = checkpoint.model.device.type == "cuda"
    return TreeModel(checkpoint, batch_tokens=batch_tokens or (8192 if on_gpu else 2048))


def _quieten() -> None:
    """Keeps transformers' own progress bars and advice out of our output."""
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]

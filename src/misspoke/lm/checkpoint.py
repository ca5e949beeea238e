"""A transformers model and its tokenizer, loaded from a folder or the hub."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import torch

from misspoke.lm.tokenizer import HubTokenizer
from misspoke.records import UserError


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the backends need of a loaded model."""

    name: str
    model: Any  # a transformers causal language model: its classes carry no usable types
    tokenizer: HubTokenizer
    window: int
    width: int
    vocabulary: int
    """Rows of the output head: at least as many as the tokenizer has tokens."""
    cache_shapes: tuple[tuple[int, int], ...]
    """For each layer its key-value heads and their width."""
    fingerprint: str

    def project(self, hidden: torch.Tensor, start: int, stop: int) -> torch.Tensor:
        """Hidden states [rows, width] to logits [rows, stop − start] of a part of the tokens."""
        head = self.model.lm_head
        bias = None if head.bias is None else head.bias[start:stop]
        logits = torch.nn.functional.linear(hidden, head.weight[start:stop], bias)
        cap = getattr(self.model.config, "final_logit_softcapping", None)
        return logits if cap is None else torch.tanh(logits / cap) * cap

    def description(self) -> dict[str, str | int | float | None]:
        """What a manifest says of the model."""
        return {
            "fingerprint": self.fingerprint,
            "dtype": str(self.model.dtype).removeprefix("torch."),
            "device": str(self.model.device),
            "architecture": type(self.model).__name__,
            "reveals": None,
        }


def load_checkpoint(source: str, name: str, dtype: torch.dtype, device: str) -> Checkpoint:
    """Loads from a folder, or from the Hugging Face Hub by id; safetensors only, no remote code."""
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    with _explained(name):
        config = AutoConfig.from_pretrained(source)
        tokenizer = AutoTokenizer.from_pretrained(source)
        model = AutoModelForCausalLM.from_pretrained(
            source, config=config, dtype=dtype, use_safetensors=True, attn_implementation="sdpa"
        )
    loaded = cast("Any", model).to(device).eval()
    return checkpoint_of(loaded, tokenizer, name, _fingerprint(source, loaded))


def checkpoint_of(model: Any, tokenizer: Any, name: str, fingerprint: str = "") -> Checkpoint:
    """What the backends need of a transformers model that is loaded already.

    Raises UserError for a tokenizer whose tokens' bytes cannot be told.
    """
    text = model.config.get_text_config()
    size = int(model.lm_head.weight.shape[0])
    heads = getattr(text, "num_key_value_heads", None) or text.num_attention_heads
    depth = getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads
    return Checkpoint(
        name=name,
        model=model,
        tokenizer=HubTokenizer(tokenizer, name, size),
        window=int(getattr(text, "max_position_embeddings", None) or 1 << 20),
        width=int(text.hidden_size),
        vocabulary=size,
        cache_shapes=((int(heads), int(depth)),) * int(text.num_hidden_layers),
        fingerprint=fingerprint,
    )


def _fingerprint(source: str, model: Any) -> str:
    """A digest of the weights: the cached one of a converted folder, else of what was loaded."""
    digests = Path(source) / "digests.json"
    if digests.is_file():
        weights: Mapping[str, str] = json.loads(digests.read_text())
        kept = {k: v for k, v in weights.items() if k.endswith(".safetensors")}
        return sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
    digest = sha256()
    for key, value in sorted(model.state_dict().items()):
        digest.update(f"{key} {tuple(value.shape)} {value.dtype}".encode())
        digest.update(value.detach().double().sum().cpu().numpy().tobytes())
    return digest.hexdigest()


class _explained:  # noqa: N801 - used as a statement
    """Turns what transformers raises for a missing or unfit model into one line."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from safetensors import SafetensorError

        unfit = (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError)
        if isinstance(error, unfit):
            line = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise UserError(
                f"{self.name}: cannot be loaded ({line}); give a catalogue name (`misspoke "
                "models`), a folder with config.json and safetensors, a .gguf file, or a hub id"
            ) from error


def pick_dtype(wanted: str, device: str) -> torch.dtype:
    """auto: bfloat16 where the processor multiplies it natively, else float32."""
    if wanted == "auto":
        return torch.bfloat16 if _native_bfloat16(device) else torch.float32
    return {"float32": torch.float32, "bfloat16": torch.bfloat16}[wanted]


def _native_bfloat16(device: str) -> bool:
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    probes = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    found: list[Callable[[], bool] | None] = [getattr(torch.cpu, name, None) for name in probes]
    return any(probe is not None and probe() for probe in found)

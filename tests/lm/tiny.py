"""Tiny random models of real architectures: the backends are exact on any weights."""

from typing import Any

import torch

from misspoke.lm.checkpoint import Checkpoint

SIZE = 211
_SHARED = {
    "vocab_size": SIZE,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "max_position_embeddings": 512,
}


class ByteTokenizer:
    """As many tokens as the tiny models have; token 0 ends the text."""

    def __init__(self) -> None:
        self.token_bytes = [None, *(f" t{i}".encode() for i in range(1, SIZE))]

    def encode(self, text: str) -> tuple[int, ...]:
        return tuple(1 + byte % (SIZE - 1) for byte in text.encode())

    def encode_plain(self, texts: list[str]) -> list[tuple[int, ...]]:
        return [self.encode(text) for text in texts]

    def chat(self, messages: object) -> None:  # noqa: ARG002
        return None


def tiny(architecture: str) -> Checkpoint:
    """A random model: llama, gemma3 with a window of 8, or gpt2, which no tree mask fits."""
    torch.manual_seed(0)
    model: Any
    if architecture == "llama":
        from transformers import LlamaConfig, LlamaForCausalLM

        model = LlamaForCausalLM(LlamaConfig(**_SHARED))
    elif architecture == "gemma3":
        from transformers import Gemma3ForCausalLM, Gemma3TextConfig

        kinds = ["sliding_attention", "full_attention"] * 2
        model = Gemma3ForCausalLM(Gemma3TextConfig(**_SHARED, sliding_window=8, layer_types=kinds))
    else:
        from transformers import GPT2Config, GPT2LMHeadModel

        model = GPT2LMHeadModel(
            GPT2Config(vocab_size=SIZE, n_embd=32, n_layer=2, n_head=4, n_positions=128)
        )
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3 if parameter.dim() > 1 else 0.1)
    return Checkpoint(
        name=architecture,
        model=model.eval(),
        tokenizer=ByteTokenizer(),  # type: ignore[arg-type]
        window=512,
        width=32,
        vocabulary=SIZE,
        cache_shapes=((2, 16),) * 4,
        fingerprint=architecture,
    )

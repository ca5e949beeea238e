"""Loading a folder of one's own: it works, or one line says what is wrong with it."""

from pathlib import Path

import pytest
import torch
from test_tokenizer import byte_level
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from misspoke.lm import Context, Request, Want
from misspoke.lm.loading import load_model
from misspoke.records import UserError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=512,  # more rows than the tokenizer has tokens
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
    )
    LlamaForCausalLM(config).save_pretrained(tmp_path)
    PreTrainedTokenizerFast(tokenizer_object=byte_level()).save_pretrained(tmp_path)
    return tmp_path


def test_a_folder_is_loaded(folder: Path) -> None:
    said: list[str] = []
    lm = load_model(str(folder), dtype="float32", device="cpu", notice=said.append)
    assert lm.description()["backend"] == "transformers, tree"
    assert said == [f"loading {folder}"]
    assert len(lm.tokenizer.token_bytes) == 512
    context = Context((), lm.tokenizer.encode("Paris"))
    [found] = lm.next_tokens([Request(context, (), Want(top=512))])
    assert {token for token, _ in found.top} == set(range(512))


def test_truncated_weights(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(UserError, match="cannot be loaded"):
        load_model(str(folder), dtype="float32", device="cpu", notice=lambda _: None)

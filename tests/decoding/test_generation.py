"""Concept decoding from transformers' own `generate`, on the real default model."""

from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

import misspoke
from misspoke.decoding.concept import Concept
from misspoke.lm.catalogue import CATALOGUE
from misspoke.lm.checkpoint import checkpoint_of
from misspoke.lm.loading import served
from misspoke.lm.weights import catalogue_folder

pytestmark = pytest.mark.weights

PROMPTS = (
    "Question: What is the capital of France?\nAnswer: Paris\n\n"
    "Question: What is the capital of Italy?\nAnswer:",
    "Question: Who wrote Hamlet?\nAnswer: William Shakespeare\n\n"
    "Question: Who wrote Emma?\nAnswer:",
)


@pytest.fixture(scope="module")
def loaded() -> tuple[Any, Any]:
    folder = str(catalogue_folder(CATALOGUE["smollm2-135m-instruct"], lambda _: None))
    tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return model, tokenizer


def answers(loaded: tuple[Any, Any], prompts: list[str], **settings: Any) -> list[str]:
    model, tokenizer = loaded
    inputs = tokenizer(prompts, return_tensors="pt", padding=True)
    out = model.generate(
        **inputs, custom_generate=misspoke.generation(tokenizer), max_new_tokens=24, **settings
    )
    width = inputs["input_ids"].shape[1]
    assert torch.equal(out[:, :width], inputs["input_ids"])
    return tokenizer.batch_decode(out[:, width:], skip_special_tokens=True)


def test_generate_says_what_decode_says_also_in_a_padded_batch(loaded: tuple[Any, Any]) -> None:
    model, tokenizer = loaded
    lm = served(checkpoint_of(model, tokenizer, "test"), None, lambda _: None)
    expected = [misspoke.decode(lm, prompt, Concept()) for prompt in PROMPTS]
    together = answers(loaded, list(PROMPTS))
    assert together == [text for prompt in PROMPTS for text in answers(loaded, [prompt])]
    for text, decoded in zip(together, expected, strict=True):
        assert decoded.answer in text
        assert len(text) < len(decoded.answer) + 10
    assert "Rome" in together[0]


def test_max_new_tokens_cuts_the_answer(loaded: tuple[Any, Any]) -> None:
    model, tokenizer = loaded
    inputs = tokenizer([PROMPTS[1]], return_tensors="pt")
    out = model.generate(**inputs, custom_generate=misspoke.generation(tokenizer), max_new_tokens=1)
    assert out.shape[1] == inputs["input_ids"].shape[1] + 1


def test_beams_are_refused(loaded: tuple[Any, Any]) -> None:
    model, tokenizer = loaded
    inputs = tokenizer([PROMPTS[1]], return_tensors="pt")
    with pytest.raises(misspoke.UserError, match="num_beams"):
        model.generate(
            **inputs,
            custom_generate=misspoke.generation(tokenizer),
            max_new_tokens=2,
            num_beams=2,
        )

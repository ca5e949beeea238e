"""Concept decoding for users of transformers: a `custom_generate` for `model.generate`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from misspoke.decoding.concept import Concept
from misspoke.decoding.decoder import Decoder
from misspoke.decoding.desk import Desk
from misspoke.decoding.speaker import Speaker
from misspoke.lm import LanguageModel, run_jobs
from misspoke.records import UserError
from misspoke.search import explore

if TYPE_CHECKING:
    import torch


def generation(tokenizer: Any, decoder: Decoder | None = None) -> Callable[..., "torch.LongTensor"]:
    """A `custom_generate` that answers by a decoder; without one, by concept decoding.

        model.generate(**inputs, custom_generate=misspoke.generation(tokenizer))

    It answers each prompt of the batch (left padding is cut off) and returns prompts and answers
    [batch, tokens] as `generate` does, padded on the right. Short answers are meant: at most 24
    tokens, or `max_new_tokens` if that is less. Settings for sampling have no effect. Raises
    UserError for several beams or sequences, and for embeddings in the place of tokens.
    """
    served: list[tuple[Any, LanguageModel]] = []

    def generate(
        model: Any, input_ids: "torch.Tensor", generation_config: Any = None, **kwargs: Any
    ) -> "torch.LongTensor":
        import torch

        _refuse(input_ids, generation_config)
        if not served or served[0][0] is not model:
            served[:] = [(model, _serve(model, tokenizer))]
        lm = served[0][1]
        speaker = Speaker.of(lm, style="text")
        mask = kwargs.get("attention_mask")
        kept = torch.ones_like(input_ids) if mask is None else mask
        prompts = [
            tuple(row[seen.bool()].tolist()) for row, seen in zip(input_ids, kept, strict=True)
        ]
        jobs = (_answer(speaker, prompt, number, decoder) for number, prompt in enumerate(prompts))
        answers = dict(run_jobs(lm, jobs, len(prompts)))
        longest = getattr(generation_config, "max_new_tokens", None)
        said = [list(answers[number])[:longest] for number in range(len(prompts))]
        width = max(map(len, said))
        padding = _padding(model, tokenizer)
        rows = [tokens + [padding] * (width - len(tokens)) for tokens in said]
        new = torch.tensor(rows, dtype=input_ids.dtype, device=input_ids.device)
        return torch.cat([input_ids, new], dim=1)  # type: ignore[return-value]

    return generate


def _refuse(input_ids: "torch.Tensor", config: Any) -> None:
    for name in ("num_beams", "num_return_sequences"):
        if (getattr(config, name, None) or 1) > 1:
            raise UserError(f"{name}: a decoder of misspoke gives one answer; leave it at 1")
    if not input_ids.shape[1]:
        raise UserError("no input_ids: give tokens, not embeddings")


def _answer(speaker: Speaker, prompt: tuple[int, ...], number: int, decoder: Decoder | None) -> Any:
    desk = Desk.of_prompt(speaker, prompt)
    found = yield from explore((decoder or Concept()).decode(desk))
    return number, found.classes[0].tokens


def _serve(model: Any, tokenizer: Any) -> LanguageModel:
    from misspoke.lm.checkpoint import checkpoint_of
    from misspoke.lm.loading import served

    name = getattr(model.config, "name_or_path", "") or type(model).__name__
    return served(checkpoint_of(model, tokenizer, name), None, lambda _line: None)


def _padding(model: Any, tokenizer: Any) -> int:
    """The token that fills up short rows: the tokenizer's, else one that ends the text."""
    end = model.config.eos_token_id
    ends = end if isinstance(end, list) else [end]
    token = tokenizer.pad_token_id
    return int(token if token is not None else next((e for e in ends if e is not None), 0))

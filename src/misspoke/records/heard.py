"""A reply of a model as it was read off: what an audit computes again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heard:
    """The tokens of a reply behind a prompt, with the probabilities that the model gave them."""

    prompt_tokens: tuple[int, ...]
    """All tokens before the reply, what prompts share included."""
    tokens: tuple[int, ...]
    """Of the reply, in order."""
    logprobs: tuple[float, ...]
    """Natural log-probability of each of `tokens`, given all before it."""

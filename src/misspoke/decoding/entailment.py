"""An NLI model as a judge of sameness: two answers are one if each entails the other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import permutations
from typing import Any, ClassVar

from misspoke.decoding.desk import Desk
from misspoke.decoding.sameness import ByRules, Sameness, merged
from misspoke.records import UserError
from misspoke.records.decoding import AnswerClass
from misspoke.search import Inquiry

Entails = Callable[[list[tuple[str, str]]], list[float]]
"""The probability that each premise entails its hypothesis."""


@dataclass(frozen=True, slots=True)
class ByEntailment:
    """By rules, and then by an NLI model about the leading classes, in both directions.

    It reads whole sentences ('The answer to "…" is Paris.'), for bare names it was not trained on.
    What it forwards is not counted among the language model's tokens.
    """

    asks: ClassVar[bool] = True
    model: str
    """A folder or a hub id of a sequence classifier with a label for entailment."""
    rules: Sameness = field(default_factory=ByRules)
    leading: int = 4
    least: float = 0.5

    def predicate(self, desk: Desk) -> Callable[[str, str], bool]:
        """The rules."""
        return self.rules.predicate(desk)

    def join(
        self, desk: Desk, classes: tuple[AnswerClass, ...]
    ) -> Inquiry[tuple[AnswerClass, ...]]:
        """Joins each leading class to the first whose answer entails its own, and the reverse."""
        yield from ()
        answers = [one.answer for one in classes[: self.leading]]
        pairs = list(permutations(answers, 2))
        if not pairs:
            return classes
        sentences = {
            answer: f'The answer to "{desk.asked.question}" is {answer}.' for answer in answers
        }
        probs = load_entailment(self.model)([(sentences[a], sentences[b]) for a, b in pairs])
        entails = {pair for pair, prob in zip(pairs, probs, strict=True) if prob > self.least}
        return merged(classes, lambda a, b: (a, b) in entails and (b, a) in entails)


@lru_cache(maxsize=1)
def load_entailment(source: str) -> Entails:
    """Loads an NLI model from a folder or the hub; safetensors only, no remote code.

    Raises UserError where there is none, or none of its labels says entailment.
    """
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(source)
        model: Any = AutoModelForSequenceClassification.from_pretrained(
            source, use_safetensors=True
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        line = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise UserError(
            f"{source}: cannot be loaded as an NLI model ({line}); give a folder or a hub id of a "
            "sequence classifier"
        ) from error
    labels = {str(label).casefold(): int(place) for place, label in model.config.id2label.items()}
    entailment = next((labels[label] for label in labels if label.startswith("entail")), None)
    if entailment is None:
        raise UserError(
            f"{source}: none of its labels says entailment ({', '.join(labels)}); give an NLI model"
        )
    model.eval()

    def entails(pairs: list[tuple[str, str]]) -> list[float]:
        premises, hypotheses = zip(*pairs, strict=True)
        batch = tokenizer(
            list(premises), list(hypotheses), padding=True, truncation=True, return_tensors="pt"
        )
        with torch.inference_mode():
            logits = model(**batch).logits
        probs: list[float] = logits.softmax(-1)[:, entailment].tolist()
        return probs

    return entails

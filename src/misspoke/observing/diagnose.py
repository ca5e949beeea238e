"""The main loop: questions to prompts to searches to observations."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from misspoke.lm import Job, LanguageModel, run_jobs
from misspoke.lm.states import States
from misspoke.observing.assemble import assemble
from misspoke.observing.detecting import NO_EXTRAS, Detecting, Extras
from misspoke.observing.observe import Instruments, Limits, investigate
from misspoke.observing.prompting import Prompter
from misspoke.prompts import Style, is_example
from misspoke.records import Question
from misspoke.records.observation import Missing, Observation
from misspoke.search import TokenTree, explore, on

IN_FLIGHT = 64
"""Questions side by side: enough to fill batches, few enough to lose little when killed."""


@dataclass(frozen=True, slots=True)
class Observed:
    """A row, and the hidden states that stand beside it."""

    row: Observation
    states: npt.NDArray[np.float32] | None = None
    """[layers, width] before anything is generated; None where none are wanted or shown."""


@dataclass(frozen=True, slots=True)
class Observer:
    """A model, the style of its prompts and how far searches go: all that observing needs."""

    instruments: Instruments
    prompter: Prompter
    detecting: Detecting
    in_flight: int = IN_FLIGHT

    @classmethod
    def of(
        cls,
        lm: LanguageModel,
        *,
        style: str = "auto",
        shots: int | None = None,
        limits: Limits | None = None,
        extras: Extras = NO_EXTRAS,
        in_flight: int = IN_FLIGHT,
    ) -> "Observer":
        """Prepares a model; raises UserError for a style that it cannot serve."""
        resolved = Style.resolve(style, shots, lm.tokenizer.chat, lm.name)
        tools = Instruments(lm, limits, extras.layers or ())
        detecting = Detecting(lm, resolved, tools.scanner, tools.limits.answer_tokens, extras)
        return cls(tools, Prompter(lm, resolved), detecting, in_flight)

    def observe(self, questions: Iterable[Question]) -> Iterator[Observed]:
        """Observes questions side by side; each row comes as soon as it is whole."""
        jobs = (self._job(question) for question in questions)
        return run_jobs(self.instruments.lm, jobs, self.in_flight)

    def _job(self, question: Question) -> Job[Observed]:
        prompt = self.prompter.prompt(question, self.instruments.limits.answer_tokens)
        tree = TokenTree(prompt.context, self.instruments.lm.tokenizer.token_bytes)
        found = yield from explore(on(tree, investigate(self.instruments, question, prompt, tree)))
        extra = yield from explore(self.detecting.measure(found))
        states = _stacked(tree[()].states)
        if states is not None and np.isnan(states).any():
            odd = Missing("states", "the hidden states are not numbers")
            extra, states = replace(extra, missing=(*extra.missing, odd)), None
        return Observed(assemble(found, extra), states)


def _stacked(shown: States) -> npt.NDArray[np.float32] | None:
    """The states of some layers [layers, width], in their order; None of none."""
    return np.stack([shown[layer] for layer in sorted(shown)]) if shown else None


def evaluated(questions: Sequence[Question]) -> tuple[list[Question], int]:
    """The questions to evaluate, and how many were left out as the headers' own."""
    kept = [question for question in questions if not is_example(question.question)]
    return kept, len(questions) - len(kept)

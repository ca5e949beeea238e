"""The main loop: questions to prompts to searches to observations."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from misspoke.lm import Job, LanguageModel, run_jobs
from misspoke.observing.assemble import assemble
from misspoke.observing.observe import Instruments, Limits, investigate
from misspoke.observing.prompting import Prompter
from misspoke.prompts import Style, is_example
from misspoke.records import Question
from misspoke.records.observation import Observation
from misspoke.search import Search, TokenTree, explore, on

IN_FLIGHT = 64
"""Questions side by side: enough to fill batches, few enough to lose little when killed."""


@dataclass(frozen=True, slots=True)
class Observer:
    """A model, the style of its prompts and how far searches go: all that observing needs."""

    instruments: Instruments
    prompter: Prompter
    in_flight: int = IN_FLIGHT

    @classmethod
    def of(
        cls,
        lm: LanguageModel,
        *,
        style: str = "auto",
        shots: int | None = None,
        limits: Limits | None = None,
        in_flight: int = IN_FLIGHT,
    ) -> "Observer":
        """Prepares a model; raises UserError for a style that it cannot serve."""
        resolved = Style.resolve(style, shots, lm.tokenizer.chat, lm.name)
        return cls(Instruments(lm, limits), Prompter(lm, resolved), in_flight)

    def observe(self, questions: Iterable[Question]) -> Iterator[Observation]:
        """Observes questions side by side; each row comes as soon as it is whole."""
        jobs = (self._job(question) for question in questions)
        return run_jobs(self.instruments.lm, jobs, self.in_flight)

    def _job(self, question: Question) -> Job[Observation]:
        prompt = self.prompter.prompt(question, self.instruments.limits.answer_tokens)
        tree = TokenTree(prompt.context, self.instruments.lm.tokenizer.token_bytes)

        def search() -> Search[Observation]:
            return assemble((yield from investigate(self.instruments, question, prompt, tree)))

        return (yield from explore(on(tree, search())))


def evaluated(questions: Sequence[Question]) -> tuple[list[Question], int]:
    """The questions to evaluate, and how many were left out as the headers' own."""
    kept = [question for question in questions if not is_example(question.question)]
    return kept, len(questions) - len(kept)

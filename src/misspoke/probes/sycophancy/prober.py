"""The prober: one conversation a question, and all that may be said last in it, on one tree."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property

from misspoke.concepts import Scanner, Vocabulary
from misspoke.lm import LanguageModel, run_jobs
from misspoke.probes.dialogue import Dialogue
from misspoke.probes.sycophancy import remedies
from misspoke.probes.sycophancy.conditions import MESSAGES, NO_SUGGESTION, suggestion
from misspoke.probes.sycophancy.interview import LONGEST, Interview, Limits
from misspoke.records import Question
from misspoke.records.sycophancy import SycophancyRow
from misspoke.runs import JSON
from misspoke.search import explore

_ESTIMATED = 12
"""Questions that an estimate of tokens is made from."""
_EXPECTED_REPLY = 18
"""Tokens of a reply and of what its masses read, as they were on the bundled questions."""


@dataclass(frozen=True)
class SycophancyProber:
    """Puts questions, then wrong answers and evidence, to one model."""

    lm: LanguageModel
    dialogue: Dialogue
    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    in_flight: int = 6
    record = SycophancyRow
    needs = "a column `distractors` with wrong answers (docs/sycophancy.md)"

    @classmethod
    def of(
        cls,
        lm: LanguageModel,
        *,
        style: str = "auto",
        shots: int | None = None,
        seed: int = 0,
    ) -> "SycophancyProber":
        """Raises UserError for a style that the model cannot serve, or too many examples."""
        return cls(lm, Dialogue.of(lm, style, shots), seed)

    def settings(self) -> dict[str, JSON]:
        """What the rows are made with."""
        form = self.dialogue.talker.form
        return {
            "style": form.form,
            "system": form.system,
            "shots": self.dialogue.shots,
            "opened": self.dialogue.opened,
            "messages": dict(MESSAGES),
            "suggestion_seed": self.seed,
            "reply_tokens": LONGEST,
            "mass": asdict(self.limits),
            "remedies": {"on": list(remedies.CONDITIONS), "weight": remedies.WEIGHT},
        }

    def unfit(self, item: Question) -> str | None:
        """Why no row can be made of a question; None where one can."""
        return NO_SUGGESTION if suggestion(item, self.seed) is None else None

    def expected_tokens(self, items: Sequence[Question]) -> int:
        """An estimate: the prompts as they would be behind a short first answer, and replies."""
        if not items:
            return 0
        shown = items[:: max(1, len(items) // _ESTIMATED)]
        return round(sum(map(self._expected, shown)) / len(shown) * len(items))

    def probe(self, items: Iterable[Question]) -> Iterator[SycophancyRow]:
        """The rows, as they come."""
        jobs = (explore(self._interview(item).held()) for item in items)
        return run_jobs(self.lm, jobs, self.in_flight)

    def _expected(self, question: Question) -> float:
        interview = self._interview(question)
        said = f"{self.dialogue.opening(question)} {interview.right}.".strip()
        prompts = [interview.tokens, *interview.later(said).values()]
        prefixes = {tokens[:end] for tokens in prompts for end in range(1, len(tokens) + 1)}
        header = len(self.dialogue.header_of(interview.tokens))
        return len(prefixes) - header + len(prompts) * _EXPECTED_REPLY

    def _interview(self, question: Question) -> Interview:
        return Interview(self.dialogue, self._scanner, question, self.limits, self.seed)

    @cached_property
    def _scanner(self) -> Scanner:
        """The scanner over the model's vocabulary."""
        return Scanner(Vocabulary(self.lm.tokenizer.token_bytes))

"""The prober of drift: instructions in, a row of all their conversations out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from misspoke.concepts import Vocabulary
from misspoke.lm import LanguageModel, run_jobs
from misspoke.probes.drift.plan import Plan
from misspoke.probes.drift.talks import hold
from misspoke.probes.drift.unit import BASE, Unit
from misspoke.probes.talk import Talker
from misspoke.records.drift import DriftRow
from misspoke.records.instruction import Instruction
from misspoke.runs import JSON

IN_FLIGHT = 12
"""Instructions side by side: each holds the conversations of a few arms."""


@dataclass(frozen=True, slots=True)
class DriftProber:
    """A model, and the plan of the conversations that are held with it."""

    talker: Talker
    plan: Plan
    vocabulary: Vocabulary

    record = DriftRow
    needs = "an instruction (docs/instructions.md)"

    @classmethod
    def of(
        cls, lm: LanguageModel, *, style: str = "auto", plan: Plan | None = None
    ) -> "DriftProber":
        """Raises UserError for a style that the model cannot serve.

        Arms that a model cannot serve are left out: a contrast where it shows only its most
        probable tokens, another place of the instruction where its template has no system role.
        """
        talker = Talker.of(lm, style)
        plan = plan or Plan.of()
        if lm.reveals is not None:
            plan = plan.without("contrast")
        if talker.form.system == "first user message":
            plan = plan.without("first message")
        return cls(talker, plan, Vocabulary(lm.tokenizer.token_bytes))

    def settings(self) -> dict[str, JSON]:
        """What the rows are made with."""
        form = self.talker.form
        return {
            "style": {"form": form.form, "system": form.system},
            "base": BASE,
            "plan": self.plan.settings(),
        }

    def unfit(self, item: Instruction) -> str | None:  # noqa: ARG002
        """Every instruction makes a row."""
        return None

    def expected_tokens(self, items: Sequence[Instruction]) -> int:
        """About how many tokens will be forwarded."""
        return self.plan.expected_tokens(len(items))

    def probe(self, items: Iterable[Instruction]) -> Iterator[DriftRow]:
        """A row for each instruction, as it is whole."""
        jobs = (hold(Unit.of(self.talker, self.vocabulary, self.plan, item)) for item in items)
        return run_jobs(self.talker.lm, jobs, IN_FLIGHT)

"""Questions to prompts in several wordings to rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial

from misspoke.concepts import Scanner, Vocabulary
from misspoke.decoding.speaker import Speaker
from misspoke.lm import LanguageModel, run_jobs
from misspoke.probes.consistency.unit import (
    DECODERS,
    EPSILON,
    LIMITS,
    MASS_NODES,
    POOLED,
    Means,
    likely_tokens,
    listen,
)
from misspoke.prompts import Style
from misspoke.prompts.headers import MOST_SHOTS
from misspoke.questions.wordings import worded
from misspoke.records import Question, UserError
from misspoke.records.consistency import ConsistencyRow
from misspoke.runs import JSON

IN_FLIGHT = 3
"""Questions side by side: each holds the trees of all its wordings."""
CLOZE = "cloze"
"""The style in which a wording is the prompt as it is, and the answer goes on from there."""


@dataclass(frozen=True, slots=True)
class ConsistencyProber:
    """Puts questions to a model in all their wordings."""

    means: Means
    record: type[ConsistencyRow] = ConsistencyRow
    needs: str = "a column `wordings` with other wordings (docs/consistency.md)"

    @classmethod
    def of(
        cls,
        lm: LanguageModel,
        *,
        style: str = "auto",
        shots: int | None = None,
        samples: int = 4,
        seed: int = 0,
    ) -> "ConsistencyProber":
        """`samples` are drawn for each wording at temperature 1.

        In the style `cloze` a wording is the prompt as it is. Raises UserError for a style that the
        model cannot serve, for examples with cloze prompts, for a negative number of samples, and
        for samples of a model that does not show all its probabilities.
        """
        if samples < 0:
            raise UserError(f"--samples {samples}: give 0 or more")
        if samples and lm.reveals is not None:
            raise UserError(
                f"{lm.name}: shows only its {lm.reveals} most probable tokens, and no sample can "
                "be drawn; use --samples 0"
            )
        scanner = Scanner(Vocabulary(lm.tokenizer.token_bytes))
        if style == CLOZE:
            if shots:
                raise UserError("--shots: cloze prompts take no examples; leave it out")
            plain = AsItIs(lm, Style("text", 0, stem=False))
            return cls(Means(plain, None, samples, seed, choosing=True, scanner=scanner))
        speaker = Speaker.of(lm, style=style, shots=shots)
        more = speaker.style.shots + 1
        taught = Speaker(lm, replace(speaker.style, shots=more)) if more <= MOST_SHOTS else None
        return cls(Means(speaker, taught, samples, seed, choosing=False, scanner=scanner))

    def settings(self) -> dict[str, JSON]:
        """The style, the samples, how far searches go, and the remedies."""
        cloze = isinstance(self.means.speaker, AsItIs)
        return {
            "style": {"form": CLOZE} if cloze else asdict(self.means.speaker.style),
            "samples": self.means.samples,
            "draws_seed": self.means.seed,
            "limits": {"answers": asdict(LIMITS), "mass_nodes": MASS_NODES, "epsilon": EPSILON},
            "remedies": {decoder.name: repr(decoder) for decoder in DECODERS},
            "pooled": list(POOLED),
        }

    def unfit(self, item: Question) -> str | None:
        """Why no row can be made of a question."""
        return "one wording only" if len(worded(item)) < 2 else None

    def expected_tokens(self, items: Sequence[Question]) -> int:
        """An estimate, from the prompts."""
        return sum(likely_tokens(self.means, question) for question in items)

    def probe(self, items: Iterable[Question]) -> Iterator[ConsistencyRow]:
        """The rows, as they come."""
        jobs = map(partial(listen, self.means), items)
        return run_jobs(self.means.speaker.lm, jobs, IN_FLIGHT)


class AsItIs(Speaker):
    """A model to which texts are put as they are, to be gone on with."""

    def question_prompt(self, question: str, stem: str | None = None) -> str:  # noqa: ARG002
        """The text."""
        return question

"""The loop: questions to decoders to judged rows.

Decoders work at desks that hold a question and nothing else; gold comes in when all have answered.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from misspoke.concepts import Event
from misspoke.concepts.equivalence import classes, contains
from misspoke.concepts.refusals import abstains
from misspoke.concepts.sameness import same
from misspoke.decoding.concept import LIMITS, candidates
from misspoke.decoding.decoder import Decoder
from misspoke.decoding.desk import LONGEST, Desk
from misspoke.decoding.speaker import Speaker
from misspoke.lm import Job, LanguageModel, run_jobs
from misspoke.observing.assemble import assemble
from misspoke.observing.gold import Gold
from misspoke.observing.observe import Instruments, Limits, Prompt, investigate
from misspoke.prompts import HEADERS
from misspoke.prompts.judging import EXAMPLES
from misspoke.records import Question
from misspoke.records.decoding import Asked, Decoded
from misspoke.records.trial import Decoding, JudgedCandidate, Trial
from misspoke.search import Answers, explore, on, together

IN_FLIGHT = 12
"""Questions side by side: each holds the trees of several prompts."""


@dataclass(frozen=True, slots=True)
class Court:
    """A model and the decoders to be tried on it."""

    speaker: Speaker
    instruments: Instruments
    decoders: tuple[Decoder, ...]
    in_flight: int = IN_FLIGHT

    @classmethod
    def of(
        cls,
        lm: LanguageModel,
        decoders: Sequence[Decoder],
        *,
        style: str = "auto",
        shots: int | None = None,
    ) -> "Court":
        """Raises UserError for a style that the model cannot serve."""
        speaker = Speaker.of(lm, style=style, shots=shots)
        limits = Limits(answer_tokens=LONGEST)
        return cls(speaker, Instruments(lm, limits), tuple(decoders))

    def hear(self, questions: Iterable[Question]) -> Iterator[Trial]:
        """Tries questions side by side; each row comes as soon as it is whole."""
        return run_jobs(self.speaker.lm, map(self._trial, questions), self.in_flight)

    def _trial(self, question: Question) -> Job[Trial]:
        desk = Desk.of(self.speaker, Asked(question.question, question.stem))
        answered = yield from explore(
            together(
                *(decoder.decode(desk.fork()) for decoder in self.decoders),
                candidates(desk.fork(), LIMITS),
            )
        )
        *decoded, searched = answered
        assert isinstance(searched, Answers)  # noqa: S101 - for the type checker
        prompt = Prompt(desk.prompt, desk.tree.context)
        tree = desk.tree.share()
        observing = on(tree, investigate(self.instruments, question, prompt, tree))
        row = assemble((yield from explore(observing)))
        gold = Gold.of(question)
        event = Event(gold.forms)
        return Trial(
            id=question.id,
            question=question.question,
            relation=question.relation,
            gold=gold.groups,
            prompt=desk.prompt,
            prompt_tokens=len(desk.tree.context.suffix),
            primed=self._primed(question),
            outcome=row.outcome,
            cause=row.cause,
            alias_gap=row.alias_gap,
            p_mass=row.p_mass,
            candidates=_judged(searched, event, question.question),
            residual=searched.residual,
            decodings=tuple(
                _decoding(decoder.name, found, event)
                for decoder, found in zip(self.decoders, decoded, strict=True)
                if isinstance(found, Decoded)
            ),
        )

    def _primed(self, question: Question) -> bool:
        """Whether the examples in a prompt of any decoder say a right answer."""
        examples = HEADERS[0][: self.speaker.style.shots]
        shown = [*(f"{e.question} {e.answer}" for e in examples), *EXAMPLES]
        return any(contains(text, answer) for text in shown for answer in question.all_answers())


def _judged(searched: Answers, event: Event, question: str) -> tuple[JudgedCandidate, ...]:
    concepts = classes(list(searched.paths), same(question))
    rows = (
        JudgedCandidate(answer, leaf.prob, event.holds(answer) is not None, concept)
        for (answer, leaf), concept in zip(searched.paths.items(), concepts, strict=True)
    )
    return tuple(sorted(rows, key=lambda one: (-one.prob, one.answer)))


def _decoding(name: str, found: Decoded, event: Event) -> Decoding:
    abstained = found.abstained or not found.answer or abstains(found.answer)
    return Decoding(
        decoder=name,
        answer=found.answer,
        right=not abstained and event.holds(found.answer) is not None,
        abstained=abstained,
        belief=found.belief,
        margin=found.margin,
        certified=found.certified,
        changed=found.changed_from_greedy,
        merges=sum(len(one.forms) - 1 for one in found.classes),
        forward_tokens=found.forward_tokens,
        beyond_prompt=found.beyond_prompt,
    )

"""What detectors need beyond an observation: samples, P(True) and hidden states."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp

from misspoke.concepts import Event, Scanner
from misspoke.concepts.equivalence import classes
from misspoke.concepts.reading import close_reader
from misspoke.concepts.sameness import same
from misspoke.lm import Context, LanguageModel, Path, Want
from misspoke.measures.uncertainty import share
from misspoke.observing.observe import Findings
from misspoke.prompts import Style
from misspoke.prompts.judging import FALSE, TRUE, possible_answer_prompt
from misspoke.records import Interval
from misspoke.records.observation import DrawnAnswer, Missing
from misspoke.search import (
    Inquiry,
    Sample,
    Search,
    StringMass,
    TokenTree,
    chances,
    draw_samples,
    on,
    string_mass,
    together,
)

SAMPLES = 10
"""As many as semantic entropy is usually given (Farquhar et al. 2024)."""
LAYERS = 8
"""The most blocks whose states are kept, evenly spread."""
_EPSILON, _NODES = 0.01, 96
"""How narrow the masses of True and False are made, and how many distributions that may take."""
_ROOM = 32
"""Tokens behind the prompt that asks for them: the ways to say True and False are short."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What is measured for detectors: how many samples, whether P(True), which blocks' states."""

    samples: int = 0
    truth: bool = False
    layers: tuple[int, ...] | None = None
    """None where no states are wanted; empty where they are and the model shows none."""
    seed: int = 0


NO_EXTRAS = Extras()


@dataclass(frozen=True, slots=True)
class Truth:
    """The masses of calling an answer true and false, and what asking took."""

    true: Interval
    false: Interval
    literal: float | None
    """The probability of the one token "True"; None where the model hides it."""
    tokens: int

    @property
    def told(self) -> bool:
        """Whether their masses say how they share out what calls the answer true or false."""
        return share(self.false, self.true) is not None


@dataclass(frozen=True, slots=True)
class Extra:
    """What was measured for detectors on one question."""

    samples: tuple[DrawnAnswer, ...] = ()
    sample_tokens: int | None = None
    truth: Truth | None = None
    missing: tuple[Missing, ...] = ()


NO_EXTRA = Extra()


@dataclass(frozen=True)
class Detecting:
    """A model, and what is measured with it for detectors."""

    lm: LanguageModel
    style: Style
    scanner: Scanner
    answer_tokens: int
    """Longest answer that is drawn."""
    extras: Extras

    def measure(self, found: Findings) -> Inquiry[Extra]:
        """Samples behind the question's own prompt, and P(True) of its greedy answer, in step.

        What cannot be measured is told in `missing`, and the rest is measured all the same.
        """
        missing: list[Missing] = []
        sampled: Inquiry[list[Sample] | None] = _nothing()
        asked: Inquiry[Truth | None] = _nothing()
        tree = found.tree.share()
        if self.extras.samples:
            if self.lm.reveals is None:
                sampled = on(tree, self._samples(found, tree))
            else:
                shown = f"the model shows only its {self.lm.reveals} most probable tokens"
                missing.append(Missing("samples", shown))
        if self.extras.truth:
            why = self._unaskable(found.question.question, found.answer)
            if why is None:
                asked = self.truth(found.question.question, found.answer)
            else:
                missing.append(Missing("truth", why))
        if self.extras.layers == ():
            missing.append(Missing("states", "the model shows no hidden states"))
        samples, truth = yield from together(sampled, asked)
        assert isinstance(samples, list | None)  # noqa: S101 - for the type checker
        assert isinstance(truth, Truth | None)  # noqa: S101
        if truth is not None and not truth.told:
            missing.append(Missing("truth", "too little is known of what calls the answer true"))
        return Extra(
            samples=() if samples is None else _drawn(found, samples),
            sample_tokens=None if samples is None else _beyond(samples, found.greedy.tokens),
            truth=truth,
            missing=tuple(missing),
        )

    def _samples(self, found: Findings, tree: TokenTree) -> Search[list[Sample]]:
        """Samples at temperature 1, read closely."""
        given = [
            chances(self.extras.seed, found.prompt.text, number, self.answer_tokens)
            for number in range(self.extras.samples)
        ]
        read = close_reader(found.question.question, found.question.stem)
        return (yield from draw_samples(tree, given, 1.0, read))

    def _unaskable(self, question: str, answer: str) -> str | None:
        """Why the model cannot be asked whether an answer is true; None where it can."""
        if not answer:
            return "the answer is empty"
        if len(self._encode(question, answer)) + _ROOM > self.lm.window:
            return "the prompt does not fit into the model's window"
        return None

    def truth(self, question: str, answer: str) -> Inquiry[Truth]:
        """The masses of the ways to call an answer true and false, on a tree of their own."""
        tokens = self._encode(question, answer)
        shared = len(self._header) if tokens[: len(self._header)] == self._header else 0
        context = Context(tokens[:shared], tokens[shared:])
        tree = TokenTree(context, self.lm.tokenizer.token_bytes)
        literal = self._literal
        search = string_mass(
            tree,
            (),
            self._event,
            self.scanner,
            epsilon=_EPSILON,
            budget=_NODES,
            enrich=lambda path: Want(tokens=frozenset() if path else frozenset({literal})),
        )
        found: StringMass = yield from on(tree, search)
        logprob = tree[()].logprobs.get(literal)
        return Truth(
            true=found.gold,
            false=found.emitted,
            literal=None if logprob is None else exp(logprob),
            tokens=tree.own_tokens,
        )

    def _encode(self, question: str, answer: str) -> Path:
        prompt = possible_answer_prompt(self.style, question, answer, self.lm.tokenizer.chat)
        return self.lm.tokenizer.encode(prompt)

    @cached_property
    def _header(self) -> Path:
        """What all such prompts begin with."""
        one, other = self._encode("Who was it?", "I"), self._encode("7 of what?", "9")
        same_places = (a == b for a, b in zip(one, other, strict=False))
        return one[: next((at for at, equal in enumerate(same_places) if not equal), 0)]

    @cached_property
    def _literal(self) -> int:
        return self.lm.tokenizer.encode_plain(["True"])[0][0]

    @cached_property
    def _event(self) -> Event:
        return Event(TRUE, FALSE)


def default_layers(blocks: int) -> tuple[int, ...]:
    """At most `LAYERS` blocks, evenly spread, the last among them."""
    most = min(blocks, LAYERS)
    return tuple(sorted({round(blocks * part / most) for part in range(1, most + 1)}))


def _nothing() -> Inquiry[None]:
    yield from ()


def _drawn(found: Findings, samples: Sequence[Sample]) -> tuple[DrawnAnswer, ...]:
    """The samples with their classes, to which the most frequent answers come first."""
    question = found.question.question
    predicate = same(question)
    counts = Counter(sample.answer for sample in samples)
    answers = sorted(counts, key=lambda answer: -counts[answer])  # ties: the first drawn
    meanings = dict(zip(answers, classes(answers, predicate), strict=True))
    text = found.tree.data(found.greedy.tokens).decode(errors="replace")
    greedy = close_reader(question, found.question.stem)(text, True) or ""
    agreeing = {answer for answer in answers if predicate(greedy, answer)}
    return tuple(
        DrawnAnswer(
            answer=sample.answer,
            tokens=sample.path,
            logprob=sample.logprob,
            meaning=meanings[sample.answer],
            agrees=sample.answer in agreeing,
        )
        for sample in samples
    )


def _beyond(samples: Sequence[Sample], emitted: Path) -> int:
    """How many tokens samples read beyond the prompt and the greedy answer, each prefix once."""
    read = {sample.path[:end] for sample in samples for end in range(1, len(sample.path))}
    return len(read - {emitted[:end] for end in range(1, len(emitted))})

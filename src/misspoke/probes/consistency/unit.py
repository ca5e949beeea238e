"""One question in all its wordings: its searches, samples and remedies, and the row of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from misspoke.concepts import Event, Scanner
from misspoke.concepts.equivalence import Classes, contains
from misspoke.concepts.reading import close_reader
from misspoke.concepts.refusals import abstains
from misspoke.concepts.sameness import same
from misspoke.decoding.concept import Concept, candidates
from misspoke.decoding.decoder import Decoder
from misspoke.decoding.desk import LONGEST, TOP, Desk
from misspoke.decoding.paraphrases import Paraphrased
from misspoke.decoding.samples import Adaptive, Fixed, SelfConsistency
from misspoke.decoding.speaker import Speaker
from misspoke.lm import Job, Path, Want
from misspoke.observing.gold import Gold
from misspoke.observing.starts import joiner
from misspoke.probes.consistency.choosing import most_probable
from misspoke.prompts import HEADERS
from misspoke.questions.wordings import worded
from misspoke.records import Question
from misspoke.records.consistency import (
    ConsistencyRow,
    Option,
    Reply,
    Tried,
    WordingReplies,
)
from misspoke.records.decoding import Asked, Decoded
from misspoke.records.heard import Heard
from misspoke.search import (
    AnswerLimits,
    Answers,
    Inquiry,
    Sample,
    StringMass,
    chances,
    draw_samples,
    explore,
    greedy,
    on,
    string_mass,
    together,
)

LIMITS = AnswerLimits(nodes=12, top=TOP, residual=0.02, floor=2e-3, max_tokens=LONGEST)
"""How far the answers behind each wording are searched."""
EPSILON, MASS_NODES = 0.005, 48
"""How closely the mass of the right answers is known, and what may be read for it."""
NEAR_TIE = 1e-3
"""Two tokens this near in log-probability can change places on another machine."""
DECODERS: tuple[Decoder, ...] = (
    *(SelfConsistency(f"self-consistency@{count}", Fixed(count)) for count in (3, 5, 10)),
    SelfConsistency("asc", Adaptive()),
    Concept(),
)
"""What answers the question as it was asked; the samples of a later one hold those before."""
POOLED = (2, 4, None)
"""Of how many wordings the probabilities are pooled; None: of all."""


@dataclass(frozen=True, slots=True)
class Means:
    """A model, how it is asked, and how often."""

    speaker: Speaker
    taught: Speaker | None
    """The same with one more example; None where there is none to add."""
    samples: int
    seed: int
    choosing: bool
    """Whether the most probable of a question's own answers and distractors is found too."""
    scanner: Scanner


@dataclass(frozen=True, slots=True)
class _Said:
    """A greedy reply: what it reads as, and its tokens."""

    answer: str
    tokens: Path
    heard: Heard
    near_tie: bool
    forward_tokens: int


@dataclass(frozen=True, slots=True)
class _Wording:
    """What was found behind one wording."""

    desk: Desk
    said: _Said
    answers: Answers
    mass: StringMass
    samples: Sequence[Sample]
    choice: str | None


def listen(means: Means, question: Question) -> Job[ConsistencyRow]:
    """A question in all its wordings."""
    wordings = worded(question)
    read = close_reader(" ".join(wordings), question.stem)
    asked = Asked(question.question, question.stem)
    desk = replace(Desk.of(means.speaker, asked), read=read)
    taught = None if means.taught is None else replace(Desk.of(means.taught, asked), read=read)
    decoders = _decoders(means, wordings)
    gold = Gold.of(question)
    event = Event(gold.forms)
    choices = (*question.all_answers(), *question.distractors) if means.choosing else ()
    found: tuple[Any, ...] = yield from explore(
        together(
            *(_wording(desk.fork().worded(wording), means, event, choices) for wording in wordings),
            *(_said(taught.fork().worded(wording)) for wording in wordings if taught is not None),
            *(decoder.decode(desk.fork()) for decoder in decoders),
            _draw(desk.fork(), means, range(means.samples, means.samples * len(wordings))),
        )
    )
    k = len(wordings)
    told, rest = found[:k], found[k:-1]
    examples = rest[: len(rest) - len(decoders)] or [None] * k
    return _row(
        means,
        question,
        gold,
        event,
        wordings,
        told,
        examples,
        dict(zip((d.name for d in decoders), rest[len(rest) - len(decoders) :], strict=True)),
        found[-1],
        desk.computed_tokens + (0 if taught is None else taught.computed_tokens),
    )


def likely_tokens(means: Means, question: Question) -> int:
    """About how many tokens a question takes: its prompts, and what is read behind each."""
    wordings = worded(question)
    total = 2 * LIMITS.nodes + 20
    for speaker in filter(None, (means.speaker, means.taught)):
        for wording in wordings:
            tokens = speaker.lm.tokenizer.encode(speaker.question_prompt(wording, question.stem))
            shared = max((len(h) for h in speaker.headers if tokens[: len(h)] == h), default=0)
            total += len(tokens) - shared + 4
    samples = means.samples * (2 * len(wordings) - 1)  # the control's among them
    return total + len(wordings) * LIMITS.nodes + 6 * samples


def _decoders(means: Means, wordings: tuple[str, ...]) -> list[Decoder]:
    """Those that the model can serve, and pooling over the first wordings and over all."""
    hidden = means.speaker.lm.reveals is not None
    plain = tuple(wording.replace("{}", "{ }") for wording in wordings)
    pools = [
        Paraphrased("paraphrases" if most is None else f"paraphrases@{most}", plain[:most])
        for most in POOLED
        if most is None or most < len(plain)
    ]
    usable = [d for d in DECODERS if not (hidden and isinstance(d, SelfConsistency))]
    return [*usable, *pools]


def _wording(desk: Desk, means: Means, event: Event, choices: Sequence[str]) -> Inquiry[_Wording]:
    said = yield from _said(desk)
    tree = desk.tree
    masses = string_mass(tree, (), event, means.scanner, epsilon=EPSILON, budget=MASS_NODES)
    answers, mass, samples, choice = yield from together(
        candidates(desk, LIMITS),
        on(tree, masses),
        _draw(desk, means, range(means.samples)),
        _choose(desk, choices),
    )
    assert isinstance(answers, Answers)  # noqa: S101 - for the type checker
    assert isinstance(mass, StringMass)  # noqa: S101
    assert isinstance(samples, list)  # noqa: S101
    return _Wording(desk, said, answers, mass, samples, str(choice) if choices else None)


def _choose(desk: Desk, choices: Sequence[str]) -> Inquiry[str]:
    """The most probable of the answers to choose from; an empty text without any."""
    if not choices:
        return ""
    joint = joiner(desk.prompt.encode()[-64:])
    paths = desk.speaker.lm.tokenizer.encode_plain([joint + one for one in choices])
    spelled = dict(zip(choices, paths, strict=True))
    return (yield from on(desk.tree, most_probable(desk.tree, spelled)))


def _said(desk: Desk) -> Inquiry[_Said]:
    """The greedy reply at a desk."""
    tree = desk.tree

    def text(path: Path) -> str:
        return tree.data(path).decode(errors="replace")

    def stop(path: Path) -> bool:
        return desk.read(text(path), False) is not None

    found = yield from on(tree, greedy(tree, lambda _: Want(top=TOP), stop, LONGEST))
    return _Said(
        answer=desk.read(text(found.tokens), True) or "",
        tokens=found.tokens,
        heard=Heard(tree.context.tokens, found.tokens, found.logprobs),
        near_tie=found.margin < NEAR_TIE,
        forward_tokens=desk.forward_tokens,
    )


def _draw(desk: Desk, means: Means, numbers: range) -> Inquiry[list[Sample]]:
    given = [chances(means.seed, desk.prompt, number, LONGEST) for number in numbers]
    if not given:
        return []
    return (yield from on(desk.tree, draw_samples(desk.tree, given, 1.0, desk.read)))


def _row(
    means: Means,
    question: Question,
    gold: Gold,
    event: Event,
    wordings: Sequence[str],
    told: Sequence[_Wording],
    examples: Sequence[_Said | None],
    decoded: Mapping[str, Decoded],
    control: Sequence[Sample],
    forward_tokens: int,
) -> ConsistencyRow:
    judge = _judge(question, event, told)
    replies = tuple(
        WordingReplies(
            wording=wording,
            prompt=one.desk.prompt,
            reply=judge(one.said.answer),
            near_tie=one.said.near_tie,
            options=_options(one.answers, judge),
            residual=one.answers.residual,
            p_mass=one.mass.gold,
            samples=tuple(judge(sample.answer) for sample in one.samples),
            greedy_tokens=one.said.forward_tokens,
            with_example=None if example is None else judge(example.answer),
            example_tokens=None if example is None else example.forward_tokens,
            choice=None if one.choice is None else judge(one.choice),
        )
        for wording, one, example in zip(wordings, told, examples, strict=True)
    )
    tried = (Tried(name, judge(one.answer), one.forward_tokens) for name, one in decoded.items())
    said = [one.said for one in told]
    return ConsistencyRow(
        id=question.id,
        question=question.question,
        relation=question.relation,
        gold=gold.groups,
        several_right=len(gold.groups) > 1,
        primed=_primed(means, question),
        wordings=replies,
        control=tuple(judge(sample.answer) for sample in control),
        remedies=tuple(tried),
        forward_tokens=forward_tokens,
        heard=tuple(one.heard for one in (*said, *examples) if one is not None),
    )


def _judge(question: Question, event: Event, told: Sequence[_Wording]) -> Callable[[str], Reply]:
    """Sorts answers into the classes of a row, and holds them against the right ones.

    The classes are opened by what all searches found, in the order of its mean probability. All
    refusals are one class.
    """
    masses: dict[str, float] = {}
    for one in told:
        for answer, leaf in one.answers.paths.items():
            masses[answer] = masses.get(answer, 0.0) + leaf.prob
    joined = Classes(same(question.question))
    known: dict[str, Reply] = {}

    def judge(answer: str) -> Reply:
        if answer not in known:
            abstained = abstains(answer)
            right = not abstained and event.holds(answer) is not None
            meaning = joined.join("" if abstained else answer)
            known[answer] = Reply(answer, meaning, right, abstained)
        return known[answer]

    for answer in sorted(masses, key=lambda answer: (-masses[answer], answer)):
        judge(answer)
    return judge


def _options(answers: Answers, judge: Callable[[str], Reply]) -> tuple[Option, ...]:
    judged = ((judge(answer), prob) for answer, prob in answers.found)
    return tuple(Option(one.answer, prob, one.meaning, one.right) for one, prob in judged)


def _primed(means: Means, question: Question) -> bool:
    """Whether the examples in a prompt say a right answer."""
    shots = max(s.style.shots for s in (means.speaker, means.taught) if s is not None)
    shown = [f"{e.question} {e.answer}" for e in HEADERS[0][:shots]]
    return any(contains(text, answer) for text in shown for answer in question.all_answers())

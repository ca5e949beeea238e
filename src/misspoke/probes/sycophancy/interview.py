"""One question's conversation: its first answer, and what becomes of it under each condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from misspoke.concepts import Event, Scanner
from misspoke.concepts.equivalence import equivalent
from misspoke.concepts.surface import closure
from misspoke.lm import Path
from misspoke.observing.gold import Gold
from misspoke.probes.dialogue import Dialogue
from misspoke.probes.replies import Reply, reply, spelled_logprob
from misspoke.probes.sycophancy import remedies
from misspoke.probes.sycophancy.conditions import NO_SUGGESTION, messages, suggestion
from misspoke.probes.talk import Grove, common
from misspoke.prompts.conversation import Turn
from misspoke.records import Interval, Question, UserError
from misspoke.records.sycophancy import Answered, Remedied, SycophancyRow
from misspoke.search import Inquiry, StringMass, on, string_mass, together
from misspoke.search.tree import Place

LONGEST = 24
"""Tokens of a reply at the most."""
SPELLINGS = 8
"""Spellings of right answers whose log-probability is taken: the first ones given."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far the mass of an answer is followed under each condition."""

    epsilon: float = 0.02
    """Width at which a mass is known well enough."""
    nodes: int = 24
    """Distributions that it may read."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """A reply, and what else is known of the distribution that it was drawn from."""

    reply: Reply
    right_mass: Interval
    suggested_mass: Interval
    right_logprob: float | None
    suggested_logprob: float | None


class Interview:
    """One question, to be put to a model."""

    def __init__(
        self, dialogue: Dialogue, scanner: Scanner, question: Question, limits: Limits, seed: int
    ) -> None:
        self.dialogue = dialogue
        self.scanner = scanner
        self.question = question
        self.limits = limits
        self.gold = Gold.of(question)
        self.right = self.gold.groups[0][0]
        self.wrong = _suggested(question, seed)
        self.event = Event(self.gold.forms, [form.text for form in closure(self.wrong)])
        self.messages = messages(question, self.right, self.wrong)
        self.turns = dialogue.first(question)
        self.opening = dialogue.opening(question)
        self.prompt = dialogue.talker.prompt(self.turns, self.opening)
        self.tokens = self._encode(self.prompt)

    def held(self) -> Inquiry[SycophancyRow]:
        """The whole conversation, with everything that may be said last."""
        grove = Grove(self.dialogue.talker.lm, self.dialogue.header_of(self.tokens))
        first = yield from self._measured((grove.plant(self.tokens), ()))
        own = f"{self.opening}{first.reply.said}".strip()
        prompts = self.later(own)
        shared = common(*prompts.values())
        if shared[: len(self.tokens)] != self.tokens:
            grove.plant(shared)  # the first prompt's tokens are others once it is answered
        places = {name: grove.place(tokens) for name, tokens in prompts.items()}
        told = yield from together(*(self._told(name, place) for name, place in places.items()))
        found: dict[str, Any] = dict(zip(places, told, strict=True))
        measured = {"none": first} | {name: found[name] for name in self.messages}
        replies = {name: one.reply for name, one in measured.items()}
        put = {name: one for name, one in found.items() if name not in self.messages}
        costs = {
            name: len(prompts[name]) - len(shared) + len(one.tokens)
            for name, one in (replies | put).items()
            if name != "none"
        }
        costs["none"] = len(self.tokens) + len(replies["none"].tokens)
        remedied = yield from self._remedied(replies, put, costs)
        return SycophancyRow(
            id=self.question.id,
            question=self.question.question,
            relation=self.question.relation,
            gold=self.gold.groups,
            suggested=self.wrong,
            prompt=self.prompt,
            answers=tuple(self._answered(n, one, costs[n]) for n, one in measured.items()),
            remedied=tuple(remedied),
            heard=tuple(one.heard() for one in (*replies.values(), *put.values())),
            forward_tokens=grove.forward_tokens,
        )

    def later(self, own: str) -> dict[str, Path]:
        """The prompts of the second turn, by condition, and those that remedies make of them."""
        last = dict(self.messages)
        asked = self.question.question
        last[remedies.NEUTRAL] = remedies.neutral(asked)
        for condition in remedies.CONDITIONS:
            message = remedies.third_person(self.messages[condition], asked)
            last[_third(condition)] = message
        turns = [*self.turns, Turn("assistant", own)]
        talker = self.dialogue.talker
        return {
            name: self._encode(talker.prompt([*turns, Turn("user", message)], self.opening))
            for name, message in last.items()
        }

    def _encode(self, prompt: str) -> Path:
        what = f"question {self.question.id!r}"
        return self.dialogue.talker.encode(prompt, room=LONGEST, what=what)

    def _told(self, name: str, place: Place) -> Inquiry[object]:
        if name in self.messages:
            return (yield from self._measured(place))
        return (yield from self._reply(place))

    def _reply(self, place: Place) -> Inquiry[Reply]:
        question = self.question
        free = not self.opening
        return reply(place, self.event, question.question, question.stem, LONGEST, free=free)

    def _measured(self, place: Place) -> Inquiry[_Measured]:
        found, right, suggested = yield from together(
            self._reply(place),
            spelled_logprob(place, self._spelled(self.question.all_answers()[:SPELLINGS])),
            spelled_logprob(place, self._spelled([self.wrong])),
        )
        assert isinstance(found, Reply)  # noqa: S101 - for the type checker
        mass = yield from self._mass(place, found)
        odds = (cast("float | None", one) for one in (right, suggested))
        return _Measured(found, mass.gold, mass.emitted, *odds)

    def _mass(self, place: Place, found: Reply) -> Inquiry[StringMass]:
        tree, start = place
        root = (*start, *found.tokens[: found.step])
        limits = self.limits
        search = string_mass(
            tree, root, self.event, self.scanner, epsilon=limits.epsilon, budget=limits.nodes
        )
        return on(tree, search)

    def _spelled(self, answers: Sequence[str]) -> list[Path]:
        lead = self.dialogue.lead(self.question)
        texts = [lead + answer.strip() for answer in answers]
        return self.dialogue.talker.lm.tokenizer.encode_plain(texts)

    def _answered(self, condition: str, found: _Measured, tokens: int) -> Answered:
        return Answered(
            condition=condition,
            message=self.messages.get(condition),
            text=found.reply.text,
            answer=found.reply.answer,
            verdict=_verdict(found.reply),
            right_mass=found.right_mass,
            suggested_mass=found.suggested_mass,
            right_logprob=found.right_logprob,
            suggested_logprob=found.suggested_logprob,
            tokens=tokens,
        )

    def _remedied(
        self, replies: dict[str, Reply], put: dict[str, Reply], costs: dict[str, int]
    ) -> Inquiry[list[Remedied]]:
        clean = replies["none"]
        tried = remedies.CONDITIONS
        weighed = yield from together(*(self._weighed(clean, replies[name]) for name in tried))
        rows: list[Remedied] = []
        for name, found in zip(tried, weighed, strict=True):
            framed = replies[name]
            heeded = remedies.shows_evidence(self.messages[name])
            taken: dict[str, tuple[Reply, int]] = {
                remedies.NEUTRAL: (put[remedies.NEUTRAL], costs[remedies.NEUTRAL] - costs[name]),
                remedies.THIRD: (put[_third(name)], costs[_third(name)] - costs[name]),
                remedies.EVIDENCE: (framed, 0) if heeded else (clean, -costs[name]),
                remedies.CLEAN: (clean, -costs[name]),
            }
            if found is not None:
                taken[remedies.WEIGHED] = cast("tuple[Reply, int]", found)
            rows += [
                Remedied(remedy, name, said.answer, _verdict(said), beyond)
                for remedy, (said, beyond) in taken.items()
            ]
        return rows

    def _weighed(self, clean: Reply, framed: Reply) -> Inquiry[tuple[Reply, int] | None]:
        """The one of two answers with the more log-probability, half from each context.

        None where the model does not name all tokens that it takes.
        """
        if equivalent(clean.answer, framed.answer):
            return framed, 0
        spelled = self._spelled([clean.answer, framed.answer])
        scores = yield from together(
            *(
                spelled_logprob(context.place, [tokens])
                for tokens in spelled
                for context in (clean, framed)
            )
        )
        if None in scores:
            return None
        of_clean = _mixed(scores[:2])
        of_framed = _mixed(scores[2:])
        tokens = sum(max(0, len(path) - 1) for path in spelled)
        return (clean if of_clean > of_framed else framed), tokens


def _suggested(question: Question, seed: int) -> str:
    found = suggestion(question, seed)
    if found is None:
        raise UserError(
            f"question {question.id!r}: has {NO_SUGGESTION}; give it another distractor"
        )
    return found


def _verdict(found: Reply) -> str:
    assert found.verdict is not None  # noqa: S101 - for the type checker
    return found.verdict


def _mixed(scores: Sequence[Any]) -> float:
    clean, framed = scores
    return float(remedies.WEIGHT * clean + (1 - remedies.WEIGHT) * framed)


def _third(condition: str) -> str:
    return f"{remedies.THIRD}/{condition}"

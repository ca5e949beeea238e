"""One instruction and all that its conversations are made of."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from misspoke.concepts import Vocabulary
from misspoke.concepts.instructions import (
    Automaton,
    automaton_of,
    comply,
    decided_first,
    verdict,
    violate,
)
from misspoke.concepts.instructions.languages import FREQUENT
from misspoke.lm import Path
from misspoke.probes.drift.plan import Arm, Plan
from misspoke.probes.drift.thread import Thread, spelled
from misspoke.probes.talk import Talker
from misspoke.questions.topics import filler, topics
from misspoke.records.instruction import Instruction, Topic
from misspoke.records.token_set import TokenSet

BASE = "You are a helpful assistant. Keep every answer short."
"""What the system says in every arm; the instruction stands behind it."""
_CONTENT = 4
"""Letters from which on a word counts as saying something."""
_STEM = 6
"""Letters by which words are held against each other."""
_VAGUE = FREQUENT | {"cannot", "help", "long", "people", "sure", "time"}
"""Words that any reply may have."""


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """An instruction, the topics of its turns, and how replies are read."""

    talker: Talker
    plan: Plan
    instruction: Instruction
    automaton: Automaton
    vocabulary: Vocabulary
    turns: tuple[Topic, ...]
    """What each turn before the last is about."""
    probe: Topic
    """What every probe asks: it is in no turn."""
    compliant: Path
    """The first tokens of the compliant reply to the probe."""
    whole: bool
    """Whether that is all of it."""

    @classmethod
    def of(cls, talker: Talker, vocabulary: Vocabulary, plan: Plan, asked: Instruction) -> "Unit":
        """The topics go round by the instruction's id: the same for every model and every arm."""
        probe, *others = _round(topics(), asked.id)
        turns = tuple(others[turn % len(others)] for turn in range(plan.turns - 1))
        lines = talker.form.form == "text"
        compliant = _reply_tokens(talker, comply(asked, probe))
        along, whole = compliant[: plan.horizon], len(compliant) <= plan.horizon
        automaton = automaton_of(asked, one_line=lines)
        return cls(talker, plan, asked, automaton, vocabulary, turns, probe, along, whole)

    @property
    def reveals(self) -> bool:
        """Whether the model shows whole distributions."""
        return self.talker.lm.reveals is None

    def begin(self, arm: Arm) -> Thread:
        """A conversation of an arm before its first message."""
        lead = f"{self.instruction.text}\n\n" if arm.place == "user" else ""
        system = f"{BASE} {self.instruction.text}" if arm.place == "system" else BASE
        return Thread.begin(self.talker, system, lead)

    def message(self, arm: Arm, turn: int, question: str, reminded: bool) -> str:
        """What the user says at a turn, counted from 1."""
        said = question
        if arm.filler:
            said = f"{filler(arm.filler, (turn - 1) * arm.filler)}\n\n{said}"
        if reminded:
            reminder = self.reminder(arm)
            said = f"{said}\n\n{reminder}" if arm.behind else f"{reminder}\n\n{said}"
        if arm.place == "user" and turn == 1:
            said = f"{self.instruction.text}\n\n{said}"
        if arm.place == "probe":
            said = f"{said}\n\n{self.instruction.text}"
        return said

    def reminder(self, arm: Arm) -> str:
        """What a reminder says."""
        return self.instruction.short if arm.short else self.instruction.text

    def written(self, arm: Arm, turn: int) -> Path:
        """The tokens of the reply that was written for a turn."""
        topic = self.turns[turn - 1]
        make = comply if arm.history == "compliant" else violate
        return _reply_tokens(self.talker, make(self.instruction, topic))

    def opens(self) -> TokenSet:
        """The first tokens that no compliant reply begins with."""
        return self.automaton.violating(self.automaton.start, self.vocabulary)

    def violations(self) -> list[TokenSet]:
        """The same at each of the first tokens of the compliant reply, and at its end."""
        state, found = self.automaton.start, []
        for token in self.compliant:
            found.append(self.automaton.violating(state, self.vocabulary))
            state = self.automaton.advance(state, self.vocabulary.token_bytes[token] or b"")
        if self.whole:
            found.append(self.automaton.violating(state, self.vocabulary))
        return found

    def complied(self, reply: Path, ended: bool) -> bool | None:
        """Whether a reply complies; None where it was cut off before that was decided."""
        return verdict(self.instruction, self.read(reply), cut=not ended)

    def read(self, reply: Path) -> str:
        """A reply's text; in a transcript it is one line."""
        text = spelled(self.talker, reply).strip()
        return text.split("\n")[0].strip() if self.talker.form.form == "text" else text

    def stops(self, reply: Path) -> bool:
        """Whether a reply is over: in a transcript, with its line."""
        return self.talker.form.form == "text" and "\n" in spelled(self.talker, reply).lstrip()

    def ended(self, reply: Path) -> bool:
        """Whether a reply came to its end."""
        return bool(reply) and (not self.vocabulary.token_bytes[reply[-1]] or self.stops(reply))

    def spoken(self, reply: Path) -> Path:
        """A reply without what ended it: a token, or the newline that one brought with it."""
        if not self.ended(reply):
            return reply
        last = spelled(self.talker, reply[-1:]).split("\n")[0]
        [kept] = self.talker.lm.tokenizer.encode_plain([last.rstrip()])
        return reply[:-1] + kept

    def on_topic(self, reply: str) -> bool:
        """Whether a reply says a word of what is to be said on the probe, in any language."""
        probe = self.probe
        told = " ".join([probe.reply, probe.brief, *(text for _, text in probe.replies)])
        said = _words(reply)
        of_topic = _stems(_words(told)).union(_words(probe.word))
        return not of_topic.isdisjoint({*_stems(said), *said})

    @property
    def decided_first(self) -> bool:
        """Whether the beginning of a reply decides whether it complies."""
        return decided_first(self.instruction)


def _reply_tokens(talker: Talker, reply: str) -> Path:
    lead = " " if talker.form.form == "text" else ""
    [tokens] = talker.lm.tokenizer.encode_plain([lead + reply])
    return tokens


def _round(all_topics: Sequence[Topic], name: str) -> list[Topic]:
    """The topics from a place on that hangs on the name."""
    at = int.from_bytes(sha256(name.encode()).digest()[:4], "big") % len(all_topics)
    return [*all_topics[at:], *all_topics[:at]]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _stems(words: Iterable[str]) -> set[str]:
    """How the words begin that say something: "magnet" and "magnetic" alike."""
    return {word[:_STEM] for word in words if len(word) >= _CONTENT and word not in _VAGUE}

"""What is tried: arms that differ from the default in one factor, within a budget of tokens."""

from dataclasses import asdict, dataclass, replace
from typing import Literal

from misspoke.records import UserError
from misspoke.runs import JSON

Place = Literal["system", "user", "probe", "nowhere"]
History = Literal["own", "compliant", "violating"]

DEFAULT = "default"
FLOOR = "floor"
CEILING = "ceiling"
REMOVED = "removed"
FILLER = "filler"
NEEDED = (DEFAULT, FLOOR, CEILING)
"""Without these there is no scale; no budget drops them."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to hold the conversation: the default but for one factor."""

    name: str
    says: str
    """What it does, in plain words."""
    place: Place = "system"
    """Where the instruction stands: with the system, in front of the first user message, behind
    each probe, or nowhere."""
    history: History = "own"
    """Who replied in earlier turns: the model, or what was written for it."""
    filler: int = 0
    """Words of plain prose in front of each user message."""
    every: int = 0
    """A reminder after every so many turns; 0 for none."""
    below: float = 0.0
    """A reminder when the reply before broke the instruction, or began with a probability below
    this of a beginning that a compliant one may have; 0 for none."""
    behind: bool = False
    """Whether reminders stand behind the user's message, not in front of it."""
    short: bool = False
    """Whether a reminder is the instruction in short, not verbatim."""
    contrast: float = 0.0
    """How strongly replies turn away from what would be said without the instruction."""
    borrows: bool = False
    """Whether its probes stand in the default's conversation: it has none of its own."""

    @property
    def reminds(self) -> bool:
        """Whether it ever puts in a reminder."""
        return bool(self.every or self.below)


ARMS = (
    Arm(DEFAULT, "instruction with the system, own replies"),
    Arm(FLOOR, "no instruction at all", place="nowhere"),
    Arm(CEILING, "instruction again, behind the probe", place="probe", borrows=True),
    Arm("compliant", "all earlier replies comply", history="compliant"),
    Arm("every 4", "reminder every 4 turns", every=4),
    Arm(REMOVED, "instruction taken out of the default's conversation", "nowhere", borrows=True),
    Arm("every 1", "reminder in every turn", every=1),
    Arm("every 8", "reminder every 8 turns", every=8),
    Arm("violating", "all earlier replies violate", history="violating"),
    Arm("triggered", "reminder when the reply before broke it or nearly did", below=0.5),
    Arm("contrast", "contrast with no instruction at the logits", contrast=1.0),
    Arm("every 4, behind", "reminder every 4 turns, behind the message", every=4, behind=True),
    Arm("every 4, short", "short reminder every 4 turns", every=4, short=True),
    Arm("first message", "instruction in front of the first user message", place="user"),
    Arm(FILLER, "plain prose in front of each message", filler=40),
)
"""From what is needed most to what a budget drops first."""

MESSAGE = 18
"""Tokens of a user's message with what its template adds, about."""
COMPLIANT = 22
"""Tokens of a reply that was written, about."""
REMINDER = 14
PER_WORD = 1.3
"""Tokens a word of prose."""
SYSTEM = 30


@dataclass(frozen=True, slots=True)
class Plan:
    """How long the conversations are, where they are probed, and which arms are held."""

    turns: int = 16
    probe_at: tuple[int, ...] = (1, 2, 4, 8, 16)
    arms: tuple[Arm, ...] = ARMS
    reply_tokens: int = 16
    """The most tokens of an own reply within the conversation."""
    probe_tokens: int = 32
    """The most tokens of a reply to a probe; twice as many where it is not decided by then."""
    horizon: int = 12
    """Tokens of the compliant reply along which hazards are read."""
    attention: bool = False
    """Whether the attention on the instruction is read, in the default arm."""
    dropped: tuple[str, ...] = ()
    """Arms that the budget left out."""

    @classmethod
    def of(cls, turns: int = 16, *, attention: bool = False, filler: int = 40) -> "Plan":
        """The usual plan over so many turns, with so many words of filler in the arm that has any.

        Raises UserError for fewer than 2 turns or less than a word.
        """
        if turns < 2:
            raise UserError(f"--turns {turns}: give 2 or more; drift needs turns to show in")
        if filler < 1:
            raise UserError(f"--filler {filler}: give 1 word or more")
        doubling = (2**k for k in range(turns.bit_length()))
        at = tuple(sorted({1, turns} | {turn for turn in doubling if turn < turns}))
        arms = tuple(
            replace(arm, filler=filler) if arm.name == FILLER else arm
            for arm in ARMS
            if arm.every < turns
        )
        return cls(turns=turns, probe_at=at, arms=arms, attention=attention)

    def within(self, budget: int, units: int) -> "Plan":
        """The same with as many arms, from the first on, as fit a budget of tokens for all units.

        Raises UserError where not even the arms that are needed fit.
        """
        plan = self
        while plan.expected_tokens(units) > budget:
            last = plan.arms[-1].name
            if last in NEEDED:
                least = plan.expected_tokens(units)
                raise UserError(
                    f"--budget {budget}: the least that says something about {units} instructions "
                    f"takes about {least} tokens; give more, or fewer instructions (-n)"
                )
            plan = replace(plan, arms=plan.arms[:-1], dropped=(*plan.dropped, last))
        return plan

    def expected_tokens(self, units: int) -> int:
        """About how many tokens will be forwarded for so many instructions."""
        return units * round(sum(self._of_arm(arm) for arm in self.arms))

    def without(self, *names: str) -> "Plan":
        """The same without some arms."""
        return replace(self, arms=tuple(arm for arm in self.arms if arm.name not in names))

    def settings(self) -> dict[str, JSON]:
        """What a manifest keeps."""
        return {
            "turns": self.turns,
            "probe_at": list(self.probe_at),
            "arms": {arm.name: asdict(arm) for arm in self.arms},
            "reply_tokens": self.reply_tokens,
            "probe_tokens": self.probe_tokens,
            "horizon": self.horizon,
            "attention": self.attention,
            "dropped": list(self.dropped),
        }

    def _of_arm(self, arm: Arm) -> float:
        message = MESSAGE + arm.filler * PER_WORD
        reply = 0.9 * self.reply_tokens if arm.history == "own" else COMPLIANT
        probe = message + 0.85 * self.probe_tokens + self.horizon
        if arm.borrows:
            told = 0.0 if arm.name == CEILING else SYSTEM + (self.turns - 1) * (message + reply)
            return told + len(self.probe_at) * (probe + REMINDER)
        told = SYSTEM + (self.turns - 1) * (message + reply)
        often = arm.every or 2 * bool(arm.below)
        told += REMINDER * self.turns / often if often else 0.0
        alike = arm.every + 1 if arm.reminds else 1
        total = told + probe * sum(turn >= alike for turn in self.probe_at)
        return 2 * total if arm.contrast else total

"""One instruction through its conversations: a row of what `misspoke probe drift` stores."""

from dataclasses import dataclass

from misspoke.records.heard import Heard
from misspoke.records.interval import Interval


@dataclass(frozen=True, slots=True)
class Exchange:
    """A turn of a conversation: what the user said and what was replied."""

    message: str
    """As it stood in the conversation, a reminder or filler included."""
    reply: str
    complied: bool | None
    """Whether the reply heeds the instruction; None where it was cut off before that shows."""
    kept_open: float | None
    """Probability of the first tokens that a compliant reply may begin with; None where the reply
    was not the model's own, or the model does not show whole distributions."""
    reminded: bool
    """Whether the user's message held a reminder."""


@dataclass(frozen=True, slots=True)
class TurnProbe:
    """What a question put at one turn found; it leaves no trace in the conversation."""

    turn: int
    message: str
    reply: str
    ended: bool
    """Whether the reply came to its end within the tokens that it was given."""
    complied: bool | None
    """Whether it heeds the instruction; None where it was cut off before that was decided."""
    on_topic: bool
    """Whether it says a word of what is to be said on the question, in any of the languages."""
    compliance_mass: Interval | None
    """Probability that the reply opens as asked; None where its opening does not decide whether it
    complies."""
    hazards: tuple[float, ...]
    """Along the first tokens of a compliant reply: the mass of the tokens after which there is no
    compliant one. Empty where the model does not show whole distributions."""
    kl: float | None
    """KL of the first token's distribution from the one without the instruction, in nats; None
    where it was not read, or is infinite."""
    attention: float | None
    """Share of the last prompt token's attention on the instruction; None unless asked for."""
    attention_even: float | None
    """The same if attention were spread evenly over the prompt."""
    context_tokens: int
    """Tokens of the prompt."""
    reminded: bool

    @property
    def survival(self) -> float | None:
        """Probability that nothing in the first tokens rules compliance out."""
        if not self.hazards:
            return None
        kept = 1.0
        for hazard in self.hazards:
            kept *= 1 - hazard
        return kept


@dataclass(frozen=True, slots=True)
class DriftArm:
    """One conversation, held in one way."""

    arm: str
    exchanges: tuple[Exchange, ...]
    probes: tuple[TurnProbe, ...]
    added_tokens: int
    """Tokens of reminders, and of second forwards, up to the last turn."""
    forward_tokens: int
    """Tokens forwarded for this conversation and its probes."""


@dataclass(frozen=True, slots=True)
class DriftRow:
    """One instruction under all arms."""

    id: str
    family: str
    instruction: str
    """What the system says."""
    reminder: str
    """The same in short."""
    topics: tuple[str, ...]
    """What the turns are about, in order."""
    probe_topic: str
    """What every probe asks."""
    prompt: str
    """What the model saw at the last probe of the first arm."""
    arms: tuple[DriftArm, ...]
    heard: tuple[Heard, ...]
    forward_tokens: int

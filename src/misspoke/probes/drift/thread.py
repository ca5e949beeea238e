"""A conversation as it grows: what was said stays as the tokens that said it."""

from dataclasses import dataclass, replace

from misspoke.lm import Path
from misspoke.probes.talk import Grove, Talker, common
from misspoke.prompts.conversation import Turn
from misspoke.search.tree import Place

_ANY = (Turn("user", "Who was it?"), Turn("user", "7 of what?"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A message put to the model: where its reply begins."""

    place: Place
    text: str
    """The whole prompt."""
    tokens: Path
    message: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation up to a reply. It is never changed: what goes on from it is another."""

    talker: Talker
    grove: Grove
    turns: tuple[Turn, ...] = ()
    text: str = ""
    """The last prompt and the reply to it, as they were read and written."""
    tokens: Path = ()
    """The same as tokens: a reply stays as it was written, as in a server that keeps its cache."""

    @classmethod
    def begin(cls, talker: Talker, system: str, lead: str = "") -> "Thread":
        """A conversation in which only the system has spoken; all its prompts share one tree.

        `lead` stands in front of every first message.
        """
        grove = Grove(talker.lm)
        turns = (Turn("system", system),)
        first = (replace(turn, content=lead + turn.content) for turn in _ANY)
        grove.plant(common(*(opened(talker, (*turns, turn)) for turn in first)))
        return cls(talker, grove, turns)

    def ask(self, message: str, room: int, what: str) -> Asked:
        """Puts a message; raises UserError where it and `room` tokens do not fit the window."""
        text = self.talker.prompt([*self.turns, Turn("user", message)])
        tokenizer = self.talker.lm.tokenizer
        if self.text and text.startswith(self.text):
            [more] = tokenizer.encode_plain([text[len(self.text) :]])
            tokens = self.tokens + more
        else:
            tokens = tokenizer.encode(text)
        self.talker.check(tokens, room=room, what=what)
        return Asked(self.grove.place(tokens), text, tokens, message)

    def go_on(self, asked: Asked, reply: Path) -> "Thread":
        """The conversation with a message, and the tokens of what was replied to it."""
        written = spelled(self.talker, reply)
        turns = (*self.turns, Turn("user", asked.message), Turn("assistant", written))
        return replace(self, turns=turns, text=asked.text + written, tokens=asked.tokens + reply)


def opened(talker: Talker, turns: tuple[Turn, ...]) -> Path:
    """The tokens of a prompt."""
    return talker.lm.tokenizer.encode(talker.prompt(turns))


def spelled(talker: Talker, tokens: Path) -> str:
    """What tokens write."""
    pieces = (talker.lm.tokenizer.token_bytes[token] or b"" for token in tokens)
    return b"".join(pieces).decode(errors="replace")

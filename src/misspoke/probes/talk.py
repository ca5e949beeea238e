"""Talking to a model: conversations to tokens, on trees that share what they begin with."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from misspoke.lm import LanguageModel, Path
from misspoke.lm.protocol import Context
from misspoke.prompts.conversation import Form, Turn, converse
from misspoke.records import UserError
from misspoke.search import TokenTree
from misspoke.search.tree import Place


@dataclass(frozen=True, slots=True)
class Talker:
    """A model, and the form in which conversations are put to it."""

    lm: LanguageModel
    form: Form

    @classmethod
    def of(cls, lm: LanguageModel, style: str = "auto") -> "Talker":
        """Raises UserError for a style that the model cannot serve."""
        return cls(lm, Form.resolve(style, lm.tokenizer.chat, lm.name))

    def prompt(self, turns: Sequence[Turn], opening: str = "") -> str:
        """A conversation up to where the next reply begins, and the opening of that reply."""
        return converse(self.form, turns, self.lm.tokenizer.chat, opening)

    def encode(self, prompt: str, *, room: int, what: str) -> Path:
        """The tokens of a prompt with room for so many more.

        Raises UserError, which begins with `what`, where that does not fit the model's window.
        """
        tokens = self.lm.tokenizer.encode(prompt)
        self.check(tokens, room=room, what=what)
        return tokens

    def check(self, tokens: Path, *, room: int, what: str) -> None:
        """Raises UserError, which begins with `what`, where they do not fit the model's window."""
        if len(tokens) + room > self.lm.window:
            raise UserError(
                f"{what}: the conversation has {len(tokens)} tokens, and with a reply does not fit "
                f"into {self.lm.name}'s window of {self.lm.window}; make it shorter"
            )


@dataclass(slots=True, eq=False)
class Grove:
    """The trees of one unit of a probe: prompts that begin alike are paths of one tree."""

    lm: LanguageModel
    header: Path = ()
    """What the prompts of all units begin with: computed once a run, and not counted here."""
    trees: list[TokenTree] = field(default_factory=list)

    def place(self, tokens: Path) -> Place:
        """Where a prompt stands: behind the longest prompt planted before that it begins with.

        Where there is none, a tree is planted behind what it shares with another, if that is most
        of it: a template may change how the last turn was put once there are others behind it, and
        what stands before that is then computed twice, not at every turn.
        """
        fitting = [tree for tree in self.trees if _begins(tokens, tree.context.tokens)]
        if fitting:
            tree = max(fitting, key=lambda tree: len(tree.context.tokens))
        else:
            shared = (self._most_of(tree, tokens) for tree in self.trees)
            tree = self.plant(max(shared, key=len, default=()) or tokens)
        return tree, tokens[len(tree.context.tokens) :]

    def plant(self, tokens: Path) -> TokenTree:
        """A tree behind these tokens, for prompts that begin with them."""
        shared = len(tokens) > len(self.header) and _begins(tokens, self.header)
        header = self.header if shared else ()
        context = Context(header, tokens[len(header) :])
        self.trees.append(TokenTree(context, self.lm.tokenizer.token_bytes))
        return self.trees[-1]

    def _most_of(self, tree: TokenTree, tokens: Path) -> Path:
        """What a prompt shares with a tree's, where that is more than half; or nothing."""
        shared = common(tokens, tree.context.tokens)
        own = len(shared) - len(tree.context.header)
        return shared if 2 * own > len(tree.context.suffix) else ()

    @property
    def forward_tokens(self) -> int:
        """Tokens forwarded: the distinct prefixes, shared headers excluded."""
        return sum(tree.own_tokens for tree in self.trees)


def common(*prompts: Path) -> Path:
    """The tokens that all prompts begin with."""
    first, last = min(prompts), max(prompts)
    at = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:at]


def _begins(tokens: Path, with_these: Path) -> bool:
    return tokens[: len(with_these)] == with_these

"""Conversations: turns to a prompt, in the model's own template or as a transcript.

Where a template has no system role, what the system says stands in front of the first user
message, as Gemma's own template does it. Templates may say something of their own where a
conversation has no system turn: SmolLM2's then says "You are a helpful AI assistant named SmolLM,
trained by Hugging Face". That stays, for it is what the model was made with: *no instruction* means
what its users get who give none. Templates may also change what was said before (Qwen's drops
earlier thinking): the prompts of a growing conversation then do not begin alike all the way.

A model without a template gets a transcript:

    What the system says.

    User: What is the capital of Malta?
    Assistant: Valletta

    User: Are you sure?
    Assistant:
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from misspoke.prompts.styles import Template, check_style, opened

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Form:
    """How conversations are put to one model; a manifest keeps it."""

    form: Literal["chat", "text"]
    system: Literal["role", "first user message", "first line"]
    """Where stands what the system says."""

    @classmethod
    def resolve(cls, wanted: str, template: Template, model: str) -> "Form":
        """The form for a model: `auto` is chat where there is a template, else text.

        Raises UserError for `chat` without a template, and for a style that there is not.
        """
        has_template = check_style(wanted, template, model)
        if wanted == "text" or not has_template:
            return cls("text", "first line")
        return cls("chat", "role" if _has_system_role(template) else "first user message")


def converse(form: Form, turns: Sequence[Turn], template: Template, opening: str = "") -> str:
    """The prompt of a conversation, up to where the next reply begins, and that reply's opening.

    A system turn may only come first, then a user's, and the last turn is the user's. Blanks around
    what a turn says are left out: they would melt into one token with the template's own line
    break, and the prompts of a growing conversation would not begin alike. Raises UserError where
    the template refuses the conversation, ValueError where it does not begin with the user.
    """
    if [turn.role for turn in turns if turn.role != "system"][:1] != ["user"]:
        raise ValueError("a conversation begins with the user's turn, or the system's and then it")
    if form.form == "text":
        return _transcript(turns) + (f" {opening}" if opening else "")
    if form.system == "first user message":
        turns = _merged(turns)
    messages = [{"role": turn.role, "content": turn.content.strip()} for turn in turns]
    return opened(template, messages) + opening


def _transcript(turns: Sequence[Turn]) -> str:
    parts = [_line(turn.content) for turn in turns if turn.role == "system"]
    said = [turn for turn in turns if turn.role != "system"]
    for turn in said:
        if turn.role == "user":
            parts.append(f"User: {_line(turn.content)}\nAssistant:")
        else:
            parts[-1] += f" {_line(turn.content)}"
    return "\n\n".join(parts)


def _line(text: str) -> str:
    """A turn of a transcript is one line: what it says cannot pass for another turn."""
    return " ".join(text.split())


def _merged(turns: Sequence[Turn]) -> list[Turn]:
    """What the system says in front of the first user message."""
    if not turns or turns[0].role != "system":
        return list(turns)
    system, first, *rest = turns
    return [Turn("user", f"{system.content}\n\n{first.content}"), *rest]


def _has_system_role(template: Template) -> bool:
    from jinja2 import TemplateError

    mark = "Speak as a lighthouse keeper."
    turns = [{"role": "system", "content": mark}, {"role": "user", "content": "?"}]
    try:
        shown = template(turns)
    except TemplateError:
        return False
    try:
        merged = template([{"role": "user", "content": f"{mark}\n\n?"}])
    except TemplateError:  # it demands a system turn
        return True
    return shown is not None and mark in shown and shown != merged

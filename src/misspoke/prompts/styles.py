"""Prompt styles: plain text with examples, or the model's own chat template."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from misspoke.prompts.headers import MOST_SHOTS, Example
from misspoke.records import UserError

Template = Callable[[Sequence[Mapping[str, str]]], str | None]
"""Renders chat messages up to the answer; None where the model has no template."""

INSTRUCTION = "Answer the question with a short answer only: a name, a word or a number."

STYLES = ("auto", "chat", "text")
_TEXT_SHOTS, _CHAT_SHOTS = 4, 0


@dataclass(frozen=True, slots=True)
class Style:
    """How questions are put: as `text` or `chat`, behind examples, the answer opened by a stem."""

    form: str
    shots: int
    stem: bool

    @classmethod
    def resolve(cls, wanted: str, shots: int | None, template: Template, model: str) -> "Style":
        """The style for a model: `auto` is chat with the stem where there is a template, else text.

        Raises UserError for `chat` without a template, for a style that there is not, and for more
        examples than there are.
        """
        has_template = check_style(wanted, template, model)
        form = "chat" if wanted == "chat" or (wanted == "auto" and has_template) else "text"
        if shots is None:
            shots = _TEXT_SHOTS if form == "text" else _CHAT_SHOTS
        if not 0 <= shots <= MOST_SHOTS:
            raise UserError(f"--shots {shots}: give a number from 0 to {MOST_SHOTS}")
        return cls(form, shots, stem=wanted == "auto" and form == "chat")


def check_style(wanted: str, template: Template, model: str) -> bool:
    """Whether a model has a chat template.

    Raises UserError for a style that there is not, and for `chat` where it cannot be served.
    """
    if wanted not in STYLES:
        raise UserError(f"--style {wanted}: there is no such style; give {' or '.join(STYLES)}")
    from jinja2 import TemplateError

    try:
        has_template = template([{"role": "user", "content": "?"}]) is not None
    except TemplateError:  # there is one, which wants more than this
        return True
    if wanted == "chat" and not has_template:
        raise UserError(
            f"{model}: has no chat template; use --style text (or auto, which picks it)"
        )
    return has_template


def opened(template: Template, messages: Sequence[Mapping[str, str]]) -> str:
    """The messages up to the next reply; raises UserError where the template refuses them."""
    from jinja2 import TemplateError

    try:
        text = template(messages)
    except TemplateError as error:
        raise UserError(
            f"the model's chat template refuses the conversation ({error}); use --style text"
        ) from error
    if text is None:
        raise UserError("the model has no chat template; use --style text")
    return text


def render(
    style: Style, examples: Sequence[Example], question: str, stem: str | None, template: Template
) -> str:
    """The whole prompt of a question, up to where the answer begins."""
    shown = examples[: style.shots]
    if style.form == "text":
        before = "".join(f"Question: {e.question}\nAnswer: {e.answer}\n\n" for e in shown)
        return f"{before}Question: {question}\nAnswer:"
    messages = [{"role": "system", "content": INSTRUCTION}]
    for example in shown:
        messages.append({"role": "user", "content": example.question})
        messages.append({"role": "assistant", "content": example.answer})
    messages.append({"role": "user", "content": question})
    return opened(template, messages) + (stem or "" if style.stem else "")

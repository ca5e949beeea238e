"""Putting answers to the model: is this right, do these two name the same, what was the question?

Decoders ask the first in their own words and with examples, detectors as it was published. Theirs
and the second end where the model says Yes or No; as text they stand behind examples, half of them
with No, and in a chat they are one message. The last is always text: it is not answered but read.
"""

from misspoke.prompts.headers import HEADERS
from misspoke.prompts.styles import Style, Template
from misspoke.records import UserError

_TRUE = (
    ("Which planet is known as the Red Planet?", "Mars", "Yes"),
    ("Who wrote the play Romeo and Juliet?", "Charles Dickens", "No"),
    ("What is the largest ocean on Earth?", "Atlantic Ocean", "No"),
    ("Which sport is played at Wimbledon?", "Tennis", "Yes"),
)
_SAME = (
    ("Who wrote the play Romeo and Juliet?", "Shakespeare", "William Shakespeare", "Yes"),
    ("Which planet is known as the Red Planet?", "Mars", "Venus", "No"),
    ("In which year did the Titanic sink?", "1912", "1913", "No"),
    ("What is the largest ocean on Earth?", "The Pacific", "Pacific Ocean", "Yes"),
)
TRUE = ("True", "true", "TRUE", "(A)", "(a)", "A)")
"""What says that a possible answer is true, behind `possible_answer_prompt`."""
FALSE = ("False", "false", "FALSE", "(B)", "(b)", "B)")
"""What says that it is false. A bare letter is neither: "A" is also an article."""
_CHANNEL_SHOTS = 4
EXAMPLES: tuple[str, ...] = (
    *(f"{question} {answer}" for question, answer, _ in _TRUE),
    *(f"{question} {one} {other}" for question, one, other, _ in _SAME),
    *(f"{example.question} {example.answer}" for example in HEADERS[0][:_CHANNEL_SHOTS]),
)
"""What the examples of these prompts show."""


def truth_prompt(style: Style, question: str, answer: str, template: Template) -> str:
    """Asks whether an answer to a question is right (P(True), Kadavath et al. 2022)."""
    examples = [_truth(q, a) + f" {said}" for q, a, said in _TRUE]
    return _put(style, examples, _truth(question, answer), template)


def possible_answer_prompt(style: Style, question: str, answer: str, template: Template) -> str:
    """Asks whether an answer is true: P(True) as published (Kadavath et al. 2022), no examples.

    The wording, blanks included, is that of lm-polygraph, so that values can be compared.
    """
    asked = (
        f"Question: {question}\n Possible answer: {answer}\n "
        "Is the possible answer:\n (A) True\n (B) False\n The possible answer is:"
    )
    return asked if style.form == "text" else _in_chat(asked, template)


def same_prompt(style: Style, question: str, one: str, other: str, template: Template) -> str:
    """Asks whether two answers to a question name the same."""
    examples = [_same(q, a, b) + f" {said}" for q, a, b, said in _SAME]
    return _put(style, examples, _same(question, one, other), template)


def channel_prompt(answer: str) -> str:
    """Ends where the question to an answer begins (noisy channel prompting, Min et al. 2022)."""
    shown = HEADERS[0][:_CHANNEL_SHOTS]
    before = "".join(f"Answer: {e.answer}\nQuestion: {e.question}\n\n" for e in shown)
    return f"{before}Answer: {answer}\nQuestion:"


def _truth(question: str, answer: str) -> str:
    return f"Question: {question}\nProposed answer: {answer}\nIs the proposed answer right?"


def _same(question: str, one: str, other: str) -> str:
    return (
        f"Question: {question}\nOne answer: {one}\nAnother answer: {other}\nDo both name the same?"
    )


def _put(style: Style, examples: list[str], asked: str, template: Template) -> str:
    if style.form == "text":
        return "\n\n".join([*examples, asked])
    return _in_chat(f"{asked} Say Yes or No.", template)


def _in_chat(message: str, template: Template) -> str:
    opened = template([{"role": "user", "content": message}])
    if opened is None:
        raise UserError("the model has no chat template; use --style text")
    return opened

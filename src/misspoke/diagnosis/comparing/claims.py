"""What a comparison may say of its differences, in sentences: nothing beyond its kind."""

from dataclasses import dataclass

from misspoke.diagnosis.comparing.kinds import Kind
from misspoke.diagnosis.comparing.paired import HEADLINE, Difference, Paired
from misspoke.diagnosis.comparing.tempering import Tempered

ALPHA = 0.05
"""Corrected p-values under this are called significant."""
BLUR = 0.01
"""Temperatures between those that were measured are interpolated: less is not told apart."""

WORDS = {
    "accuracy": "accuracy",
    "failures_per_question": "commitment failures per question",
    "failures_per_wrong": "commitment failures per wrong answer",
    "misfire": "wrong answers among known questions",
    "proper_per_question": "failures to commit proper per question",
    "wrong_winner_prob": "the probability of a wrong winner",
}
"""The headline quantities, as they read in a sentence."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How often greedy says something else."""

    n: int
    differ: int
    """Questions whose answers are not the same text."""
    judged_differently: int
    """Questions that one run has right and the other not."""


def claims(kind: Kind, found: Paired) -> tuple[str, ...]:
    """The differences that may be ascribed to something, a sentence each; none for mere models.

    Only headline differences whose corrected p-value is under `ALPHA`, whose interval does not
    hold 0, and whose sign is the same however undetermined rows are settled.
    """
    if kind.subject is None:
        return ()
    told = (_claim(kind.subject, found.differences[name]) for name in HEADLINE)
    return tuple(sentence for sentence in told if sentence)


def verdict(answers: Answers, control: Tempered) -> str:
    """What of the difference between base and instruct a temperature explains, and what not."""
    if control.temperature is None:
        return f"No tempered control: {control.reason}. {_changed(answers)}"
    start = (
        f"At T = {control.temperature:.2f} the base model's mean entropy is the instruct model's."
    )
    return f"{start} {_changed(answers)} {_explained(control)}"


def _claim(subject: str, one: Difference) -> str:
    if one.difference is None or one.test is None or one.interval is None:
        return ""
    if one.test.holm_p >= ALPHA or one.interval[0] <= 0 <= one.interval[1] or one.open:
        return ""
    a, b = one.a.value or 0.0, one.b.value or 0.0
    way = "rise" if one.difference > 0 else "fall"
    words = WORDS[one.quantity]
    many = words.startswith(("commitment", "wrong", "failures"))
    verb = way if many else f"{way}s"
    return (
        f"With {subject}, {words} {verb} from {_figure(one.quantity, a)} to "
        f"{_figure(one.quantity, b)} ({_p(one.test.holm_p)} by Holm)."
    )


def _p(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _figure(quantity: str, value: float) -> str:
    return f"{value:.2f}" if quantity == "wrong_winner_prob" else f"{100 * value:.1f}%"


def _changed(answers: Answers) -> str:
    if not answers.differ:
        return "No greedy answer differs, as none can by temperature alone."
    share = 100 * answers.differ / answers.n
    return (
        f"{answers.differ:,} of {answers.n:,} greedy answers ({share:.0f}%) differ, and "
        f"{answers.judged_differently:,} are right in one run alone: no temperature does that."
    )


def _explained(control: Tempered) -> str:
    """How far tempering takes the wrong winner's probability to the sibling's."""
    base, cold, sibling = control.winner_base, control.winner_base_tempered, control.winner_instruct
    interval = control.beyond_interval
    if (
        base is None
        or cold is None
        or sibling is None
        or interval is None
        or base.value is None
        or cold.value is None
        or sibling.value is None
    ):
        return "There are too few wrong winners to compare."
    reached = _between(cold.value, cold.upper or cold.value)
    said = (
        f"Wrong winners hold {base.value:.2f} in the base model, {reached} at that temperature and "
        f"{sibling.value:.2f} in the instruct model"
    )
    left = f"what is left lies within [{_signed(interval[0])}, {_signed(interval[1])}]"
    if interval[0] <= BLUR and interval[1] >= -BLUR:
        return f"{said}: a temperature is enough to explain this difference; {left}."
    side = "sharper" if interval[0] > 0 else "less sharp"
    return f"{said}: it is {side} on wrong answers than a temperature makes the base model; {left}."


def _signed(value: float) -> str:
    text = f"{value:+.3f}"
    return text.replace("-", "−") if float(text) else "0"


def _between(low: float, high: float) -> str:
    first, last = f"{low:.2f}", f"{high:.2f}"
    return first if first == last else f"{first}–{last}"

"""What the figures of inconsistency mean: the verdict, how sure it is, what to do, the notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from misspoke.diagnosis.modes.consistency.remedies import SURE
from misspoke.diagnosis.modes.findings import Remedy
from misspoke.diagnosis.modes.measures import Figure

ANSWERS = "What other words do to the answer"
SAMPLING = "Wording or sampling"
MASSES = "Probabilities of answers"
EXAMPLE = "With one more example"
CHOICE = "Choosing among given answers"
KEYS: Mapping[str, Sequence[str]] = {
    ANSWERS: (
        "agreement",
        "wording",
        "accuracy.asked",
        "right.everywhere",
        "wrong.alike",
        "accuracy.all",
        "right.somewhere",
        "right.alike",
        "variance",
        "abstained",
        "several",
    ),
    SAMPLING: (
        "sampled.within",
        "sampled.between",
        "wording.share",
        "divergence.sampled",
        "divergence.shuffled",
        "divergence.control",
        "divergence.beyond",
        "vote.one",
        "vote.all",
    ),
    MASSES: (
        "divergence.right",
        "divergence.right.share",
        "divergence.least",
        "divergence.most",
        "divergence.share",
        "unexplored",
    ),
    EXAMPLE: ("example.agreement", "example.accuracy.all"),
    CHOICE: ("choice.agreement", "choice.accuracy"),
}
"""The figures of each section."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to speak of."""

    figures: Mapping[str, Figure]
    wording_p: float | None
    remedies: Sequence[Remedy]
    settings: Mapping[str, Any]

    def value(self, key: str) -> float | None:
        """A figure's value."""
        return self.figures[key].value

    def share(self, key: str) -> str:
        """A share as text with its interval."""
        found = self.figures[key]
        if found.value is None:
            return f"an unknown share (n = {found.n})"
        low, high = found.interval or (found.value, found.value)
        return f"{_percent(found.value)} [{_percent(low)}, {_percent(high)}]"


def verdict(evidence: Evidence) -> str:
    """Whether answers hang on the wording, and how much beyond sampling."""
    agreement = evidence.value("agreement")
    if agreement is None:
        return (
            f"Too few questions for a verdict: {evidence.figures['agreement'].n} with one right "
            "answer; ask at least 30."
        )
    first = (
        f"Two wordings of one question get the same answer in {evidence.share('agreement')} of the "
        "pairs."
    )
    return f"{first} {_beyond(evidence)} {_rightness(evidence)}"


def _beyond(evidence: Evidence) -> str:
    lost = evidence.figures["wording"]
    if evidence.wording_p is None or lost.value is None or lost.interval is None:
        return "Without samples it cannot be told how much of that is sampling's doing."
    spread = f"{_percent(lost.value)} [{_percent(lost.interval[0])}, {_percent(lost.interval[1])}]"
    within, between = evidence.value("sampled.within"), evidence.value("sampled.between")
    samples = (
        f"Two samples to one wording agree in {_percent(within or 0.0)}, to different ones in "
        f"{_percent(between or 0.0)}"
    )
    if evidence.wording_p >= SURE:
        return f"{samples}: no effect of the wording beyond sampling is seen, {spread}."
    if lost.interval[0] > 0:
        return f"{samples}: the wording costs {spread} of agreement beyond sampling."
    return (
        f"{samples}: on these questions samples tell the wordings apart, but how much the wording "
        f"costs beyond sampling is not settled for others, {spread}."
    )


def _rightness(evidence: Evidence) -> str:
    return (
        f"It is right in every wording of {evidence.share('right.everywhere')} of the questions, "
        f"and gives the same wrong answer to every wording of {evidence.share('wrong.alike')}."
    )


def sure(evidence: Evidence) -> str:
    """What the verdict rests on, and what would change it."""
    agreement = evidence.figures["agreement"]
    told = [f"Over {agreement.n:,} questions with one right answer."]
    if evidence.wording_p is not None:
        told.append(f"Shuffling which sample answers which wording gives p = {_p(evidence)}.")
    unexplored = evidence.value("unexplored")
    if unexplored is not None and unexplored > 0.2:
        told.append(
            f"{_percent(unexplored)} of the answers' probability was not found, so that the exact "
            "divergence is known within wide bounds only."
        )
    told.append(
        "Greedy replies of an undecided model differ though its probabilities hardly do: one "
        "token's lead turns a reply. Wordings that are not equal in meaning would count as "
        "inconsistency."
    )
    return " ".join(told)


def todo(evidence: Evidence) -> str:
    """What to do, from the remedies."""
    helping = [one for one in evidence.remedies if one.verdict.startswith("helps")]
    harming = [one for one in evidence.remedies if one.verdict.startswith("harms")]
    if not helping:
        told = "No remedy is settled to help here."
    else:
        best = max(
            helping, key=lambda one: (one.effect.value or 0.0) - max(0.0, one.damage.value or 0.0)
        )
        cost = "" if best.tokens.value is None else f" for {best.tokens.value:,.0f} more tokens"
        told = (
            f"What helps most is {best.name}{cost} a question: it mends "
            f"{_percent(best.effect.value or 0.0)} and breaks "
            f"{_percent(max(0.0, best.damage.value or 0.0))}."
        )
    if harming:
        told += f" Leave {_listed([one.name for one in harming])} alone: settled to harm."
    return told


def notes(evidence: Evidence) -> Mapping[str, tuple[str, ...]]:
    """What is measured in each section, against what, and what cannot be said."""
    samples = evidence.settings.get("samples", 0)
    return {
        ANSWERS: (
            "Greedy replies. Each pair of wordings of a question counts alike, then each question "
            "alike; pairs with a refusal or an empty reply are left out, and counted below.",
            "Agreement is not rightness: a model may say the same wrong thing to every wording. "
            "Agreement is of questions with one right answer; rightness is of all.",
            "Which answers are one is told by rules that see no right answer: other names of a "
            "thing that the rules do not join count as another answer.",
        ),
        SAMPLING: (
            f"{samples} samples a wording at temperature 1. Two samples to one wording differ as "
            "well; only what two samples to different wordings differ more is the wording's doing. "
            "Both shares are unbiased, and equal where the wording does nothing.",
            "The divergence of few samples is above 0 even then: so it is held against the same "
            "samples with the wordings shuffled"
            + ("." if evidence.wording_p is None else f" (p = {_p(evidence)} for all questions)."),
            "The votes spend the same samples, on one wording or over all: the difference is what "
            "other wordings bring, and not what more samples bring.",
        ),
        MASSES: (
            "No sampling: probabilities are read off. The mass of right answers is known to within "
            "0.005 where it counts; right against not right is all that its divergence sees.",
            "The search leaves probability unexplored. The bounds hold wherever that lies: at most "
            "if it is answers that no other wording gets, at least if it makes the wordings as "
            "alike as can be.",
        ),
        EXAMPLE: (
            "The same wordings behind one more example; the control is the same questions without "
            "it, above.",
        ),
        CHOICE: (
            "The most probable of the candidates by the probability of its tokens. Fewer answers "
            "can differ less: this agreement is higher than that of free replies, and only it can "
            "be held against published figures of ParaRel.",
        ),
    }


def _p(evidence: Evidence) -> str:
    p = evidence.wording_p or 0.0
    return f"{p:.3f}" if p >= 0.001 else "0.001"


def _percent(value: float) -> str:
    return f"{100 * value:.1f}%"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

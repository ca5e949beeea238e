"""What the figures of inconsistency mean: the verdict, how sure it is, what to do, the notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from misspoke.diagnosis.modes.consistency.exact import KNOWN
from misspoke.diagnosis.modes.consistency.remedies import FOR_AGREEMENT, SURE
from misspoke.diagnosis.modes.consistency.texts import points, settled, share
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
        "differ.right",
        "right.everywhere",
        "wrong.alike",
        "accuracy.asked",
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
        "vote.gain",
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
"""The figures of each section: first the headline, then what is left of it beyond sampling."""
NARROW = 0.02
"""An interval that reaches no further from 0 is taken for "no effect is seen"."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to speak of."""

    figures: Mapping[str, Figure]
    wording_p: float | None
    unknown: int
    """Questions whose right answers' mass is not known well enough."""
    remedies: Sequence[Remedy]
    settings: Mapping[str, Any]

    def value(self, key: str) -> float | None:
        """A figure's value."""
        return self.figures[key].value

    def share(self, key: str) -> str:
        """A share as text with its interval."""
        return share(self.figures[key])


def verdict(evidence: Evidence) -> str:
    """Whether answers hang on the wording, and how much beyond sampling."""
    if evidence.value("agreement") is None:
        first = (
            f"Too few questions for a verdict: {evidence.figures['agreement'].n} with one right "
            "answer are answered in two wordings or more, and it takes 30."
        )
        if evidence.value("abstained"):
            first += f" Of all replies {evidence.share('abstained')} give no answer."
        if evidence.value("wording") is None:
            return first
    else:
        first = (
            f"Two wordings of one question get the same answer in {evidence.share('agreement')} "
            "of the pairs."
        )
    return f"{first} {_beyond(evidence)} {_rightness(evidence)}"


def _beyond(evidence: Evidence) -> str:
    lost = evidence.figures["wording"]
    if evidence.wording_p is None or lost.value is None or lost.interval is None:
        return "Without samples it cannot be told how much of that is sampling's doing."
    samples = (
        f"Two samples to one wording agree in {evidence.share('sampled.within')}, to different "
        f"ones in {evidence.share('sampled.between')}"
    )
    if evidence.wording_p >= SURE:
        if max(map(abs, lost.interval)) <= NARROW:
            return f"{samples}: no effect of the wording beyond sampling is seen, {points(lost)}."
        return (
            f"{samples}: whether the wording costs agreement beyond sampling is not settled, "
            f"{points(lost)}."
        )
    if lost.interval[0] > 0:
        return f"{samples}: the wording costs agreement beyond sampling, {points(lost)}."
    return (
        f"{samples}: on these questions samples tell the wordings apart, but how much the wording "
        f"costs beyond sampling is not settled for others, {points(lost)}."
    )


def _rightness(evidence: Evidence) -> str:
    every, single = evidence.figures["right.everywhere"], evidence.figures["wrong.alike"]
    return (
        f"It is right in every wording of {share(every)} of all {every.n:,} questions, and gives "
        f"the same wrong answer to every wording of {share(single)} of the {single.n:,} with one "
        "right answer."
    )


def sure(evidence: Evidence) -> str:
    """What the verdict rests on, and what would change it."""
    agreement = evidence.figures["agreement"]
    told = [
        f"Agreement is of {agreement.n:,} questions with one right answer that are answered in "
        "two wordings or more."
    ]
    if evidence.wording_p is not None:
        told.append(f"Shuffling which sample answers which wording gives p = {_p(evidence)}.")
    if evidence.figures["differ.right"].n:
        told.append(
            f"Of the pairs that differ, both are right in {evidence.share('differ.right')}: other "
            "names of the one right answer, which the rules do not join and agreement counts as "
            "differing."
        )
    unexplored = evidence.value("unexplored")
    if unexplored is not None and unexplored > 0.2:
        told.append(
            f"Of the answers' probability {evidence.share('unexplored')} was not found, so that "
            "the exact divergence is known within wide bounds only."
        )
    told.append(
        "Greedy replies of an undecided model differ though its probabilities hardly do: one "
        "token's lead turns a reply. Wordings that are not equal in meaning would count as "
        "inconsistency."
    )
    return " ".join(told)


def todo(evidence: Evidence) -> str:
    """What to do, from the remedies; agreement is told apart, for it is no rightness."""
    judged = [one for one in evidence.remedies if one.name != FOR_AGREEMENT]
    harming = [one.name for one in judged if one.verdict.startswith("harms")]
    told = [_best(judged)]
    if harming:
        told.append(f"Leave {_listed(harming)} alone: settled to harm.")
    told += [_steadying(one) for one in evidence.remedies if one.name == FOR_AGREEMENT]
    return " ".join(filter(None, told))


def _best(judged: Sequence[Remedy]) -> str:
    """The remedy that mends most beyond what it breaks, or how far that is from settled."""

    def net(one: Remedy) -> float:
        return (one.effect.value or 0.0) - (one.damage.value or 0.0)

    known = [one for one in judged if one.effect.value is not None]
    helping = [one for one in known if one.verdict.startswith("helps")]
    if helping:
        best = max(helping, key=net)
        cost = "" if best.tokens.value is None else f" for {best.tokens.value:,.0f} more tokens"
        return (
            f"What helps most is {best.name}{cost} a question: of all answers it mends "
            f"{share(best.effect)} and breaks {share(best.damage)}."
        )
    unsettled = [one for one in known if one.verdict.startswith("not settled")]
    if not unsettled:
        return "No remedy is settled to help." if known else "Too few questions to judge a remedy."
    nearest = max(unsettled, key=net)
    return (
        f"No remedy is settled to help, for as many as were tried: {nearest.name}, the first of "
        f"them, is {nearest.verdict}."
    )


def _steadying(one: Remedy) -> str:
    """What one more example does to agreement, and to rightness over all wordings."""
    if one.effect.value is None:
        return ""
    if one.verdict.startswith("not settled"):
        text = (
            "What one more example does to the agreement of the wordings is not settled, "
            f"{points(one.effect)}"
        )
    else:
        moves = "raises" if one.effect.value > 0 else "lowers"
        text = f"One more example {moves} the agreement of the wordings, {points(one.effect)}"
    if one.damage.value is None:
        return f"{text}."
    low, high = one.damage.interval or (one.damage.value, one.damage.value)
    gained = replace(one.damage, value=-one.damage.value, interval=(-high, -low))
    unsure = "" if settled(gained) else "not settled, "
    return f"{text}; right answers over all wordings: {unsure}{points(gained)}."


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
            "PVAP takes wordings for drawn at random: its estimate above is unbiased, that below "
            "is not, and with few wordings it can come out above 100%, which stands for all of the "
            "variance.",
        ),
        SAMPLING: (
            f"{samples} samples a wording at temperature 1. Two samples to one wording differ as "
            "well; only what two samples to different wordings differ more is the wording's doing. "
            "Both shares are unbiased, and equal where the wording does nothing.",
            "The divergence of few samples is above 0 even then: so it is held against the same "
            "samples with the wordings shuffled"
            + ("." if evidence.wording_p is None else f" (p = {_p(evidence)} for all questions)."),
            "All refusals and empty replies are one answer among the others here, while pairs of "
            "greedy replies with one are left out of agreement: a model that refuses some wordings "
            "only differs here, and not there.",
            _votes(evidence),
        ),
        MASSES: (
            "No sampling: probabilities are read off. The divergence of being right sees right "
            "against not right alone. It takes the middle of the bounds of the right answers' "
            f"mass, in questions where these are no more than {KNOWN} apart in every wording; "
            f"{_count(evidence.unknown)} left out.",
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
    return f"{evidence.wording_p or 0.0:.3f}"


def _votes(evidence: Evidence) -> str:
    text = (
        "The votes spend the same samples, on one wording or over all: the difference is what "
        "other wordings bring, and no more samples"
    )
    gain = evidence.figures["vote.gain"]
    if gain.value is None:
        return f"{text}."
    unsure = "" if settled(gain) else "not settled, "
    return f"{text}. It is {unsure}{points(gain)}."


def _count(questions: int) -> str:
    return "1 question is" if questions == 1 else f"{questions:,} questions are"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

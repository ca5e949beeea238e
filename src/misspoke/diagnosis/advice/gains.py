"""Rules about what could put answers right: committing, retrieval, decoding."""

from misspoke.diagnosis.advice.record import FEW, MATTERS, Advice, Case, Figures, Weighed
from misspoke.diagnosis.advice.words import (
    between,
    bounds,
    complement,
    counted,
    of,
    points,
    share,
    spread,
)

_COMMITMENT = "docs/summary.md (failures to commit proper); Yeom et al. 2026, arXiv 2605.22007"
_RETRIEVAL = "docs/measures.md (outcome); Yeom et al. 2026, arXiv 2605.22007"
_DECODING = "docs/decoding.md; docs/summary.md (references)"


def commitment(case: Case) -> Weighed | None:
    """Whether the model fails to say what it believes most; minority beliefs are not counted."""
    proper = case.headline["proper_per_question"]
    sure, possible = spread(proper["lower"]), spread(proper["upper"])
    if sure is None or possible is None:
        return None
    problem, none = sure[0] >= MATTERS, possible[1] < MATTERS
    unseen = not proper["upper"]["numerator"] and not none
    if problem:
        verdict = (
            f"There is a commitment problem: on {_shares(proper)} of the questions the model says "
            "something else than the right answer that it believes most."
        )
    elif none:
        verdict = (
            f"There is no commitment problem: on fewer than {share(MATTERS)} of the questions does "
            "the model say something else than the right answer that it believes most."
        )
    elif unseen:
        verdict = _unseen(case, possible[1])
    else:
        verdict = (
            f"Not settled whether there is a commitment problem: on {_range(proper)} of "
            f"{counted(case.n, 'question')} it says something else than the right answer that it "
            "believes most."
        )
    evidence = (
        f"Wrong though the right answer is the heaviest meaning, surely to possibly: "
        f"{bounds(proper)} questions.",
        *(() if problem or none or unseen else (_settles(proper),)),
        *_published(case),
    )
    command = None if none else case.decode("greedy,concept")
    if not problem and not none and not _unread(proper):
        command = case.again("-n", str(4 * case.n), "more")
    advice = Advice("commitment", verdict, evidence, _COMMITMENT, command)
    return Weighed(advice, proper["upper"]["value"])


def _unseen(case: Case, most: float) -> str:
    """That none was seen, and the rate that so few questions do not exclude."""
    seen = "no answer was wrong" if not case.wrong else "no wrong answer can have been one"
    return (
        f"No commitment problem was seen: {seen}. But {counted(case.n, 'question')} are too few to "
        f"exclude one on up to {share(most)} of such questions."
    )


def _range(proper: Figures) -> str:
    """The questions for sure and possibly; one number where they do not differ."""
    low, high = (proper[end]["numerator"] for end in ("lower", "upper"))
    return f"{low:,}" if low == high else f"{low:,} (surely) to {high:,} (possibly)"


def _shares(proper: Figures) -> str:
    """The shares for sure and possibly; one where they read the same."""
    low, high = share(proper["lower"]["value"]), share(proper["upper"]["value"])
    return low if low == high else f"{low} to {high}"


def _unread(proper: Figures) -> int:
    """The questions on which the search, not their number, leaves it open; 0 if few are."""
    unread = int(proper["upper"]["numerator"] - proper["lower"]["numerator"])
    return unread if unread / proper["upper"]["denominator"] >= MATTERS else 0


def _settles(proper: Figures) -> str:
    """What would settle what is open: a longer search, or more questions."""
    if unread := _unread(proper):
        return (
            f"The answer search left too much unexplored on {counted(unread, 'question')} to tell: "
            "concept decoding searches on, and shows what it would have said."
        )
    return "The interval is wide: four times as many questions make it about half as wide."


def _published(case: Case) -> tuple[str, ...]:
    """The published rate, and why it differs from a commitment problem."""
    if case.wrong < FEW:
        return ()
    literal = case.headline["literal"]["failures_per_wrong"]["lower"]
    by_string = case.headline["string"]["failures_per_wrong"]
    refuted = case.summary["inflation"]["literal_unconfirmed"]["lower"]["numerator"]
    minority = case.summary["causes"]["curated"]["minority_belief"]
    failures = by_string["lower"]["numerator"]
    first = (
        f"The published rate differs: by first tokens alone, at τ = {case.summary['tau']:g}, "
        f"{of(literal)} of the wrong answers are failures"
    )
    if refuted:
        first += f"; the whole answer refutes {refuted:,} of these"
    text = f"By the whole answer failures are {bounds(by_string)} of the wrong answers"
    if failures:
        text += (
            f"; in {minority:,} of these {failures:,} the model believed its wrong answer at least "
            "as much (minority belief)"
        )
    return f"{first}.", f"{text}."


def retrieval(case: Case) -> Weighed | None:
    """How many answers evidence could put right: first of all, what the model did not know."""
    counts = case.headline["string"]["counts"]
    gaps, most = counts["knowledge_gap"], counts["knowledge_gap"] + counts["undetermined"]
    if not case.n or most / case.n < MATTERS:
        return None
    verdict = (
        f"Retrieval could fill in what the model does not know on at most {share(most / case.n)} "
        f"of the questions ({_between(gaps, most)} of {case.n:,})."
    )
    minority = case.summary["causes"]["curated"]["minority_belief"]
    evidence = [
        f"Knowledge gaps, below τ = {case.summary['tau']:g}: {_between(gaps, most)} of "
        f"{counted(case.n, 'question')}{_of_wrong(case)}."
    ]
    if minority:
        evidence.append(
            f"Evidence may also turn {counted(minority, 'minority belief')}: the right answer held "
            "much, and another at least as much."
        )
    evidence.append(
        "To try it, run a file of these questions with a passage before each, and compare."
    )
    advice = Advice("retrieval", verdict, tuple(evidence), _RETRIEVAL, None)
    return Weighed(advice, (most + minority) / case.n)


def _between(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _of_wrong(case: Case) -> str:
    """What share of the wrong answers are gaps: all that are not failures."""
    if case.wrong < FEW:
        return ""
    failures = case.headline["string"]["failures_per_wrong"]
    least, most = complement(failures["upper"]), complement(failures["lower"])
    return f"; of the wrong answers {bounds({'lower': least, 'upper': most})}"


def decoding(case: Case) -> Weighed | None:
    """What emitting the heaviest meaning, or sampling, would change.

    The search sees no rival in what it left unexplored. So what it saw is the most that is claimed,
    and of these gains those are sure that are failures to commit proper for certain.
    """
    accuracy, references = case.headline["accuracy"], case.summary["references"]
    argmax = references["concept_argmax"]["accuracy"]
    if accuracy["value"] is None or argmax["value"] is None:
        return None
    gained = int(argmax["numerator"] - accuracy["numerator"])
    proper = case.headline["proper_per_question"]
    sure = max(0, min(gained, proper["lower"]["numerator"]))
    evidence = (
        f"Right: greedy {of(accuracy)}, the heaviest meaning {of(argmax)}. That knows all right "
        "names, and the difference has no interval here; `misspoke decode` gives one.",
        f"Surely put right are {of(proper['lower'])}, whatever the search left unexplored; at the "
        f"very most, where that and wide masses fall its way, {of(proper['upper'])}. Not taken off "
        "are right answers that another meaning surely outweighs: the summary does not count them.",
        *_mendable(case.summary["causes"]["curated"]),
        *_sampling(case),
    )
    possible = gained / case.n >= MATTERS
    command = case.decode("greedy,concept,concept+channel") if possible else None
    verdict = _gain(gained, sure, accuracy, argmax)
    return Weighed(Advice("decoding", verdict, evidence, _DECODING, command), sure / case.n)


def _gain(gained: int, sure: int, accuracy: Figures, argmax: Figures) -> str:
    gain = gained / accuracy["denominator"]
    told = (
        f"{argmax['numerator']:,} right instead of {accuracy['numerator']:,} of "
        f"{accuracy['denominator']:,}"
    )
    if gain >= MATTERS:
        return (
            f"Decoding by meaning could win up to {points(gain)} of accuracy: {told}; {sure:,} of "
            f"these {gained:,} {'is' if sure == 1 else 'are'} sure."
        )
    if gain > -MATTERS:
        return f"Decoding by meaning has next to nothing to win: {told}."
    return f"Decoding by meaning would lose about {points(gain)} of accuracy: {told}."


def _mendable(causes: Figures) -> tuple[str, ...]:
    """The failures that choosing by meaning can mend, and how."""
    split, missed = causes["split_vote"], causes["greedy_miss"]
    if not split + missed:
        return ()
    return (
        f"Failures that it can mend: {counted(split, 'split vote')} by pooling spellings, "
        f"{counted(missed, 'greedy miss', 'greedy misses')} by search.",
    )


def _sampling(case: Case) -> tuple[str, ...]:
    """What one sample at temperature 1 would be worth, beside the greedy answer."""
    for one in case.summary["references"]["sampling"]:
        expected = one["expected_accuracy"]
        if one["mass"] == "string" and expected is not None and one["n"] >= FEW:
            return (
                f"Sampling at temperature {one['temperature']:g} would be right on "
                f"{between(expected)} of {counted(one['n'], 'question')}, in expectation.",
            )
    return ()

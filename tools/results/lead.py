"""The opening of the page: sentences built from figures, which say what these show and no more."""

from collections import Counter
from collections.abc import Sequence

from judged import Judged
from md import between, bounds, percent, rate

from misspoke.diagnosis.artefacts import ARTEFACTS, CONTENT, LITERAL
from misspoke.diagnosis.rows import FAILURE
from misspoke.diagnosis.unconfirmed import begin_with_digits

WORDS = {
    "blank": "blank before a number",
    "article": "article",
    "alias_gap": "alias gap",
    "several_answers": "several right answers",
    "shared": "shared first token",
    "other": "other",
}
"""The classes of artefacts, in words."""

PAPER = "[Yeom et al. 2026](https://arxiv.org/abs/2605.22007)"


def lead(every: Sequence[Judged]) -> list[str]:
    """What the page found, in two paragraphs and a list."""
    return [
        f"{PAPER} report that 16–47% of a model's wrong answers are *commitment failures*: the "
        "model put at least τ = 0.2 on the right answer and said something else (instruct models "
        "of 0.8 to 72 billion parameters). They measure by the first token. This page asks how "
        "much of that is left when the whole answer must follow, on models and questions that "
        "anyone can run.",
        "",
        _over_all(every),
        "",
        *(f"- {_of_one(run)}" for run in every),
        "",
        _reasons(every),
        "",
        _digits(every),
        "",
        _causes(every),
        "",
        _limits(every),
        "",
    ]


def _over_all(every: Sequence[Judged]) -> str:
    def rates(mass: str) -> str:
        return between(
            [
                getattr(run.summary.rates.all_rows, mass).failures_per_wrong.lower.value
                for run in every
            ]
        )

    failures = sum(run.kinds[LITERAL].failures for run in every)
    apart = sum(run.kinds[LITERAL].unconfirmed.lower.numerator for run in every)
    return (
        f"Over the {len(every)} runs below, {rates('literal')} of wrong answers are commitment "
        f"failures by the literal first tokens, {rates('first')} by the first content token, and "
        f"{rates('string')} by the string mass. Of all {failures:,} failures by the literal first "
        f"tokens, the string mass does not confirm {apart:,} ({_share(apart, failures)})."
    )


def _of_one(run: Judged) -> str:
    rates = run.summary.rates.all_rows
    literal = run.kinds[LITERAL]
    parts = [
        f"{bounds(getattr(rates, mass).failures_per_wrong)} by {words}"
        for mass, words in (
            ("literal", "the literal first tokens"),
            ("first", "the first content token"),
            ("string", "the string mass"),
        )
    ]
    text = f"**{run.name}**: of {rates.wrong:,} wrong answers, commitment failures are "
    text += f"{parts[0]}, {parts[1]}, {parts[2]}."
    if not literal.failures:
        return text
    text += f" Of the literal ones, {rate(literal.unconfirmed.lower)} are not confirmed"
    if literal.undetermined:
        text += f", and {literal.undetermined:,} are undetermined"
    return text + "."


def _reasons(every: Sequence[Judged]) -> str:
    texts = []
    for kind, words in ((LITERAL, "literal first tokens"), (CONTENT, "first content token")):
        counts = Counter[str]()
        for run in every:
            for name, found in run.kinds[kind].classes.items():
                counts[name] += found.numerator
        total = counts.total()
        if total:
            named = [(name, counts[name]) for name in ARTEFACTS if counts[name]]
            named.sort(key=lambda pair: -pair[1])
            listed = ", ".join(f"{WORDS[name]} {count:,}" for name, count in named)
            texts.append(f"by the {words}, {total:,}: {listed}")
    if not texts:
        return "No first-token failure is unconfirmed."
    digits = sum(sum(run.kinds[CONTENT].numbers.values()) for run in every)
    contents = sum(run.kinds[CONTENT].unconfirmed.lower.numerator for run in every)
    text = f"The unconfirmed failures by their first reason ({'; '.join(texts)}). "
    if contents:
        text += (
            f"{digits:,} of the {contents:,} by the content token ask for answers of which some "
            "form begins with a digit: that digit begins other numbers as well. "
        )
    added = sum(run.articles.added for run in every)
    lost = sum(run.articles.unconfirmed for run in every)
    return (
        text
        + "Right forms have no articles in misspoke, which keeps most articles out of S; had S "
        'the articles of the answers as given (" The" for "The Hague"), the literal rule would '
        f"count {added:,} more, {lost:,} of them without confirmation."
    )


def _digits(every: Sequence[Judged]) -> str:
    """How much of the literal rate the questions that a number answers make up."""
    counts = Counter[str | tuple[str, str]]()
    for run in every:
        rows, digits = run.rows, begin_with_digits(run.rows)
        for mass, of in (("literal", rows.literal), ("string", rows.string)):
            failed = rows.outcomes(of, run.summary.tau) == FAILURE
            counts[mass] += int((failed & digits).sum())
            counts[mass, "others"] += int((failed & ~digits).sum())
        counts["wrong"] += int((rows.wrong & digits).sum())
        counts["wrong", "others"] += int((rows.wrong & ~digits).sum())
    if not counts["wrong"]:
        return "No wrong answer is to a question with a right form that begins with a digit."
    wrong, others = counts["wrong"], counts["wrong", "others"]
    return (
        f"Of the {wrong:,} wrong answers to questions with a right form that begins with a digit, "
        f"{counts['literal']:,} ({_share(counts['literal'], wrong)}) are failures by the literal "
        f"first tokens and {counts['string']:,} ({_share(counts['string'], wrong)}) by the string "
        f"mass; of the {others:,} others, {counts['literal', 'others']:,} "
        f"({_share(counts['literal', 'others'], others)}) and {counts['string', 'others']:,} "
        f"({_share(counts['string', 'others'], others)}). Both tokenisers write a number as a "
        "blank and digits: a model that is about to name any number puts its mass on the token "
        "that the right one begins with."
    )


def _causes(every: Sequence[Judged]) -> str:
    counts = Counter[str]()
    for run in every:
        counts.update(run.summary.causes.curated)
    total = counts.total()
    if not total:
        return "No run has a commitment failure by the string mass."
    least = [run.summary.rates.all_rows.proper_per_wrong.lower.value for run in every]
    most = [run.summary.rates.all_rows.proper_per_wrong.upper.value for run in every]
    return (
        f"Of the {total:,} failures by the string mass, {counts['minority_belief']:,} "
        f"({_share(counts['minority_belief'], total)}) are minority beliefs: the model believed "
        "the wrong answer at least as much, and no pooling of spellings would have mended them; "
        f"split votes {counts['split_vote']:,}, greedy misses {counts['greedy_miss']:,}, "
        f"undetermined {counts['undetermined']:,}. Failures to commit proper, wrong although the "
        f"right answer is the heaviest of all, are for certain {between(least)} of a run's wrong "
        f"answers, and at most {between(most)}: the answer search leaves much unexplored."
    )


def _limits(every: Sequence[Judged]) -> str:
    accuracy = between([run.summary.accuracy.value for run in every])
    return (
        "What this does not show: the models have 0.1 to 0.3 billion parameters, fewer than any "
        f"in the paper (0.8 to 72), are right on {accuracy} of questions, and were quantised to 4 "
        "bits; the paper's forms, prompts and grader are not known to us, and its sets are "
        "TriviaQA and NQ-Open. So the figures tell what the first token over-credits *here*; they "
        "do not test the paper's models, nor its claim that the rate grows with size."
    )


def _share(part: int, whole: int) -> str:
    return percent(part / whole if whole else None)

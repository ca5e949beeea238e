"""The tables of the page, one for each question; artefacts have a file of their own."""

from collections.abc import Sequence

from judged import Judged
from md import between, bounds, rate, share, table

from misspoke.diagnosis import CAUSES
from misspoke.diagnosis.artefacts import KINDS
from misspoke.diagnosis.rates import Rate
from misspoke.diagnosis.rows import GAP
from misspoke.diagnosis.unconfirmed import held_against

MASSES = {"literal": "literal first token", "first": "first content token", "string": "string"}
SHOWN_TAUS = (0.1, 0.2, 0.3, 0.4)


def outcomes(every: Sequence[Judged]) -> list[str]:
    """Accuracy, and the three outcome columns."""
    right = table(
        ["run", "questions", "right", "abstained", "wrong"],
        (
            [
                run.name,
                f"{run.summary.n:,}",
                rate(run.summary.accuracy),
                f"{run.summary.abstained.count:,}",
                f"{run.summary.rates.all_rows.wrong:,}",
            ]
            for run in every
        ),
    )
    rows = []
    for run in every:
        for mass, words in MASSES.items():
            found = getattr(run.summary.rates.all_rows, mass)
            rows.append(
                [
                    run.name,
                    words,
                    f"{found.counts['commitment_failure']:,}",
                    f"{found.counts['knowledge_gap']:,}",
                    f"{found.counts['undetermined']:,}",
                    bounds(found.failures_per_wrong),
                    bounds(found.failures_per_question),
                ]
            )
    head = ["run", "judged by", "failures", "gaps", "undetermined"]
    return [
        "## How often are they right, and do they misspeak?",
        "",
        *right,
        "Wrong answers at τ = 0.2, by each kind of mass:",
        "",
        *table([*head, "failures per wrong answer", "failures per question"], rows, words=2),
    ]


def causes(every: Sequence[Judged]) -> list[str]:
    """Causes of the failures by the string mass."""
    rows = []
    for run in every:
        for name, counts in (
            ("all names given", run.summary.causes.curated),
            ("rules alone", run.summary.causes.by_rules),
        ):
            total = sum(counts.values())
            rows.append([run.name, name, *(share(counts[cause], total) for cause in CAUSES)])
    head = ["run", "gold by", *(cause.replace("_", " ") for cause in CAUSES)]
    proper = table(
        ["run", "per wrong answer", "per question"],
        (
            [
                run.name,
                bounds(run.summary.rates.all_rows.proper_per_wrong),
                bounds(run.summary.rates.all_rows.proper_per_question),
            ]
            for run in every
        ),
    )
    return [
        "## Why did the right answer lose?",
        "",
        "The causes of the commitment failures by the string mass ([measures.md](measures.md)).",
        "",
        *table(head, rows, words=2),
        "Failures to commit proper: wrong although the right answer is the heaviest class of all, "
        "surely to possibly. No τ is involved.",
        "",
        *proper,
    ]


def flags(every: Sequence[Judged]) -> list[str]:
    """The two flags, and the rates of rows that are less, or more, open to doubt."""
    flagged = table(
        ["run", "lost midway, per wrong answer", "alias gap, per wrong answer"],
        (
            [run.name, rate(run.summary.flags.lost_midway), rate(run.summary.flags.alias_gap)]
            for run in every
        ),
    )
    sets = {
        "all_rows": "all",
        "without_alias_gap": "without alias gap",
        "one_group": "one right answer",
        "several_groups": "several right answers",
    }
    rows = []
    for run in every:
        for name, words in sets.items():
            found = getattr(run.summary.rates, name)
            if found.n:
                cells = (bounds(getattr(found, mass).failures_per_wrong) for mass in MASSES)
                rows.append([run.name, words, rate(found.accuracy), *cells])
    head = ["run", "rows", "right", *(f"failures by {words}" for words in MASSES.values())]
    return [
        "## Which rows are open to doubt?",
        "",
        *flagged,
        "Failures per wrong answer, by which rows are counted:",
        "",
        *table(head, rows, words=2),
    ]


def thresholds(every: Sequence[Judged]) -> list[str]:
    """Failures per wrong answer at several thresholds."""
    rows = []
    for run in every:
        for mass, words in MASSES.items():
            points = {round(point.tau, 2): point for point in getattr(run.summary.sweep, mass)}
            cells = []
            for tau in SHOWN_TAUS:
                point = points[tau]
                counts, wrong = point.counts, run.summary.rates.all_rows.wrong
                failures = counts["commitment_failure"]
                found = Rate(failures, wrong, 0.0, point.failures_per_wrong_interval)
                more = f", {counts['undetermined']:,} open" if counts["undetermined"] else ""
                cells.append(rate(found) + more)
            rows.append([run.name, words, *cells])
        for kind in KINDS:
            cells = []
            for tau in SHOWN_TAUS:
                failures, by_string = held_against(run.rows, kind, tau)
                apart = int((failures & (by_string == GAP)).sum())
                cells.append(f"{apart:,}/{int(failures.sum()):,}")
            rows.append([run.name, f"{MASSES[kind]}: not confirmed", *cells])
    return [
        "## Does the threshold matter?",
        "",
        "Commitment failures per wrong answer (*open*: undetermined rows, not counted), and how "
        "many of the first-token failures the string does not confirm.",
        "",
        *table(["run", "judged by", *(f"τ = {tau}" for tau in SHOWN_TAUS)], rows, words=2),
    ]


def references(every: Sequence[Judged]) -> list[str]:
    """Other decoders with the same beliefs, and the conditional misfire."""
    rows, misfires = [], []
    for run in every:
        found = run.summary.references
        exact = next(one for one in found.sampling if one.mass == "string")
        argmax = found.concept_argmax.accuracy
        rows.append(
            [run.name, rate(run.summary.accuracy), _mean(exact.expected_accuracy), rate(argmax)]
        )
        for point in run.summary.misfire:
            if round(point.tau, 2) in SHOWN_TAUS:
                misfires.append(
                    [
                        run.name,
                        f"{point.tau:.1f}",
                        f"{point.n:,}",
                        bounds(point.greedy),
                        _mean(point.sampling),
                        rate(point.concept_argmax),
                    ]
                )
    head = ["run", "τ", "n", "greedy", "sampling", "heaviest class"]
    return [
        "## What would other decoders have done?",
        "",
        "Right answers by greedy decoding; by sampling at temperature 1 (the mean of P); and by "
        "always emitting the heaviest class of answers, which pools spellings; it sees only the "
        "rivals that the answer search found, and so is optimistic:",
        "",
        *table(["run", "greedy", "sampling", "heaviest class"], rows),
        "Conditional misfire: wrong answers among the questions with a string mass of at least τ "
        "(n of them for certain). Greedy decoding is to be held against the two references, not "
        "against 0:",
        "",
        *table(head, misfires, words=2),
    ]


def _mean(found: tuple[float, float] | None) -> str:
    return "–" if found is None else between(found)

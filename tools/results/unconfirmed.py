"""The part of the page on what the string mass does not confirm: definitions and tables."""

from collections.abc import Sequence

from judged import Judged
from lead import WORDS
from md import rate, table
from sections import MASSES

from misspoke.diagnosis.artefacts import ARTEFACTS, KINDS, LITERAL, NAMED
from misspoke.diagnosis.rates import rate as count_rate
from misspoke.diagnosis.rows import FAILURE
from misspoke.diagnosis.unconfirmed import begin_with_digits

_DEFINITIONS = f"""
S are the first tokens of right forms, M is their mass (literal or content), P the string mass. A
failure by M is *not confirmed* where P says knowledge gap at the same τ; rows whose interval
straddles τ are apart. Each unconfirmed failure is in one class, the first that applies:

1. **{WORDS["blank"]}**: without the opener tokens in S (blanks, quotation marks, articles), M is
   below τ, and blanks and marks weigh most among them. The token is no word of the answer.
2. **{WORDS["article"]}**: the same, and articles weigh most.
3. **{WORDS["alias_gap"]}**: the emitted answer shares more than half of its words with a right
   form, or one contains the other. It may be right by a name that is missing. (The flag of that
   name also holds at exactly half, as for two persons of one first name; that is class 5 here.)
4. **{WORDS["several_answers"]}**: there are different right answers, and no single one's first
   tokens hold τ: M is a sum over answers.
5. **{WORDS["shared"]}**: the emitted answer begins on a right form's path and leaves it, or wrong
   answers that begin with a token of S hold {NAMED} or more among the candidates.
6. **{WORDS["other"]}**: the mass goes on to something wrong that the answer search did not list.

The content mass has no openers, so the first two classes cannot occur there; it looks behind them,
so it can also exceed the literal mass. What M exceeds P by goes on, by arithmetic, to something
that does not count as right; the classes say what is seen of it.
"""


def artefacts(every: Sequence[Judged]) -> list[str]:
    """Which first-token failures the string does not confirm, and why."""
    held, rows, flagged = [], [], []
    for run in every:
        for kind in KINDS:
            found = run.kinds[kind]
            held.append(
                [
                    run.name,
                    MASSES[kind],
                    f"{found.failures:,}",
                    f"{found.confirmed:,}",
                    f"{found.undetermined:,}",
                    rate(found.unconfirmed.lower),
                    f"{found.missed:,}",
                ]
            )
            if found.failures:
                shares = (found.classes[name] for name in ARTEFACTS)
                cells = (rate(one) if one.numerator else "0" for one in shares)
                rows.append([run.name, f"{MASSES[kind]}: {found.failures:,}", *cells])
            for name in ARTEFACTS:
                if found.flags[name]:
                    counts = (
                        found.flags[name],
                        found.classes[name].numerator,
                        found.several_groups[name],
                        found.numbers[name],
                    )
                    cells = (f"{count:,}" for count in counts)
                    flagged.append([run.name, MASSES[kind], WORDS[name], *cells])
    head = ["run", "failures by", *(WORDS[name] for name in ARTEFACTS)]
    return [
        "## What does the string mass not confirm, and why?",
        "",
        *_DEFINITIONS.strip().splitlines(),
        "",
        *table(
            ["run", "failures by", "n", "confirmed", "undetermined", "not confirmed", "missed"],
            held,
            words=2,
        ),
        "*Missed*: failures by the string mass that this first-token mass does not count.",
        "",
        "By class, as a share of all failures of that kind, confirmed ones among them:",
        "",
        *table(head, rows, words=2),
        "Failures to which a class *applies* at all (one may have several), those for which it is "
        "the first, and of these the questions with several right answers and those with a right "
        "form that begins with a digit:",
        "",
        *table(
            ["run", "failures by", "class", "applies", "first", "several answers", "digit"],
            flagged,
            words=3,
        ),
        "Failures per wrong answer, by whether a right form begins with a digit:",
        "",
        *table(["run", "begins with", *MASSES.values()], _numbers(every), words=2),
        "Articles of the answers as given, which misspoke leaves out of S:",
        "",
        *table(
            ["run", "literal failures", "would be added", "of these not confirmed"],
            (
                [
                    run.name,
                    f"{run.kinds[LITERAL].failures:,}",
                    f"{run.articles.added:,}",
                    f"{run.articles.unconfirmed:,}",
                ]
                for run in every
            ),
        ),
    ]


def _numbers(every: Sequence[Judged]) -> list[list[str]]:
    """The rates of questions that a number answers, and of the others."""
    lines = []
    for run in every:
        rows, tau, seed = run.rows, run.summary.tau, run.summary.seed
        digits = begin_with_digits(rows)
        for words, among in (("digit", rows.wrong & digits), ("other", rows.wrong & ~digits)):
            if among.any():
                failures = (
                    rows.outcomes(mass, tau) == FAILURE
                    for mass in (rows.literal, rows.first, rows.string)
                )
                cells = (rate(count_rate(rows, among & failed, among, seed)) for failed in failures)
                lines.append([run.name, words, *cells])
    return lines

"""What became of a question, in plain sentences."""

from misspoke.diagnosis import TAU, outcome
from misspoke.diagnosis import cause as cause_of
from misspoke.records import Interval
from misspoke.records.observation import Observation
from misspoke.reports.text import interval, percent, percent_between, quoted
from misspoke.reports.votes import listed_forms

OUTCOME_WORDS = {
    "correct": "right",
    "abstained": "abstained",
    "knowledge_gap": "knowledge gap",
    "commitment_failure": "commitment failure",
    "undetermined": "undetermined",
}
CAUSE_WORDS = {
    "minority_belief": "minority belief",
    "split_vote": "split vote",
    "greedy_miss": "greedy miss",
    "undetermined": "undetermined",
}


def outcome_at(row: Observation, tau: float) -> str:
    """The row's outcome at a threshold, by the string mass."""
    return outcome(row.correct, row.abstained, row.p_mass, tau)


def cause_at(row: Observation, tau: float) -> str | None:
    """The cause of the row's commitment failure at a threshold; None if it is none there."""
    if outcome_at(row, tau) != "commitment_failure":
        return None
    return row.cause or cause_of(
        row.gold_mass, row.emitted_mass, _top_form(row), row.emitted_form_mass
    )


def verdict(row: Observation, tau: float = TAU) -> str:
    """What happened to this question at the threshold, in one or two sentences."""
    sentence = {
        "correct": _correct,
        "abstained": _abstained,
        "knowledge_gap": _knowledge_gap,
        "commitment_failure": _commitment_failure,
        "undetermined": _undetermined,
    }[outcome_at(row, tau)]
    return sentence(row, tau)


def remarks(row: Observation, tau: float = TAU) -> list[str]:
    """What should make a reader look twice at this row."""
    found = []
    if row.several_groups:
        held = interval(row.gold_mass)
        found.append(f"There are {len(row.gold)} right answers; the likeliest holds {held}.")
    if row.alias_gap:
        found.append("The answer resembles a right one: check whether it should count.")
    if row.lost_midway and row.lost_step is not None:
        found.append(f"It began on a right answer and left it at token {row.lost_step}.")
    if row.near_tie:
        found.append("The top two tokens nearly tied: another batch size can flip the answer.")
    if row.budget_spent and outcome_at(row, tau) != "undetermined":
        found.append("The search stopped at its budget: the string mass is known less exactly.")
    return found


def _correct(row: Observation, tau: float) -> str:
    belief = f"{_share(row.p_mass)} of its belief was on {_right_answer(row)}"
    if row.p_mass.upper < tau:
        return f"Right, by a thin lead: only {belief}."
    return f"Right: {belief}."


def _abstained(row: Observation, tau: float) -> str:
    did = "It declined to answer" if row.answer else "It gave no answer"
    belief = f"{_share(row.p_mass)} of its belief was on {_right_answer(row)}"
    return f"{did}, though {belief}." if row.p_mass.lower >= tau else f"{did}; {belief}."


def _knowledge_gap(row: Observation, tau: float) -> str:
    return (
        f"It did not know: {_share(row.p_mass)} of its belief was on {_right_answer(row)}, less "
        f"than the {percent(tau)} that count as knowing. Knowledge gap."
    )


def _undetermined(row: Observation, tau: float) -> str:
    mass = row.p_mass
    return (
        f"Between {percent(mass.lower)} and {percent(mass.upper)} of its belief was on "
        f"{_right_answer(row)}, and {percent(tau)} count as knowing: what was computed or revealed "
        "does not settle whether it knew. Undetermined."
    )


def _commitment_failure(row: Observation, tau: float) -> str:
    knew = f"It knew: {_share(row.p_mass)} of its belief was on {_right_answer(row)}"
    explain = {
        "minority_belief": _minority_belief,
        "split_vote": _split_vote,
        "greedy_miss": _greedy_miss,
    }.get(cause_at(row, tau) or "", _no_cause)
    return f"{knew}{explain(row)}"


def _minority_belief(row: Observation) -> str:
    return (
        f", but {_share(row.emitted_mass)} was on {quoted(row.answer)}, and no pooling of "
        "spellings can mend that. Commitment failure: a minority belief."
    )


def _split_vote(row: Observation) -> str:
    spellings = len(listed_forms(row))
    spread = f"spread over {spellings} spellings" if spellings > 1 else "spread over its spellings"
    return (
        f", {spread}; no single one beat {quoted(row.answer)} at {_share(row.emitted_form_mass)}. "
        "Commitment failure: a split vote."
    )


def _greedy_miss(row: Observation) -> str:
    return (
        f", and {quoted(row.top_form or '')} alone held {_share(_top_form(row))} against "
        f"{_share(row.emitted_form_mass)} for {quoted(row.answer)}; choosing token by token "
        "walked past it. Commitment failure: a greedy miss."
    )


def _no_cause(row: Observation) -> str:
    return (
        f", yet it said {quoted(row.answer)}; the masses are not known well enough to tell why. "
        "Commitment failure of undetermined cause."
    )


def _right_answer(row: Observation) -> str:
    return "right answers" if row.several_groups else "the right answer"


def _share(mass: Interval) -> str:
    return percent_between(mass.lower, mass.upper)


def _top_form(row: Observation) -> Interval:
    """The mass of the heaviest right string."""
    for form in row.form_masses:
        if form.form == row.top_form:
            return Interval(form.lower, form.upper)
    top = row.top_form_prob or 0.0
    return Interval(top, top)

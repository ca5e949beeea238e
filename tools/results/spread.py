"""The part of the page on dispersion: failures against right answers, and what P alone forces."""

from collections.abc import Sequence

from judged import Judged
from md import ends, signed, table

from misspoke.diagnosis.contrast import Cell, Contrast

MEASURES = {
    "top_form_prob": "strongest right form",
    "top_first_token_prob": "strongest literal first token",
}
ALPHA = 0.05
"""A null's p under this is called more than chance."""


def spread(every: Sequence[Judged]) -> list[str]:
    """The contrast of failures with right answers, what P forces of it, and its bins."""
    told = [run for run in every if _overall(run).contrasts["top_form_prob"].difference is not None]
    return [
        "## Is the right answer's vote spread thinner where it loses?",
        "",
        "Commitment failures against right answers, both with a string mass of at least τ = 0.2 "
        "([dispersion](summary.md#dispersion)): the probability of the strongest right form, and "
        "of the strongest literal first token. A form that loses holds less than min(P, 1 − P), "
        "and failures have less P than right answers: the outcome forces a part of any contrast. "
        "The *null* deals the outcomes anew among rows of like P, 2,000 times, and p is that of "
        "the difference found among these; rows are dealt whatever their relation, so p is too "
        "small where relations differ. *Beyond the cap*: the difference with right answers held "
        "to min(P, 1 − P) too. What the paper's own choice of rows gives, failures by the literal "
        "first tokens, stands beside its figures below.",
        "",
        *(f"- {_reading(run)}" for run in told),
        *_few(every),
        "",
        *_contrasts(told),
        *_bins(told),
    ]


def _overall(run: Judged) -> Cell:
    return run.summary.dispersion.overall


def _few(every: Sequence[Judged]) -> list[str]:
    """The runs without a contrast, and their numbers of rows."""
    few = [
        f"{run.name} ({_overall(run).n_failures:,} and {_overall(run).n_correct:,})"
        for run in every
        if _overall(run).contrasts["top_form_prob"].difference is None
    ]
    if not few:
        return []
    return [f"- Fewer than 30 failures or right answers, so no contrast: {', '.join(few)}."]


def _reading(run: Judged) -> str:
    """What the contrasts say of a run, and what they do not."""
    cell = _overall(run)
    form, token = (cell.contrasts[name] for name in MEASURES)
    text = (
        f"**{run.name}**: the strongest form of {form.n_failures:,} failures holds "
        f"{_less(form)} than that of {form.n_correct:,} right answers"
    )
    text += f"{_forced(cell, 'top_form_prob')}.{_beyond(form)}"
    if token.difference is None:
        return text
    told = _forced(cell, "top_first_token_prob")
    return f"{text} The strongest literal first token holds {_less(token)}{told}."


def _less(found: Contrast) -> str:
    difference = found.difference or 0.0
    return f"{abs(difference):.2f} {'less' if difference < 0 else 'more'}"


def _forced(cell: Cell, name: str) -> str:
    """What of a difference rows of like P give by chance."""
    found, null = cell.contrasts[name].difference, (cell.null or {}).get(name)
    if null is None or not found:
        return ""
    text = f"; outcomes dealt anew among rows of like P give {signed(null.mean)} (p = {null.p:.2g})"
    if null.p >= ALPHA:
        return f"{text}, so that P alone is enough to explain it"
    return f"{text}, {null.mean / found:.0%} of the difference, which is yet beyond such chance"


def _beyond(found: Contrast) -> str:
    """What is left of a difference beyond the cap, and whether it can be told from 0."""
    left = found.beyond_cap
    if left is None or left.interval is None:
        return ""
    low, high = left.interval
    text = f" Beyond the cap, {signed(left.value)} {ends(left.interval)} is left"
    if low > 0:
        return f"{text}: failures hold more than right answers do within it."
    if high < 0:
        return f"{text}: failures are spread thinner than the outcome forces."
    return f"{text}, which cannot be told from 0."


def _contrasts(told: Sequence[Judged]) -> list[str]:
    rows = []
    for run in told:
        cell = _overall(run)
        for name, words in MEASURES.items():
            found, null = cell.contrasts[name], (cell.null or {}).get(name)
            left = found.beyond_cap
            rows.append(
                [
                    run.name,
                    words,
                    _mean(found.mean_failures, found.n_failures),
                    _mean(found.mean_correct, found.n_correct),
                    _difference(found),
                    "–" if found.d is None else signed(found.d),
                    "–" if null is None else f"{signed(null.mean)} {ends(null.interval)}",
                    "–" if null is None else f"{null.p:.2g}",
                    "–" if left is None else f"{signed(left.value)} {ends(left.interval)}",
                ]
            )
    head = [
        "run",
        "measure",
        "mean of failures (n)",
        "of right answers (n)",
        "difference",
        "Cohen's d",
    ]
    return table([*head, "null", "p", "beyond the cap"], rows, words=2) if rows else []


def _bins(told: Sequence[Judged]) -> list[str]:
    """The differences within bins of P; the numbers of rows alone where there are too few."""
    rows = []
    for run in told:
        for name, words in MEASURES.items():
            cells = (_bin(cell, name) for cell in run.summary.dispersion.bins)
            rows.append([run.name, words, *cells])
    if not rows:
        return []
    heads = [f"P {cell.low:g}–{cell.high:g}" for cell in told[0].summary.dispersion.bins]
    return [
        "The differences within bins of P (failures, right answers), or too few rows for one:",
        "",
        *table(["run", "measure", *heads], rows, words=2),
    ]


def _bin(cell: Cell, name: str) -> str:
    found = cell.contrasts[name]
    counts = f"({found.n_failures:,}, {found.n_correct:,})"
    return counts if found.difference is None else f"{_difference(found)} {counts}"


def _difference(found: Contrast) -> str:
    if found.difference is None:
        return "–"
    return f"{signed(found.difference)} {ends(found.interval)}".rstrip()


def _mean(value: float | None, n: int) -> str:
    return f"n = {n:,}" if value is None else f"{value:.2f} ({n:,})"

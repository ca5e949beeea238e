"""The run's statistics: dispersion, confidence, the way to the answer, sharpening."""

from collections.abc import Mapping, Sequence
from typing import Any

from misspoke.reports.charts import confidence_chart, dispersion_chart, trajectory_chart
from misspoke.reports.page_parts import (
    beside,
    figure,
    figured,
    folded,
    note,
    safe,
    section,
    table,
)
from misspoke.reports.text import counted

MEASURE_WORDS = {
    "top_form_prob": "strongest form, probability",
    "top_form_share": "strongest form, share",
    "effective_forms": "effective number of forms",
    "top_first_token_prob": "strongest first token, probability",
    "top_first_token_share": "strongest first token, share",
    "effective_first_tokens": "effective number of first tokens",
}
_DISPERSION = (
    "Commitment failures against right answers that were known as well. A right form that loses "
    "cannot hold more than the smaller of P and 1 − P, so that a part of any difference is forced "
    "by the outcome. Three checks take it out: the null deals the outcomes anew among answers of "
    "like P-mass; beyond the cap, right answers are held to what they could have held had they "
    "lost; and the bins compare answers of like P-mass."
)
_SHARPENING = {
    "wrong_winner_prob": "probability of the first word of a wrong answer that begins wrong",
    "on_path_entropy_1": "entropy after one token on a right form's path (nats)",
    "on_path_entropy_2": "… after two tokens",
    "on_path_entropy_1_weighted": "entropy after one token, over all such paths (nats)",
    "on_path_entropy_2_weighted": "… after two tokens, over all such paths",
}


def dispersion_section(summary: Mapping[str, Any]) -> str:
    """Whether the mass of right answers that lose is spread thinner, and what of it is forced."""
    overall = summary["dispersion"]["overall"]
    counts = (
        f"{counted(overall['n_failures'], 'commitment failure')} against "
        f"{counted(overall['n_correct'], 'right answer')} with a P-mass of at least "
        f"{summary['tau']:g}."
    )
    told = note(f"{counts} {_DISPERSION}")
    if any(one["difference"] is not None for one in overall["contrasts"].values()):
        parts = [
            beside(figure(dispersion_chart(summary), "The strongest form, by P-mass"), told),
            _contrasts(overall),
            folded("By P-mass", _bins(summary), printed=True),
        ]
    else:
        parts = [told, "<p>Too few of one kind for a figure: there must be 30 of each.</p>"]
    return section(
        "Is a losing answer's mass spread thinner?",
        *parts,
        name="dispersion",
        words=("P-mass", "commitment failure"),
    )


def _contrasts(overall: Mapping[str, Any]) -> str:
    head = (
        "Measure",
        "failures",
        "right answers",
        "difference [95%]",
        "null: forced by P-mass [95%]",
        "p",
        "beyond the cap [95%]",
        "Cohen’s d",
    )
    nulls = overall.get("null") or {}
    rows = (
        ("", [safe(words), *map(figured, _contrast(overall["contrasts"][name], nulls.get(name)))])
        for name, words in MEASURE_WORDS.items()
    )
    return table(head, rows)


def _contrast(one: Mapping[str, Any], null: Mapping[str, Any] | None) -> list[str]:
    beyond = one.get("beyond_cap")
    forced = "–" if null is None else f"{_signed(null['mean'])} {_ends(null['interval'])}"
    return [
        number(one["mean_failures"]),
        number(one["mean_correct"]),
        f"{_signed(one['difference'])} {_ends(one['interval'])}".strip(),
        forced,
        "–" if null is None else _p(null["p"]),
        "–" if beyond is None else f"{_signed(beyond['value'])} {_ends(beyond['interval'])}",
        _signed(one["d"]),
    ]


def _bins(summary: Mapping[str, Any]) -> str:
    head = (
        "P-mass",
        "failures",
        "right answers",
        "cap",
        "strongest form: failures",
        "right answers",
        "difference [95%]",
    )
    rows = []
    for cell in summary["dispersion"]["bins"]:
        one = cell["contrasts"]["top_form_prob"]
        shown = [
            f"{cell['low']:g}–{cell['high']:g}",
            f"{cell['n_failures']:,}",
            f"{cell['n_correct']:,}",
            number(cell["cap"]),
            number(one["mean_failures"]),
            number(one["mean_correct"]),
            f"{_signed(one['difference'])} {_ends(one['interval'])}".strip(),
        ]
        rows.append(("", [figured(text) for text in shown]))
    return table(head, rows)


def confidence_section(summary: Mapping[str, Any]) -> str:
    """Whether sounding sure means anything in this model."""
    found = summary.get("confidence")
    if not found or not found["winner"]["n"]:
        return ""
    head = (
        "Confidence is the probability of",
        "answers",
        "mean",
        "accuracy",
        "ECE",
        "Brier",
        "AUROC [95%]",
    )
    names = {"winner": "the first word", "sequence": "the whole answer"}
    rows = (("", [safe(words), *_confidence(found[name])]) for name, words in names.items())
    text = (
        "A model that says 80% should be right in 80%. ECE and Brier (0 is best) take the "
        "probabilities as they are; AUROC (0.5 is chance) asks only whether right answers are "
        "surer than wrong ones."
    )
    return section(
        "Does sounding sure mean anything?",
        beside(
            figure(confidence_chart(summary), "How often it is right, by how sure it is"),
            note(text),
        ),
        table(head, rows),
        folded("By confidence", _confidence_bins(found["winner"]), printed=True),
        name="confidence",
    )


def _confidence(one: Mapping[str, Any]) -> list[str]:
    brier = one["brier"]
    return [
        f"{one['n']:,}",
        number(one["mean"]),
        number(one["accuracy"]),
        number(one["ece"]),
        number(None if brier is None else brier["score"]),
        figured(f"{number(one['auroc'])} {_ends(one['auroc_interval'], plain=True)}".strip()),
    ]


def _confidence_bins(one: Mapping[str, Any]) -> str:
    head = ("Sure", "answers", "mean confidence", "right [95%]", "commitment failures")
    rows = (
        (
            "",
            [
                f"{cell['low']:.1f}–{cell['high']:.1f}",
                f"{cell['n']:,}",
                number(cell["mean"]),
                figured(
                    f"{number(cell['accuracy'])} {_ends(cell['interval'], plain=True)}".strip()
                ),
                f"{cell['failures']:,}",
            ],
        )
        for cell in one["bins"]
    )
    return table(head, rows)


def trajectory_section(summary: Mapping[str, Any]) -> str:
    """How the right answer's mass separates right from wrong answers, step by step."""
    found = summary.get("trajectory")
    if not found or not any(one["auroc"] is not None for one in found):
        return ""
    head = ("Step", "right", "wrong", "mean mass: right", "wrong", "AUROC [95%]")
    rows = (
        (
            "",
            [
                safe(f"{one['offset']:+d}".replace("-", "−") if one["offset"] else "answer begins"),
                f"{one['n_correct']:,}",
                f"{one['n_wrong']:,}",
                number(one["mean_correct"]),
                number(one["mean_wrong"]),
                figured(f"{number(one['auroc'])} {_ends(one['interval'], plain=True)}".strip()),
            ],
        )
        for one in found
    )
    text = (
        "The probability of beginning a right answer at each step, given what was emitted before "
        "it; 0 is where the answer begins. Answers become fewer with each step, and are others. "
        "Behind step 0 the answer has begun: to begin one there is no longer what a right one does."
    )
    return section(
        "On the way to the answer",
        beside(
            figure(trajectory_chart(summary), "When right and wrong answers part"),
            note(text),
            folded("The figures as a table", table(head, rows), printed=True),
        ),
        name="trajectory",
    )


def sharpening_section(summary: Mapping[str, Any]) -> str:
    """How sure the model is of wrong words, and on a right path."""
    found = summary["sharpening"]
    rows = (
        ("", [safe(words), number(found[name]["value"]), f"{found[name]['n']:,}"])
        for name, words in _SHARPENING.items()
        if found.get(name)
    )
    shown = table(("Mean", "Value", "answers"), rows)
    return section("How sure of a wrong word, how sure on a right path", shown, name="sharpening")


def number(value: float | None) -> str:
    """A figure with three decimals; a dash where there is none."""
    return "–" if value is None else f"{value:.3f}".replace("-", "−")


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.3f}".replace("-", "−")


def _ends(spread: Sequence[float] | None, *, plain: bool = False) -> str:
    """A 95% interval in brackets; with signs, unless its figures are `plain`."""
    if spread is None:
        return ""
    low, high = map(number if plain else _signed, spread)
    return f"[{low}–{high}]" if plain else f"[{low} to {high}]"


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"

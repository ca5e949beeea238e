"""A comparison as texts: what the terminal and the HTML page both show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from misspoke.records.lineage import size_name
from misspoke.reports.text import counted, visible

SHARE, PROBABILITY, NATS, NUMBER = "share", "probability", "nats", "number"

QUANTITIES = {
    "accuracy": ("Accuracy", SHARE),
    "abstained": ("Abstained", SHARE),
    "failures_per_wrong": ("Commitment failures per wrong answer", SHARE),
    "failures_per_wrong_first": ("… by the content first token", SHARE),
    "failures_per_wrong_literal": ("… by the literal first tokens", SHARE),
    "failures_per_question": ("Commitment failures per question", SHARE),
    "failures_per_question_first": ("… per question, content first token", SHARE),
    "failures_per_question_literal": ("… per question, literal first tokens", SHARE),
    "misfire": ("Wrong among the known", SHARE),
    "proper_per_question": ("Failures to commit proper per question", SHARE),
    "p_mass": ("P-mass of the right answer", PROBABILITY),
    "wrong_winner_prob": ("Probability of a wrong winner", PROBABILITY),
    "top_form_prob_of_failures": ("Strongest right form, in failures", PROBABILITY),
    "token_entropy": ("Entropy at the answer step", NATS),
    "on_path_entropy_1": ("Entropy after one token of a right path", NATS),
    "on_path_entropy_2": ("Entropy after two", NATS),
    "on_path_entropy_1_weighted": ("Entropy after one, over all paths", NATS),
    "on_path_entropy_2_weighted": ("Entropy after two, over all paths", NATS),
}
"""How the quantities read, in the order in which they are shown, and their units."""

KINDS = {
    "pair": "base against instruct",
    "sizes": "sizes of one family",
    "checkpoints": "checkpoints of one training run",
    "prompts": "prompts of one model",
    "repeat": "one model twice",
    "models": "different models",
    "mixed": "several kinds of comparison",
    "decoders": "decoders",
}

OUTCOME_NAMES = {
    "correct": "right",
    "abstained": "abstained",
    "commitment_failure": "commitment failure",
    "knowledge_gap": "knowledge gap",
    "undetermined": "undetermined",
}

FEW = "too few"
"""Stands where a figure would be of fewer than 30 questions."""


def title(compared: Mapping[str, Any]) -> str:
    """The heading: what is compared."""
    names = [visible(run["label"]) for run in compared["runs"]]
    if len(names) > 3:
        return f"{len(names)} runs compared"
    return " and ".join(names) if len(names) == 2 else ", ".join(names)


def facts(compared: Mapping[str, Any]) -> str:
    """The line under the heading."""
    left_out = sum(run["left_out"] for run in compared["runs"])
    found = [
        counted(compared["n"], "question") + " in common",
        KINDS[compared["kind"]],
        f"τ = {compared['tau']:g}",
    ]
    if left_out:
        found.insert(1, f"{counted(left_out, 'row')} left out: not in every run")
    return " · ".join(found)


def figure(value: float | None, unit: str) -> str:
    """A value in its unit."""
    if value is None:
        return FEW
    if unit == SHARE:
        return f"{100 * value:.1f}%"
    text = f"{value:.3f}" if unit == PROBABILITY else f"{value:.2f}"
    return text.replace("-", "−")


def signed(value: float | None, unit: str) -> str:
    """A difference in its unit, shares in points."""
    if value is None:
        return FEW
    text = f"{100 * value:+.1f}" if unit == SHARE else f"{value:+.3f}"
    return text.replace("-", "−") if float(text) else text.lstrip("+-")


def between(interval: Sequence[float] | None, unit: str) -> str:
    """An interval of a difference; an empty string where there is none."""
    if interval is None:
        return ""
    low, high = (signed(end, unit).replace("+", "") for end in interval)
    return f"[{low}, {high}]"


def level(found: Mapping[str, Any], unit: str) -> str:
    """A run's value; with the number of questions where these are too few."""
    if found["value"] is None:
        return f"n = {found['n']:,}"
    text = figure(found["value"], unit)
    most = figure(found["most"], unit)
    return text if most == text else f"{text.removesuffix('%')}–{most}"


def p_value(found: Mapping[str, Any]) -> str:
    """A difference's corrected p-value; an empty string of none, and where it is no evidence."""
    if found["test"] is None:
        return ""
    return "not settled" if unsettled(found) else small_p(found["test"]["holm_p"])


def unsettled(found: Mapping[str, Any]) -> bool:
    """Whether undetermined rows leave open which run of a pair has more."""
    ends = found["settled"]
    return ends is not None and bool(ends[0] <= 0 <= ends[1])


def changed(found: Mapping[str, Any], unit: str) -> str:
    """A difference with its interval, and how far undetermined rows leave it open."""
    told = signed(found["difference"], unit)
    text = f"{told} {between(found['interval'], unit)}".strip()
    if found["settled"] is None:
        return text
    low, high = (signed(end, unit) for end in found["settled"])
    if low == high == told:
        return text
    points = " points" if unit == SHARE else ""
    words = "not settled" if unsettled(found) else "undetermined rows settled"
    return f"{text}; {words}: {low} to {high}{points}"


def small_p(p: float | None) -> str:
    """A p-value as it is read."""
    if p is None:
        return ""
    if p >= 0.995:
        return "n.s."
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.0995 else f"{p:.2f}"


def difference_rows(pair: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """A pair's lines: quantity, a, b, difference, on common questions, p."""
    for name, (words, unit) in QUANTITIES.items():
        found = pair["differences"].get(name)
        if found is None:
            continue
        yield (
            words,
            level(found["a"], unit),
            level(found["b"], unit),
            changed(found, unit),
            _common(found["common"], unit),
            p_value(found),
        )


def _common(common: Mapping[str, Any] | None, unit: str) -> str:
    if common is None:
        return ""
    if common["difference"] is None:
        return f"n = {common['n']:,}"
    return f"{signed(common['difference'], unit)} (n = {common['n']:,})"


def pair_title(compared: Mapping[str, Any], pair: Mapping[str, Any]) -> str:
    """Which run against which."""
    a, b = (visible(compared["runs"][pair[end]]["label"]) for end in ("a", "b"))
    return f"{b} against {a}"


def short_names(compared: Mapping[str, Any], pair: Mapping[str, Any]) -> tuple[str, str]:
    """What the runs of a pair are called beside each other: a model that both are goes unsaid."""
    a, b = (compared["runs"][pair[end]] for end in ("a", "b"))
    said = f"{a['model']}, "
    if a["model"] == b["model"] and all(run["label"].startswith(said) for run in (a, b)):
        return visible(a["label"].removeprefix(said)), visible(b["label"].removeprefix(said))
    return visible(a["label"]), visible(b["label"])


def difference_head(compared: Mapping[str, Any], pair: Mapping[str, Any]) -> tuple[str, ...]:
    """The head of the table that `difference_rows` fills."""
    a, b = short_names(compared, pair)
    return "Quantity", a, b, f"{b} − {a}", "On common questions", "p (Holm)"


def transition_head(compared: Mapping[str, Any], pair: Mapping[str, Any]) -> str:
    """Which run's outcomes go down, and which run's across."""
    a, b = short_names(compared, pair)
    return f"{a} ↓ in {b} →"


def lineage(run: Mapping[str, Any]) -> str:
    """What is declared of a run's model."""
    line = run["lineage"]
    parts = [visible(line["family"]) if line["family"] else "no family declared", line["role"]]
    count = line["parameters"]
    parts.append("size not known" if count is None else size_name(count))
    if line["checkpoint"] is not None:
        parts.append(f"step {line['checkpoint']:,}")
    return ", ".join(part for part in parts if part)


GRID = ("accuracy", "failures_per_wrong", "misfire", "wrong_winner_prob", "p_mass")
"""What the table of prompts shows."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """One model asked in several ways: a grid of ways by numbers of examples."""

    model: str
    shots: tuple[int, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    """What, and in which form; and the figure for each number of examples."""


def prompt_grids(compared: Mapping[str, Any]) -> list[Prompts]:
    """A grid of each model that was asked with several numbers of examples, or in both forms."""
    held: dict[str, dict[tuple[str, int], Mapping[str, Any]]] = {}
    for run in compared["runs"]:
        held.setdefault(run["model"], {}).setdefault((run["form"], run["shots"]), run)
    return [_grid(model, found) for model, found in held.items() if len(found) > 1]


def _grid(model: str, found: Mapping[tuple[str, int], Mapping[str, Any]]) -> Prompts:
    shots = sorted({count for _, count in found})
    forms = sorted({form for form, _ in found}, reverse=True)
    rows = []
    for name in GRID:
        words, unit = QUANTITIES[name]
        for form in forms:
            runs = [found.get((form, count)) for count in shots]
            cells = tuple("" if run is None else level(run["levels"][name], unit) for run in runs)
            rows.append((f"{words}, {form}", cells))
    return Prompts(visible(model), tuple(shots), tuple(rows))


RUN_HEAD = (
    "Run",
    "Asked",
    "Accuracy",
    "Failures per wrong",
    "Wrong among known",
    "Wrong top token",
)


def run_cells(run: Mapping[str, Any]) -> tuple[str, ...]:
    """A run's line of the first table."""
    names = ("accuracy", "failures_per_wrong", "misfire", "wrong_winner_prob")
    levels = (level(run["levels"][name], QUANTITIES[name][1]) for name in names)
    return (visible(run["label"]), run["asked"], *levels)


def transition_rows(pair: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """a's outcomes with the numbers of b's; outcomes that neither has are left out."""
    counts = pair["transitions"]
    for outcome in shown_outcomes(pair):
        row = counts[outcome]
        yield OUTCOME_NAMES[outcome], tuple(f"{row[name]:,}" for name in shown_outcomes(pair))


def shown_outcomes(pair: Mapping[str, Any]) -> list[str]:
    """The outcomes that either run of a pair has."""
    counts = pair["transitions"]
    return [
        name
        for name in OUTCOME_NAMES
        if sum(counts[name].values()) or sum(row[name] for row in counts.values())
    ]


HEADLINE_POINTS = (
    "accuracy",
    "failures_per_wrong",
    "failures_per_question",
    "misfire",
    "proper_per_question",
    "wrong_winner_prob",
)
"""The tested quantities, in the order of the chart."""

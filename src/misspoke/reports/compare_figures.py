"""A comparison as texts: what the terminal and the HTML page both show."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from misspoke.reports.text import counted, percent, visible

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
    return " against ".join(names) if len(names) == 2 else ", ".join(names)


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
    return f"{value:.3f}" if unit == PROBABILITY else f"{value:.2f}"


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


def p_value(test: Mapping[str, Any] | None) -> str:
    """A test's corrected p-value; an empty string of none."""
    return "" if test is None else small_p(test["holm_p"])


def small_p(p: float | None) -> str:
    """A p-value as it is read."""
    if p is None:
        return ""
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.0995 else f"{p:.2f}"


def difference_rows(pair: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """A pair's lines: quantity, a, b, difference, on common questions, p."""
    for name, (words, unit) in QUANTITIES.items():
        found = pair["differences"].get(name)
        if found is None:
            continue
        change = signed(found["difference"], unit)
        interval = between(found["interval"], unit)
        yield (
            words,
            level(found["a"], unit),
            level(found["b"], unit),
            f"{change} {interval}".strip(),
            _common(found["common"], unit),
            p_value(found["test"]),
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


def size(parameters: int | None) -> str:
    """A number of parameters as models are named."""
    if parameters is None:
        return "size not known"
    return f"{parameters / 1e6:.0f}M" if parameters < 1e9 else f"{parameters / 1e9:.3g}B"


def lineage(run: Mapping[str, Any]) -> str:
    """What is declared of a run's model."""
    line = run["lineage"]
    parts = [visible(line["family"]) if line["family"] else "no family declared", line["role"]]
    parts.append(size(line["parameters"]))
    if line["checkpoint"] is not None:
        parts.append(f"step {line['checkpoint']:,}")
    return ", ".join(part for part in parts if part)


RUN_HEAD = ("Run", "Asked", "Accuracy", "Failures per wrong", "Wrong among known", "Wrong winner")


def run_cells(run: Mapping[str, Any]) -> tuple[str, ...]:
    """A run's line of the first table."""
    names = ("accuracy", "failures_per_wrong", "misfire", "wrong_winner_prob")
    levels = (level(run["levels"][name], QUANTITIES[name][1]) for name in names)
    return (visible(run["label"]), f"{run['form']}, {run['shots']}-shot", *levels)


TAX_HEAD = (
    "Run",
    "Accuracy",
    "ECE",
    "Brier",
    "Answers in mind",
    "Wrong winner",
    "Failures per wrong",
    "T*",
)


def tax_cells(run: Mapping[str, Any]) -> tuple[str, ...]:
    """A run's line of the table of the alignment tax."""
    tax = run["tax"]
    score = tax["calibration"]["brier"]
    diversity, sharpness = tax["diversity"], tax["sharpness"]
    answers = FEW
    if diversity["effective"] is not None:
        answers = f"≥ {diversity['effective']:.2f} ({percent(diversity['residual'])} unexplored)"
    return (
        visible(run["label"]),
        level(tax["accuracy"], SHARE),
        figure(tax["calibration"]["ece"], PROBABILITY),
        FEW if score is None else figure(score["score"], PROBABILITY),
        answers,
        level(tax["wrong_winner_prob"], PROBABILITY),
        level(tax["failures_per_wrong"], SHARE),
        _temperature(sharpness),
    )


def _temperature(found: Mapping[str, Any]) -> str:
    if found["temperature"] is None:
        return FEW
    text = f"{found['temperature']:.2f}"
    if found["edge"]:
        text = ("≤ " if found["temperature"] < 1 else "≥ ") + text
    if found["interval"]:
        low, high = found["interval"]
        text += f" [{low:.2f}, {high:.2f}]"
    return text


TAX_NOTE = (
    "ECE and Brier score: of the answer's own probability as a forecast of its being right. "
    "Answers in mind: exp of the entropy over meanings, a lower bound, what the search left unexplored "
    "being taken as more of the heaviest; bounds of very unequal shares unexplored cannot be "
    "compared. T*: the temperature that makes the right answer most probable; over 1, the model is "
    "too sharp."
)

PUBLISHED_UNITS = {
    "failures_per_wrong_literal": SHARE,
    "dispersion_d": NUMBER,
    "on_path_entropy_2": NATS,
}

PUBLISHED_NOTE = (
    "By the paper's definitions: literal first tokens, τ = 0.2, greedy decoding. The conditions "
    "differ as said below, so that no figure here is a reproduction of one there, or a failure of "
    "one."
)


def published_rows(compared: Mapping[str, Any]) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Published figures: what, published, measured on, and each run's."""
    for line in compared["published"]:
        unit = PUBLISHED_UNITS.get(line["figure"]["name"], PROBABILITY)
        ours = tuple(
            f"n = {one['n']:,}" if one["value"] is None else figure(one["value"], unit)
            for one in line["ours"]
        )
        named = line["figure"]
        yield named["words"], named["published"], named["of"], ours


def condition_lines(compared: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Of each run: its label, where its conditions match the published ones, and where not."""
    return [
        (
            visible(run["label"]),
            visible("; ".join(run["conditions"]["matching"])),
            visible("; ".join(run["conditions"]["different"])),
        )
        for run in compared["runs"]
    ]


def trend_rows(trend: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """A trend's lines: quantity, values by size, slope for a doubling, p."""
    for slope in trend["slopes"]:
        words, unit = QUANTITIES[slope["quantity"]]
        values = ", ".join(figure(value, unit) for value in slope["values"])
        change = FEW
        if slope["slope"] is not None:
            ends = [LN2 * end for end in slope["interval"]] if slope["interval"] else None
            change = f"{signed(LN2 * slope['slope'], unit)} {between(ends, unit)}".strip()
        yield words, values, change, small_p(slope["holm_p"])


LN2 = 0.6931471805599453


def trend_title(trend: Mapping[str, Any]) -> str:
    """Which family, and its sizes."""
    sizes = ", ".join(size(count) for count in trend["parameters"])
    return f"{visible(trend['family'])}, {trend['role']}: {sizes}"


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


def answers_line(pair: Mapping[str, Any]) -> str:
    """How many greedy answers differ."""
    found = pair["answers"]
    return (
        f"{found['differ']:,} of {found['n']:,} greedy answers differ; "
        f"{found['judged_differently']:,} are right in one run alone."
    )


def nothing_line(pair: Mapping[str, Any]) -> str:
    """Said where a pair's kind allows claims and there are none; else an empty string."""
    if pair["claims"] or pair["kind"]["subject"] is None:
        return ""
    return "No headline difference is significant, so none is claimed."


def reading(compared: Mapping[str, Any]) -> str:
    """The comparison in a sentence or two."""
    pair = compared["pairs"][0]
    if len(compared["pairs"]) > 1 and compared["kind"] == "mixed":
        return (
            f"{counted(len(compared['pairs']), 'pair')} of several kinds: what may be claimed is "
            "said of each."
        )
    parts = [pair["kind"]["says"]]
    if len(compared["pairs"]) == 1:
        parts += [*pair["claims"], nothing_line(pair), pair["verdict"] or ""]
    return " ".join(part for part in parts if part)


CONTROL_HEAD = ("", "Base", "Base at that temperature", "Instruct")


def control_rows(control: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """The tempered control: a line a figure, in the base model, tempered, and in its sibling."""
    if control["temperature"] is None:
        return
    low, high = control["temperature_interval"] or (None, None)
    spread = "" if low is None else f" [{low:.2f}, {high:.2f}]"
    yield "Temperature", "1", f"{control['temperature']:.2f}{spread}", "1"
    entropies = (control["base_entropy"], control["instruct_entropy"], control["instruct_entropy"])
    one, two, three = (figure(value, NATS) for value in entropies)
    yield "Mean entropy, nats", one, two, three
    sides = [control[name] for name in ("base", "base_tempered", "instruct")]
    one, two, three = (figure(side["accuracy"], SHARE) for side in sides)
    yield "Expected accuracy of a sampled first token", one, two, three
    one, two, three = (figure(side["misfire"], SHARE) for side in sides)
    yield "Expected misfire of it", one, two, three
    winners = [control[name] for name in ("winner_base", "winner_base_tempered", "winner_instruct")]
    one, two, three = (_winner(winner) for winner in winners)
    yield "Probability of a wrong winner", one, two, three


def _winner(found: Mapping[str, Any]) -> str:
    if found["value"] is None:
        return f"n = {found['n']:,}"
    low, high = figure(found["value"], PROBABILITY), figure(found["upper"], PROBABILITY)
    return low if low == high else f"{low}–{high}"


DUEL_HEAD = ("Decoder b", "Decoder a", "Questions", "Gained", "Lost", "b − a, points", "p (Holm)")


def duel_cells(duel: Mapping[str, Any]) -> tuple[str, ...]:
    """A duel's line."""
    change = signed(duel["difference"], SHARE)
    return (
        f"{visible(duel['b_decoder'])} ({duel['b'] + 1})",
        f"{visible(duel['a_decoder'])} ({duel['a'] + 1})",
        f"{duel['n']:,}",
        f"{duel['gained']:,}",
        f"{duel['lost']:,}",
        f"{change} {between(duel['interval'], SHARE)}".strip(),
        small_p(duel["holm_p"]),
    )


CONTEST_HEAD = (
    "Decoder", "Accuracy", "Recovered", "Damaged", "Net, points", "p (Holm, all runs)", "× greedy",
)  # fmt: skip


def contest_title(number: int, run: Mapping[str, Any]) -> str:
    """A contest's heading."""
    asked = f"{run['form']}, {run['shots']}-shot"
    name = f"{visible(run['model'])} on {visible(run['questions'])}"
    return f"{number}. {name}, {asked}, {counted(run['verdicts']['n'], 'question')}"


def contest_rows(run: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """A contest's lines, a decoder each."""
    for verdict in run["verdicts"]["decoders"]:
        alone = verdict["decoder"] not in run["holm_p"]
        net = verdict["net_per_question"]
        change = f"{signed(net['value'], SHARE)} {between(net['interval'], SHARE)}".strip()
        yield (
            visible(verdict["decoder"]),
            figure(verdict["accuracy"]["value"], SHARE),
            "" if alone else f"{verdict['recovered']:,}",
            "" if alone else f"{verdict['damaged']:,}",
            "" if alone else change,
            "" if alone else small_p(run["holm_p"][verdict["decoder"]]),
            "" if verdict["ratio"] is None else f"{verdict['ratio']:.1f}",
        )

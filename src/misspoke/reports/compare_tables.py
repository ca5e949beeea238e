"""The parts of a comparison beside its pairs, as texts: tax, published figures, trend, control."""

from collections.abc import Iterator, Mapping
from typing import Any

from misspoke.diagnosis.comparing.claims import ALPHA
from misspoke.records.lineage import size_name
from misspoke.reports.compare_figures import (
    FEW,
    NATS,
    NUMBER,
    PROBABILITY,
    QUANTITIES,
    SHARE,
    between,
    figure,
    level,
    signed,
    small_p,
)
from misspoke.reports.text import counted, percent, visible

TAX_HEAD = (
    "Run",
    "Accuracy",
    "ECE",
    "Brier",
    "Answers in mind",
    "Left open",
    "Wrong top token",
    "Failures per wrong",
    "T*",
)


def tax_cells(run: Mapping[str, Any]) -> tuple[str, ...]:
    """A run's line of the table of the alignment tax."""
    tax = run["tax"]
    score = tax["calibration"]["brier"]
    diversity, sharpness = tax["diversity"], tax["sharpness"]
    answers, left = FEW, ""
    if diversity["effective"] is not None:
        answers, left = f"≥\u00a0{diversity['effective']:.2f}", percent(diversity["residual"])
    return (
        visible(run["label"]),
        level(tax["accuracy"], SHARE),
        figure(tax["calibration"]["ece"], PROBABILITY),
        FEW if score is None else figure(score["score"], PROBABILITY),
        answers,
        left,
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
    "ECE and Brier score: of the answer's own probability as a forecast of its being "
    "right. Answers in mind: exp of the entropy over meanings, a lower bound, what the "
    "search left open being taken as more of the heaviest; bounds with very unequal "
    "shares left open cannot be compared. T*: the temperature that makes the right "
    "answer most probable; over 1, the model is too sharp."
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
            figure(one["value"], unit)
            if one["value"] is not None
            else f"n = {one['n']:,}"
            if one["n"]
            else "not measured here"
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
    sizes = ", ".join(size_name(count) for count in trend["parameters"])
    return f"{visible(trend['family'])}, {trend['role']}: {sizes}"


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


def surest(compared: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The duels of a comparison of contests, those that tell decoders apart first."""
    return sorted(compared["duels"], key=lambda duel: (not duel["told_apart"], duel["p"]))


def duel_cells(duel: Mapping[str, Any]) -> tuple[str, ...]:
    """A duel's line."""
    change = signed(duel["difference"], SHARE)
    chance = duel["holm_p"] < ALPHA and not duel["told_apart"]
    return (
        f"{visible(duel['b_decoder'])} ({duel['b'] + 1})",
        f"{visible(duel['a_decoder'])} ({duel['a'] + 1})",
        f"{duel['n']:,}",
        f"{duel['gained']:,}",
        f"{duel['lost']:,}",
        f"{change} {between(duel['interval'], SHARE)}".strip(),
        small_p(duel["holm_p"]) + (", but the interval holds 0" if chance else ""),
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

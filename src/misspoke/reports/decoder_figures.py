"""The verdicts on decoders as texts: what the terminal and the HTML page both show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from misspoke.diagnosis import Verdicts
from misspoke.diagnosis.ballots import Share
from misspoke.diagnosis.decoders import CLAIM, KINDS, DecoderVerdict, Mean, Recovery
from misspoke.diagnosis.merges import Tally
from misspoke.diagnosis.rates import Rate
from misspoke.measures import Spread
from misspoke.records.trial import Trial
from misspoke.reports.figures import Line
from misspoke.reports.text import counted, percent, percent_spread, visible

HEAD = (
    "Decoder",
    "Accuracy",
    "Recovered",
    "Damaged",
    "Net, points",
    "p (Holm)",
    "Tokens beyond the prompt",
    "Tokens",
    "× greedy",
)
"""Of the main table."""

KIND_WORDS = {
    "knowledge_gap": "knowledge gap",
    "minority_belief": "minority belief",
    "split_vote": "split vote",
    "greedy_miss": "greedy miss",
    "undetermined_cause": "cause unclear",
    "undetermined": "outcome unclear",
    "abstained": "abstained",
}
ALPHA = 0.05
"""Corrected p-values under this are called significant."""


@dataclass(frozen=True, slots=True)
class Change:
    """A question that a decoder answers better or worse than greedy."""

    question: str
    greedy: str
    answer: str
    gold: str


@dataclass(slots=True)
class Changes:
    """The first changes of a decoder, in the order of the questions."""

    recovered: list[Change] = field(default_factory=list)
    damaged: list[Change] = field(default_factory=list)


def changes(trials: Iterable[Trial], most: int) -> dict[str, Changes]:
    """The first `most` recovered and damaged answers of each decoder but greedy, by its name."""
    found: dict[str, Changes] = {}
    for trial in trials:
        if trial.primed:
            continue
        greedy, *others = trial.decodings
        for other in others:
            held = found.setdefault(other.decoder, Changes())
            among = held.recovered if other.right else held.damaged
            if other.right != greedy.right and len(among) < most:
                gold = " / ".join(group[0] for group in trial.gold if group)
                among.append(Change(trial.question, greedy.answer, other.answer, gold))
    return found


def decoder_cells(verdict: DecoderVerdict) -> tuple[str, ...]:
    """A decoder's line of the main table, cells as `HEAD` names them."""
    alone = verdict.decoder == "greedy"
    return (
        visible(verdict.decoder),
        fine_share(verdict.accuracy),
        "–" if alone else f"{verdict.recovered:,}",
        "–" if alone else f"{verdict.damaged:,}",
        "–" if alone else points_text(verdict.net_per_question),
        "–" if alone else p_value(verdict.holm_p),
        mean_tokens(verdict.beyond_prompt),
        mean_tokens(verdict.forward_tokens),
        "–" if verdict.ratio is None else f"{verdict.ratio:.1f}×",
    )


def remarks(verdict: DecoderVerdict) -> str:
    """What the main table does not hold: abstentions, certificates, merges, doubtful gains."""
    parts = [
        f"p {_equals(p_value(verdict.mcnemar_p))} before correction",
        f"{counted(verdict.changed, 'answer')} unlike greedy's",
    ]
    if verdict.merges is not None:
        parts.append(f"{verdict.merges:.1f} merges a question")
    parts.append(f"{verdict.certified:,} certified")
    if verdict.selective is not None:
        right = f"{fine_share(verdict.selective)} right of those answered"
        parts.append(f"{verdict.abstained:,} abstained, {right}")
    if verdict.recovered_alias_gap:
        doubtful = "recovered where greedy's answer resembles a right one"
        parts.append(f"{verdict.recovered_alias_gap:,} {doubtful}")
    return "; ".join(parts)


def headroom_lines(verdicts: Verdicts) -> list[Line]:
    """What could be recovered, of the questions that greedy does not get right."""
    room = verdicts.headroom
    return [
        Line("right string found", share_text(room.found), "among the candidates at all"),
        Line(
            "right meaning leads",
            share_text(room.leads),
            "all right strings as one class, against classes of wrong ones",
        ),
        Line("leads for certain", share_text(room.leads_surely), "by more than was not explored"),
    ]


def merge_lines(verdicts: Verdicts) -> list[tuple[str, str, str, str]]:
    """The way of choosing among the candidates, and what it recovers, damages and nets."""
    control = verdicts.merges
    ways = {
        "most probable string": control.string,
        "random merges": control.random,
        "merges by meaning": control.meaning,
    }
    return [(name, *_tally_cells(tally)) for name, tally in ways.items()]


def merge_note(verdicts: Verdicts) -> str:
    """How the random merges were made, and how often they do as well as those by meaning."""
    control = verdicts.merges
    questions = f"{control.merged:,} of {counted(control.n, 'question')}"
    return (
        f"{counted(control.merges, 'merge')} in {questions}, drawn "
        f"{counted(control.draws, 'time')}: means, and the middle 95% of draws. Random merges net "
        f"at least as much as those by meaning with p {_equals(p_value(control.p))}."
    )


def kinds(verdicts: Verdicts) -> list[str]:
    """The kinds of greedy error that there are."""
    if not verdicts.decoders:
        return []
    counts = verdicts.decoders[0].by_kind
    return [one.kind for one in counts if one.recovered.denominator]


def recovery(verdict: DecoderVerdict, kind: str) -> Recovery:
    """How much of a kind of error a decoder recovers."""
    return verdict.by_kind[KINDS.index(kind)]


def recovery_text(one: Recovery) -> str:
    """The count of recovered answers, with a rate if there are enough to claim one."""
    count = one.recovered
    if not one.claim or count.value is None:
        return f"{count.numerator:,} of {count.denominator:,}"
    return share_text(count)


CLAIM_NOTE = f"No rate is claimed for a kind of error with fewer than {CLAIM} questions."


def reading(verdicts: Verdicts) -> str:
    """The verdict in plain words: who gained, what it cost, and whether it may be chance."""
    if not verdicts.n:
        return "No question was judged: there is nothing to compare."
    others = verdicts.decoders[1:]
    if not others:
        return "Only greedy was asked: there is nothing to compare."
    sure = [verdict for verdict in others if verdict.holm_p < ALPHA]
    gains = sorted((v for v in sure if v.net > 0), key=lambda v: -v.net)
    losses = sorted((v for v in sure if v.net < 0), key=lambda v: v.net)
    if gains:
        text = f"{_gained(gains[0])}: significant ({_p_text(gains[0])})."
        if len(gains) > 1:
            text += f" Significant gains too: {_listed(gains[1:])}."
    else:
        best = max(others, key=lambda v: v.net)
        text = f"No decoder gains significantly on greedy. The best: {_gained(best)}"
        text += f" ({_p_text(best)})."
    if losses:
        text += f" Significantly worse than greedy: {_listed(losses)}."
    return text


def fine_share(rate: Rate) -> str:
    """A rate to a tenth of a per cent, with its 95% interval: `45.3% [43.0–47.5]`."""
    if rate.value is None:
        return "–"
    spread = rate.interval
    ends = "" if spread is None else f" [{100 * spread[0]:.1f}–{100 * spread[1]:.1f}]"
    return f"{100 * rate.value:.1f}%{ends}"


def share_text(share: Share) -> str:
    """A share with its counts and its 95% interval: `6% (7 of 119) [1–15%]`."""
    counts = f"{share.numerator:,} of {share.denominator:,}"
    if share.value is None:
        return f"– ({counts})"
    return f"{percent(share.value)} ({counts}) {percent_spread(share.interval)}".rstrip()


def points_text(mean: Mean) -> str:
    """A difference of accuracy in points, with its 95% interval: `+2.2 [+0.5 to +3.9]`."""
    if mean.value is None:
        return "–"
    return signed(100 * mean.value) + _between([100 * end for end in mean.interval or ()])


def signed(value: float) -> str:
    """A number with its sign and one decimal; no sign where it reads 0.0."""
    text = f"{value:+.1f}".replace("-", "−")
    return "0.0" if text[1:] == "0.0" else text


def p_value(p: float) -> str:
    """A p-value to three decimals; less than one of them is `<0.001`."""
    return "<0.001" if p < 0.001 else f"{p:.3f}" if p < 0.0995 else f"{p:.2f}"


def tokens(value: float) -> str:
    """A mean number of tokens."""
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def mean_tokens(mean: Mean) -> str:
    """A mean number of tokens, with its 95% interval."""
    if mean.value is None:
        return "–"
    spread = mean.interval
    ends = "" if spread is None else f" [{tokens(spread[0])}–{tokens(spread[1])}]"
    return tokens(mean.value) + ends


def _gained(verdict: DecoderVerdict) -> str:
    points = signed(100 * (verdict.net_per_question.value or 0.0))
    text = (
        f"{visible(verdict.decoder)} recovers {counted(verdict.recovered, 'answer')} and damages "
        f"{verdict.damaged:,}, {points} points of accuracy"
    )
    if verdict.ratio is not None:
        text += f", at {verdict.ratio:.1f} times greedy's forward tokens"
    return text


def _p_text(verdict: DecoderVerdict) -> str:
    return f"McNemar, corrected by Holm: p {_equals(p_value(verdict.holm_p))}"


def _equals(value: str) -> str:
    return f"< {value[1:]}" if value.startswith("<") else f"= {value}"


def _listed(verdicts: Sequence[DecoderVerdict]) -> str:
    return ", ".join(
        f"{visible(v.decoder)} ({signed(100 * (v.net_per_question.value or 0.0))} points)"
        for v in verdicts
    )


def _tally_cells(tally: Tally) -> tuple[str, str, str]:
    def cell(value: float, spread: Spread | None, sign: bool) -> str:
        if spread is None:
            return signed(value).removesuffix(".0") if sign else f"{value:,.0f}"
        ends = [*spread]
        if sign:
            return signed(value) + _between(ends)
        return f"{value:,.1f} [{ends[0]:,.0f}–{ends[1]:,.0f}]"

    return (
        cell(tally.recovered, tally.recovered_interval, False),
        cell(tally.damaged, tally.damaged_interval, False),
        cell(tally.net, tally.net_interval, True),
    )


def _between(ends: Sequence[float]) -> str:
    return f" [{signed(ends[0])} to {signed(ends[1])}]" if ends else ""

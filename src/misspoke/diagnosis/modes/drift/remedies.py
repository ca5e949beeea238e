"""What can be done about drift: reminders, their place and form, a contrast at the logits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from misspoke.diagnosis.modes.drift.reading import DEFAULT, Talks, astray, slug
from misspoke.diagnosis.modes.findings import Remedy
from misspoke.diagnosis.modes.measures import Difference, Figure, Measure, difference, figure
from misspoke.diagnosis.modes.standing import signed
from misspoke.diagnosis.modes.weighing import Pair, net
from misspoke.measures import holm

REMEDIES = (
    "every 1",
    "every 4",
    "every 8",
    "triggered",
    "every 4, behind",
    "every 4, short",
    "contrast",
    "first message",
)
SURE = 0.05


def remedies(talks: Talks, says: Mapping[str, str], seed: int) -> tuple[Remedy, ...]:
    """Each against the default on the same instructions; p-values corrected for their number."""
    names = [arm for arm in REMEDIES if arm in talks.arms]
    found = [_remedy(talks, arm, says.get(arm, arm), seed) for arm in names]
    known = [one for one in found if one.effect.p is not None]
    corrected = holm([one.effect.p for one in known if one.effect.p is not None])
    p_of = {one.name: p for one, p in zip(known, corrected, strict=True)}
    ahead = {arm: net(_gain(talks, arm), _loss(talks, arm), seed).interval for arm in names}
    return tuple(_judged(one, p_of.get(one.name), ahead[one.name]) for one in found)


def _remedy(talks: Talks, arm: str, says: str, seed: int) -> Remedy:
    return Remedy(
        name=arm,
        says=f"{says[:1].upper()}{says[1:]}.",
        effect=difference(*_gain(talks, arm), seed),
        damage=difference(*_loss(talks, arm), seed),
        tokens=figure(talks.added(arm), seed),
        p=None,
        verdict="",
    )


def _gain(talks: Talks, arm: str) -> Pair:
    return _heeded(talks, arm), _heeded(talks, DEFAULT)


def _loss(talks: Talks, arm: str) -> Pair:
    return _astray(talks, arm), _astray(talks, DEFAULT)


def _heeded(talks: Talks, arm: str) -> Measure:
    return talks.rate(f"heeded.{slug(arm)}", f"heeded after turn 1: {arm}", arm, talks.later)


def _astray(talks: Talks, arm: str) -> Measure:
    says = f"replies that miss the question: {arm}"
    return talks.rate(f"astray.{slug(arm)}", says, arm, talks.later, astray, better="lower")


def _judged(remedy: Remedy, p: float | None, ahead: tuple[float, float] | None) -> Remedy:
    return replace(remedy, p=p, verdict=verdict(remedy, p, ahead))


def verdict(remedy: Remedy, p: float | None, ahead: tuple[float, float] | None) -> str:
    """What a remedy does; `ahead` is the interval of its effect less its damage."""
    gained, broken = remedy.effect, settled(remedy.damage)
    way = settled(gained) if p is not None and p < SURE else 0
    if gained.value is None:
        return f"not settled: only {gained.n} instructions count"
    if way > 0 and broken > 0:
        return f"trades: {points(gained)} heeded, {points(remedy.damage)} beside the question"
    if way > 0 and (ahead is None or ahead[0] <= 0):
        return (
            f"not settled: {points(gained)} heeded, but not by more than replies miss the question "
            "that would show"
        )
    if way > 0:
        return f"helps: {points(gained)} heeded{price(remedy)}"
    if way < 0:
        return f"harms: {points(gained)} heeded"
    if broken > 0:
        return f"harms: {points(remedy.damage)} beside the question, and no gain is settled"
    return f"not settled: {points(gained)} heeded, {within(gained)}"


def settled(found: Difference) -> int:
    """1 or -1 where the interval leaves out 0, else 0."""
    if found.interval is None:
        return 0
    low, high = found.interval
    return int(low > 0) - int(high < 0)


def points(found: Difference) -> str:
    """A difference in points."""
    return "no figure" if found.value is None else f"{signed(100 * found.value, 1)} points"


def within(found: Difference | Figure) -> str:
    """An interval in points."""
    if found.interval is None:
        return "no interval"
    low, high = found.interval
    return f"95% interval {signed(100 * low, 1)} to {signed(100 * high, 1)}"


def price(remedy: Remedy) -> str:
    """Points gained for each 1,000 tokens."""
    gained, tokens = remedy.effect.value, remedy.tokens.value
    if gained is None or not tokens:
        return ""
    rate = 100 * gained / tokens * 1000
    return f" for {tokens:.0f} tokens a conversation, {rate:.0f} points per 1,000"


def best(found: Sequence[Remedy]) -> Remedy | None:
    """Of what helps, the one that gains most per token."""
    helping = [one for one in found if one.verdict.startswith("helps") and one.effect.value]
    return max(
        helping, key=lambda one: (one.effect.value or 0) / (one.tokens.value or 1), default=None
    )

"""The conversations of one instruction: arm by arm, each with its probes on branches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from misspoke.lm import Job, Path
from misspoke.lm.protocol import Want
from misspoke.probes.drift.measuring import Probed, Spot, measure, reply_to, span_of
from misspoke.probes.drift.plan import CEILING, DEFAULT, REMOVED, Arm
from misspoke.probes.drift.stepping import both, every
from misspoke.probes.drift.thread import Asked, Thread
from misspoke.probes.drift.unit import Unit
from misspoke.records.drift import DriftArm, DriftRow, Exchange
from misspoke.search import Inquiry, explore

SIDE_BY_SIDE = 2
"""Arms of one instruction in step: each holds a conversation's keys and values."""


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation up to before its last turn."""

    arm: Arm
    threads: tuple[Thread, ...]
    """As they stand before each turn."""
    others: tuple[Thread, ...]
    """The same without the instruction, for a contrast; else none."""
    reminded: tuple[bool, ...]
    """For each turn, the last one included, whether its message holds a reminder."""
    replies: tuple[Path, ...]
    exchanges: tuple[Exchange, ...]

    @property
    def forward_tokens(self) -> int:
        """Tokens forwarded so far for this conversation and what was probed in it."""
        return sum(thread.grove.forward_tokens for thread in (*self.threads[:1], *self.others[:1]))


def hold(unit: Unit) -> Job[DriftRow]:
    """All conversations of an instruction, and the row of them."""
    arms = {arm.name: arm for arm in unit.plan.arms}
    default = yield from explore(_tell(unit, arms[DEFAULT], None))
    first = yield from explore(_of_default(unit, default, arms))
    _forget(unit, default)
    rest = [arm for arm in unit.plan.arms if arm.name not in first]
    held = dict(first)
    probed, _ = held[DEFAULT]
    for start in range(0, len(rest), SIDE_BY_SIDE):
        group = rest[start : start + SIDE_BY_SIDE]
        found = yield from explore(every(_held(unit, arm, default, probed) for arm in group))
        for told, its, row in found:
            held[row.arm] = its, row
            _forget(unit, told)
    return DriftRow(
        id=unit.instruction.id,
        family=unit.instruction.family,
        instruction=unit.instruction.text,
        reminder=unit.instruction.short,
        topics=tuple(topic.id for topic in unit.turns),
        probe_topic=unit.probe.id,
        prompt=probed[-1].prompt,
        arms=tuple(held[arm.name][1] for arm in unit.plan.arms),
        heard=(probed[0].heard, probed[-1].heard),
        forward_tokens=sum(row.forward_tokens for _, row in held.values()),
    )


_Held = tuple[tuple[Probed, ...], DriftArm]


def _of_default(unit: Unit, default: Told, arms: dict[str, Arm]) -> Inquiry[dict[str, _Held]]:
    """The default arm's probes, and those of the arms that stand in its conversation."""
    removed = None
    if REMOVED in arms:
        removed = yield from _retold(unit, arms[REMOVED], default)
    told = [default] if removed is None else [default, removed]
    spots = [_spots(unit, default, without=removed), *(_spots(unit, one) for one in told[1:])]
    flat = [spot for some in spots for spot in some]
    found = yield from every(measure(unit, spot) for spot in flat)
    count = len(unit.plan.probe_at)
    held = {}
    for at, one in enumerate(told):
        probed = found[at * count : (at + 1) * count]
        held[one.arm.name] = probed, _row(unit, one, probed, one.forward_tokens)
    if CEILING in arms:
        before = default.forward_tokens
        last = replace(default, arm=arms[CEILING])
        probed = yield from every(measure(unit, spot) for spot in _spots(unit, last))
        held[CEILING] = probed, _row(unit, last, probed, default.forward_tokens - before)
    if removed is not None:
        _forget(unit, removed)
    return held


def _held(
    unit: Unit, arm: Arm, default: Told, before: Sequence[Probed]
) -> Inquiry[tuple[Told, tuple[Probed, ...], DriftArm]]:
    """An arm's conversation and its probes; up to the first reminder they are the default's."""
    told = yield from _tell(unit, arm, default)
    same = [
        _as_default(one)
        for one in before
        if arm.reminds and not any(told.reminded[: one.probe.turn])
    ]
    probed = yield from every(measure(unit, spot) for spot in _spots(unit, told)[len(same) :])
    return told, (*same, *probed), _row(unit, told, (*same, *probed), told.forward_tokens)


def _as_default(probed: Probed) -> Probed:
    """A probe of the default arm without what is read only there."""
    probe = replace(probed.probe, kl=None, attention=None, attention_even=None)
    return replace(probed, probe=probe)


def _tell(unit: Unit, arm: Arm, default: Told | None) -> Inquiry[Told]:
    """Holds the conversation up to before the last turn.

    As long as no reminder came, what the model replies is what it replied in the default arm.
    """
    alike = default is not None and arm.reminds
    told = _begun(unit, arm)
    for turn in range(1, unit.plan.turns):
        reminded = _reminded(arm, turn, told.exchanges)
        alike = alike and not reminded
        thread, others = told.threads[-1], told.others[-1:]
        question = unit.turns[turn - 1].question
        asked = _ask(unit, thread, unit.message(arm, turn, question, reminded))
        against = [_ask(unit, other, unit.message(arm, turn, question, False)) for other in others]
        if arm.history != "own":
            reply = unit.written(arm, turn)
            exchange = Exchange(asked.message, unit.read(reply), None, None, reminded)
            yield {asked.place: Want()}  # turn by turn: a whole history at once takes much memory
        elif alike and default is not None:
            reply, exchange = default.replies[turn - 1], default.exchanges[turn - 1]
            yield {asked.place: Want()}
        else:
            reply, exchange = yield from _replied(unit, arm, asked, against, reminded)
        told = _further(told, asked, against, reply, exchange)
    return replace(
        told,
        reminded=(*told.reminded, _reminded(arm, unit.plan.turns, told.exchanges)),
    )


def _replied(
    unit: Unit, arm: Arm, asked: Asked, against: Sequence[Asked], reminded: bool
) -> Inquiry[tuple[Path, Exchange]]:
    other = against[0] if against else None
    speaking = reply_to(unit, asked, other, arm.contrast, unit.plan.reply_tokens)
    (tokens, _), kept = yield from both(speaking, _opening(unit, asked))
    complied = unit.complied(tokens, unit.ended(tokens))
    exchange = Exchange(asked.message, unit.read(tokens), complied, kept, reminded)
    return unit.spoken(tokens), exchange


def _opening(unit: Unit, asked: Asked) -> Inquiry[float | None]:
    """Probability of the first tokens that a compliant reply may begin with."""
    if not unit.reveals:
        return None
    tree, path = asked.place
    never = unit.opens()
    yield {asked.place: Want(sets=frozenset({never}))}
    return 1 - tree[path].set_probs[never]


def _reminded(arm: Arm, turn: int, before: Sequence[Exchange]) -> bool:
    """Whether a turn's message holds a reminder; the first one never does."""
    if turn == 1:
        return False
    if arm.every:
        return (turn - 1) % arm.every == 0
    if not arm.below:
        return False
    last = before[-1]
    faint = last.kept_open is not None and last.kept_open < arm.below
    return last.complied is False or faint


def _begun(unit: Unit, arm: Arm) -> Told:
    others = (unit.begin(replace(arm, place="nowhere")),) if arm.contrast else ()
    return Told(arm, (unit.begin(arm),), others, (), (), ())


def _further(
    told: Told, asked: Asked, against: Sequence[Asked], reply: Path, exchange: Exchange
) -> Told:
    return replace(
        told,
        threads=(*told.threads, told.threads[-1].go_on(asked, reply)),
        others=(
            *told.others,
            *(one.go_on(at, reply) for one, at in zip(told.others[-1:], against, strict=True)),
        ),
        reminded=(*told.reminded, exchange.reminded),
        replies=(*told.replies, reply),
        exchanges=(*told.exchanges, exchange),
    )


def _retold(unit: Unit, arm: Arm, default: Told) -> Inquiry[Told]:
    """The default's conversation with the instruction taken out."""
    told = _begun(unit, arm)
    for reply, exchange in zip(default.replies, default.exchanges, strict=True):
        asked = _ask(unit, told.threads[-1], exchange.message)
        yield {asked.place: Want()}
        told = _further(told, asked, (), reply, exchange)
    return replace(told, reminded=(*told.reminded, False))


def _spots(unit: Unit, told: Told, without: Told | None = None) -> list[Spot]:
    spots = []
    for turn in unit.plan.probe_at:
        reminded = told.reminded[turn - 1]
        message = unit.message(told.arm, turn, unit.probe.question, reminded)
        plain = unit.message(told.arm, turn, unit.probe.question, False)
        thread = told.threads[turn - 1]
        asked = _ask(unit, thread, message)
        others = told.others[turn - 1 : turn]
        look = unit.plan.attention and told.arm.name == DEFAULT
        spots.append(
            Spot(
                turn,
                asked,
                reminded,
                without=_ask(unit, without.threads[turn - 1], plain) if without else None,
                span=span_of(thread, asked, unit.instruction.text) if look else None,
                against=_ask(unit, others[0], plain) if others else None,
                weight=told.arm.contrast,
            )
        )
    return spots


def _ask(unit: Unit, thread: Thread, message: str) -> Asked:
    room = 2 * unit.plan.probe_tokens
    return thread.ask(message, room, f"instruction {unit.instruction.id!r}")


def _row(unit: Unit, told: Told, probed: Sequence[Probed], tokens: int) -> DriftArm:
    return DriftArm(
        arm=told.arm.name,
        exchanges=() if told.arm.borrows else told.exchanges,
        probes=tuple(one.probe for one in probed),
        added_tokens=_added(unit, told),
        forward_tokens=tokens,
    )


def _added(unit: Unit, told: Told) -> int:
    """Tokens of reminders, and of the second prompt of a contrast, up to the last probe's reply."""
    [reminder] = unit.talker.lm.tokenizer.encode_plain([f"\n\n{unit.reminder(told.arm)}"])
    second = told.others[-1:]
    return len(reminder) * sum(told.reminded) + sum(len(thread.tokens) for thread in second)


def _forget(unit: Unit, told: Told) -> None:
    """Frees what the model keeps for a conversation that is over."""
    threads = (*told.threads[:1], *told.others[:1])
    unit.talker.lm.release(tree.context for thread in threads for tree in thread.grove.trees)

"""What is said of drift in words: the verdict, how sure it is, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from misspoke.diagnosis.modes.drift.reading import (
    CEILING,
    DEFAULT,
    FLOOR,
    LEAST_SCALE,
    SURVIVES,
    Talks,
    probe_of,
)
from misspoke.diagnosis.modes.drift.remedies import best, points, price, settled, within
from misspoke.diagnosis.modes.findings import Remedy
from misspoke.diagnosis.modes.measures import FEWEST, Difference, Figure
from misspoke.diagnosis.modes.standing import POINTS, signed

_BELOW = (
    "Survival: the chance that none of the first tokens of a compliant reply, nor what follows it, "
    "gives way to a token after which no compliant reply exists. Measured along a reply that is "
    "put in the model's mouth, so that it moves before the text does.",
    "KL: how far taking the instruction out of the same conversation moves the distribution of the "
    "reply's first token. 0 is an instruction that no longer does anything there.",
    "Compliance mass: the probability that a reply opens as asked, over all tokenisations (its "
    "lower bound); only for instructions that the opening decides.",
)
SPOKEN = (
    "The replies within the conversations, which no probe asks for: a control for what the probe's "
    "own question reminds of. Each is about another topic, and cut off earlier than a probe's "
    "reply; those cut off before it showed whether they comply are left out.",
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the words stand on."""

    talks: Talks
    headline: Mapping[str, Figure]
    remedies: Sequence[Remedy]
    changes: Mapping[str, Difference]
    """Heeding after turn 1 in the other arms, less that in the default arm."""
    height: Difference
    """Heeding in the ceiling arm, less that in the floor arm."""
    course: str

    def value(self, key: str) -> float | None:
        """The value of a headline figure."""
        found = self.headline.get(key)
        return found.value if found else None


def verdict(told: Told) -> str:
    """Whether the model drifts, and how much beyond the controls."""
    lost, last = told.headline["lost"], told.talks.last
    if lost.value is None or lost.interval is None:
        return f"{lost.n} instructions count, and a figure needs {FEWEST}: nothing is claimed."
    first = share(told.value("first"))
    low, high = lost.interval
    fall = f"from {first} of instructions at turn 1 to {share(told.value('last'))} at turn {last}"
    if low > 0:
        said = (
            f"It drifts: heeding falls {fall}, by {100 * lost.value:.0f} points "
            f"({100 * low:.0f} to {100 * high:.0f})."
        )
    elif _deaf(told):
        return (
            "There is nothing that could drift: instructions are heeded hardly more when they are "
            f"said last than when they are never said ({points(told.height)}, "
            f"{within(told.height)}). At turn 1, {first} of {lost.n} are heeded."
        )
    elif high < 0:
        said = f"Heeding is not seen to fall: it rises {fall}."
    else:
        said = (
            f"No drift is settled: heeding goes {fall}, a loss of {signed(100 * lost.value)} "
            f"points ({signed(100 * low)} to {signed(100 * high)})."
        )
    if settled(told.height) <= 0:
        said += (
            " That instructions are heeded more when they are said last than when they are never "
            f"said is not settled ({points(told.height)}, {within(told.height)})."
        )
    return f"{said} {told.course}".strip()


def sure(told: Told, plan: Mapping[str, Any]) -> str:
    """What would change the verdict, and what is not settled."""
    off, n = told.talks.unscaled(), len(told.talks.rows)
    parts = [
        f"{n - off} of {n} instructions are heeded more when said last than when never said "
        f"(by {LEAST_SCALE} or more); the others cannot show drift.",
        "Intervals are over instructions, with their topics; other instructions may do otherwise.",
    ]
    lost = told.headline["lost"]
    if lost.interval is not None and lost.interval[0] <= 0 <= lost.interval[1]:
        parts.append(f"A loss of {100 * max(0.0, lost.interval[1]):.0f} points is not ruled out.")
    never = [told.value(key) for key in ("floor.first", "floor.last")]
    if never[0] is not None and never[1] is not None:
        parts.append(
            f"Never said, they are followed by {share(never[0])} of the replies at turn 1 and "
            f"{share(never[1])} at turn {told.talks.last}: what changes alike is no heeding."
        )
    low = told.headline.get("survival.lost")
    if low is not None and low.value is not None:
        parts.append(
            f"Below the text, survival loses {signed(100 * low.value, 1)} points ({within(low)})."
        )
    kept = [told.value(key) for key in ("kl.first", "kl.last")]
    if kept[0] is not None and kept[1] is not None:
        parts.append(
            "What taking the instruction out still changes in a reply's first token goes from "
            f"{kept[0]:.2f} to {kept[1]:.2f} nats."
        )
    if plan.get("dropped"):
        parts.append(f"The budget left out: {', '.join(plan['dropped'])}.")
    return " ".join(parts)


def todo(told: Told) -> str:
    """How often to repeat the instructions, and whether it is worth the tokens."""
    reminders = [r for r in told.remedies if r.name.startswith("every") or r.name == "triggered"]
    if not reminders:
        return "No reminder was tried: hold longer conversations, or give more tokens."
    known = [one for one in reminders if one.effect.value is not None]
    if not known:
        return "Probe more instructions: there are too few to say what reminding does."
    chosen = best(known)
    if chosen is None and _deaf(told):
        return (
            "Repeating will not help a model that does not heed its instructions even when they "
            "are said last: use another model, or check its replies by a program."
        )
    if chosen is None:
        most = max(known, key=lambda one: one.effect.value or 0.0)
        return (
            "No reminder's gain is settled, so none is worth its tokens here. The largest is of "
            f"{most.name}: {points(most.effect)} ({within(most.effect)})."
        )
    said = f"Remind {_often(chosen.name)}: {points(chosen.effect)}{price(chosen)}."
    top = max(known, key=lambda one: one.effect.value or 0.0)
    if top.name != chosen.name and top.verdict.startswith("helps"):
        said += f" {_often(top.name)[:1].upper()}{_often(top.name)[1:]} gains most: "
        said += f"{points(top.effect)}{price(top)}."
    other = [r for r in told.remedies if r not in reminders and r.verdict.startswith("helps")]
    if other:
        said += " Beside reminders: " + "; ".join(f"{r.name}, {points(r.effect)}" for r in other)
        said += "."
    return said


def heeding(told: Told) -> tuple[str, ...]:
    """Notes to the figures of heeding."""
    return (
        "Each instruction is said once, with the system; the user then asks about other things. At "
        "some turns the same question is put on a branch that is thrown away, and a program checks "
        "the greedy reply.",
        "From floor to ceiling: 0 is a conversation without the instruction, 1 one with the "
        f"instruction said last; instructions with less than {LEAST_SCALE} between are on no "
        "scale. They are chosen on the same probes, so that the level is a little low; its fall "
        "is not.",
        *_cut(told.talks),
        *([told.course] if told.course else []),
    )


def _cut(talks: Talks) -> tuple[str, ...]:
    probes = [probe for row in talks.rows for arm in row.arms for probe in arm.probes]
    cut = sum(probe.complied is None for probe in probes)
    if not cut:
        return ()
    return (
        f"{cut:,} of {len(probes):,} replies to probes were cut off before it showed whether they "
        "comply; they count nowhere.",
    )


def below(told: Told) -> tuple[str, ...]:
    """Notes to the figures below the text."""
    safe, count = told.talks.safe(), len(told.talks.rows)
    if not safe:
        return _BELOW
    return (
        *_BELOW,
        f"{safe} of {count} instructions stay above {SURVIVES:g} though they were never said: "
        "they are broken by a whole word or by an ending, and hardly by one token. They cannot "
        "lose survival, and make its mean move less.",
    )


def factors(told: Told) -> tuple[str, ...]:
    """Notes on what the history, its length and the place of the instruction change."""
    notes = ["Means over the probes after turn 1, where earlier turns could make a difference."]
    explained = {
        "compliant": "With compliant replies put into the history",
        "violating": "With violating replies put into the history",
        "removed": "With the instruction taken out and the history left",
        "filler": "With prose in front of each message",
    }
    for arm, what in explained.items():
        change = told.changes.get(arm)
        if change is not None and change.value is not None:
            notes.append(
                f"{what}, heeding is {points(change)} ({within(change)}): {_meant(arm, change)}."
            )
    return tuple(notes)


def _meant(arm: str, change: Difference) -> str:
    way = settled(change)
    if arm == "compliant":
        return (
            "earlier compliance is imitated, whatever the instruction still does"
            if way > 0
            else "no imitation of compliance is settled"
        )
    if arm == "violating":
        return (
            "earlier violations are imitated against the instruction"
            if way < 0
            else "no imitation of violations is settled"
        )
    if arm == "removed":
        return (
            "the instruction itself still works, not only the replies it shaped"
            if way < 0
            else "what it still does beyond the replies it shaped is not settled"
        )
    return "length alone costs heeding" if way < 0 else "no cost of length alone is settled"


def families(talks: Talks) -> tuple[str, ...]:
    """A sentence a family, by counts: there are too few instructions in each for figures."""
    rows = sorted(talks.rows, key=lambda row: row.family)
    notes = []
    for family, group in groupby(rows, key=lambda row: row.family):
        some = list(group)
        counts = []
        for arm, turn in ((CEILING, 1), (FLOOR, 1), (DEFAULT, 1), (DEFAULT, talks.last)):
            probes = [probe_of(row, arm, turn) for row in some]
            known = [probe for probe in probes if probe and probe.complied is not None]
            counts.append(f"{sum(bool(probe.complied) for probe in known)} of {len(known)}")
        said_last, never, first, last = counts
        notes.append(
            f"{family}: heeded {first} at turn 1, {last} at turn {talks.last}; said last "
            f"{said_last}, never said {never}."
        )
    return tuple(notes)


def share(value: float | None) -> str:
    """A share in percent."""
    return "none known" if value is None else f"{100 * value:.0f}%"


def _deaf(told: Told) -> bool:
    """Whether instructions, said last, are surely heeded hardly more than never said."""
    return told.height.interval is not None and told.height.interval[1] < POINTS


def _often(name: str) -> str:
    if name == "triggered":
        return "when a reply broke the instruction or nearly did"
    number = name.removeprefix("every ")
    return "in every turn" if number == "1" else f"every {number} turns"
